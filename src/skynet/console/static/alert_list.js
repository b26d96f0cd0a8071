/** The list of alerts, newest on top. What someone is looking at stays where it is when new ones come. */

import { byId, make, plate, symbol } from "./dom.js";
import { inView, Picture } from "./picture.js";

export const KEPT = 200;
const AT_TOP_PX = 4;

class Row {
  constructor(record, api, open) {
    this.record = record;
    this.picture = new Picture(record.alert, api);
    this.button = make("button");
    this.button.type = "button";
    this.button.addEventListener("click", open);
    this.node = make("li", "", this.button);
  }

  /** Where it was; of a plate hit, how sure it is, of a camera's fault, which. */
  #aside(words) {
    const { alert } = this.record;
    if (alert.fault) return words.name("faults", alert.fault.kind);
    return alert.hit ? words.name("certainties", alert.hit.certainty) : alert.place;
  }

  /** Writes the row anew: the record or the language has changed. */
  write({ words, cameraName }) {
    const { record: { alert, state } } = this, done = state !== "new";
    this.node.className = `row severity-${alert.severity} ${done ? "row-done" : "row-new"}`;
    const age = make("time", "age"), who = alert.track ? ` · ${words.name("labels", alert.track.label)}` : "";
    const happened = `${words.time(alert.occurred_at)}${who}`;
    age.dateTime = alert.occurred_at;
    this.button.replaceChildren(
      make("span", "rank", symbol(`severity-${alert.severity}`), make("span", "", words.name("severities", alert.severity))),
      this.picture.node,
      make("span", "what",
        make("strong", "", words.name("kinds", alert.kind), " ", make("span", "place", this.#aside(words))),
        make("span", "where", cameraName(alert.camera_id)), make("span", "dim", happened)),
      make("span", "which", ...(alert.plate ? [plate(alert.plate)] : [])),
      make("span", "when", age, make("span", "badge", ...(done ? [symbol("state-done")] : []), words.name("states", state))));
  }
}

export class AlertList {
  #rows = []; // newest first
  #chosen = null;
  #dropped = 0;
  #unseen = 0;
  #hours = 0;

  /** `passes(record)` is the filter; `onOpen(record, picture)` is called when an alert is chosen, with null when none is. */
  constructor(room, passes, onOpen) {
    Object.assign(this, { room, passes, onOpen, scroll: byId("scroll"), list: byId("alerts") });
    this.view = inView(this.scroll);
    this.scroll.addEventListener("scroll", () => { if (this.#atTop()) this.#seen(); }, { signal: room.api.signal });
    byId("news").addEventListener("click", () => this.toTop(), { signal: room.api.signal });
    this.clear();
  }

  clear() {
    for (const row of this.#rows) this.#forget(row);
    [this.#rows, this.#chosen, this.#dropped, this.#hours] = [[], null, 0, 0];
    this.#seen();
    this.summary();
  }

  /** Begins with what was found in the last `hours`, of which `dropped` older ones were not kept. */
  start(records, dropped, hours) {
    this.clear();
    this.choose(null);
    [this.#dropped, this.#hours] = [dropped, hours];
    this.#put(records);
  }

  add(records) {
    const reading = !this.#atTop() || this.#chosen, before = this.list.offsetHeight, shown = this.#put(records);
    if (reading) this.scroll.scrollTop += this.list.offsetHeight - before;
    if (!this.#atTop()) this.#unseen += shown;
    this.#trim();
    this.tick();
  }

  update(record) {
    const row = this.#rows.find((other) => other.record.alert.id === record.alert.id);
    if (!row) return;
    row.record = record;
    this.write([row]);
    this.filter();
  }

  /** Writes rows anew, all of them after a change of language or of the cameras' names. */
  write(rows = this.#rows) {
    for (const row of rows) row.write(this.room);
    this.tick();
    this.summary();
  }

  tick() {
    const { words, api } = this.room;
    for (const age of this.list.getElementsByTagName("time")) age.textContent = words.age(api.now() - Date.parse(age.dateTime));
  }

  filter() {
    for (const row of this.#rows) row.node.hidden = !this.passes(row.record);
    this.summary();
  }

  choose(row) {
    this.#chosen?.button.removeAttribute("aria-current");
    this.#chosen = row;
    row?.button.setAttribute("aria-current", "true");
    this.onOpen(row?.record ?? null, row?.picture);
  }

  /** Chooses the next (1) or previous (-1) alert that the filters let through. */
  move(step) {
    const shown = this.#rows.filter((row) => !row.node.hidden || row === this.#chosen);
    const row = shown[this.#chosen ? shown.indexOf(this.#chosen) + step : 0];
    if (!row) return;
    this.choose(row);
    row.button.focus({ preventScroll: true });
    row.node.scrollIntoView({ block: "nearest" });
  }

  toTop() {
    this.scroll.scrollTop = 0;
    this.#seen();
  }

  summary() {
    const { words } = this.room, span = words.span(this.#hours), n = this.#rows.length, dropped = this.#dropped;
    const shown = this.#rows.filter((row) => !row.node.hidden).length;
    byId("count").textContent = words.say(shown === n ? "alertCount" : "shown", { n, shown });
    byId("news").hidden = !this.#unseen;
    byId("news").textContent = words.say("news", { n: this.#unseen });
    const end = !this.#hours ? "loading" : !n ? "noAlerts" : !shown ? "noMatch" : dropped ? "ended" : "end";
    byId("end").textContent = words.say(end, { n, dropped, span });
    const open = this.#rows.filter((row) => row.record.state === "new").length;
    document.title = open ? `(${open}) 天网 Skynet` : "天网 Skynet";
  }

  /** Puts records (oldest first) on top; how many of them the filters let through. */
  #put(records) {
    const rows = records.map((record) => {
      const row = new Row(record, this.room.api, () => this.choose(row));
      return row;
    }).reverse();
    for (const { node, record, picture } of rows) {
      node.hidden = !this.passes(record);
      this.view.observe(picture.node);
    }
    this.#rows.unshift(...rows);
    this.list.prepend(...rows.map(({ node }) => node));
    this.write(rows);
    return rows.filter(({ node }) => !node.hidden).length;
  }

  /** Old rows go, but neither from under someone who reads down there nor the alert that is open. */
  #trim() {
    for (const row of this.#rows.slice(this.#atTop() ? KEPT : 2 * KEPT)) {
      if (row === this.#chosen) continue;
      this.#forget(row);
      this.#rows.splice(this.#rows.indexOf(row), 1);
      this.#dropped++;
    }
    this.summary();
  }

  #forget(row) {
    this.view.unobserve(row.picture.node);
    row.picture.release();
    row.node.remove();
  }

  #atTop() { return this.scroll.scrollTop < AT_TOP_PX; }

  #seen() {
    this.#unseen = 0;
    byId("news").hidden = true;
  }
}
