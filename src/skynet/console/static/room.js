/** One signed-in session: the cameras, the alerts, the open alert, and whether the coordinator can be reached. */

import { AlertList, KEPT } from "./alert_list.js";
import { Api, ApiError } from "./api.js";
import { writeCameras } from "./camera_strip.js";
import { Detail } from "./detail.js";
import { byId, symbol } from "./dom.js";
import { Feed } from "./feed.js";
import { Filters } from "./filters.js";

const CAMERAS_EVERY_MS = 4000;

export class Room {
  #cameras = null;
  #names = new Map();
  #down = null;
  #session = new AbortController();

  /** `leave(error)` is called when the token is refused. */
  constructor(words, token, leave) {
    const { signal } = this.#session;
    this.words = words;
    this.api = new Api(token, signal);
    this.filters = new Filters(words, () => { this.list.filter(); this.#writeCameras(); }, signal);
    this.detail = new Detail(this, (record) => this.list.update(record), () => this.list.choose(null));
    this.list = new AlertList(this, (record) => this.filters.pass(record), (...chosen) => this.detail.show(...chosen));
    this.feed = new Feed(this.api, KEPT, {
      started: (...found) => this.list.start(...found),
      arrived: (records) => this.list.add(records),
      live: () => this.#link(null),
      down: (error, until) => this.#link({ since: this.#down?.since ?? new Date(), error, until }),
      refused: leave,
    });
    byId("retry").addEventListener("click", () => this.feed.retryNow(), { signal });
    addEventListener("online", () => this.feed.retryNow(), { signal });
    addEventListener("keydown", (event) => this.#key(event), { signal });
    const timers = [setInterval(() => this.#tick(), 1000), setInterval(() => this.#followCameras(), CAMERAS_EVERY_MS)];
    signal.addEventListener("abort", () => timers.forEach(clearInterval));
    this.write();
    this.#followCameras();
    this.feed.run();
  }

  close() {
    this.#session.abort();
    this.list.clear();
    this.detail.show(null);
    byId("cameras").replaceChildren();
    byId("link").replaceChildren();
  }

  write() {
    this.filters.write(this.#names);
    this.list.write();
    this.detail.write();
    this.#writeCameras();
    this.#writeLink();
  }

  cameraName = (id) => this.#names.get(id) ?? id;

  async #followCameras() {
    const cameras = await this.api.cameras().catch((error) => {
      if (!(error instanceof ApiError)) throw error; // otherwise it is the feed that tells what is wrong
    });
    if (!cameras || this.api.signal.aborted) return;
    const known = JSON.stringify([...this.#names]);
    this.#cameras = cameras;
    this.#names = new Map(cameras.map(({ id, name }) => [id, name]));
    if (JSON.stringify([...this.#names]) === known) this.#writeCameras();
    else this.write();
  }

  #writeCameras() {
    if (this.#cameras) writeCameras(this, this.#cameras, this.filters.camera, (id) => this.filters.toggleCamera(id));
  }

  #tick() {
    this.list.tick();
    this.#writeLink();
  }

  #link(down) {
    this.#down = down;
    byId("room").classList.toggle("outdated", down !== null);
    this.#writeLink();
  }

  #writeLink() {
    const { words } = this, down = this.#down, look = down ? "bad" : this.#cameras ? "ok" : "wait";
    const text = words.say({ bad: "downShort", ok: "live", wait: "connecting" }[look]);
    byId("link").className = `link look-${look}`;
    if (byId("link").textContent !== text) byId("link").replaceChildren(symbol(`state-${look}`), text);
    byId("banner").hidden = !down;
    if (!down) return;
    const said = words.say(down.error.status ? "failing" : "down", { at: words.time(down.since), why: down.error.message });
    if (byId("banner-text").textContent !== said) byId("banner-text").textContent = said; // is read out when it changes
    byId("banner-wait").textContent = words.say("nextTry", { n: Math.max(0, Math.ceil((down.until - Date.now()) / 1000)) });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
    if (event.target.matches("input, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = new Map(Object.entries({
      j: () => this.list.move(1), k: () => this.list.move(-1), a: () => this.detail.acknowledge(),
      g: () => this.list.toTop(), "/": () => byId("filter-camera").focus(), "?": () => byId("help").showModal(),
      Escape: () => this.list.choose(null),
    })).get(event.key);
    if (act) event.preventDefault();
    act?.();
  }
}
