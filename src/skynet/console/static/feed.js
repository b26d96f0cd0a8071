/** Follows the feed of alerts: first the newest that are there already, then every new one by long poll. */

import { ApiError } from "./api.js";

const ENOUGH = 50;
const SPANS_H = [1, 24, 168];
const LONGEST_PAUSE_S = 15;

export class Feed {
  #failures = 0;
  #wake = () => {};

  /** `keep` alerts are remembered at the start. The listener has started, arrived, live, down and refused. */
  constructor(api, keep, listener) { Object.assign(this, { api, keep, listener }); }

  retryNow() { this.#wake(); }

  /** Runs until the session's signal is aborted or the token is refused. */
  async run() {
    for (let cursor = null; !this.api.signal.aborted;) {
      try {
        cursor ??= await this.#catchUp();
        this.listener.live();
        const page = await this.api.alerts({ cursor, limit: 500, wait: 20 });
        this.#failures = 0;
        cursor = page.next_cursor;
        if (page.items.length) this.listener.arrived(page.items);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (this.api.signal.aborted) return;
        if ([401, 403].includes(error.status)) return void this.listener.refused(error);
        if (error.is("bad-cursor")) cursor = null; // another database, e.g. restored: begin anew
        await this.#pause(error);
      }
    }
  }

  /** The feed runs from the oldest alert on, so look back an hour first and further only when that was quiet. */
  async #catchUp() {
    let cursor, kept, seen;
    for (const hours of SPANS_H) {
      const since = new Date(this.api.now() - hours * 3600_000).toISOString();
      [cursor, kept, seen] = [null, [], 0];
      for (let more = true; more;) {
        const page = await this.api.alerts({ since, limit: 500, ...(cursor && { cursor }) });
        [cursor, more, seen] = [page.next_cursor, page.has_more, seen + page.items.length];
        kept = [...kept, ...page.items].slice(-this.keep);
      }
      if (seen >= ENOUGH || hours === SPANS_H.at(-1)) {
        this.listener.started(kept, seen - kept.length, hours);
        return cursor;
      }
    }
  }

  async #pause(error) {
    const ms = Math.min(LONGEST_PAUSE_S, 2 ** this.#failures++) * (750 + Math.random() * 500);
    this.listener.down(error, Date.now() + ms);
    await new Promise((done) => { this.#wake = done; setTimeout(done, ms); });
  }
}
