// Messages as elements. Whatever somebody typed becomes text of a node, never HTML.

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+/gi;
const TRAILING = /[.,:;!?'"*_~…)\]}»”]+$/u;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F\u200D\p{Extended_Pictographic}]*\s*){1,6}$/u;
const GROUPED = 5 * 60 * 1000; // milliseconds between lines that stand below one name

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// One of eight colours, the same for the same person; the server's filter `face` counts alike.
export const faceOf = (person) => [...person].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % 8;

const initialOf = (name) => [...name][0]?.toUpperCase() ?? "";

const folded = (text) => text.normalize("NFKC").toLocaleLowerCase();
const isWordSign = (sign) => /[\p{L}\p{N}_]/u.test(sign ?? "");

// Returns where "@" and one of these names stand: [from, to, name], the longest name first.
function mentionsIn(text, names) {
  const found = [];
  const lower = folded(text);
  if (lower.length !== text.length) return found; // positions would not fit
  for (let at = lower.indexOf("@"); at >= 0; at = lower.indexOf("@", at + 1)) {
    const name = names.find((each) => lower.startsWith(folded(each), at + 1) && !isWordSign(lower[at + 1 + each.length]));
    if (name && !isWordSign(lower[at - 1])) found.push([at, at + 1 + name.length, name]);
  }
  return found;
}

function linkTo(written) {
  let address;
  try {
    address = new URL(written);
  } catch {
    return null;
  }
  if (address.protocol !== "http:" && address.protocol !== "https:") return null;
  return element("a", { href: address.href, rel: "noopener noreferrer nofollow ugc", target: "_blank" }, written);
}

function withMentions(text, names) {
  const nodes = [];
  let done = 0;
  for (const [from, to] of mentionsIn(text, names)) {
    nodes.push(text.slice(done, from), element("span", { class: "at" }, text.slice(from, to)));
    done = to;
  }
  return [...nodes, text.slice(done)];
}

// A closing bracket belongs to the address when an opening one does: Wikipedia has such.
function trimmed(written) {
  const ended = written.replace(TRAILING, "");
  const opens = ended.includes("(") && !ended.includes(")") && written[ended.length] === ")";
  return opens ? `${ended})` : ended;
}

export function nodesOf(text, names) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const written = trimmed(match[0]);
    const link = linkTo(written);
    if (!link) continue;
    nodes.push(...withMentions(text.slice(done, match.index), names), link);
    done = match.index + written.length;
  }
  return [...nodes, ...withMentions(text.slice(done), names)];
}

export const mentions = (text, name) => mentionsIn(text, [name]).length > 0;

function timeOf(at) {
  const when = new Date(at);
  return element("time", { datetime: when.toISOString(), title: whole.format(when) }, clock.format(when));
}

export function nameButton(person, nickname) {
  const button = element("button", { type: "button", class: "name-button" }, element("bdi", {}, nickname));
  Object.assign(button.dataset, { person, nickname });
  return button;
}

export function systemLine({ seq, at, text }) {
  const line = element("li", { class: "line line-system" }, element("p", {}, element("bdi", { dir: "ltr" }, text), " ", timeOf(at)));
  if (seq !== undefined) line.id = `m${seq}`;
  return line;
}

export function dayLine(at) {
  return element("li", { class: "line line-system line-day" }, day.format(new Date(at)));
}

export const unreadLine = () => element("li", { class: "unread", id: "unread" }, "New");

// `names` are those that may be mentioned.
export function userLine(message, { me, nickname, names }) {
  const { seq, at, person, text } = message;
  const shown = element("p", { class: "text", dir: "auto" }, ...nodesOf(text, names));
  if (ONLY_EMOJI.test(text)) shown.classList.add("is-big");
  const face = element("span", { class: `face face-${faceOf(person)}`, "aria-hidden": "true" }, initialOf(message.nickname));
  const who = element("p", { class: "who" }, nameButton(person, message.nickname), timeOf(at));
  const line = element("li", { class: "line" }, face, who, shown);
  if (seq !== undefined) line.id = `m${seq}`;
  Object.assign(line.dataset, { person, at, text });
  line.classList.toggle("is-mine", person === me);
  line.classList.toggle("is-mention", person !== me && mentions(text, nickname));
  return line;
}

// Hides name and time of a line that follows one of the same person.
export function group(line, before) {
  const isSame = before?.dataset.person !== undefined && before.dataset.person === line.dataset.person;
  line.classList.toggle("line-more", isSame && line.dataset.at - before.dataset.at < GROUPED);
}

export const isSameDay = (one, other) => day.format(new Date(Number(one))) === day.format(new Date(Number(other)));
