// Calls by which a script contacts a host: fetch, XMLHttpRequest, sendBeacon, sockets. A held call fails,
// as if the host could not be reached; a held beacon is dropped. Neither is replayed: consent does not
// reach back.
import { call, nativeFetch } from "../page.js";
import { holds, ofUrl } from "../verdicts.js";
import { wrap } from "./elements.js";

// An address that nobody can have: the browser's own failure, with all its events, and no request. So is port 0.
const NOWHERE = "blob:";

const held = (door, url) => holds(door, String(url), ofUrl(url));

export function watchNetwork() {
  wrap(window, "fetch", () => async function (input) {
    if (held("fetch", input?.url ?? input)) throw new TypeError("Failed to fetch");
    return call(nativeFetch, this, arguments);
  });
  wrap(XMLHttpRequest.prototype, "open", (native) => function (...given) {
    if (held("xhr", given[1])) given.splice(0, 2, "GET", NOWHERE);
    return call(native, this, given);
  });
  wrap(Navigator.prototype, "sendBeacon", (native) => function sendBeacon(url) {
    return held("beacon", url) || call(native, this, arguments);
  });
  for (const [name, nowhere] of [["WebSocket", "wss://localhost:0"], ["EventSource", NOWHERE], ["Audio", NOWHERE]])
    wrap(window, name, (native) => new Proxy(native, {
      construct: (_, [url, ...more], target) => Reflect.construct(native, [held(name, url) ? nowhere : url, ...more], target),
    }));
}
