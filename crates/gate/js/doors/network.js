// Calls that contact a host.
import { URL, getAttribute, trustedLike, weakly } from "../captured.js";
import { mustHold, hostPermissions, verdictOfUrl, mayAct } from "../verdicts.js";
import { blobOf } from "./blobs.js";
import { changeArgument, replaceMembers } from "./wrap.js";

// An address that nobody can have: the browser's own failure, with all its events, and no request. So is port 0.
const NOWHERE = "blob:";

const mustHoldCall = (door, url) => mustHold(door, String(url), verdictOfUrl(url));

// What stays open after the call, with its verdict, to be closed when its grant ends.
const openConnections = [];
export const rememberOpen = (it, bits) => bits > 0 && openConnections.push([weakly(it), bits]);
let workerChannel; // the channel to those that have doors of their own
export function closeHeldConnections() {
  for (const [reference, bits] of openConnections) if (!mayAct(bits)) reference.deref()?.close?.();
  workerChannel?.postMessage(hostPermissions());
}

export function watchNetwork() {
  const calls =
    (answer) =>
    (self, [input], go) =>
      [].concat(input).some((it) => mustHoldCall("fetch", it?.url ?? it)) ? answer() : go();
  const failing = calls(() => Promise.reject(new TypeError("Failed to fetch")));
  replaceMembers(" Cache", "fetch add addAll", failing);
  replaceMembers(
    "",
    "fetchLater",
    calls(() => ({ activated: false })),
  );
  replaceMembers("XMLHttpRequest", "open", (self, given, go) => {
    if (mustHoldCall("xhr", given[1])) given.splice(0, 2, "GET", NOWHERE);
    return go();
  });
  replaceMembers("Navigator", "sendBeacon", (self, [url], go) => mustHoldCall("beacon", url) || go());
  for (const [names, nowhere] of [
    ["WebSocket WebSocketStream", "wss://localhost:0"],
    ["EventSource Audio", NOWHERE],
    ["WebTransport", "https://localhost:0"],
  ])
    replaceMembers("", names, (self, given, go) => {
      const url = given[0];
      if (url && mustHoldCall(self?.name, url)) given[0] = nowhere;
      const made = go();
      rememberOpen(made, verdictOfUrl(url));
      return made;
    });
  replaceMembers("", "Worker SharedWorker", changeArgument(0, addDoorsToWorker));

  // A form sent into a frame is a call; one that leads the visitor elsewhere is a step of the visitor.
  const sends = (form, submitter) => {
    const [target, action] = ["target", "action"].map(
      (name) => getAttribute(submitter || form, "form" + name) || getAttribute(form, name) || "",
    );
    return target && frames[target] && mustHoldCall("form", action);
  };
  replaceMembers("HTMLFormElement", "submit", (self, given, go) => sends(self) || go());
  addEventListener("submit", (event) => sends(event.target, event.submitter) && event.preventDefault(), true);
}

// A worker made of text runs where none of our doors are: it gets doors of its own (worker.js), which let through whom
// the page may contact. One with a file of its own is the page's own code, and only a policy reaches it.
function addDoorsToWorker(given) {
  const url = String(given);
  const blob = blobOf(url);
  if (!blob && !/^data:/i.test(url)) return given;
  // Browsers before 2022 do not know it: their workers go by what was in force when they were made.
  workerChannel ||= window.BroadcastChannel && new BroadcastChannel("consentry");
  const doors = `self.consentry=${JSON.stringify(hostPermissions())};${WORKER};  `;
  const guarded = blob
    ? (blob.doors ||= URL.createObjectURL(new Blob([doors, blob], { type: blob.type })))
    : url.replace(
        /(;base64)?,/i,
        (all, base64) =>
          all +
          (base64 ? btoa(doors.slice(0, doors.length - (doors.length % 3))) : encodeURIComponent(doors)),
      );
  return trustedLike("ScriptURL", given, guarded);
}
