// How messages arrive: by long polls, an event stream or a WebSocket, all with one cursor.
//
// Notice the order. Before each connection a short poll brings what was missed, and tells whose fault
// the end of the last one was: if the site answers it, the way is to blame, and after two such ends
// the next way is taken. Long polls come last, for they get through everywhere.

import { Problem, ask, sleep } from "./asking.js";

const ORDER = ["socket", "events", "poll"];
const PAUSES = [300, 1000, 2000, 4000, 8000, 15000]; // milliseconds between tries
const LONGEST_WAIT = 25; // seconds that a poll is held
const SHORTEST_WAIT = 5;
const FAULTS = 2; // ends of a connection until another way is taken

export class Feed {
  isEnded = false;
  #failures = 0;
  #faults = 0;
  #isQuiet = false;
  #wait = LONGEST_WAIT;
  #stop = new AbortController();
  #wake = () => {};

  constructor({ api, tab, way, onBatch, onState }) {
    Object.assign(this, { api, tab, cursor: 0, way: ORDER.includes(way) ? way : "poll", onBatch, onState });
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.reconnect());
  }

  // Ends when the person is not welcome any more.
  async run() {
    while (!this.isEnded) {
      try {
        this.#stop = new AbortController();
        await this.#poll(0);
        this.#failures = 0;
        this.onState("online");
        await this.#listen();
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  end() {
    this.isEnded = true;
    this.#stop.abort();
  }

  // Tries again now, without waiting for the end of a pause.
  hurry() {
    this.#wake();
  }

  // Browsers hardly let pages in the background give signs of life; a poll is one by itself.
  beQuiet(isQuiet) {
    const isOther = this.way !== "poll" && isQuiet !== this.#isQuiet;
    this.#isQuiet = isQuiet;
    if (isOther) this.reconnect();
  }

  // Gives the present connection up, whatever it thinks of itself.
  reconnect() {
    this.#stop.abort();
    this.hurry();
  }

  async #listen() {
    const before = this.cursor;
    try {
      await this[`_${this.#isQuiet ? "poll" : this.way}`]();
    } catch (error) {
      if (!(error instanceof Problem) || error.isPassing) this.#blame(before);
      throw error;
    }
  }

  #blame(before) {
    if (this.#stop.signal.aborted || navigator.onLine === false) return;
    this.#faults = this.cursor > before ? 0 : this.#faults + 1;
    if (this.way === "poll") this.#wait = Math.max(SHORTEST_WAIT, Math.floor(this.#wait / 2));
    if (this.#faults < FAULTS || this.way === "poll") return;
    this.way = ORDER[ORDER.indexOf(this.way) + 1];
    this.#faults = 0;
  }

  async #recover(error) {
    if (this.isEnded) return;
    const problem = error instanceof Problem ? error : new Problem(0, "The connection has ended.");
    if (!problem.isPassing) {
      this.isEnded = true;
      this.onState("refused", problem);
      return;
    }
    const pause = problem.seconds * 1000 || PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    this.#failures += 1;
    // The end of one connection is nothing yet: the next try tells.
    if (this.#failures > 1 || problem.status >= 500) this.onState("offline", problem);
    await Promise.race([sleep(pause), new Promise((wake) => (this.#wake = wake))]);
  }

  // The tab tells the server which page has a connection, so that it knows who has gone.
  #address(name, more = {}) {
    return `${this.api}/${name}?${new URLSearchParams({ after: this.cursor, tab: this.tab, ...more })}`;
  }

  #take(batch) {
    // Behind our cursor the room begins anew: Redis has lost what it knew.
    const isNew = batch.gap && batch.next < this.cursor;
    const messages = isNew ? batch.messages : batch.messages.filter(({ seq }) => seq > this.cursor);
    this.cursor = isNew ? batch.next : Math.max(this.cursor, batch.next);
    this.onBatch({ ...batch, messages });
  }

  async #poll(wait) {
    const stop = this.#stop;
    const limit = setTimeout(() => stop.abort(), (wait + 15) * 1000);
    try {
      this.#take(await ask("GET", this.#address("messages", { wait }), { signal: stop.signal }));
    } finally {
      clearTimeout(limit);
    }
  }

  async _poll() {
    while (!this.isEnded) {
      await this.#poll(this.#wait);
      this.#faults = 0;
    }
  }

  _events() {
    return this.#connection((end) => {
      const source = new EventSource(this.#address("events"));
      source.onmessage = ({ data }) => this.#take(JSON.parse(data));
      source.onerror = end; // with our own cursor we connect better than it does
      return source;
    });
  }

  _socket() {
    return this.#connection((end) => {
      const address = new URL(this.#address("socket"), location.href);
      address.protocol = address.protocol.replace("http", "ws");
      const socket = new WebSocket(address);
      socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
      socket.onclose = end;
      return socket;
    });
  }

  // Opens a connection, and throws when it has ended.
  async #connection(open) {
    let connection;
    const { signal } = this.#stop;
    await new Promise((end) => {
      signal.addEventListener("abort", end, { once: true });
      connection = open(end);
    });
    connection.close();
    throw new Problem(0, "The connection has ended.");
  }
}
