/** The clip of the open alert. It comes seconds after its alert, so the page asks for it until it is there. */

import { ApiError } from "./api.js";
import { make } from "./dom.js";

const AGAIN_MS = 2000, PATIENCE_MS = 90_000;

/** `node` shows the clip, or why it is not there. `fetch` gets it, `write` follows the language, `release` ends it. */
export class Clip {
  #said = "clipFollows";
  #url = null;
  #released = false;

  constructor(id, room) {
    Object.assign(this, { id, room, video: make("video"), text: make("p", "dim"), save: make("a", "plain") });
    Object.assign(this.video, { controls: true, muted: true, loop: true, playsInline: true });
    this.video.addEventListener("error", () => this.#say("clipUnplayable"));
    this.text.role = "status";
    this.node = make("div", "clip", this.video, this.text, this.save);
    this.write();
  }

  write() {
    const { room: { words }, video, text, save } = this, said = this.#said;
    text.textContent = said ? words.say(said) : "";
    video.ariaLabel = words.say("clip");
    save.textContent = words.say("save");
    video.hidden = Boolean(said);
    save.hidden = !(said && this.#url);
  }

  async fetch() {
    const until = Date.now() + PATIENCE_MS;
    while (!this.#released) {
      try {
        return this.#show(await this.room.api.clip(this.id));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status && error.status !== 404) return this.#say("clipFailed");
      }
      if (Date.now() > until) return this.#say("clipMissing");
      await new Promise((again) => setTimeout(again, AGAIN_MS));
    }
  }

  release() {
    this.#released = true;
    URL.revokeObjectURL(this.#url);
  }

  #show(blob) {
    if (this.#released) return;
    this.video.src = this.save.href = this.#url = URL.createObjectURL(blob);
    this.save.download = `${this.id}.mp4`;
    this.#say(null);
  }

  #say(what) {
    this.#said = what;
    this.write();
  }
}
