// The list of sites follows how they are, without a reload. Without scripts the page is as it was.
const sites = document.getElementById("sites");

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("sites");
    if (answer.ok && now.innerHTML !== sites.innerHTML) sites.innerHTML = now.innerHTML;
  } catch {
    // The index is away as well; the next try says whether it is back.
  }
}

setInterval(refresh, 3000);
document.addEventListener("visibilitychange", refresh);
