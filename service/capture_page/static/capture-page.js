/* The host page: it asks for tokens, as an onboarding frontend asks its own backend. */

const capture = document.querySelector("document-capture");
const settings = document.querySelector("#settings");
const events = document.querySelector("#events");
const started = performance.now();

let customerType = "individual";

// Without a reference: the same sample would otherwise be another person's each time, and reviewed.
capture.getToken = async () => {
  const reply = await fetch("/capture/tokens", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      country: settings.elements.country.value,
      customer_type: customerType,
      document_type: settings.elements.kind.value,
    }),
  });
  if (!reply.ok) throw new Error(`no token: ${reply.status}`);
  return (await reply.json()).token;
};

async function applySettings() {
  const { kind, language, theme } = settings.elements;
  if (kind.value) capture.setAttribute("document-type", kind.value);
  else capture.removeAttribute("document-type");
  capture.setAttribute("lang", language.value);
  if (theme.value) capture.setAttribute("theme", theme.value);
  else capture.removeAttribute("theme");
}

settings.addEventListener("change", async (event) => {
  await applySettings();
  if (["kind", "country"].includes(event.target.name)) {
    customerType = settings.elements.kind.value.startsWith("certificate") ? "business" : "individual";
    await startAnew();
  }
});
settings.addEventListener("submit", (event) => event.preventDefault());

async function startAnew() {
  capture.token = null; // what it says of the customer was fixed when it was issued
  await capture.reset();
}

for (const button of document.querySelectorAll(".samples button")) {
  button.addEventListener("click", async () => {
    const { files, country, customerType: type, kind } = button.dataset;
    settings.elements.kind.value = kind;
    settings.elements.country.value = country;
    customerType = type;
    await applySettings();
    await startAnew();
    if (window.matchMedia("(max-width: 900px)").matches) capture.scrollIntoView();
    for (const name of files.split(" ")) {
      const blob = await (await fetch(`/capture/samples/${name}`)).blob();
      capture.addFile(new File([blob], name, { type: blob.type }));
      await new Promise((done) => setTimeout(done, 50));
    }
  });
}

const SAID = {
  ready: ({ language, sides }) => `${language}, ${sides.join(" and ")}`,
  camera: ({ state }) => state,
  preview: ({ hint, duration }) => `${hint}${duration ? `, ${duration} ms` : ""}`,
  captured: ({ side, how, blob }) => `${side}, ${how}, ${Math.round(blob.size / 1024)} kB`,
  screened: ({ screening }) => `${screening.id ?? ""} ${screening.verdict}`,
  accepted: () => "",
  review: ({ screening }) => screening.findings[0]?.code ?? "",
  retake: ({ screening }) => `${screening.findings[0]?.code ?? ""}, tries left ${screening.attempts_left}`,
  rejected: ({ screening }) => screening.findings[0]?.code ?? "",
  failed: ({ problem }) => problem.code ?? "",
};
for (const [name, words] of Object.entries(SAID)) {
  capture.addEventListener(name, (event) => {
    const line = document.createElement("li");
    const [time, bold] = [document.createElement("time"), document.createElement("b")];
    time.textContent = `${((performance.now() - started) / 1000).toFixed(1)} s `;
    bold.textContent = name;
    line.append(time, bold, ` ${words(event.detail)}`);
    events.append(line);
    while (events.children.length > 200) events.firstChild.remove();
    events.scrollTop = events.scrollHeight;
  });
}
applySettings();
