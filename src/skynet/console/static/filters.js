/** What of the alerts in the page is shown. */

import { byId } from "./dom.js";

const chosen = (name) => byId(`filter-${name}`).value;

export class Filters {
  constructor(words, changed, signal) {
    Object.assign(this, { words, changed });
    byId("filters").reset();
    byId("filters").addEventListener("change", changed, { signal });
    byId("filters").addEventListener("reset", () => setTimeout(changed), { signal }); // it comes before the fields change
  }

  get camera() { return chosen("camera"); }

  toggleCamera(id) {
    byId("filter-camera").value = this.camera === id ? "" : id;
    this.changed();
  }

  pass({ state, alert }) {
    const wanted = (name, value) => ["", value].includes(chosen(name)), severities = this.words.values("severities");
    return wanted("camera", alert.camera_id) && wanted("kind", alert.kind) && wanted("state", state)
      && severities.indexOf(alert.severity) >= severities.indexOf(chosen("severity") || "info");
  }

  /** Writes the choices anew: the language or the cameras have changed. `names` maps camera ids to names. */
  write(names) {
    const named = (family) => this.words.values(family).map((value) => [value, this.words.name(family, value)]);
    const atLeast = named("severities").slice(1, -1).map(([value, name]) => [value, this.words.say("atLeast", { name })]);
    this.#fill("camera", [...names]);
    this.#fill("kind", named("kinds"));
    this.#fill("state", named("states"));
    this.#fill("severity", [...atLeast, named("severities").at(-1)]);
  }

  #fill(name, choices) {
    const select = byId(`filter-${name}`), { value } = select;
    select.replaceChildren(...[["", this.words.say("all")], ...choices].map(([id, text]) => new Option(text, id)));
    select.value = choices.some(([id]) => id === value) ? value : "";
  }
}
