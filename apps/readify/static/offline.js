// The service worker: what the network does not answer, the cache of kept articles does.
// It stores nothing itself (keeping.js does), and it never stands between a page and the network.

"use strict";

const KEPT = "readify-articles";
const PAGE = "/offline";

const stored = async (request) => {
  const cache = await caches.open(KEPT);
  return cache.match(request, { ignoreVary: true });
};

async function answerTo(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = (await stored(request)) ?? (request.mode === "navigate" && (await stored(PAGE)));
    if (found) return found;
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === "/logout") event.waitUntil(caches.delete(KEPT));
  if (request.method === "GET") event.respondWith(answerTo(request));
});
