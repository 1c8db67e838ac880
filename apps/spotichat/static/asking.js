// Questions to the server, and what their answers mean.

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// The server said no. `status` is 0 where nobody answered at all.
export class Problem extends Error {
  constructor(status, detail, seconds = 0) {
    super(detail);
    this.status = status;
    this.seconds = seconds; // to wait, where the server said so
  }

  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

async function problemOf(answer) {
  const seconds = Number(answer.headers.get("Retry-After")) || 0;
  const told = await answer.json().catch(() => ({}));
  return new Problem(answer.status, told.detail || told.title || `Error ${answer.status}`, seconds);
}

// Returns the JSON of the answer, null for one without. Throws a Problem.
export async function ask(method, path, { body, signal, keepalive } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const options = { method, headers, signal, keepalive, cache: "no-store", credentials: "same-origin" };
  if (body !== undefined) options.body = JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, options);
    if (answer.ok) return answer.status === 204 ? null : await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "Nobody answers.");
  }
  throw await problemOf(answer);
}

export const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

// 128 random bits; crypto.randomUUID is missing on pages without TLS.
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
