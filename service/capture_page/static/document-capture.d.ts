/** Types of <document-capture>. See docs/capture.md. */

export type Side = "front" | "back";
export type DocumentType =
  | "passport"
  | "drivers_license"
  | "resident_permit"
  | "certificate_of_incorporation";
export type Verdict = "accepted" | "review" | "retake" | "rejected";
export type CaptureState = "idle" | "start" | "camera" | "sending" | "failed" | Verdict;
export type Outcome = "info" | "review" | "retake" | "reject";

export interface Finding {
  code: string;
  outcome: Outcome;
  side: Side | null;
  field: string | null;
  retryable: boolean;
  message: string;
  hint: string;
  region: [number, number][] | null;
  [more: string]: unknown;
}

export interface Preview {
  object: "preview";
  verdict: Verdict;
  findings: Finding[];
  document: { type: string };
  quality: { front?: { outline?: [number, number][] | null; [more: string]: unknown } };
  [more: string]: unknown;
}

export interface Screening {
  id: string | null;
  object: "screening";
  verdict: Verdict;
  findings: Finding[];
  attempt: number;
  attempts_left: number;
  document: { type: string; [more: string]: unknown };
  [more: string]: unknown;
}

/** RFC 9457, as the service answers. */
export interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { field: string | null; code: string; message: string }[];
  screening?: Screening;
  [more: string]: unknown;
}

export interface DocumentCaptureEventMap {
  ready: CustomEvent<{ language: string; sides: Side[] }>;
  camera: CustomEvent<{ state: "on" | "off" | "denied" | "missing" }>;
  preview: CustomEvent<
    { preview: Preview; hint: string; duration: number } | { failed: Problem; hint: string }
  >;
  captured: CustomEvent<{ side: Side; blob: Blob; how: "auto" | "manual" | "upload" }>;
  screened: CustomEvent<{ screening: Screening }>;
  accepted: CustomEvent<{ screening: Screening }>;
  review: CustomEvent<{ screening: Screening }>;
  retake: CustomEvent<{ screening: Screening }>;
  rejected: CustomEvent<{ screening: Screening }>;
  failed: CustomEvent<{ status: number; problem: Problem }>;
}

export const VERSION: string;

export class DocumentCapture extends HTMLElement {
  /** Of POST /v1/upload-tokens; also the attribute `token`. */
  token: string | null;
  /** Asked for a fresh token whenever one is needed. */
  getToken: (() => Promise<string>) | null;
  /** More headers for every call. */
  headers: Record<string, string>;
  readonly state: CaptureState;
  readonly documentType: DocumentType | null;
  start(): Promise<void>;
  stop(): void;
  reset(): Promise<void>;
  takePhoto(): Promise<void>;
  addFile(file: File): Promise<void>;
  addEventListener<Name extends keyof DocumentCaptureEventMap>(
    name: Name,
    listener: (this: DocumentCapture, event: DocumentCaptureEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "document-capture": DocumentCapture;
  }
}
