// A frontend's own backend in short: it holds the key and gives tokens to its page.
// PRESCREEN=http://127.0.0.1:8000 KEY=psk_... PORT=9000 node examples/token_backend.mjs
import { createServer } from "node:http";

const { PRESCREEN, KEY, PORT = 9000 } = process.env;

async function newToken(person) {
  const reply = await fetch(`${PRESCREEN}/v1/upload-tokens`, {
    method: "POST",
    headers: { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ country: person.country, reference: person.id }),
  });
  if (!reply.ok) throw new Error(`no token: ${reply.status}`);
  return (await reply.json()).token;
}

const page = `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your document</title>
<script type="module" src="${PRESCREEN}/capture/document-capture.js"></script>
<document-capture document-type="passport"></document-capture>
<script type="module">
  const capture = document.querySelector("document-capture");
  capture.getToken = async () =>
    (await (await fetch("/document-token", { method: "POST" })).json()).token;
  capture.addEventListener("accepted", ({ detail }) => console.log(detail.screening.id));
</script>`;

createServer(async (request, response) => {
  if (request.method === "POST" && request.url === "/document-token") {
    // Here you know by your own session who asks.
    const token = await newToken({ id: "example-person", country: "GB" });
    response.setHeader("Content-Type", "application/json");
    response.setHeader("Cache-Control", "no-store");
    response.end(JSON.stringify({ token }));
  } else {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(page);
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log(`http://localhost:${PORT}`));
