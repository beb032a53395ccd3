// Calls by which a script contacts a host: fetch, XMLHttpRequest, sendBeacon. A held call fails at once,
// as if the host could not be reached; a held beacon is dropped. Neither is replayed: consent does not
// reach back.
import { call, nativeFetch } from "../page.js";
import { holds, ofUrl } from "../verdicts.js";
import { wrap } from "./elements.js";

const held = (door, url) => holds(door, String(url), ofUrl(url));

export function watchNetwork() {
  wrap(window, "fetch", () => function fetch(input) {
    try {
      if (held("fetch", input?.url ?? input)) return Promise.reject(new TypeError("Failed to fetch"));
    } catch {
      /* the native call says what is wrong with its arguments */
    }
    return call(nativeFetch, this, arguments);
  });
  const opened = new WeakMap();
  const open = XMLHttpRequest.prototype.open;
  wrap(XMLHttpRequest.prototype, "open", () => function (method, url, asynchronous = true) {
    opened.set(this, [String(url), asynchronous]);
    return call(open, this, arguments);
  });
  wrap(XMLHttpRequest.prototype, "send", (send) => function () {
    const [url, asynchronous] = opened.get(this) || [];
    if (url === undefined || !held("xhr", url)) return call(send, this, arguments);
    // An address that nobody can have: the browser's own failure, with all its events.
    call(open, this, ["GET", "blob:consentry", asynchronous]);
    return call(send, this, []);
  });
  wrap(Navigator.prototype, "sendBeacon", (native) => function sendBeacon(url) {
    return held("beacon", url) || call(native, this, arguments);
  });
}
