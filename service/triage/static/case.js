// A case: the pictures once they are opened, findings on them, the decision, the claim.
import { BACKGROUND, csrf, notify, onKey, post, signIn } from "./shell.js";
import { Viewer } from "./viewer.js";

const page = document.getElementById("case");
const id = page.dataset.id;

// Pictures

const stage = document.getElementById("stage");
const viewer = stage ? new Viewer(stage) : null;

async function open() {
  const unmask = document.getElementById("unmask");
  if (!unmask) return;
  unmask.disabled = true;
  try {
    await viewer.open();
    unmask.remove();
    document.getElementById("viewer").dataset.masked = "no";
    for (const crop of document.querySelectorAll("[data-crop]")) {
      const picture = new Image();
      picture.alt = "The machine readable zone as photographed";
      picture.src = crop.dataset.crop;
      picture.addEventListener("load", () => crop.replaceChildren(picture));
    }
  } catch (fault) {
    unmask.disabled = false;
    const told = document.getElementById("stage-problem");
    told.hidden = false;
    told.textContent = fault.message;
  }
}

function showSide(side) {
  if (!document.querySelector(`[data-side="${side}"].segment`)) return;
  viewer.show(side);
  for (const button of document.querySelectorAll(".segment[data-side]")) button.setAttribute("aria-pressed", String(button.dataset.side === side));
  for (const words of document.querySelectorAll(".measures p")) words.hidden = words.dataset.of !== side;
}

let current = 0;
async function goTo(number, side) {
  current = number;
  for (const one of document.querySelectorAll(".finding, .mark")) one.classList.toggle("at", Number(one.dataset.number) === number);
  document.querySelector(`.finding[data-number="${number}"]`)?.scrollIntoView({ block: "nearest" });
  if (!viewer) return;
  await open();
  const mark = document.querySelector(`.mark[data-number="${number}"]`);
  if (!mark) return;
  showSide(side ?? mark.closest(".side").dataset.side);
  viewer.goTo(mark);
}

if (viewer) {
  document.getElementById("unmask").addEventListener("click", open);
  for (const button of document.querySelectorAll(".segment[data-side]")) button.addEventListener("click", () => showSide(button.dataset.side));
  for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", () => viewer.use(button.dataset.tool, button));
  for (const name of ["brightness", "contrast"]) {
    document.getElementById(name).addEventListener("input", (event) => viewer.filter(name, event.target.value));
  }
  for (const mark of document.querySelectorAll(".mark")) mark.addEventListener("click", () => goTo(Number(mark.dataset.number)));
  const tool = (name) => () => document.querySelector(`[data-tool="${name}"]`).click();
  for (const [key, name] of Object.entries({ "+": "in", "=": "in", "-": "out", 0: "whole", h: "left", l: "right", i: "invert", m: "loupe", o: "marks" })) onKey(key, tool(name));
  onKey("1", () => showSide("front"));
  onKey("2", () => showSide("back"));
}
for (const button of document.querySelectorAll("[data-go]")) button.addEventListener("click", () => goTo(Number(button.dataset.go), button.dataset.side));
const findings = document.querySelectorAll(".finding").length;
onKey("j", () => findings && goTo(Math.min(findings, current + 1)));
onKey("k", () => findings && goTo(Math.max(1, current - 1)));

// Corrections

const correct = document.getElementById("correct");
if (correct) onKey("e", () => { correct.open = true; correct.scrollIntoView({ block: "center" }); document.getElementById("truth").focus(); });

// The decision: a key chooses, its likeliest code and note are filled in, Enter confirms.

const form = document.getElementById("decide");
if (form) {
  const [code, note, confirm] = [form.elements.code, form.elements.note, form.querySelector(".confirm")];
  const label = document.getElementById("confirm-label");
  const words = { accept: "Accept", retake: "Ask for a retake", reject: "Reject", fraud: "Report fraud" };
  let proposed = "";

  const choose = (radio) => {
    code.value = radio.dataset.code;
    if (!note.value || note.value === proposed) note.value = proposed = radio.dataset.note;
    label.textContent = words[radio.value];
    const forward = document.getElementById("forward-row");
    if (forward) forward.hidden = radio.value !== "accept";
    for (const option of code.options) option.hidden = radio.value === "fraud" && option.dataset.sort !== "fraud";
  };
  for (const radio of form.querySelectorAll('input[type="radio"]')) {
    radio.addEventListener("change", () => choose(radio));
    onKey(radio.dataset.key, () => {
      if (radio.disabled) { notify("This kind is never accepted."); return; }
      radio.checked = true;
      choose(radio);
      confirm.focus({ preventScroll: matchMedia("(min-width: 1081px)").matches });
    });
  }
  form.addEventListener("submit", () => { confirm.disabled = true; leaving = true; });
}

// The claim: taken when the case opens, kept while it is open, left with the page.

let until = "";
let leaving = false;
async function claim(isRenewal = false) {
  const answer = await post(`/triage/${id}/claim`, {}, isRenewal ? BACKGROUND : {}).catch(() => null);
  if (!answer?.ok) {
    if (answer?.status === 401 || answer?.status === 403) signIn();
    else setTimeout(() => claim(true), 10_000); // the claim stands for a while
    return;
  }
  const { mine, holder, until: end, again_s: again } = await answer.json();
  const told = document.getElementById("claim");
  told.hidden = false;
  told.className = `holder ${mine ? "mine" : "theirs"}`;
  told.textContent = mine ? "yours" : holder ? `${holder} works on this` : "erased meanwhile";
  until = mine ? end : "";
  const confirm = document.querySelector(".confirm");
  if (confirm && !mine) confirm.disabled = true;
  setTimeout(() => claim(true), again * 1000);
}
if (page.dataset.needs === "yes") claim();
addEventListener("pagehide", () => {
  if (!until || leaving) return;
  navigator.sendBeacon(`/triage/${id}/release`, new URLSearchParams({ csrf: csrf(), until }));
});
