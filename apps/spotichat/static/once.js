// A form is sent once, however fast its button is pressed twice: the second time would come without
// the cookie that the first one's answer brings, and find its own name taken.

const WHILE = 5_000; // milliseconds; who stops the page from loading may try again soon

const sent = new WeakMap(); // form -> when

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (Date.now() - (sent.get(form) ?? -WHILE) < WHILE) event.preventDefault();
  else sent.set(form, Date.now());
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.forms) sent.delete(form);
});
