/** One tile per camera: its state by colour, shape and word. A tile is a switch that filters the alerts by its camera. */

import { byId, make, symbol } from "./dom.js";

const LOOK = { live: "ok", connecting: "wait", ended: "off", stalled: "stale" };

function tile({ words, api }, { id, name, stale, last_report_at: reported, health }) {
  const ills = stale ? [] : (health.faults ?? []).map(({ kind }) => words.name("faults", kind));
  const look = stale || ills.length ? "stale" : LOOK[health.state] ?? "bad";
  const detail = stale ? words.say("silent", { age: words.age(api.now() - Date.parse(reported)) })
    : ills.length ? health.faults[0].detail : health.state === "live" ? words.say("fps", { n: health.decode_fps.toFixed(1) }) : health.detail;
  const state = stale ? words.say("stale") : ills.length ? ills.join(words.say("and")) : words.name("cameraStates", health.state);
  const node = make("button", `tile look-${look}`, make("strong", "", name),
    make("span", "state", symbol(`state-${look}`), state), make("span", "dim", words.say("alertCount", { n: health.alerts })),
    make("span", "why", detail));
  node.dataset.camera = id;
  return Object.assign(node, { type: "button", title: `${name}: ${detail}` });
}

/** `toggle(id)` filters by a camera, `wanted` is the id that the alerts are filtered by. */
export function writeCameras(room, cameras, wanted, toggle) {
  const strip = byId("cameras"), focused = document.activeElement.dataset.camera;
  const tiles = cameras.map((camera) => tile(room, camera));
  for (const node of tiles) {
    node.ariaPressed = String(node.dataset.camera === wanted);
    node.addEventListener("click", () => toggle(node.dataset.camera));
  }
  strip.replaceChildren(...tiles.map((node) => make("li", "", node)));
  if (!tiles.length) strip.append(make("li", "dim hint", room.words.say("noCameras")));
  if (focused) tiles.find((node) => node.dataset.camera === focused)?.focus();
}
