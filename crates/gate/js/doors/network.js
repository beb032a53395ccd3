// Calls that contact a host: fetch and its relatives, XMLHttpRequest, beacons, sockets, event sources,
// audio, forms sent into a frame, and workers that are made of text. Must not touch elements (all-of-elements.js).
import { getAttribute, trustedLike, weakly } from "../captured.js";
import { mustHold, hostPermissions, verdictOfUrl, mayAct } from "../verdicts.js";
import { addressOf, blobOf } from "./blobs.js";
import { changeArgument, replaceMembers } from "./wrap.js";

// Addresses that nobody can have, such as port 0: the browser's own failure, with all its events, and no
// request.
const NOWHERE = "blob:";
const SOCKET_NOWHERE = "wss://localhost:0";
const TRANSPORT_NOWHERE = "https://localhost:0";

const mustHoldCall = (door, url, realm = window) =>
  mustHold(door, String(url), verdictOfUrl(url, realm.document));

// What stays open after the call, with its verdict.
const openConnections = [];
/**
 * Remembers what stays open, to be closed when its grant ends.
 * @param {any} connection
 * @param {number} verdict
 */
export const rememberOpen = (connection, verdict) => {
  if (verdict > 0) openConnections.push([weakly(connection), verdict]);
};

/**
 * The channel to the workers that have replacements of their own.
 * @type {BroadcastChannel}
 */
let workerChannel;

/** After a withdrawal: closes what may not be open, and tells the workers. */
export function closeHeldConnections() {
  for (const [reference, verdict] of openConnections) if (!mayAct(verdict)) reference.deref()?.close?.();
  workerChannel?.postMessage(hostPermissions());
}

// A call with an address or a Request, or with a list of them as `Cache.addAll` takes it.
const fetchUnlessHeld = (refuse) => (receiver, args, callNative, realm) => {
  const isHeld = (request) => mustHoldCall("fetch", request?.url ?? request, realm);
  return [].concat(args[0]).some(isHeld) ? refuse(realm) : callNative();
};

function replaceConstructors(names, nowhere) {
  replaceMembers("", names, (target, args, callNative, realm) => {
    const url = args[0];
    if (url && mustHoldCall(target?.name, url, realm)) args[0] = nowhere;
    const connection = callNative();
    rememberOpen(connection, verdictOfUrl(url, realm.document));
    return connection;
  });
}

const ACTS_FOR = 5000; // milliseconds for which what follows a click or a key is taken for the visitor's own step
let lastAct = -ACTS_FOR;

// A form that a script sends into a frame is a call. One that the visitor sends, or that leads the visitor elsewhere,
// is a step of the visitor.
function mustHoldForm(form, submitter) {
  const valueOf = (name) => getAttribute(submitter || form, "form" + name) || getAttribute(form, name) || "";
  // The name of a frame may be that of an element too, which is no window.
  const target = frames[valueOf("target")];
  const goesIntoFrame = target && target.window == target;
  const isVisitors = performance.now() - lastAct < ACTS_FOR;
  return goesIntoFrame && !isVisitors && mustHoldCall("form", valueOf("action"));
}

// A worker made of text runs where none of our replacements are: it gets some of its own (worker.js), which
// let through whom the page may contact. One with a file of its own is the page's own code, and only a
// policy reaches it.
function addDoorsToWorker(address) {
  const url = String(address);
  const blob = blobOf(url);
  if (!blob && !/^data:/i.test(url)) return address;
  // Browsers before 2022 do not know it: their workers go by what was in force when they were made.
  workerChannel ||= window.BroadcastChannel && new BroadcastChannel("consentry");
  const doors = `self.consentry=${JSON.stringify(hostPermissions())};${WORKER};  `;
  return trustedLike("ScriptURL", address, blob ? blobUrlWith(doors, blob) : dataUrlWith(doors, url));
}

// The address of a blob with doors, and those doors: they say what was in force, so other ones need another address. As
// long as they are the same the address is, by which a shared worker is known.
const guardedBlobs = new WeakMap();
function blobUrlWith(doors, blob) {
  let guarded = guardedBlobs.get(blob);
  if (guarded?.doors != doors) {
    guarded = { doors, url: addressOf(new Blob([doors, blob], { type: blob.type })) };
    guardedBlobs.set(blob, guarded);
  }
  return guarded.url;
}

// Base64 goes on after a text only where its length is a multiple of three: the blanks at its end may be
// cut off.
const dataUrlWith = (doors, url) =>
  url.replace(/(;base64)?,/i, (start, isBase64) => {
    const whole = doors.slice(0, doors.length - (doors.length % 3));
    return start + (isBase64 ? btoa(whole) : encodeURIComponent(doors));
  });

/** Asks from now on about each call that contacts a host. */
export function watchNetwork() {
  const failToFetch = fetchUnlessHeld((realm) =>
    realm.Promise.reject(new realm.TypeError("Failed to fetch")),
  );
  replaceMembers("", "fetch", failToFetch);
  replaceMembers("Cache", "add addAll", failToFetch);
  replaceMembers(
    "",
    "fetchLater",
    fetchUnlessHeld(() => ({ activated: false })),
  );
  replaceMembers("XMLHttpRequest", "open", (receiver, args, callNative, realm) => {
    if (mustHoldCall("xhr", args[1], realm)) args.splice(0, 2, "GET", NOWHERE);
    return callNative();
  });
  replaceMembers(
    "Navigator",
    "sendBeacon",
    (receiver, [url], callNative, realm) => mustHoldCall("beacon", url, realm) || callNative(),
  );
  replaceConstructors("WebSocket WebSocketStream", SOCKET_NOWHERE);
  replaceConstructors("EventSource Audio", NOWHERE);
  replaceConstructors("WebTransport", TRANSPORT_NOWHERE);
  replaceMembers("", "Worker SharedWorker", changeArgument(0, addDoorsToWorker));
  replaceMembers("HTMLFormElement", "submit", (form, args, callNative) => mustHoldForm(form) || callNative());
  for (const type of ["click", "keydown"])
    addEventListener(
      type,
      ({ isTrusted, timeStamp }) => {
        if (isTrusted) lastAct = timeStamp;
      },
      true,
    );
  addEventListener(
    "submit",
    (event) => {
      if (mustHoldForm(event.target, event.submitter)) event.preventDefault();
    },
    true,
  );
}
