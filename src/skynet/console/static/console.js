/** The page: the door, where a token is asked for, then the room. It holds no data but what is on the screen. */

import { Api, ApiError } from "./api.js";
import { byId } from "./dom.js";
import { Room } from "./room.js";
import { Words } from "./words.js";

const TOKEN = "skynet.token";
const LANGUAGE = "skynet.language";

class Page {
  #room = null;
  #refusal = null;

  constructor() {
    const known = localStorage.getItem(LANGUAGE) ?? navigator.language;
    this.words = new Words(known.toLowerCase().startsWith("zh") ? "zh" : "en");
    byId("language").addEventListener("click", () => this.#switchLanguage());
    byId("help-open").addEventListener("click", () => byId("help").showModal());
    byId("sign-out").addEventListener("click", () => this.#leave());
    byId("sign-in").addEventListener("submit", (event) => { event.preventDefault(); this.#enter(byId("token").value.trim()); });
    addEventListener("hashchange", () => this.open());
  }

  /** A token in the fragment goes with no request; it must not stay in the address either. */
  open() {
    this.#write();
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given) history.replaceState(null, "", location.pathname);
    const token = given ?? sessionStorage.getItem(TOKEN);
    if (token) this.#enter(token.trim());
    else this.#leave();
  }

  #write() {
    const { words } = this, other = words.language === "zh" ? ["en", "English"] : ["zh-CN", "中文"];
    document.documentElement.lang = words.language === "zh" ? "zh-CN" : "en";
    [byId("language").lang, byId("language").textContent] = other;
    for (const node of document.querySelectorAll("[data-text]")) node.textContent = words.say(node.dataset.text);
    for (const node of document.querySelectorAll("[data-label]")) node.ariaLabel = words.say(node.dataset.label);
    const { status } = this.#refusal ?? {}, why = { 0: "tokenUnreachable", 401: "tokenWrong", 403: "tokenForbidden" }[status];
    byId("refusal").textContent = why ? words.say(why) : this.#refusal?.message ?? "";
    this.#room?.write();
  }

  #switchLanguage() {
    this.words.language = this.words.language === "zh" ? "en" : "zh";
    localStorage.setItem(LANGUAGE, this.words.language);
    this.#write();
  }

  async #enter(token) {
    this.#room?.close();
    this.#room = null;
    try {
      if (!/^[\x21-\x7e]+$/.test(token)) throw new ApiError(401); // no header could carry it
      await new Api(token, AbortSignal.timeout(15_000)).cameras();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#leave(error);
    }
    sessionStorage.setItem(TOKEN, token);
    byId("token").value = "";
    this.#show(true);
    this.#room = new Room(this.words, token, (error) => this.#leave(error));
  }

  /** Back to the door, the data off the page. That nobody answers does not make a token wrong: it is kept. */
  #leave(error = null) {
    this.#room?.close();
    this.#room = null;
    if (error?.status !== 0) sessionStorage.removeItem(TOKEN);
    this.#refusal = error;
    this.#show(false);
    this.#write();
    document.title = "天网 Skynet";
    byId("token").focus();
  }

  #show(inside) {
    byId("door").hidden = inside;
    for (const node of document.querySelectorAll(".session")) node.hidden = !inside;
  }
}

new Page().open();
