// Calls by which a script contacts a host: fetch, XMLHttpRequest, sendBeacon, sockets, workers, forms sent
// into a frame. A held call fails, as if the host could not be reached; a held beacon is dropped. Neither is
// replayed: consent does not reach back.
import { URL, attribute, call, likewise, nativeFetch } from "../page.js";
import { hosts, holds, ofUrl, permits } from "../verdicts.js";
import { blobOf } from "./text.js";
import { wrap, wrapConstructor } from "./wrap.js";

// An address that nobody can have: the browser's own failure, with all its events, and no request. So is port 0.
const NOWHERE = "blob:";

const held = (door, url) => holds(door, String(url), ofUrl(url));

// What stays open after the call, to be closed when its grant ends.
const open = new Set();
export function closeHeld() {
  for (const [reference, url] of open) {
    if (!permits(ofUrl(url))) reference.deref()?.close?.();
  }
}

export function watchNetwork() {
  wrap(window, "fetch", () => async function (input) {
    if (held("fetch", input?.url ?? input)) throw new TypeError("Failed to fetch");
    return call(nativeFetch, this, arguments);
  });
  wrap(window, "fetchLater", (native) => function (input) {
    return held("fetch", input?.url ?? input) ? { activated: false } : call(native, this, arguments);
  });
  wrap(XMLHttpRequest.prototype, "open", (native) => function (...given) {
    if (held("xhr", given[1])) given.splice(0, 2, "GET", NOWHERE);
    return call(native, this, given);
  });
  wrap(Navigator.prototype, "sendBeacon", (native) => function sendBeacon(url) {
    return held("beacon", url) || call(native, this, arguments);
  });
  for (const [name, nowhere] of [["WebSocket", "wss://localhost:0"], ["EventSource", NOWHERE], ["Audio", NOWHERE], ["WebTransport", "https://localhost:0"]])
    wrapConstructor(name, ([url, ...more], make) => {
      if (held(name, url)) return make([nowhere, ...more]);
      const made = make([url, ...more]);
      if (made.close && ofUrl(url) > 0) open.add([new WeakRef(made), url]);
      return made;
    });
  for (const name of ["Worker", "SharedWorker"])
    wrapConstructor(name, ([url, ...more], make) => make([likewise("ScriptURL", url, guardWorker(String(url))), ...more]));

  // A form sent into a frame is a call; one that leads the visitor elsewhere is a step of the visitor.
  const sends = (form, submitter) => {
    const target = attribute(submitter || form, "formtarget") || attribute(form, "target");
    const action = attribute(submitter || form, "formaction") || attribute(form, "action") || "";
    return target && frames[target] && held("form", action);
  };
  wrap(HTMLFormElement.prototype, "submit", (native) => function () {
    if (!sends(this)) call(native, this, []);
  });
  addEventListener("submit", (event) => sends(event.target, event.submitter) && event.preventDefault(), true);
}

// A worker made of text runs where none of our doors are: it gets doors of its own, which let through whom the
// page may contact now. One with a file of its own is the page's own code, and only a policy reaches it.
function guardWorker(url) {
  const blob = blobOf(url);
  const data = /^data:[^,]*?(;base64)?,([^]*)/i.exec(url);
  const rules = hosts();
  if (!(blob || data) || rules.every((rule) => rule[1])) return url;
  const doors = `(${inWorker})(${JSON.stringify(rules)});\n`;
  if (blob) return URL.createObjectURL(new Blob([doors, blob], { type: blob.type }));
  return "data:text/javascript," + encodeURIComponent(doors + (data[1] ? atob(data[2]) : decodeURIComponent(data[2])));
}

// Runs in the worker, and sees nothing of this file. `rules`: hosts, and whether they may be contacted; the first
// is the empty one, for all that no other covers.
function inWorker(rules) {
  const held = (url) => {
    try {
      const { hostname, protocol } = new self.URL(url?.url ?? url, location);
      const fits = rules.filter(([host]) => !host || ("." + hostname).endsWith("." + host));
      return /^(http|ws)/.test(protocol) && !fits.sort((a, b) => b[0].length - a[0].length)[0][1];
    } catch {
      return false;
    }
  };
  const refuse = () => {
    throw new TypeError("Failed to fetch");
  };
  const door = (native) => new Proxy(native, {
    apply: (_, self, given) => (!given.some(held) ? Reflect.apply(native, self, given) : native == fetch ? Promise.resolve().then(refuse) : refuse()),
    construct: (_, given) => (held(given[0]) ? refuse() : new native(...given)),
  });
  const { fetch } = self;
  for (const name of ["fetch", "importScripts", "WebSocket", "EventSource"]) self[name] = door(self[name]);
  const { prototype } = XMLHttpRequest;
  prototype.open = door(prototype.open);
}
