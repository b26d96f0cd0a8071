/** One alert in full, and its acknowledgement. */

import { ApiError } from "./api.js";
import { Clip } from "./clip.js";
import { byId, make, plate, symbol } from "./dom.js";

const OPERATOR = "skynet.operator";
const LINGER_MS = 300;

export class Detail {
  #record = null;
  #picture = null;
  #clip = null;
  #message = null;
  #form = null;
  #timer = 0;

  /** `changed(record)` is called with what the coordinator says of the alert, `close()` when the reader is done. */
  constructor(room, changed, close) { Object.assign(this, { room, changed, close, node: byId("detail") }); }

  show(record, picture) {
    this.#clip?.release();
    this.#clip = record && (record.alert.clip || record.clip) ? new Clip(record.alert.id, this.room) : null;
    [this.#record, this.#picture, this.#message, this.#form] = [record, picture, null, null];
    this.node.classList.toggle("open", record !== null);
    this.write();
    clearTimeout(this.#timer);
    // The list may be behind: other consoles acknowledge too. Who leafs through with j opens only what they stop at.
    if (record) this.#timer = setTimeout(() => this.#linger(record.alert.id), LINGER_MS);
  }

  write() {
    const { words, cameraName } = this.room;
    if (!this.#record) return this.node.replaceChildren(make("p", "dim hint", words.say("chooseAlert")));
    const { alert } = this.#record, kind = words.name("kinds", alert.kind), shot = this.#picture.frame();
    const where = alert.fault ? words.name("faults", alert.fault.kind) : alert.place;
    const close = Object.assign(make("button", "plain", "✕"), { type: "button", ariaLabel: words.say("close") });
    close.addEventListener("click", this.close);
    Object.assign(shot.dataset, { none: words.say("noPicture"), failed: words.say("pictureFailed") });
    this.#picture.fill(shot, `${kind}, ${cameraName(alert.camera_id)}`);
    this.#clip?.write();
    this.node.replaceChildren(
      make("div", `bar severity-${alert.severity}`, symbol(`severity-${alert.severity}`, "severity"),
        make("h2", "", kind, " ", make("span", "place", where)), ...(alert.plate ? [plate(alert.plate)] : []), close),
      make("div", "media", shot, ...(this.#clip ? [this.#clip.node] : [])), ...this.#warning(), this.#action(), this.#fields());
  }

  async acknowledge() {
    const record = this.#record, form = this.#form;
    if (!form || form.inert) return;
    const { operator, note } = form.elements, who = operator.value.trim();
    if (!who) {
      operator.focus();
      return this.#say("operatorFirst");
    }
    sessionStorage.setItem(OPERATOR, who);
    form.inert = true;
    try {
      this.#take(await this.room.api.acknowledge(record, who, note.value.trim()));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { acknowledged_by: by, acknowledged_at: at, detail } = error.problem;
      const why = detail ?? this.room.words.say("downShort"), here = this.#record?.alert.id === record.alert.id;
      if (error.is("already-acknowledged")) await this.#refresh(record.alert.id, "faster", { by, at: this.room.words.time(at) });
      else if (error.is("stale-version")) await this.#refresh(record.alert.id, "changed");
      else if (here) this.#say(error.status >= 400 && error.status < 500 ? "refused" : "unsure", { why });
    } finally {
      form.inert = false;
    }
  }

  #linger(id) {
    this.#refresh(id);
    this.#clip?.fetch();
  }

  async #refresh(id, ...message) {
    try {
      this.#take(await this.room.api.alert(id), ...message);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#record?.alert.id === id && message.length) this.#say(...message);
    }
  }

  /** `record` is how the alert stands now. An unchanged one leaves a half-written note alone. */
  #take(record, ...message) {
    this.changed(record);
    const shown = this.#record;
    if (shown?.alert.id !== record.alert.id || (shown.version === record.version && !message.length)) return;
    this.#record = record;
    this.#message = message.length ? message : null;
    this.write();
  }

  #say(...message) {
    this.#message = message;
    this.node.querySelector(".message").textContent = this.room.words.say(...message);
  }

  #action() {
    const { words } = this.room, { state, acknowledged_by: by, acknowledged_at: at } = this.#record, typed = this.#form?.elements;
    const message = make("p", "message", ...(this.#message ? [words.say(...this.#message)] : []));
    message.role = "status";
    this.#form = null;
    if (state !== "new") {
      const stands = state === "acknowledged" ? [] : [words.name("states", state)];
      const done = [...stands, ...(by ? [words.say("acknowledgedBy", { by, at: words.time(at) })] : [])].join(" · ");
      return make("div", "action", make("p", "done", symbol("state-done"), " ", done), message);
    }
    const form = this.#form = make("form", "action",
      this.#input("operator", 120, typed?.operator.value ?? sessionStorage.getItem(OPERATOR) ?? ""),
      this.#input("note", 2000, typed?.note.value ?? ""),
      make("button", "primary", words.say("acknowledge"), " ", make("kbd", "", "a")), message);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.acknowledge(); });
    return form;
  }

  /** A possible hit says so above all else: nobody may be sent on a reading alone. */
  #warning() {
    return this.#record.alert.hit?.confirmation_required ? [make("p", "warning", this.room.words.say("confirmFirst"))] : [];
  }

  #input(name, maxLength, value) {
    const input = Object.assign(make("input"), { name, maxLength, value, autocomplete: "off" });
    return make("label", "", this.room.words.say(name), input);
  }

  #fields() {
    const { words, cameraName } = this.room, { alert, received_at: received, note } = this.#record, { track, plate: read, hit, fault } = alert;
    const sure = (share) => `${Math.round(share * 100)} %`;
    const fields = {
      camera: `${cameraName(alert.camera_id)} (${alert.camera_id})`, kind: words.name("kinds", alert.kind),
      severity: words.name("severities", alert.severity), place: alert.place, rule: alert.rule_id,
      fault: fault && words.name("faults", fault.kind), faultWhy: fault?.detail,
      object: track && `${words.name("labels", track.label)} #${track.track_id}, ${sure(track.score)}`,
      plate: read && `${read.text}, ${words.name("plateKinds", read.kind)}, ${sure(read.confidence)}`,
      hit: hit && `${hit.entry.plate}, ${words.name("certainties", hit.certainty)}, ${sure(hit.score)}`,
      hitWhy: hit?.explanation, purpose: hit && words.name("purposes", hit.entry.purpose),
      authority: hit && `${hit.entry.authority}, ${hit.entry.issuing_unit}`, caseNumber: hit?.entry.case_number,
      occurred: words.time(alert.occurred_at, alert.time_error_s), received: words.time(received),
      dwell: alert.dwell_s && words.age(alert.dwell_s * 1000), noteSaid: note, box: alert.box_id, id: alert.id,
    };
    return make("dl", "", ...Object.entries(fields).filter(([, value]) => value)
      .flatMap(([name, value]) => [make("dt", "", words.say(name)), make("dd", "", value)]));
  }
}
