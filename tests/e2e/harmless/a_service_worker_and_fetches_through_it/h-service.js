addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.ports[0].postMessage("pong"));

const TYPES = { txt: "text/plain", js: "text/javascript", svg: "image/svg+xml" };

// What the worker makes up for a request, by the ending that it asks for.
function madeUp(ending, { destination, mode }) {
  if (ending == "svg") return '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>';
  if (ending == "js") return 'log("made up", document.currentScript.src.slice(-10))';
  return "made up " + destination + mode;
}

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (!pathname.includes("made-up")) return;
  const ending = pathname.split(".")[1];
  const body = madeUp(ending, event.request);
  event.respondWith(new Response(body, { headers: { "content-type": TYPES[ending] } }));
});
