// The worklist: a row under the keys, selection, bulk actions, and the list renewed as it changes.
import { BACKGROUND, notify, onKey, signIn } from "./shell.js";

const POLL_MS = 20_000;
const picked = new Set();
let at = null;

const list = () => document.getElementById("worklist");
const rows = () => [...document.querySelectorAll("#worklist tbody tr")];

function show(row) {
  for (const one of rows()) one.classList.toggle("at", one === row);
  at = row ? row.dataset.id : null;
  row?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.dataset.id === at);
  const next = all[Math.min(all.length - 1, Math.max(0, now + by))];
  show(next);
  next.querySelector(".reason a").focus({ preventScroll: true });
}

function count() {
  const bar = document.getElementById("bulk-bar");
  if (!bar) return;
  bar.hidden = picked.size === 0;
  document.getElementById("bulk-count").textContent = `${picked.size} selected`;
  const all = document.getElementById("pick-all");
  all.checked = picked.size > 0 && rows().every((row) => picked.has(row.dataset.id));
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.id === "pick-all") {
    for (const row of rows()) row.querySelector('input[name="ids"]').checked = box.checked;
    picked.clear();
    if (box.checked) for (const row of rows()) picked.add(row.dataset.id);
  } else if (box.name === "ids") {
    if (box.checked) picked.add(box.value); else picked.delete(box.value);
  } else return;
  count();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#worklist tbody tr");
  if (!row || event.target.closest("a, input, button, label")) return;
  row.querySelector(".reason a").click();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("#worklist tbody tr");
  if (row && row.dataset.id !== at) show(row);
});

onKey("j", () => step(1));
onKey("ArrowDown", () => step(1));
onKey("k", () => step(-1));
onKey("ArrowUp", () => step(-1));
onKey("/", () => { document.getElementById("q").focus(); document.getElementById("q").select(); });
onKey("x", () => {
  if (!at && rows().length) step(1);
  document.getElementById(`row-${at}`)?.querySelector('input[name="ids"]').click();
});
onKey("c", () => {
  if (!picked.size && at) document.getElementById(`row-${at}`)?.querySelector('input[name="ids"]').click();
  if (picked.size) document.querySelector('#bulk-bar [value="claim"]').click();
});
onKey("o", () => document.getElementById(`row-${at}`)?.querySelector(".reason a").click());

// The list is renewed in place: what was selected and where one was stays.
let asking = 0;
document.addEventListener("htmx:before:request", () => { asking += 1; });
document.addEventListener("htmx:finally:request", () => { asking -= 1; });
async function renew() {
  // What a person asked for goes before what renews itself.
  if (document.hidden || asking) return;
  const here = location.href;
  const answer = await fetch(here, { headers: { "HX-Request": "true", Accept: "text/html", ...BACKGROUND } });
  if (answer.status === 401) { signIn(); return; }
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (asking || location.href !== here) return;
  const had = document.activeElement?.closest?.("#worklist tbody tr")?.dataset.id;
  const bar = document.getElementById("bulk-bar");
  const within = bar?.contains(document.activeElement) ? document.activeElement : null;
  list().replaceWith(document.adoptNode(fresh.getElementById("worklist")));
  // The code that was chosen for the selected stays chosen.
  if (bar) document.getElementById("bulk-bar")?.replaceWith(bar);
  within?.focus({ preventScroll: true });
  htmx.process(list());
  const lanes = fresh.getElementById("lanes");
  if (lanes) document.getElementById("lanes").replaceWith(document.adoptNode(lanes));
  restore();
  if (had) document.getElementById(`row-${had}`)?.querySelector(".reason a").focus({ preventScroll: true });
}

function restore() {
  const here = new Set(rows().map((row) => row.dataset.id));
  for (const id of [...picked]) if (!here.has(id)) picked.delete(id);
  for (const row of rows()) row.querySelector('input[name="ids"]').checked = picked.has(row.dataset.id);
  const row = at && document.getElementById(`row-${at}`);
  if (row) row.classList.add("at");
  const query = list().dataset.query;
  document.getElementById("view-to-save").value = query;
  count();
}

document.addEventListener("htmx:after:swap", restore);
document.addEventListener("worklist-acted", (event) => {
  const { done, asked } = event.detail;
  notify(done === asked ? `${done} done.` : `${done} of ${asked} done; the others are claimed or settled.`);
  picked.clear();
  renew();
});

const live = document.getElementById("live");
let timer = null;
function poll() {
  live.hidden = false;
  live.classList.add("polling");
  live.querySelector(".live-text").textContent = "Every 20 s";
  timer ??= setInterval(renew, POLL_MS);
}
function listen() {
  const source = new EventSource("/triage/events");
  source.addEventListener("hello", () => {
    live.hidden = false;
    live.classList.remove("polling");
    live.querySelector(".live-text").textContent = "Live";
    clearInterval(timer);
    timer = null;
    renew(); // what changed before we listened
  });
  source.addEventListener("worklist", renew);
  source.addEventListener("error", poll);
  addEventListener("pagehide", () => source.close());
}
listen();
document.addEventListener("visibilitychange", renew);
