// Comfort for those who let scripts run, the same in every application: keys, completion of tags,
// copying, a window that closes itself. Every page works without any of it; what only a script can
// do is hidden until here.

"use strict";

const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select");

// -- keys: an element with data-key="x" is clicked, or gets the focus, when x is pressed ---------

const entries = () => [...document.querySelectorAll("[data-entry]")];

function moveBy(step) {
  const links = entries();
  const here = links.findIndex((link) => link.closest("li").contains(document.activeElement));
  const next = here < 0 && step < 0 ? links.length - 1 : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}

function pressInEntry(key) {
  const target = document.activeElement
    .closest("li")
    ?.querySelector(`[data-entry-key="${CSS.escape(key)}"]`);
  target?.click();
  return Boolean(target);
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (isTyping(target)) target.focus();
  else target.click();
  return true;
}

function onKey(event) {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (key === "Escape") event.target.blur();
    return;
  }
  if (key === "j" || key === "k") moveBy(key === "j" ? 1 : -1);
  else if (!pressInEntry(key) && !press(key)) return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);

// -- what opens a dialog -------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-opens]")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}

// -- copying -------------------------------------------------------------------------------------

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source); // not allowed here: select it, to be copied by hand
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

// -- tags: a browser completes a whole field, so the tags before the last one go into each offer --

function offerFor(field, tags) {
  const before = field.value.slice(0, field.value.search(/[^\s,]*$/));
  const taken = new Set(before.toLowerCase().split(/[\s,]+/));
  const options = tags.filter((tag) => !taken.has(tag)).map((tag) => new Option("", before + tag));
  field.list.replaceChildren(...options);
}

for (const field of document.querySelectorAll("input[data-tags]")) {
  const tags = [...field.list.options].map((option) => option.value);
  field.addEventListener("input", () => offerFor(field, tags));
}

// -- what can be done with several links is shown when one is chosen -----------------------------

const bar = document.querySelector("[data-needs-choice]");
const showBar = () => (bar.hidden = !document.querySelector(".link-choice:checked"));

if (bar) {
  showBar();
  document.addEventListener("change", showBar);
  addEventListener("pageshow", showBar); // going back brings the ticks back, too
}

// -- the window of the bookmarklet ---------------------------------------------------------------

if (document.querySelector("[data-closes-window]")) window.close();
