// The lists of rooms stay up to date: they are fetched anew while somebody looks at them.

const PAUSE = 8_000; // milliseconds

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch("/", { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const place = document.getElementById("rooms");
  const fresh = page.getElementById("rooms");
  // A list in which somebody is about to press a key stays as it is.
  if (fresh && !place.contains(document.activeElement)) place.replaceWith(document.adoptNode(fresh));
}

setInterval(refresh, PAUSE);
document.addEventListener("visibilitychange", refresh);
