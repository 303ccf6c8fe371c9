// What all pages share: keys, the sheet of keys, the theme, the time left to undo.

const SINGLE = "prescreen_single_keys";
const handlers = new Map();
let chord = "";

export const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** Says something to whoever looks or listens. */
export function notify(text) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  clearTimeout(notify.timer);
  notify.timer = setTimeout(() => { notice.textContent = ""; }, 4000);
}

/** Calls `act` when the key is pressed outside of fields; pages add theirs. */
export function onKey(key, act) { handlers.set(key, act); }

/** Sent with what a page asks on its own: it does not put the idle time-out off. */
export const BACKGROUND = { "X-Background": "1" };

/** Posts a form's worth of values with this session's token. */
export function post(url, values = {}, headers = {}) {
  const body = new URLSearchParams({ csrf: csrf(), ...values });
  return fetch(url, { method: "POST", body, headers: { Accept: "application/json", ...headers } });
}

/** Where a session ended: to sign in, and back to this page. */
export function signIn() {
  location.href = `/triage/sign-in?${new URLSearchParams({ goes_to: location.pathname + location.search })}`;
}

function isTyping(target) {
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target.tagName === "INPUT" && !["checkbox", "radio", "range", "button", "submit"].includes(target.type);
}

// Single keys can be switched off, for people whose voice or hands press them unmeant.
const single = document.getElementById("single-keys");
single.checked = localStorage.getItem(SINGLE) !== "off";
single.addEventListener("change", () => localStorage.setItem(SINGLE, single.checked ? "on" : "off"));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") { event.preventDefault(); document.getElementById("keys").showModal(); return; }
  if (!single.checked && event.key.length === 1) return;
  const key = chord ? `${chord} ${event.key}` : event.key;
  chord = "";
  if (handlers.has(key)) {
    if (handlers.get(key)(event) !== false) event.preventDefault();
    return;
  }
  if (key === "g") { chord = "g"; setTimeout(() => { chord = ""; }, 1200); return; }
  const marked = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.disabled && one.offsetParent !== null);
  if (marked) { event.preventDefault(); marked.click(); }
});

onKey("g q", () => { location.href = "/triage"; });
onKey("g i", () => { location.href = "/triage/insight"; });

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme === "dark" || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `prescreen_theme=${root.dataset.theme}; path=/triage; max-age=31536000; samesite=strict`;
    document.dispatchEvent(new CustomEvent("theme"));
  });
}

const undo = document.getElementById("undo");
if (undo) {
  const left = undo.querySelector("progress");
  const clock = setInterval(() => {
    left.value -= 1;
    if (left.value <= 0) { clearInterval(clock); undo.remove(); }
  }, 1000);
}
