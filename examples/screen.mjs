// Screens a document and prints the one thing to tell the person. Needs Node 18 or newer.
// PRESCREEN=http://127.0.0.1:8000 KEY=psk_... node examples/screen.mjs FRONT [BACK]
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

const { PRESCREEN, KEY, COUNTRY = "GB" } = process.env;
const [front, back] = process.argv.slice(2);

const form = new FormData();
form.append("front", new Blob([await readFile(front)]), "front");
if (back) form.append("back", new Blob([await readFile(back)]), "back");
form.append("country", COUNTRY);

const reply = await fetch(`${PRESCREEN}/v1/screenings`, {
  method: "POST",
  headers: { Authorization: `Bearer ${KEY}`, "Idempotency-Key": randomUUID() },
  body: form,
});
const answer = await reply.json();
if (!reply.ok) {
  console.error(answer.code, answer.detail);
  process.exit(2);
}
console.log(answer.verdict);
const [first] = answer.findings;
if (first) console.log(first.message, first.hint);
process.exit(answer.verdict === "accepted" ? 0 : 1);
