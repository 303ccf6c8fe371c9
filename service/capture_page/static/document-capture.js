/* <document-capture>: photographs an identity document with live hints, or takes an upload, and
 * has it screened. One module without dependencies. Apache-2.0. See docs/capture.md. */

export const VERSION = "1.0.0";

// The English of service/capture_page/texts.py; other languages are fetched from beside this file.
const ENGLISH = {
  title: "Photograph your document",
  page: "Show the page with your photo",
  front: "Show the front of the document",
  back: "Show the back of the document",
  sheet: "Show the whole page",
  camera: "Use the camera",
  upload: "Upload a photo",
  drop: "You can also drop it here.",
  take: "Take the photo",
  cancel: "Cancel",
  looking: "Looking for the document",
  closer: "Move closer",
  corners: "Show all four corners",
  dark: "Find more light",
  bright: "Turn away from the light",
  glare: "Tilt it away from the reflection",
  steady: "Hold still",
  flat: "Hold the phone flat above it",
  fingers: "Keep your fingers off it",
  one: "Show one document only",
  turn: "Turn it over",
  good: "Good, hold still",
  yourself: "You can also press the button yourself.",
  taken: "The photo is taken.",
  checking: "Checking your document",
  accepted: "Thank you. Your document is fine.",
  review: "Thank you. We will look at your document.",
  again: "Try again",
  other: "Use another document",
  left: "Tries left: {count}",
  denied: "The camera is not allowed. Allow it in your browser, or upload a photo.",
  missing: "The camera cannot be used here. Upload a photo.",
  offline: "The service cannot be reached. Check your connection and try again.",
  expired: "This took too long. Start again.",
  large: "The file is too big.",
};
const LANGUAGES = ["en", "ar", "de", "es", "fr", "it", "pt", "sw", "zh-Hans"];
const RIGHT_TO_LEFT = new Set(["ar"]);

// What a preview found, as the shortest thing to do; other codes speak with the service's words.
const HINTS = {
  document_not_found: "looking",
  document_multiple: "one",
  document_wrong_page: "page",
  image_blurred: "steady",
  image_cut_off: "corners",
  image_document_too_small: "closer",
  image_glare: "glare",
  image_low_contrast: "dark",
  image_low_resolution: "closer",
  image_obstructed: "fingers",
  image_overexposed: "bright",
  image_tilted: "flat",
  image_too_dark: "dark",
  mrz_cut_off: "corners",
  mrz_not_found: "page",
  mrz_unreadable: "steady",
};

// A back may be nearly empty, and no page of it is in front of a preview's eyes.
const NOT_OF_BACKS = ["document_not_found", "document_wrong_page", "document_portrait_missing", "mrz_not_found"];

const TWO_SIDED = ["drivers_license", "resident_permit"];
/** Width to height of what is aimed at: ISO/IEC 7810 ID-3 and ID-1, and a sheet of A4. */
const SHAPES = { passport: 1.42, certificate_of_incorporation: 0.707, card: 1.586 };

const PREVIEW_SIDE_PX = 1280;
const PREVIEW_EVERY_MS = 250;
const PREVIEW_LIMIT_MS = 6000;
const SCREENING_LIMIT_MS = 60000;
const LONGEST_PAUSE_MS = 8000;
const GOOD_FOR_MS = 500; // and two previews, before the shutter releases itself
const HINT_STAYS_MS = 700; // nobody reads faster
const NEAR_ENOUGH = 0.55; // of the frame's width or height
const DARK_LUMA = 26; // of 255, the mean of the frame
const MOVING_LUMA = 9; // of 255, the mean change since the last look
const SAME_VIEW = 0.85; // correlation with the side taken before
const HELP_AFTER_MS = 15000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function make(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

function draw(tag, given = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(given)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function icon(...paths) {
  const svg = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  svg.append(...paths.map((d) => draw("path", { d })));
  return svg;
}
const ICONS = {
  camera: ["M4 8h3l2-3h6l2 3h3v11H4z", "M12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z"],
  upload: ["M12 16V5", "M7 10l5-5 5 5", "M5 19h14"],
  accepted: ["M5 13l4.5 4.5L19 7"],
  review: ["M12 7v5l3.5 2", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z"],
  retake: ["M5 12a7 7 0 1 0 2.2-5.1", "M5 4v4h4"],
  rejected: ["M7 7l10 10", "M17 7L7 17"],
};

const DARK = `--_ink:var(--dc-ink,#e9edf3);--_soft:var(--dc-soft,#a9b3c2);--_ground:var(--dc-ground,#1b212b);
--_line:var(--dc-line,#566173);--_accent:var(--dc-accent,#8db8ff);--_on-accent:var(--dc-on-accent,#0c1420);
--_ok:#8fe0ae;--_warn:#ffd58a;--_bad:#ffb0b0;`;
const STYLE = `
:host{display:block;container-type:inline-size;color-scheme:light;
--_ink:var(--dc-ink,#1b2330);--_soft:var(--dc-soft,#566072);--_ground:var(--dc-ground,#fff);
--_line:var(--dc-line,#7a8495);--_accent:var(--dc-accent,#1550b5);--_on-accent:var(--dc-on-accent,#fff);
--_ok:#146c37;--_warn:#7a4b00;--_bad:#a51d1d;--_radius:var(--dc-radius,14px);
font:16px/1.45 var(--dc-font,system-ui,sans-serif);color:var(--_ink)}
:host([hidden]){display:none}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){color-scheme:dark;${DARK}}}
:host([theme=dark]){color-scheme:dark;${DARK}}
*{box-sizing:border-box}
.box{position:relative;background:var(--_ground);border-radius:var(--_radius);overflow:hidden}
.card{display:grid;justify-items:center;gap:14px;padding:28px 20px;text-align:center;
border:2px dashed var(--_line);border-radius:var(--_radius);min-height:300px;align-content:center}
.card.over{border-color:var(--_accent);border-style:solid}
.card.plain{border:1px solid color-mix(in srgb,var(--_line) 40%,transparent)}
@media(hover:none){.drop{display:none}}
h2{font-size:1.3em;line-height:1.25;margin:0;text-wrap:balance}
h2:focus{outline:none}
p{margin:0;max-width:34em;text-wrap:pretty}
ul{margin:0;padding:0;list-style:none;color:var(--_soft);display:grid;gap:4px;max-width:30em}
.soft{color:var(--_soft)}
.row{display:flex;flex-wrap:wrap;justify-content:center;gap:12px;margin-top:6px}
button{font:inherit;font-weight:600;min-height:48px;min-width:48px;padding:10px 20px;cursor:pointer;
display:inline-flex;align-items:center;justify-content:center;gap:10px;border-radius:999px;
border:2px solid var(--_accent);background:transparent;color:var(--_accent)}
button.primary{background:var(--_accent);color:var(--_on-accent)}
button:focus-visible{outline:3px solid var(--_accent);outline-offset:3px}
.icon{width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;flex:none}
.mark{width:64px;height:64px;border-radius:50%;display:grid;place-items:center;border:3px solid currentColor}
.mark .icon{width:34px;height:34px}
.accepted{color:var(--_ok)}.review,.retake{color:var(--_warn)}.rejected,.failed{color:var(--_bad)}
.art{width:min(200px,60%);height:auto;fill:none;stroke:var(--_soft);stroke-width:2.5;stroke-linecap:round}
.art .accent{stroke:var(--_accent)}
.camera{background:#0b0f15;color:#fff;display:grid;justify-items:center}
.stage{position:relative;width:100%;max-height:62vh;max-height:62svh;aspect-ratio:4/3;overflow:hidden}
video{position:absolute;inset:0;width:100%;height:100%;object-fit:contain}
:host([facing=user]) video,:host([facing=user]) .over{transform:scaleX(-1)}
.stage svg.over{position:absolute;inset:0;width:100%;height:100%}
.scrim{fill:rgba(0,0,0,.45)}
.guide{fill:none;stroke:#fff;stroke-width:3;stroke-dasharray:10 8;vector-effect:non-scaling-stroke;opacity:.9}
.found{fill:none;stroke:#ffd166;stroke-width:3;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.good .guide{opacity:0}.good .found{stroke:#4ade80;stroke-width:5}
.say{display:grid;gap:6px;justify-items:center;padding:12px 14px;text-align:center}
.aim{color:#c3ccd9}
.hint{font-size:1.25em;line-height:1.3;font-weight:650;border-radius:999px;padding:6px 20px;background:#232c3a}
.good .hint{background:#166534}
.bar{width:100%;display:grid;grid-template-columns:1fr auto 1fr;align-items:center;gap:8px;padding:12px 14px 14px}
.bar button{border-color:#8793a6;color:#fff;padding:8px 16px}
.bar button:focus-visible{outline-color:#8db8ff}
.bar .shutter{width:68px;height:68px;border-radius:50%;padding:0;border:4px solid #fff}
.bar .shutter::before{content:"";width:50px;height:50px;border-radius:50%;background:#fff;transition:transform .15s}
.bar .shutter:active::before{transform:scale(.86)}
.good .bar .shutter{border-color:#4ade80}
.bar .end{justify-self:end}
.flash{position:absolute;inset:0;background:#fff;opacity:0;pointer-events:none;animation:flash .35s}
@keyframes flash{0%{opacity:.9}100%{opacity:0}}
.shots{display:flex;gap:12px;justify-content:center;flex-wrap:wrap}
.shots img{height:110px;max-width:44cqi;border-radius:8px;object-fit:cover;border:1px solid var(--_line);display:block}
.spin{width:44px;height:44px;border-radius:50%;border:4px solid color-mix(in srgb,var(--_accent) 25%,transparent);border-top-color:var(--_accent);animation:spin 1s linear infinite}
@keyframes spin{to{transform:rotate(1turn)}}
.steps{display:flex;gap:8px;justify-content:center}
.steps i{width:34px;height:5px;border-radius:3px;background:var(--_line);opacity:.45}
.steps i.done{background:var(--_accent);opacity:1}
.silent{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@container (max-width:430px){.bar .word{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.card{padding:24px 14px}.card .row,.card .row button{width:100%}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}.flash{animation:none}.spin{animation-duration:4s}}
@media(forced-colors:active){button.primary{forced-color-adjust:none}}
`;
let sheet;

/** The language that we speak and fits a BCP 47 tag best. */
function spoken(tag) {
  const primary = (tag || "").toLowerCase().split("-")[0];
  return LANGUAGES.find((one) => one.split("-")[0] === primary) || "en";
}

/** Whether grey values of two looks correlate: the same view, however light it is. */
function correlation(one, two) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(one), mean(two)];
  let [up, left, right] = [0, 0, 0];
  one.forEach((value, i) => {
    up += (value - a) * (two[i] - b);
    left += (value - a) ** 2;
    right += (two[i] - b) ** 2;
  });
  return left && right ? up / Math.sqrt(left * right) : 0;
}

function boundsOf(outline) {
  const [xs, ys] = [outline.map((p) => p[0]), outline.map((p) => p[1])];
  const [x, y] = [Math.max(0, Math.min(...xs)), Math.max(0, Math.min(...ys))];
  return { x, y, width: Math.min(1, Math.max(...xs)) - x, height: Math.min(1, Math.max(...ys)) - y };
}

function uniqueKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

const blobOf = (canvas, quality) =>
  new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));

/** A failed call: its RFC 9457 problem where the other side gave one. */
class CallFailed extends Error {
  constructor(status, problem, pauseMs) {
    super(problem.code || `status ${status}`);
    Object.assign(this, { status, problem, pauseMs });
  }
}

export class DocumentCapture extends HTMLElement {
  static observedAttributes = ["lang", "document-type", "token", "no-camera"];

  /** More headers for every call, such as the own backend's CSRF token. */
  headers = Object.hasOwn(this, "headers") ? this.headers : {};

  #state = "idle";
  #texts = ENGLISH;
  #language = "en";
  #token = null;
  #getToken = null;
  #tokens = 0; // counts them: one that was asked for before a change comes too late
  #coming = null;
  #jobs = 0; // counts documents: an answer about an earlier one is not shown
  #wanted = null; // requirements of the kind
  #sides = ["front"];
  #shots = {}; // side to { blob, url, look }
  #view;
  #live;
  #watching = null; // AbortController of the camera's loop
  #stream = null;
  #box = null; // where the document was seen last
  #said = "";
  #saidAt = 0;
  #opened = false;
  #run = 0; // counts preparations: the last one counts
  #settled = Promise.resolve();
  #failures = 0; // of previews in a row
  #focuses = false; // not on the first view: the host page keeps its focus

  constructor() {
    super();
    // What the host page set before this module was loaded.
    for (const name of ["token", "getToken"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    const root = this.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    root.adoptedStyleSheets = [sheet]; // allowed by any Content-Security-Policy
    this.#view = make("div", { class: "box", part: "box" });
    this.#live = make("div", { class: "silent", role: "status", "aria-live": "polite" });
    root.append(this.#view, this.#live);
    root.addEventListener("dragover", (event) => this.#dragged(event, true));
    root.addEventListener("dragleave", (event) => this.#dragged(event, false));
    root.addEventListener("drop", (event) => {
      this.#dragged(event, false);
      this.#takeFiles(event.dataTransfer.files);
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#state === "camera") this.stop();
    });
  }

  connectedCallback() {
    if (this.#opened) return;
    this.#opened = true;
    this.#settled = this.#prepare();
  }

  disconnectedCallback() {
    this.#closeCamera();
    this.#opened = false;
  }

  attributeChangedCallback(name, before, now) {
    if (name === "token") this.token = now;
    else if (this.#opened && before !== now) this.#settled = this.#prepare();
  }

  get state() {
    return this.#state;
  }
  get token() {
    return this.#token;
  }
  set token(value) {
    this.#token = value || null;
    this.#tokens += 1;
    this.#coming = null;
    if (value) this.#authorised();
  }
  /** Asked for a fresh upload token whenever one is needed: `async () => string`. */
  get getToken() {
    return this.#getToken;
  }
  set getToken(value) {
    this.#getToken = value || null;
    this.#authorised();
  }
  get documentType() {
    return this.getAttribute("document-type");
  }

  /** Opens the camera. Resolves when it shows a picture, or when there is none to show. */
  async start() {
    await this.#settled;
    if (this.#state === "camera" || this.#state === "sending") return;
    if (!this.#missingSide()) this.#forget();
    await this.#openCamera();
  }

  /** Closes the camera and goes back to the beginning; what was taken is kept. */
  stop() {
    this.#closeCamera();
    if (this.#state !== "sending") this.#showStart();
  }

  /** Forgets everything, as for another document. */
  async reset() {
    this.#closeCamera();
    this.#forget();
    this.#jobs += 1;
    this.#state = "idle";
    this.#settled = this.#prepare();
    await this.#settled;
  }

  /** Takes the picture now, as the button does. */
  async takePhoto() {
    if (this.#state === "camera") await this.#shoot("manual");
  }

  /** Takes a file in place of a photo. */
  async addFile(file) {
    await this.#settled;
    await this.#takeFiles([file]);
  }

  // ---- what is known beforehand

  async #prepare() {
    const run = ++this.#run;
    const asked = this.getAttribute("lang") || this.closest("[lang]")?.lang || navigator.language;
    this.#language = spoken(asked);
    this.#sides = TWO_SIDED.includes(this.documentType) ? ["front", "back"] : ["front"];
    const [texts] = await Promise.all([this.#loadTexts(), this.#loadRequirements()]);
    if (run !== this.#run) return this.#settled; // something was changed meanwhile
    this.#texts = texts;
    this.#view.lang = this.#live.lang = this.#language;
    this.#view.dir = RIGHT_TO_LEFT.has(this.#language) ? "rtl" : "ltr";
    if (["idle", "start"].includes(this.#state)) this.#showStart();
    this.#tell("ready", { language: this.#language, sides: [...this.#sides] });
  }

  async #loadTexts() {
    if (this.#language === "en") return ENGLISH;
    const place = this.getAttribute("texts-url") || new URL("texts/", import.meta.url).href;
    try {
      const reply = await fetch(`${place.replace(/\/?$/, "/")}${this.#language}.json`);
      return { ...ENGLISH, ...(await reply.json()) };
    } catch {
      return ENGLISH;
    }
  }

  #authorised() {
    if (this.#opened && !this.#wanted && (this.#token || this.#getToken)) {
      this.#settled = this.#prepare();
    }
  }

  async #loadRequirements() {
    const isOwn = this.hasAttribute("base-url") || this.hasAttribute("requirements-url");
    if (!this.#token && !this.#getToken && !isOwn) return;
    const kind = this.documentType || "passport";
    try {
      await this.#ensureToken();
      if (!this.#token && !isOwn) return; // taken away meanwhile
      const query = `?document_type=${encodeURIComponent(kind)}`;
      const answer = await this.#call("requirements", { query });
      this.#wanted = answer.data[0];
      if (this.documentType) this.#sides = this.#wanted.sides;
    } catch {
      this.#wanted = null; // the service says it again when a picture comes
    }
  }

  // ---- calls

  #address(what) {
    const own = this.getAttribute(`${what}-url`);
    const home = this.getAttribute("base-url") || new URL(import.meta.url).origin;
    return own || `${home.replace(/\/$/, "")}/v1/${what}`;
  }

  async #call(what, { form, query = "", key, limitMs = 10000, signal } = {}) {
    const headers = { "Accept-Language": this.#language, ...this.headers };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    if (key) headers["Idempotency-Key"] = key;
    const signals = [AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])];
    let reply;
    try {
      reply = await fetch(this.#address(what) + query, {
        method: form ? "POST" : "GET",
        body: form,
        headers,
        credentials: this.getAttribute("credentials") || "same-origin",
        signal: AbortSignal.any ? AbortSignal.any(signals) : signals[0],
      });
    } catch (cause) {
      throw new CallFailed(0, { code: "unreachable", detail: String(cause.name) });
    }
    const answer = await reply.json().catch(() => ({}));
    if (reply.ok) return answer;
    const pause = Number(reply.headers.get("Retry-After")) * 1000;
    throw new CallFailed(reply.status, answer, pause || undefined);
  }

  async #ensureToken(fresh = false) {
    if (fresh) this.token = null;
    if (this.#token || !this.#getToken) return;
    const { run } = (this.#coming ||= { run: ++this.#tokens, answer: this.#getToken() });
    try {
      const token = await this.#coming.answer;
      if (run === this.#tokens) this.#token = token;
    } finally {
      if (run === this.#tokens) this.#coming = null;
    }
    // The host page changed it meanwhile: what came is of another customer.
    if (run !== this.#tokens) await this.#ensureToken();
  }

  #form(blobs) {
    const form = new FormData();
    for (const [side, blob] of Object.entries(blobs)) {
      form.append(side, blob, blob.name || `${side}.jpg`);
    }
    // With a token these were said when it was issued.
    const said = ["country", "customer-type", "customer-id", "reference"];
    for (const name of this.#token ? ["document-type"] : [...said, "document-type"]) {
      const value = this.getAttribute(name);
      if (value) form.append(name.replace("-", "_"), value);
    }
    return form;
  }

  // ---- views

  #show(state, ...nodes) {
    this.#state = state;
    this.setAttribute("state", state);
    this.#view.replaceChildren(...nodes);
    const target = this.#view.querySelector("[data-focus]");
    if (target && this.#focuses) target.focus({ preventScroll: true });
    this.#focuses = true;
  }

  #button(name, press, { primary, glyph, ...rest } = {}) {
    return make(
      "button",
      {
        type: "button",
        class: primary && "primary",
        part: primary ? "button primary" : "button",
        onclick: press,
        ...rest,
      },
      glyph && icon(...ICONS[glyph]),
      this.#texts[name],
    );
  }

  #heading(text) {
    return make("h2", { tabindex: "-1", "data-focus": true, part: "title" }, text);
  }

  #aim() {
    const kind = this.documentType;
    if (this.#missingSide() === "back") return "back";
    if (kind === "certificate_of_incorporation") return "sheet";
    return !kind || kind === "passport" ? "page" : "front";
  }

  #showStart(notice) {
    const hasCamera = !this.hasAttribute("no-camera") && notice !== "denied" && notice !== "missing";
    const picker = this.#picker();
    const tips = this.#wanted?.tips?.slice(0, 2) || [];
    this.#show(
      "start",
      make(
        "div",
        { class: "card" },
        this.#art(),
        this.#heading(this.#texts[this.#missingSide() === "back" ? "back" : "title"]),
        notice
          ? make("p", { role: "alert", part: "notice" }, this.#texts[notice] || notice)
          : make("ul", { role: "list" }, ...tips.map((tip) => make("li", {}, tip))),
        make(
          "div",
          { class: "row" },
          hasCamera &&
            this.#button("camera", () => this.start(), { primary: true, glyph: "camera" }),
          this.#button("upload", () => picker.click(), { primary: !hasCamera, glyph: "upload" }),
        ),
        make("p", { class: "soft drop" }, this.#texts.drop),
        picker,
      ),
    );
    if (notice) this.#announce(this.#texts[notice] || notice);
  }

  #picker() {
    return make("input", {
      type: "file",
      hidden: true,
      accept: "image/*,application/pdf",
      multiple: this.#sides.length > 1,
      "aria-label": this.#texts.upload,
      onchange: (event) => this.#takeFiles(event.target.files),
    });
  }

  #art() {
    const kind = this.documentType;
    const isSheet = kind === "certificate_of_incorporation";
    const isBack = this.#missingSide() === "back";
    const lines = isSheet ? ["M82 26h56", "M72 44h76", "M72 56h76", "M72 68h50"] : isBack
      ? ["M40 34h120", "M52 60h70", "M52 72h50"]
      : ["M108 36h44", "M108 50h36", "M108 64h44"];
    const box = isSheet ? { x: 58, y: 6, width: 104, height: 98 } : { x: 34, y: 12, width: 132, height: 88 };
    const svg = draw("svg", { viewBox: "0 0 200 112", class: "art", "aria-hidden": "true" });
    svg.append(draw("rect", { ...box, rx: 8 }), ...lines.map((d) => draw("path", { d })));
    if (!isSheet && !isBack) {
      svg.append(draw("circle", { cx: 72, cy: 42, r: 10 }), draw("path", { d: "M54 70c2-14 34-14 36 0" }));
    }
    if (!kind || kind === "passport") {
      svg.append(draw("path", { d: "M46 84h108M46 92h108", "stroke-dasharray": "5 4" }));
    }
    for (const d of ["M14 26V6h22", "M164 6h22v20", "M186 86v20h-22", "M36 106H14V86"]) {
      svg.append(draw("path", { d, class: "accent" }));
    }
    return svg;
  }

  #showChecking() {
    const shots = this.#sides
      .filter((side) => this.#shots[side]?.url)
      .map((side) => make("img", { src: this.#shots[side].url, alt: "" }));
    this.#show(
      "sending",
      make(
        "div",
        { class: "card plain", "aria-busy": "true" },
        shots.length > 0 && make("div", { class: "shots", part: "shots" }, ...shots),
        make("div", { class: "spin" }),
        this.#heading(this.#texts.checking),
      ),
    );
    this.#announce(this.#texts.checking);
  }

  #showResult(verdict, message, hint, { left, action } = {}) {
    const glyph = { failed: "retake" }[verdict] || verdict;
    this.#show(
      verdict,
      make(
        "div",
        { class: "card plain", part: `result ${verdict}` },
        make("div", { class: `mark ${verdict}` }, icon(...ICONS[glyph])),
        this.#heading(message),
        hint && make("p", { part: "advice" }, hint),
        left != null && make("p", { class: "soft" }, this.#texts.left.replace("{count}", left)),
        action &&
          make("div", { class: "row" }, this.#button(action.name, action.press, { primary: true })),
      ),
    );
    this.#announce([message, hint].filter(Boolean).join(" "));
  }

  #announce(text) {
    this.#live.textContent = text;
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // ---- camera

  async #openCamera() {
    const fail = (reason) => {
      this.#tell("camera", { state: reason });
      this.#showStart(reason);
    };
    if (this.hasAttribute("no-camera")) return this.#showStart();
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return fail("missing");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          facingMode: { ideal: this.getAttribute("facing") || "environment" },
          width: { ideal: 3840 },
          height: { ideal: 2160 },
        },
      });
    } catch (cause) {
      return fail(["NotAllowedError", "SecurityError"].includes(cause.name) ? "denied" : "missing");
    }
    if (!this.isConnected) return stream.getTracks().forEach((track) => track.stop());
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (this.#stream === stream) {
        this.#closeCamera();
        fail("missing");
      }
    });
    this.#watching = new AbortController();
    const stage = this.#showCamera(stream);
    await stage.video.play().catch(() => {});
    stage.frame();
    this.#tell("camera", { state: "on" });
    this.#watch(stage, this.#watching.signal);
  }

  #closeCamera() {
    this.#watching?.abort();
    this.#watching = null;
    if (this.#stream) {
      const stream = this.#stream;
      this.#stream = null;
      stream.getTracks().forEach((track) => track.stop());
      this.#tell("camera", { state: "off" });
    }
  }

  #showCamera(stream) {
    const video = make("video", { playsinline: true, muted: true, autoplay: true, "aria-hidden": "true" });
    video.muted = true; // the attribute alone does not do it for a made element
    video.srcObject = stream;
    const [scrim, guide] = [draw("path", { class: "scrim", "fill-rule": "evenodd" }), draw("rect", { class: "guide" })];
    const found = draw("polygon", { class: "found" });
    const over = draw("svg", { class: "over", "aria-hidden": "true" }, scrim, guide, found);
    const hint = make("div", { class: "hint", part: "hint" }, this.#texts.looking);
    const picker = this.#picker();
    const word = (name) => make("span", { class: "word" }, this.#texts[name]);
    const stage = make("div", { class: "stage", part: "stage" }, video, over);
    const node = make(
      "div",
      { class: "camera" },
      // Beside the picture, never over it: the lines at the bottom are what matters.
      make("div", { class: "say" }, make("div", { class: "aim" }, this.#texts[this.#aim()]), hint),
      stage,
      make(
        "div",
        { class: "bar" },
        make("div", {}, make("button", { type: "button", onclick: () => this.stop() }, icon(...ICONS.rejected), word("cancel"))),
        make("button", {
          type: "button",
          class: "shutter",
          part: "shutter",
          "data-focus": true,
          "aria-label": this.#texts.take,
          onclick: () => this.#shoot("manual"),
        }),
        make("div", { class: "end" }, make("button", { type: "button", onclick: () => picker.click() }, icon(...ICONS.upload), word("upload"))),
      ),
      picker,
    );
    this.#said = "";
    this.#show("camera", node);
    const frame = () => {
      const [width, height] = [video.videoWidth || 4, video.videoHeight || 3];
      stage.style.aspectRatio = `${width} / ${height}`;
      over.setAttribute("viewBox", `0 0 ${width} ${height}`);
      const shape = SHAPES[this.documentType] || (this.documentType ? SHAPES.card : SHAPES.passport);
      const wide = Math.min(width * 0.9, height * 0.8 * shape);
      const box = { x: (width - wide) / 2, y: (height - wide / shape) / 2, width: wide, height: wide / shape };
      for (const [name, value] of Object.entries({ ...box, rx: wide * 0.03 })) guide.setAttribute(name, value);
      scrim.setAttribute(
        "d",
        `M0 0H${width}V${height}H0ZM${box.x} ${box.y}v${box.height}h${box.width}v${-box.height}Z`,
      );
    };
    video.addEventListener("resize", frame);
    const outline = (points) => {
      const [width, height] = [video.videoWidth, video.videoHeight];
      found.setAttribute("points", (points || []).map(([x, y]) => `${x * width},${y * height}`).join(" "));
    };
    return { node, video, hint, frame, outline, small: document.createElement("canvas"), large: document.createElement("canvas") };
  }

  /** Looks again and again until the camera closes: one preview under way at most. */
  async #watch(stage, signal) {
    let [last, goodSince, goodLooks, pause, skipped] = [null, 0, 0, 0, 0];
    this.#box = null;
    const begun = performance.now();
    while (!signal.aborted) {
      await sleep(pause || 60);
      pause = 0;
      if (signal.aborted) return;
      if (document.hidden || !stage.video.videoWidth) {
        pause = 300;
        continue;
      }
      // What is plain to see costs no request.
      const look = this.#greys(stage, null, 48, 36);
      const luma = look.reduce((sum, one) => sum + one, 0) / look.length;
      const moved = last ? look.reduce((sum, one, i) => sum + Math.abs(one - last[i]), 0) / look.length : 0;
      last = look;
      const plain = luma < DARK_LUMA ? "dark" : moved > MOVING_LUMA ? "steady" : null;
      if (plain && skipped < 8) {
        skipped += 1;
        [goodSince, goodLooks] = [0, 0];
        this.#hint(stage, plain);
        stage.outline(null);
        pause = 120;
        continue;
      }
      skipped = 0;
      const asked = performance.now();
      let preview;
      try {
        const blob = await this.#still(stage, PREVIEW_SIDE_PX, 0.8);
        if (signal.aborted) return;
        preview = await this.#call("previews", {
          form: this.#form({ front: blob }),
          limitMs: PREVIEW_LIMIT_MS,
          signal,
        });
        this.#failures = 0;
      } catch (cause) {
        if (signal.aborted) return;
        // Hints are a help, never a hurdle: the button works without them.
        this.#failures += 1;
        this.#tell("preview", { failed: cause.problem || {}, hint: "yourself" });
        if (cause.status === 401 && this.#failures < 3) await this.#ensureToken(true).catch(() => {});
        stage.outline(null);
        this.#hint(stage, "yourself");
        pause = cause.pauseMs || Math.min(LONGEST_PAUSE_MS, 500 * 2 ** this.#failures);
        continue;
      }
      if (signal.aborted) return;
      const outline = preview.quality?.front?.outline;
      const hint = this.#judge(stage, preview, outline);
      this.#box = outline ? boundsOf(outline) : null;
      stage.outline(outline);
      const spent = performance.now() - asked;
      this.#tell("preview", { preview, hint, duration: Math.round(spent) });
      if (hint === "good") {
        goodSince = goodSince || asked;
        goodLooks += 1;
        this.#hint(stage, "good");
        if (goodLooks >= 2 && performance.now() - goodSince >= GOOD_FOR_MS && !this.hasAttribute("manual")) {
          await this.#shoot("auto");
          return;
        }
      } else {
        [goodSince, goodLooks] = [0, 0];
        const isLate = performance.now() - begun > HELP_AFTER_MS;
        this.#hint(stage, isLate && hint === "looking" ? "yourself" : hint);
      }
      // A slow service is asked less often.
      pause = Math.max(60, PREVIEW_EVERY_MS - spent, spent / 2);
    }
  }

  /** The name of the hint, or the service's own words; "good" lets the shutter go. */
  #judge(stage, preview, outline) {
    const kind = preview.document?.type;
    const isBack = this.#missingSide() === "back";
    const box = outline && boundsOf(outline);
    const worst = (preview.findings || []).find(
      (one) => one.outcome !== "info" && !(isBack && box && NOT_OF_BACKS.includes(one.code)),
    );
    if (worst) return HINTS[worst.code] || worst.message || "looking";
    if (!box && (isBack || !kind || kind === "none" || kind === "other")) return "looking";
    if (box && Math.max(box.width, box.height) < NEAR_ENOUGH) return "closer";
    if (isBack) {
      const before = this.#shots.front?.look;
      const now = before && this.#greys(stage, before.box && box, 24, 16);
      const isSame = before && correlation(before.greys, now) > SAME_VIEW;
      return isSame ? "turn" : "good";
    }
    if (kind === "none") return "looking";
    return this.documentType === "passport" && kind !== "passport" ? "page" : "good";
  }

  #hint(stage, hint) {
    const now = performance.now();
    const isGood = hint === "good";
    if (hint === this.#said || (now - this.#saidAt < HINT_STAYS_MS && !isGood && this.#said !== "good")) return;
    [this.#said, this.#saidAt] = [hint, now];
    const text = this.#texts[hint] || hint;
    stage.hint.textContent = text;
    stage.node.classList.toggle("good", isGood);
    this.#announce(text);
  }

  #greys(stage, box, width, height) {
    const { video, small } = stage;
    const { x, y, width: w, height: h } = box || { x: 0, y: 0, width: 1, height: 1 };
    [small.width, small.height] = [width, height];
    const context = small.getContext("2d", { willReadFrequently: true });
    const [vw, vh] = [video.videoWidth, video.videoHeight];
    context.drawImage(video, x * vw, y * vh, Math.max(1, w * vw), Math.max(1, h * vh), 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, i) =>
      0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]);
  }

  async #still(stage, longest, quality) {
    const { video, large } = stage;
    const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
    [large.width, large.height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    large.getContext("2d").drawImage(video, 0, 0, large.width, large.height);
    return blobOf(large, quality);
  }

  async #shoot(how) {
    const stage = this.#stageNow();
    if (!stage || !this.#stream) return;
    this.#watching?.abort();
    const look = { box: this.#box, greys: this.#greys(stage, this.#box, 24, 16) };
    stage.node.querySelector(".stage").append(make("div", { class: "flash" }));
    const blob = (await this.#photo(stage)) || (await this.#still(stage, Infinity, 0.95));
    if (!this.#stream) return; // closed meanwhile
    this.#announce(this.#texts.taken);
    await this.#took(blob, how, look);
  }

  /** The sensor's own picture, which has more pixels than the video; null where there is none. */
  async #photo(stage) {
    if (!("ImageCapture" in window)) return null;
    try {
      const capture = new ImageCapture(this.#stream.getVideoTracks()[0]);
      const blob = await Promise.race([capture.takePhoto(), sleep(4000)]);
      if (!blob) return null;
      const picture = await createImageBitmap(blob);
      const isLarger = picture.width * picture.height >= stage.video.videoWidth * stage.video.videoHeight;
      picture.close();
      return isLarger ? blob : null;
    } catch {
      return null;
    }
  }

  #stageNow() {
    const node = this.#view.querySelector(".camera");
    const video = node?.querySelector("video");
    return video?.videoWidth
      ? { node, video, small: document.createElement("canvas"), large: document.createElement("canvas") }
      : null;
  }

  // ---- files

  #dragged(event, isOver) {
    event.preventDefault();
    this.#view.querySelector(".card")?.classList.toggle("over", isOver);
  }

  async #takeFiles(files) {
    if (!["start", "camera"].includes(this.#state)) return;
    this.#closeCamera();
    for (const file of Array.from(files).slice(0, this.#sides.length)) {
      if (!this.#missingSide()) return;
      const isPaged = file.type === "application/pdf"; // its second page may be the back
      await this.#took(file, "upload", null, isPaged);
    }
  }

  // ---- from pictures to a verdict

  #missingSide() {
    return this.#sides.find((side) => !this.#shots[side]);
  }

  #forget(sides = Object.keys(this.#shots)) {
    for (const side of sides) {
      if (this.#shots[side]?.url) URL.revokeObjectURL(this.#shots[side].url);
      delete this.#shots[side];
    }
  }

  async #took(blob, how, look, isWhole = false) {
    const side = this.#missingSide();
    const fitted = await this.#fit(blob);
    if (!fitted) {
      this.#closeCamera();
      return this.#showStart("large");
    }
    const url = fitted.type.startsWith("image/") ? URL.createObjectURL(fitted) : null;
    this.#shots[side] = { blob: fitted, url, look };
    this.#tell("captured", { side, blob: fitted, how });
    if (this.#missingSide() && !isWhole) {
      if (how === "upload") return this.#showStart();
      const stream = this.#stream;
      if (!stream) return;
      this.#watching = new AbortController();
      const stage = this.#showCamera(stream);
      await stage.video.play().catch(() => {});
      stage.frame();
      this.#hint(stage, "turn");
      this.#watch(stage, this.#watching.signal);
      return;
    }
    this.#closeCamera();
    await this.#send();
  }

  /** The picture as it is; smaller only where the service would refuse it, never less than useful. */
  async #fit(blob) {
    const most = this.#wanted?.max_bytes || 20 * 1024 * 1024;
    if (blob.size <= most) return blob;
    try {
      const picture = await createImageBitmap(blob);
      const least = this.#wanted?.least_width_px || 1000;
      const canvas = document.createElement("canvas");
      for (let width = picture.width; width >= least; width = Math.floor(width * 0.8)) {
        canvas.width = width;
        canvas.height = Math.round((picture.height * width) / picture.width);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        const smaller = await blobOf(canvas, 0.92);
        if (smaller.size <= most) return smaller;
      }
    } catch {
      return null; // a PDF, or a form that this browser cannot open
    }
    return null;
  }

  async #send() {
    this.#showChecking();
    const [key, job] = [uniqueKey(), this.#jobs];
    const blobs = Object.fromEntries(Object.entries(this.#shots).map(([side, one]) => [side, one.blob]));
    let hasFreshToken = false;
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#ensureToken();
        const screening = await this.#call("screenings", {
          form: this.#form(blobs),
          key,
          limitMs: SCREENING_LIMIT_MS,
        });
        return job === this.#jobs && this.#settle(screening);
      } catch (cause) {
        if (job !== this.#jobs) return;
        const { status = 0, problem = {} } = cause;
        // An update that was refused because of its document brings the screening along.
        if (problem.screening?.verdict) return this.#settle(problem.screening);
        const isOld = /^upload_token/.test(problem.code || "") && (status === 401 || status === 409);
        if (isOld && this.#getToken && !hasFreshToken) {
          hasFreshToken = true;
          await this.#ensureToken(true).catch(() => {});
          continue;
        }
        const mayPass = [0, 429, 502, 503, 504].includes(status) || problem.code === "idempotency_in_progress";
        if (mayPass && tries < 3) {
          await sleep(cause.pauseMs || 1000 * 2 ** tries);
          continue;
        }
        return this.#fail(cause, isOld);
      }
    }
  }

  #settle(screening) {
    this.#token = this.#getToken ? null : this.#token; // one screening each
    this.#tell("screened", { screening });
    const first = (screening.findings || []).find((one) => one.outcome !== "info") || {};
    const verdict = screening.verdict;
    const left = screening.attempts_left;
    const repeat = (name) => ({ name, press: () => this.#repeat(screening) });
    if (verdict === "accepted" || verdict === "review") {
      const message = (verdict === "review" && first.message) || this.#texts[verdict];
      this.#showResult(verdict, message, first.hint);
    } else {
      const mayRepeat = left !== 0;
      this.#showResult(verdict, first.message || this.#texts.again, first.hint, {
        left: mayRepeat && verdict === "retake" ? left : null,
        action: mayRepeat && repeat(verdict === "retake" ? "again" : "other"),
      });
    }
    this.#tell(verdict, { screening });
  }

  #fail(cause, isOld) {
    const { status = 0, problem = {} } = cause;
    const isTheirs = status === 0 || status >= 500;
    const told = isTheirs ? this.#texts.offline : isOld ? this.#texts.expired : problem.detail;
    const errors = (problem.errors || []).filter((one) => ["front", "back"].includes(one.field));
    this.#showResult("failed", errors[0]?.message || told || this.#texts.offline, null, {
      action: {
        name: "again",
        press: async () => {
          if (isTheirs) return this.#send();
          if (isOld) this.#token = null;
          this.#forget(errors.length === 1 ? [errors[0].field] : undefined);
          this.#showStart();
        },
      },
    });
    this.#tell("failed", { status, problem });
  }

  /** Again, with only those sides that were wrong. */
  #repeat(screening) {
    const wrong = (screening.findings || []).filter((one) => one.outcome === "retake");
    const sides = new Set(wrong.map((one) => one.side));
    if (screening.verdict === "retake" && sides.has("back") && !this.#sides.includes("back")) {
      this.#sides = ["front", "back"];
    }
    const isOneSide = screening.verdict === "retake" && sides.size === 1 && this.#sides.length > 1;
    this.#forget(isOneSide && this.#sides.includes(wrong[0].side) ? [wrong[0].side] : undefined);
    if (this.hasAttribute("no-camera") || !navigator.mediaDevices) this.#showStart();
    else this.#openCamera();
  }
}

if (!customElements.get("document-capture")) {
  customElements.define("document-capture", DocumentCapture);
}
