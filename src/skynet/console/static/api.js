/** The coordinator's public HTTP API, with a console token. */

/** `status` 0: no answer came. `problem` is the RFC 9457 body, {} when there was none. */
export class ApiError extends Error {
  constructor(status, problem = {}) {
    super(problem.title ? `${status} ${problem.title}` : String(status));
    Object.assign(this, { status, problem });
  }

  is(name) { return this.problem.type === `urn:skynet:problem:${name}`; }
}

/** Calls end with ApiError when `signal` is aborted. */
export class Api {
  #token;
  #behindMs = 0;

  constructor(token, signal) {
    this.#token = token;
    this.signal = signal;
  }

  /** Now by the coordinator's clock (to the second): a console with a wrong clock still shows true ages. */
  now() { return Date.now() + this.#behindMs; }

  alert(id) { return this.#json(`alerts/${id}`); }
  alerts(query) { return this.#json(`alerts?${new URLSearchParams(query)}`, { patienceMs: 35_000 }); }
  snapshot(sha256) { return this.#blob(`snapshots/${sha256}`); }
  clip(id) { return this.#blob(`alerts/${id}/clip`, { patienceMs: 120_000 }); }

  acknowledge(record, operator, note) {
    const headers = { "If-Match": `"${record.version}"`, "Content-Type": "application/json" };
    const body = JSON.stringify(note ? { operator, note } : { operator });
    return this.#json(`alerts/${record.alert.id}/acknowledge`, { method: "POST", headers, body });
  }

  async cameras() {
    const found = [];
    for (let page = { has_more: true }, from = ""; page.has_more; from = `&cursor=${encodeURIComponent(page.next_cursor)}`) {
      page = await this.#json(`cameras?limit=500${from}`);
      found.push(...page.items);
    }
    return found;
  }

  async #blob(path, options) { return (await this.#call(path, options)).blob().catch(() => { throw new ApiError(0); }); }
  async #json(path, options) { return (await this.#call(path, options)).json().catch(() => { throw new ApiError(0); }); }

  async #call(path, { headers = {}, patienceMs = 15_000, ...options } = {}) {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(patienceMs)]);
    const all = { ...headers, Authorization: `Bearer ${this.#token}`, "X-Purpose": "dispatch%20console" };
    const answer = await fetch(`/api/v1/${path}`, { ...options, headers: all, signal, cache: "no-store" })
      .catch(() => { throw new ApiError(0); });
    const date = Date.parse(answer.headers.get("Date"));
    if (Math.abs(date - this.now()) > 1500) this.#behindMs = date - Date.now();
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => ({})));
    return answer;
  }
}
