// What scripts add in Readify: reading settings without reloading, the place where one stopped,
// flags without reloading, lists that follow what happens elsewhere. Every page works without it.

const PERIOD = 4000; // milliseconds between two questions for news
const inMeta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

// -- the site itself: its forms, sent by a script --------------------------------------------------

function postForm(address, fields) {
  const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
  return fetch(address, {
    method: "POST",
    keepalive: true,
    headers: { "X-CSRF-Token": token },
    body: new URLSearchParams(fields),
  });
}

// -- the API, with the token that the page has brought along ---------------------------------------

let isAllowed = Boolean(inMeta("api"));

async function api(path, { method = "GET", json } = {}) {
  const headers = { Authorization: `Bearer ${inMeta("api-token")}` };
  if (json) headers["Content-Type"] = "application/json";
  const body = json && JSON.stringify(json);
  const answer = await fetch(inMeta("api") + path, { method, headers, body });
  if (answer.status === 401) isAllowed = false; // logged out elsewhere: the live parts end
  if (!answer.ok) throw new Error(`The API answered with status ${answer.status}.`);
  return answer.json();
}

// -- the reader: type size, width, theme -----------------------------------------------------------

for (const form of document.querySelectorAll("form[data-reading]")) {
  form.querySelector("button[type=submit]").hidden = true;
  form.addEventListener("change", () => {
    const chosen = new FormData(form);
    for (const name of ["theme", "size", "width"]) {
      document.documentElement.dataset[name] = chosen.get(name);
    }
    postForm(form.action, chosen);
  });
}

for (const details of document.querySelectorAll(".reading-settings")) {
  const close = (event) => details.contains(event.target) || (details.open = false);
  document.addEventListener("click", close);
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

// -- the reader: the place where one stopped, as a share of the article ------------------------------

const barHeight = () => document.querySelector(".reader-bar")?.offsetHeight ?? 0; // hides text below

function placeIn(article) {
  const { top, height } = article.getBoundingClientRect();
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  return atEnd ? 1 : Math.min(Math.max((barHeight() - top) / height, 0), 1);
}

function followPlace(article) {
  let kept = Number(article.dataset.place);
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    const place = placeIn(article);
    if (Math.abs(place - kept) < 0.005) return;
    kept = place;
    postForm(article.dataset.placeAddress, { place: place.toFixed(4) }).catch(() => {});
  };
  if (kept > 0.01 && kept < 0.99 && !location.hash) {
    const { top, height } = article.getBoundingClientRect();
    scrollTo({ top: scrollY + top + kept * height - barHeight(), behavior: "instant" });
  }
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 700);
  });
  addEventListener("pagehide", keep);
}

const article = document.querySelector("[data-article]");
if (article?.querySelector(".part")) addEventListener("load", () => followPlace(article));

// -- a list that follows what happens elsewhere -----------------------------------------------------

const list = () => document.querySelector("[data-list]");
const entryOf = (id = "") => document.querySelector(`[data-link="${CSS.escape(id)}"]`);

// Take over a page that has just come: entries that are new or have changed, and the heading.
function takeOver(fresh) {
  const [old, next] = [list(), fresh.querySelector("[data-list]")];
  const head = fresh.querySelector(".page-head");
  if (!old || !next) {
    if (Boolean(old) !== Boolean(next)) {
      document.querySelector("#main").replaceChildren(...fresh.querySelector("#main").childNodes);
    }
    return;
  }
  document.querySelector(".page-head").replaceWith(head);
  const before = new Map([...old.children].map((item) => [item.dataset.link, item]));
  const items = [...next.children].map((item) => kept(before.get(item.dataset.link), item));
  const focused = document.activeElement.closest?.("[data-link]")?.dataset.link;
  old.replaceChildren(...items);
  entryOf(focused)?.querySelector("[data-entry]").focus();
}

// The entry that is there already stays if nothing about it has changed, with its tick.
function kept(old, next) {
  if (!old) next.classList.add("is-new");
  if (old?.querySelector(".link-choice:checked")) {
    next.querySelector(".link-choice").checked = true;
  }
  return old && old.innerHTML === next.innerHTML ? old : next;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

let cursor = "latest";

async function lookForNews() {
  const isFirst = cursor === "latest"; // what has happened since the page was made is not known
  const news = await api(`/links/?since=${encodeURIComponent(cursor)}`);
  cursor = news.since;
  if (isFirst || news.data.length) await refresh();
}

async function follow() {
  if (!document.hidden) await lookForNews().catch(() => {});
  if (isAllowed) setTimeout(follow, PERIOD);
}

if (isAllowed && document.querySelector("[data-follows]")) follow();

// A page that waits for the text of one article loads itself again when that has come.
const awaited = document.querySelector("[data-awaits]")?.dataset.awaits;

async function wait() {
  const answer = await api(`/links/${awaited}`).catch(() => null);
  if (["done", "failed"].includes(answer?.data.fetch_state)) location.reload();
  else if (isAllowed) setTimeout(wait, 1500);
}

if (awaited && isAllowed) wait();

// -- flags without reloading ------------------------------------------------------------------------

const FLAGS = {
  like: [{ liked: true }, "Liked"],
  unlike: [{ liked: false }, "No longer liked"],
  archive: [{ archived: true }, "Archived"],
  unarchive: [{ archived: false }, "Back among the unread"],
  delete: [{ deleted: true }, "Moved to the bin"],
  undelete: [{ deleted: false }, "Restored"],
};
const opposite = (flags) =>
  Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, !value]));

function say(words, undo) {
  const note = document.createElement("div");
  const [text, button] = [document.createElement("p"), document.createElement("button")];
  note.className = "note note-good with-button";
  note.setAttribute("role", "status");
  text.textContent = words;
  button.className = "button button-plain";
  button.textContent = "Undo";
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await undo();
      note.remove();
    } catch {
      text.textContent = "This could not be taken back just now. Please try it again.";
      button.disabled = false;
    }
  });
  note.append(text, button);
  for (const old of document.querySelectorAll("main > .note")) old.remove();
  document.querySelector(".page-head").after(note);
}

async function setFlags(id, flags) {
  await api(`/links/${id}`, { method: "PATCH", json: flags });
  await refresh();
}

async function press(button, event) {
  const known = FLAGS[button?.name];
  const entry = button?.closest("[data-link]");
  if (!known || !entry || !isAllowed) return;
  event.preventDefault();
  const [flags, words] = known;
  const title = entry.querySelector("[data-entry]").textContent;
  const next = entry.nextElementSibling ?? entry.previousElementSibling;
  try {
    await setFlags(button.value, flags);
  } catch {
    HTMLFormElement.prototype.submit.call(formWith(button)); // the way without scripts
    return;
  }
  say(`${words}: ${title}`, async () => {
    await setFlags(button.value, opposite(flags));
    entryOf(button.value)?.querySelector("[data-entry]").focus();
  });
  if (!entryOf(button.value)) entryOf(next?.dataset.link)?.querySelector("[data-entry]").focus();
}

function formWith(button) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: button.name, value: button.value });
  button.form.append(field);
  return button.form;
}

document.addEventListener("submit", (event) => {
  if (event.target.id === "one" && list()) press(event.submitter, event);
});
