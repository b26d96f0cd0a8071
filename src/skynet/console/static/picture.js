/** Snapshots. Every view is recorded, so a picture is fetched when its row has stayed in view, and once. */

import { ApiError } from "./api.js";
import { make, svg } from "./dom.js";

const STAYED_MS = 150;

/** The picture of one alert: `node` shows it in the row, `frame` and `fill` in other places. `release` ends it. */
export class Picture {
  #url = null;
  #loading = null;
  #released = false;

  constructor(alert, api) {
    Object.assign(this, { alert, api });
    this.node = this.frame();
    this.node.picture = this;
  }

  /** An element for the picture, with the track's box over it; a camera's fault has none. */
  frame() {
    const { snapshot, track, severity } = this.alert;
    if (!snapshot) return make("div", "shot shot-none");
    if (!track) return make("div", `shot severity-${severity}`, make("img"));
    const { width, height } = snapshot, [x, y, w, h] = track.box;
    const box = { x: x * width, y: y * height, width: w * width, height: h * height };
    return make("div", `shot severity-${severity}`, make("img"), svg("svg",
      { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
      svg("rect", { ...box, class: "box-edge" }), svg("rect", { ...box, class: "box" })));
  }

  async fill(node, description = "") {
    if (!this.alert.snapshot) return;
    await this.#load();
    node.classList.toggle("shot-failed", !this.#url);
    if (!this.#url || this.#released) return;
    Object.assign(node.querySelector("img"), { src: this.#url, alt: description });
    node.classList.add("shot-there");
  }

  release() {
    this.#released = true;
    URL.revokeObjectURL(this.#url);
  }

  #load() {
    if (this.#url || this.#released) return null;
    this.#loading ??= this.api.snapshot(this.alert.snapshot.sha256)
      .then((blob) => { if (!this.#released) this.#url = URL.createObjectURL(blob); })
      .catch((error) => { if (!(error instanceof ApiError)) throw error; })
      .finally(() => { this.#loading = null; });
    return this.#loading;
  }
}

/** Observe a picture's node with it and the picture comes when it is in view; unobserve it in the end. */
export function inView(scroll) {
  const soon = new WeakMap();
  return new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      clearTimeout(soon.get(target));
      if (isIntersecting) soon.set(target, setTimeout(() => target.picture.fill(target), STAYED_MS));
    }
  }, { root: scroll, rootMargin: "100px" });
}
