// Pictures of a document: OpenSeadragon for zoom, pan and turn; marks, filters and loupe on top.

const LOUPE = { size: 220, factor: 2.5 };

// OpenSeadragon adds a style of its own unless one is there, which our content policy forbids; one of
// another namespace is there and does nothing.
const decoy = document.createElementNS("urn:prescreen:inert", "style");
decoy.setAttribute("data-openseadragon-mobile-css", "true");
document.head.append(decoy);

export class Viewer {
  #stage;
  #panes = new Map();
  #side;
  #filters = { brightness: 100, contrast: 100, invert: 0 };
  #isLoupeOn = false;

  constructor(stage) {
    this.#stage = stage;
    for (const element of stage.querySelectorAll(".side")) {
      this.#panes.set(element.dataset.side, { element, marks: element.querySelector(".marks"), view: null, picture: null });
    }
    this.#side = [...this.#panes.keys()][0];
    stage.addEventListener("pointermove", (event) => this.#look(event));
    stage.addEventListener("pointerleave", () => { this.#loupe.hidden = true; });
  }

  /** Fetches every side once: each fetch is a look that is noted. */
  async open() {
    await Promise.all([...this.#panes.values()].map((pane) => this.#openPane(pane)));
  }

  async #openPane(pane) {
    if (pane.view) return;
    const answer = await fetch(pane.element.dataset.src);
    if (!answer.ok) throw new Error("The picture cannot be shown: it may have been erased.");
    const url = URL.createObjectURL(await answer.blob());
    pane.picture = new Image();
    pane.picture.src = url;
    await pane.picture.decode();
    pane.view = OpenSeadragon({
      element: pane.element.querySelector(".canvas"),
      tileSources: { type: "image", url },
      drawer: "canvas",
      showNavigationControl: false,
      showNavigator: false,
      animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.35,
      visibilityRatio: 0.3,
      minZoomImageRatio: 0.6,
      maxZoomPixelRatio: 6,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    });
    // Keys are the page's own.
    pane.view.innerTracker.keyDownHandler = null;
    pane.view.innerTracker.keyHandler = null;
    pane.view.canvas.setAttribute("role", "img");
    pane.view.canvas.setAttribute("aria-label", pane.element.getAttribute("aria-label"));
    for (const name of ["open", "update-viewport", "resize"]) pane.view.addHandler(name, () => this.#draw(pane));
    await new Promise((resolve) => pane.view.addOnceHandler("open", resolve));
    this.#apply();
    this.#draw(pane);
  }

  show(side) {
    if (!this.#panes.has(side)) return;
    this.#side = side;
    for (const [name, pane] of this.#panes) pane.element.hidden = name !== side;
    const pane = this.#pane;
    if (pane.view) { pane.view.viewport.resize(); pane.view.forceRedraw(); this.#draw(pane); }
  }

  use(tool, button) {
    const view = this.#pane.view;
    const port = view?.viewport;
    if (tool === "marks") {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOn));
      for (const pane of this.#panes.values()) pane.marks.classList.toggle("off", !isOn);
      return;
    }
    if (tool === "loupe") {
      this.#isLoupeOn = !this.#isLoupeOn;
      button.setAttribute("aria-pressed", String(this.#isLoupeOn));
      this.#loupe.hidden = true;
      return;
    }
    if (tool === "invert") {
      this.#filters.invert = this.#filters.invert ? 0 : 100;
      button.setAttribute("aria-pressed", String(Boolean(this.#filters.invert)));
      this.#apply();
      return;
    }
    if (!port) return;
    if (tool === "in") port.zoomBy(1.5);
    if (tool === "out") port.zoomBy(1 / 1.5);
    if (tool === "left") port.rotateBy(-90);
    if (tool === "right") port.rotateBy(90);
    if (tool === "whole") { port.goHome(); port.setRotation(0); }
    port.applyConstraints();
  }

  filter(name, percent) {
    this.#filters[name] = Number(percent);
    this.#apply();
  }

  /** Moves to a mark, with its surroundings. */
  goTo(mark) {
    const { view, picture } = this.#pane;
    if (!view) return;
    const points = pointsOf(mark).map(([x, y]) => view.viewport.imageToViewportCoordinates(x * picture.naturalWidth, y * picture.naturalHeight));
    const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
    const room = Math.max(0.35 * Math.max(width, height), 0.12);
    view.viewport.fitBoundsWithConstraints(new OpenSeadragon.Rect(left - room, top - room, width + 2 * room, height + 2 * room));
  }

  get #pane() { return this.#panes.get(this.#side); }
  get #loupe() { return this.#stage.querySelector(".loupe"); }

  get #filterText() {
    const { brightness, contrast, invert } = this.#filters;
    return `brightness(${brightness}%) contrast(${contrast}%) invert(${invert}%)`;
  }

  #apply() {
    for (const { view } of this.#panes.values()) if (view) view.drawer.canvas.style.filter = this.#filterText;
  }

  #draw({ view, picture, marks }) {
    if (!view?.world.getItemCount()) return;
    for (const mark of marks.querySelectorAll(".mark")) {
      const corners = pointsOf(mark).map(([x, y]) => view.viewport.viewportToViewerElementCoordinates(
        view.viewport.imageToViewportCoordinates(x * picture.naturalWidth, y * picture.naturalHeight)));
      mark.querySelector("polygon").setAttribute("points", corners.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "));
      const label = mark.querySelector("text");
      label.setAttribute("x", Math.min(...corners.map((c) => c.x)) + 4);
      label.setAttribute("y", Math.min(...corners.map((c) => c.y)) - 5);
    }
  }

  #look(event) {
    const { view, picture } = this.#pane;
    if (!this.#isLoupeOn || !view) return;
    const box = this.#stage.getBoundingClientRect();
    const spot = new OpenSeadragon.Point(event.clientX - box.left, event.clientY - box.top);
    const port = view.viewport;
    const at = port.viewportToImageCoordinates(port.viewerElementToViewportCoordinates(spot));
    const scale = (port.viewportToImageZoom(port.getZoom(true))) * LOUPE.factor;
    const loupe = this.#loupe;
    loupe.hidden = false;
    loupe.style.left = `${spot.x - LOUPE.size / 2}px`;
    loupe.style.top = `${spot.y - LOUPE.size / 2}px`;
    const pen = loupe.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, LOUPE.size, LOUPE.size);
    pen.translate(LOUPE.size / 2, LOUPE.size / 2);
    pen.rotate((port.getRotation(true) * Math.PI) / 180);
    pen.scale(scale, scale);
    pen.filter = this.#filterText;
    pen.drawImage(picture, -at.x, -at.y);
  }
}

const pointsOf = (mark) => mark.dataset.points.split(" ").map((pair) => pair.split(",").map(Number));
