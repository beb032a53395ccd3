addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", ({ data, ports }) => data.type == "VERSION" && ports[0].postMessage("1.0"));
addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/offline.json")) event.respondWith(new Response('{"offline":true}'));
});
