// The room: puts together what comes (feed.js), what goes (outbox.js) and how it looks (lines.js).

import { ask, randomKey } from "./asking.js";
import { Feed } from "./feed.js";
import { dayLine, element, group, isSameDay, nameButton, systemLine, unreadLine, userLine } from "./lines.js";
import { Outbox } from "./outbox.js";

const MOST_LINES = 500; // what is older leaves the page
const TYPING = 4_000; // milliseconds for which somebody counts as typing
const QUIET = 120_000; // milliseconds in the background until the page makes do with polls
const NEAR_LIMIT = 50; // characters that are left when the page begins to count
const NEAR = 60; // pixels from the end that still are the end

const byId = (id) => document.getElementById(id);
const { room, api, me, nickname, transport, track, spotify, pulse } = byId("room").dataset;
const log = byId("log");
const lines = byId("lines");
const text = byId("text");
const tab = randomKey();
const pageTitle = document.title;

function stored(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`spotichat:${name}`)) ?? fallback;
  } catch {
    return fallback; // whatever it was, it was not ours
  }
}

const store = (name, value) => localStorage.setItem(`spotichat:${name}`, JSON.stringify(value));

// -- what is on the page --------------------------------------------------------------------------

const muted = new Set(stored("muted", []));
const pending = new Map(); // key -> the line of a message that is on its way
const acknowledged = new Map(); // seq -> key, of those that have not come back yet
let people = [];
let shownPeople = "";
let unread = 0;
let lastAt = 0;
let isFirst = true;

const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const isReading = () => !document.hidden && isAtEnd();
const names = () => people.map((each) => each.nickname).sort((one, other) => other.length - one.length);

function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
  byId("to-newest").hidden = true;
}

function append(line, at) {
  const firstPending = [...pending.values()][0] ?? null;
  if (!lastAt || !isSameDay(lastAt, at)) lines.insertBefore(dayLine(at), firstPending);
  lastAt = at;
  lines.insertBefore(line, firstPending);
  if (line.dataset.person) group(line, line.previousElementSibling);
  if (firstPending) group(firstPending, line);
  while (lines.children.length > MOST_LINES) lines.firstElementChild.remove();
}

function showMessage(message) {
  if (message.event === "cleaned") return clean(message);
  if (message.person === me) settle(message.key ?? acknowledged.get(message.seq));
  const line = message.kind === "user" ? userLine(message, { me, nickname, names: [nickname, ...names()] }) : systemLine(message);
  line.classList.toggle("is-hidden", muted.has(message.person));
  append(line, message.at);
  if (message.kind === "user" && message.person !== me && !muted.has(message.person)) countUnread(line, message);
}

// Takes the line of a message away that has come back with its number.
function settle(key) {
  pending.get(key)?.remove();
  pending.delete(key);
}

function clean(message) {
  for (const key of acknowledged.values()) settle(key);
  lines.replaceChildren(...pending.values());
  append(systemLine(message), message.at);
}

// -- unread: a line, the title, a button ----------------------------------------------------------

function countUnread(line, message) {
  const isNew = isFirst ? message.seq > stored(`read:${room}`, Infinity) : !isReading();
  if (!isNew) return;
  unread += 1;
  if (!byId("unread")) {
    line.before(unreadLine());
    line.classList.remove("line-more");
  }
}

function showUnread() {
  document.title = unread && document.hidden ? `(${unread}) ${pageTitle}` : pageTitle;
  const button = byId("to-newest");
  button.hidden = isAtEnd();
  button.textContent = unread ? `${unread} new ↓` : "Newest ↓";
}

function haveRead() {
  if (!isReading()) return;
  unread = 0;
  if (feed.cursor) store(`read:${room}`, feed.cursor);
  showUnread();
}

let quiet = 0;

// The line stays while somebody reads, and goes when he has looked away and back again.
function onVisibility() {
  clearTimeout(quiet);
  if (document.hidden) {
    if (!unread) byId("unread")?.remove();
    quiet = setTimeout(() => feed.beQuiet(true), QUIET);
    return;
  }
  feed.beQuiet(false);
  beat();
  feed.hurry();
  if (spotify) askWhatPlays();
  haveRead();
  showUnread();
}

// -- what comes -----------------------------------------------------------------------------------

function onBatch(batch) {
  const wasAtEnd = isAtEnd() || isFirst;
  if (isFirst) lines.replaceChildren(...pending.values());
  if (batch.gap && !isFirst) append(systemLine({ at: Date.now(), text: "Older messages are not kept: some are missing here." }), Date.now());
  if (batch.people) showPeople(batch);
  batch.messages.forEach(showMessage);
  byId("empty").hidden = lines.children.length > 0;
  if (isFirst && byId("unread")) byId("unread").scrollIntoView({ block: "center" });
  else if (wasAtEnd && (!document.hidden || !unread)) scrollToEnd();
  isFirst = false;
  log.setAttribute("aria-live", "polite");
  haveRead();
  showUnread();
}

function notice(words, isGood = false) {
  const place = byId("notice");
  place.hidden = !words;
  place.classList.toggle("notice-good", isGood);
  place.textContent = words;
}

function onState(state, problem) {
  document.documentElement.dataset.state = state;
  if (state === "online") {
    notice("");
    outbox.hurry();
    beat();
  } else if (state === "refused") {
    notice(problem.status === 401 ? "You are not known here any more. Reload the page and take a nickname." : problem.message);
    for (const control of composer.elements) control.disabled = true;
  } else if (problem.status >= 500) {
    notice("Messages cannot be fetched at the moment. This page goes on by itself as soon as they can.");
  } else {
    notice("You are offline. What you write is sent as soon as the connection is back.");
  }
}

// -- who is here ----------------------------------------------------------------------------------

function showPeople(present) {
  people = present.people;
  byId("people-count").textContent = present.count;
  const others = present.count - people.length;
  const shown = JSON.stringify([others, ...people.map((each) => [each.person, each.nickname])]);
  if (shown !== shownPeople) listPeople(others);
  shownPeople = shown;
  showTyping(people.filter((each) => each.typing && each.person !== me));
}

// Anew only when it has changed: somebody may be about to press one of the names.
function listPeople(others) {
  byId("people").replaceChildren(...people.map(personLine));
  if (others > 0) byId("people").append(element("li", { class: "quiet" }, `and ${others} more`));
}

function personLine({ person, nickname: name }) {
  const line = element("li", {}, nameButton(person, name), person === me ? " (you)" : "");
  line.classList.toggle("is-muted", muted.has(person));
  return line;
}

let believed = 0;

// Nobody tells when somebody stops: it is believed for a while.
function showTyping(list) {
  clearTimeout(believed);
  if (list.length) believed = setTimeout(() => showTyping([]), 2 * TYPING);
  const some = list.slice(0, 3).map((each) => each.nickname).join(", ");
  byId("typing").textContent = list.length ? `${some} ${list.length === 1 ? "is" : "are"} typing …` : "";
}

let typedAt = 0;
let toldAt = 0; // when the others were last told of typing

async function beat() {
  if (feed.isEnded) return;
  const typing = Date.now() - typedAt < TYPING;
  if (typing) toldAt = typedAt;
  try {
    const answer = await ask("POST", `${api}/here`, { body: { tab, typing } });
    if (answer?.people) showPeople(answer);
    if (answer?.seq > feed.cursor) setTimeout(() => answer.seq > feed.cursor && feed.reconnect(), 3000);
  } catch (problem) {
    if (!problem.isPassing) onState("refused", problem);
    else doubt();
  }
}

// Something has failed: whether messages still come is asked now, not when the present poll ends.
function doubt() {
  if (document.documentElement.dataset.state === "online") feed.reconnect();
}

// -- what goes ------------------------------------------------------------------------------------

const composer = byId("composer");
const draft = `draft:${room}`;

function onSending(item, state, problem) {
  if (state === "sent") return onSent(item);
  if (state === "waiting" && problem) doubt();
  const line = pending.get(item.key) ?? addPending(item);
  line.querySelector(".state").textContent = sayState(item, state, problem);
  line.classList.toggle("is-refused", state === "refused");
  if (state !== "refused") return;
  line.inert = false;
  pending.delete(item.key);
  setTimeout(() => line.remove(), 20_000);
  if (!text.value) setText(item.text);
}

function sayState(item, state, problem) {
  if (state === "refused") return `Not sent: ${problem.message}`;
  if (state === "slow") return `You are fast. This is sent in ${item.seconds} seconds.`;
  return problem ? "Waits for the connection …" : "";
}

function addPending(item) {
  const line = userLine({ person: me, nickname, at: item.at, text: item.text }, { me, nickname, names: names() });
  line.classList.add("is-waiting");
  line.inert = true; // screen readers hear it once: when it is said
  line.append(element("p", { class: "state" }));
  pending.set(item.key, line);
  lines.append(line);
  group(line, line.previousElementSibling);
  byId("empty").hidden = true;
  scrollToEnd();
  return line;
}

function onSent({ key, seq }) {
  if (seq <= feed.cursor) return settle(key);
  acknowledged.set(seq, key);
  pending.get(key)?.classList.remove("is-waiting");
}

function send() {
  const typed = text.value.trim();
  if (!typed) return;
  setText("");
  byId("unread")?.remove();
  outbox.add(typed);
}

function setText(value) {
  text.value = value;
  text.dispatchEvent(new Event("input"));
}

function growText() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

// Counted as the server does: an emoji is one character, although a field thinks that it is two.
function showLeft() {
  const left = Number(text.dataset.limit) - [...text.value.trim()].length;
  const place = byId("left");
  place.hidden = left > NEAR_LIMIT;
  place.classList.toggle("is-over", left < 0);
  place.textContent = left < 0 ? `${-left} characters too many` : `${left} characters left`;
}

function insert(words) {
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input"));
  text.focus();
}

function onInput() {
  if (!CSS.supports("field-sizing", "content")) growText();
  showLeft();
  if (text.value) localStorage.setItem(`spotichat:${draft}`, JSON.stringify(text.value));
  else localStorage.removeItem(`spotichat:${draft}`);
  typedAt = text.value ? Date.now() : 0;
  if (typedAt - toldAt > TYPING) beat();
}

// -- keys -----------------------------------------------------------------------------------------

function onKeyInText(event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape") text.blur();
}

function onKey(event) {
  const isTyping = event.target.matches("input, textarea, select") || document.querySelector("dialog[open]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    text.focus();
  } else if (event.key === "End") scrollToEnd();
}

// -- one person: mention, mute, report, send out --------------------------------------------------

let chosen = null;

function choose(button) {
  const { person, nickname: name } = button.dataset;
  if (person === me) return;
  const line = button.closest(".line");
  chosen = { person, name, seq: line?.id ? Number(line.id.slice(1)) : null };
  const dialog = byId("person");
  byId("person-name").textContent = name;
  byId("person-said").textContent = line?.dataset.text ?? "";
  dialog.querySelector("[value=mute]").textContent = muted.has(person) ? "Listen again" : "Mute";
  dialog.querySelector("[value=report]").hidden = chosen.seq === null;
  dialog.returnValue = "";
  dialog.showModal();
}

function mute({ person }) {
  if (!muted.delete(person)) muted.add(person);
  store("muted", [...muted]);
  showMuted();
}

function showMuted() {
  for (const line of lines.children) line.classList.toggle("is-hidden", muted.has(line.dataset.person));
  for (const line of byId("people").children) {
    line.classList.toggle("is-muted", muted.has(line.querySelector("button")?.dataset.person));
  }
  byId("unmute").hidden = !muted.size;
}

function unmuteAll() {
  muted.clear();
  store("muted", []);
  showMuted();
}

async function tell(path, body, done) {
  try {
    await ask("POST", `${api}/${path}`, { body });
    notice(done, true);
    setTimeout(() => notice(""), 6000);
  } catch (problem) {
    notice(problem.message);
  }
}

const ACTIONS = {
  mention: ({ name }) => insert(`@${name} `),
  mute,
  report: ({ seq }) => tell("report", { seq }, "Thank you. The operators will look at it."),
  kick: ({ person }) => tell("kick", { person }, "Sent out of the room."),
};

// -- Spotify --------------------------------------------------------------------------------------

const PROBLEMS = {
  away: "Spotify does not answer at the moment.",
  slow: "Spotify wants a pause.",
  refused: "Spotify refuses to tell what you hear.",
};

async function askWhatPlays() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await ask("POST", "/spotify/playing");
  } catch {
    return; // the next time, perhaps
  }
  if (!answer.connected) offer("Spotify is disconnected.", "/settings", "Settings");
  else if (PROBLEMS[answer.problem]) offer(PROBLEMS[answer.problem]);
  else offerSong(answer);
}

let declined = null;

function offerSong({ track: song, path, is_playing: isPlaying, follows }) {
  if (!song || !isPlaying || song.id === track || song.id === declined) return offer("");
  if (follows && !text.value && !outbox.items.length) return location.assign(path);
  return offer(`You hear “${song.title}” now.`, path, "Go to its room", () => (declined = song.id));
}

function offer(words, path, action, decline) {
  const place = byId("offer");
  if (place.dataset.words === words) return;
  place.dataset.words = words;
  place.hidden = !words;
  place.replaceChildren(element("span", {}, words));
  if (path) place.append(element("a", { class: "button", href: path }, action));
  if (!decline) return;
  const stay = element("button", { class: "button button-plain", type: "button" }, "Stay here");
  stay.addEventListener("click", () => {
    decline();
    offer("");
  });
  place.append(stay);
}

// -- all together ---------------------------------------------------------------------------------

const outbox = new Outbox({ api, room, onChange: onSending });
const feed = new Feed({ api, tab, way: transport, onBatch, onState });

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  text.focus();
});
text.addEventListener("keydown", onKeyInText);
text.addEventListener("input", onInput);
document.addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", onVisibility);
log.addEventListener("scroll", () => {
  haveRead();
  showUnread();
});
byId("to-newest").addEventListener("click", () => {
  scrollToEnd();
  text.focus();
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest(".name-button");
  if (button) choose(button);
});
byId("person").addEventListener("close", ({ target }) => ACTIONS[target.returnValue]?.(chosen));
byId("emoji-button").addEventListener("click", () => {
  byId("emoji").returnValue = "";
  byId("emoji").showModal();
});
byId("emoji").addEventListener("close", ({ target }) => target.returnValue && insert(target.returnValue));
byId("unmute").addEventListener("click", unmuteAll);
byId("unmute").hidden = !muted.size;
byId("clean")?.addEventListener("click", () => {
  if (confirm("Remove all messages of this room, for everybody?")) tell("clean", {}, "The room is clean.");
});
byId("close-room")?.addEventListener("click", async () => {
  if (!confirm("Close this room? Nobody can enter it again.")) return;
  await ask("DELETE", api).then(() => location.assign("/"), (problem) => notice(problem.message));
});
byId("copy-link").addEventListener("click", async ({ target }) => {
  await navigator.clipboard.writeText(location.href);
  target.textContent = "Copied";
});
byId("follows")?.addEventListener("change", ({ target }) => target.form.requestSubmit());
addEventListener("pagehide", () => {
  ask("DELETE", `${api}/here?${new URLSearchParams({ tab, soon: 1 })}`, { keepalive: true }).catch(() => {});
});
addEventListener("pageshow", ({ persisted }) => persisted && feed.reconnect());

byId("emoji-button").hidden = false;
byId("copy-link").hidden = !navigator.clipboard;
if (matchMedia("(max-width: 46rem)").matches) byId("people-box").open = false;
if (!text.value) setText(stored(draft, ""));
typedAt = 0;

document.documentElement.dataset.state = "connecting";
outbox.begin();
feed.run();
setInterval(beat, Number(pulse) * 1000);
if (spotify) {
  askWhatPlays();
  setInterval(askWhatPlays, Number(spotify) * 1000);
}
