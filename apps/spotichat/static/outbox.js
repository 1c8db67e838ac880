// What was sent and is not acknowledged yet: in order, one after the other, until the server has it.
//
// Notice the key. It stays the same however often a message is sent, so that one whose answer was
// lost is acknowledged the next time, and not said twice. And it survives a reload of the page.

import { ask, randomKey, sleep } from "./asking.js";

const PAUSES = [500, 1000, 2000, 5000, 10000]; // milliseconds

export class Outbox {
  #busy = false;
  #wake = () => {};

  // `onChange(item, state, problem)`: waiting, sent (item.seq), slow (item.seconds), refused.
  constructor({ api, room, onChange }) {
    Object.assign(this, { api, onChange, place: `spotichat:outbox:${room}` });
    this.items = JSON.parse(sessionStorage.getItem(this.place) ?? "[]");
    addEventListener("online", () => this.#wake());
  }

  begin() {
    for (const item of this.items) this.onChange(item, "waiting");
    this.#send();
  }

  add(text) {
    const item = { key: randomKey(), text, at: Date.now() };
    this.items.push(item);
    this.#keep();
    this.onChange(item, "waiting");
    this.#send();
  }

  hurry() {
    this.#wake();
  }

  #keep() {
    sessionStorage.setItem(this.place, JSON.stringify(this.items));
  }

  async #send() {
    if (this.#busy) return;
    this.#busy = true;
    for (let failures = 0; this.items.length; ) {
      const [item] = this.items;
      try {
        const { key, text } = item;
        const { seq } = await ask("POST", `${this.api}/messages`, { body: { text, key } });
        this.#finish(item, { seq }, "sent");
        failures = 0;
      } catch (problem) {
        if (!problem.isPassing) this.#finish(item, {}, "refused", problem);
        else await this.#pause(item, problem, failures++);
      }
    }
    this.#busy = false;
  }

  #finish(item, result, state, problem) {
    this.items.shift();
    this.#keep();
    this.onChange({ ...item, ...result }, state, problem);
  }

  async #pause(item, problem, failures) {
    const pause = problem.seconds * 1000 || PAUSES[Math.min(failures, PAUSES.length - 1)];
    const state = problem.status === 429 ? "slow" : "waiting";
    this.onChange({ ...item, seconds: problem.seconds }, state, problem);
    await Promise.race([sleep(pause), new Promise((wake) => (this.#wake = wake))]);
  }
}
