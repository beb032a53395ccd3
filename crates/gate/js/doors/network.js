// Calls that contact a host.
import { URL, attribute, likewise, weakly } from "../page.js";
import { holds, hosts, ofUrl, permits } from "../verdicts.js";
import { blobOf } from "./blobs.js";
import { changing, wrap } from "./wrap.js";

// An address that nobody can have: the browser's own failure, with all its events, and no request. So is port 0.
const NOWHERE = "blob:";

const held = (door, url) => holds(door, String(url), ofUrl(url));

// What stays open after the call, with its verdict, to be closed when its grant ends.
const open = [];
export const keepOpen = (it, bits) => bits > 0 && open.push([weakly(it), bits]);
let workers; // the channel to those that have doors of their own
export function closeHeld() {
  for (const [reference, bits] of open) if (!permits(bits)) reference.deref()?.close?.();
  workers?.postMessage(hosts());
}

export function watchNetwork() {
  const calls =
    (answer) =>
    (self, [input], go) =>
      [].concat(input).some((it) => held("fetch", it?.url ?? it)) ? answer() : go();
  const failing = calls(() => Promise.reject(new TypeError("Failed to fetch")));
  wrap(" Cache", "fetch add addAll", failing);
  wrap(
    "",
    "fetchLater",
    calls(() => ({ activated: false })),
  );
  wrap("XMLHttpRequest", "open", (self, given, go) => {
    if (held("xhr", given[1])) given.splice(0, 2, "GET", NOWHERE);
    return go();
  });
  wrap("Navigator", "sendBeacon", (self, [url], go) => held("beacon", url) || go());
  for (const [names, nowhere] of [
    ["WebSocket WebSocketStream", "wss://localhost:0"],
    ["EventSource Audio", NOWHERE],
    ["WebTransport", "https://localhost:0"],
  ])
    wrap("", names, (self, given, go) => {
      const url = given[0];
      if (url && held(self?.name, url)) given[0] = nowhere;
      const made = go();
      keepOpen(made, ofUrl(url));
      return made;
    });
  wrap("", "Worker SharedWorker", changing(0, guardWorker));

  // A form sent into a frame is a call; one that leads the visitor elsewhere is a step of the visitor.
  const sends = (form, submitter) => {
    const [target, action] = ["target", "action"].map(
      (name) => attribute(submitter || form, "form" + name) || attribute(form, name) || "",
    );
    return target && frames[target] && held("form", action);
  };
  wrap("HTMLFormElement", "submit", (self, given, go) => sends(self) || go());
  addEventListener("submit", (event) => sends(event.target, event.submitter) && event.preventDefault(), true);
}

// A worker made of text runs where none of our doors are: it gets doors of its own (worker.js), which let through whom
// the page may contact. One with a file of its own is the page's own code, and only a policy reaches it.
function guardWorker(given) {
  const url = String(given);
  const blob = blobOf(url);
  if (!blob && !/^data:/i.test(url)) return given;
  // Browsers before 2022 do not know it: their workers go by what was in force when they were made.
  workers ||= window.BroadcastChannel && new BroadcastChannel("consentry");
  const doors = `self.consentry=${JSON.stringify(hosts())};${WORKER};  `;
  const guarded = blob
    ? (blob.doors ||= URL.createObjectURL(new Blob([doors, blob], { type: blob.type })))
    : url.replace(
        /(;base64)?,/i,
        (all, base64) =>
          all +
          (base64 ? btoa(doors.slice(0, doors.length - (doors.length % 3))) : encodeURIComponent(doors)),
      );
  return likewise("ScriptURL", given, guarded);
}
