// Articles that are kept on this device for a time without network. This script fills the cache;
// offline.js, the service worker, answers from it. Nothing is kept before somebody asks for it, and
// everything is forgotten where nobody is logged in.

const KEPT = "readify-articles"; // the cache; offline.js knows it by the same name
const OWNER = "readify-offline-owner";
const VERSIONS = "readify-offline-versions";
const PAGE = "/offline";
const mayKeep = "serviceWorker" in navigator && "caches" in self;
const owner = () => localStorage.getItem(OWNER);

async function forget() {
  localStorage.removeItem(OWNER);
  localStorage.removeItem(VERSIONS);
  if (mayKeep) await caches.delete(KEPT);
}

// Put a page into the cache, with the style sheets and scripts that it names.
async function keepPage(cache, address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null;
  const text = await answer.clone().text();
  await cache.put(address, answer);
  const assets = new Set(text.match(/\/static\/[^"]+/g));
  for (const asset of assets) {
    if (!(await cache.match(asset))) await cache.add(asset).catch(() => {});
  }
  return text;
}

// Bring the cache up to date: new articles, changed ones, none that is not wanted any more.
async function keep() {
  const cache = await caches.open(KEPT);
  const page = await keepPage(cache, PAGE);
  if (!page) return;
  const parsed = new DOMParser().parseFromString(page, "text/html");
  const listed = parsed.querySelector("[data-offline]").dataset.offline;
  const wanted = new Map(listed.split(" ").filter(Boolean).map((item) => item.split(":")));
  const known = JSON.parse(localStorage.getItem(VERSIONS) ?? "{}");
  for (const [id, version] of wanted) {
    if (known[id] !== version && (await keepPage(cache, `/read/${id}`))) known[id] = version;
  }
  for (const id of Object.keys(known).filter((id) => !wanted.has(id))) {
    await cache.delete(`/read/${id}`);
    delete known[id];
  }
  localStorage.setItem(VERSIONS, JSON.stringify(known));
}

// -- the page about it ------------------------------------------------------------------------------

const panel = document.querySelector("[data-offline]");

function entryOf(address, title) {
  const [item, text, link] = ["li", "div", "a"].map((name) => document.createElement(name));
  item.className = "entry";
  text.className = "entry-text";
  link.className = "entry-title";
  link.href = address;
  link.dir = "auto";
  link.textContent = title;
  text.append(link);
  item.append(text);
  return item;
}

async function titleOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("h1")?.textContent ?? "An article";
}

async function show() {
  const cache = owner() ? await caches.open(KEPT) : null;
  const requests = (await cache?.keys()) ?? [];
  const paths = requests.map((request) => new URL(request.url).pathname);
  const entries = [];
  for (const path of paths.filter((path) => path.startsWith("/read/"))) {
    entries.push(entryOf(path, await titleOf(await cache.match(path))));
  }
  const number = entries.length === 1 ? "1 article is" : `${entries.length} articles are`;
  panel.querySelector("[data-offline-state]").textContent = owner()
    ? `${number} kept on this device.`
    : "Nothing is kept on this device.";
  document.querySelector("[data-offline-list]").replaceChildren(...entries);
}

async function begin() {
  await navigator.serviceWorker.register("/offline.js");
  localStorage.setItem(OWNER, document.body.dataset.user);
  panel.querySelector("[data-offline-state]").textContent = "Keeping your articles …";
  await keep();
  await show();
}

if (panel && mayKeep) {
  panel.hidden = false;
  panel.querySelector("[data-offline-keep]").addEventListener("click", begin);
  panel
    .querySelector("[data-offline-forget]")
    .addEventListener("click", () => forget().then(show));
  show();
}

// -- every page -------------------------------------------------------------------------------------

const user = document.body.dataset.user ?? "";

if (owner() && owner() !== user) forget();
else if (owner() && location.pathname === "/" && navigator.onLine) keep().catch(() => {});
