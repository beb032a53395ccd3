// Calls that contact a host: fetch and its relatives, XMLHttpRequest, beacons, sockets, event sources,
// audio, forms sent into a frame, and workers that are made of text. Must not touch elements (all-of-elements.js).
import { Request, asJson, getAttribute, getterOf, setTimeout, trustedLike, weakly } from "../captured.js";
import { absoluteIn, mustHold, hostPermissions, verdictOfUrl, mayAct } from "../verdicts.js";
import { addressOfCopy, blobOf } from "./blobs.js";
import { changeArgument, replaceMembers } from "./wrap.js";

// Addresses that nobody can have, such as port 0: the browser's own failure, with all its events, and no
// request.
const NOWHERE = "blob:";
const SOCKET_NOWHERE = "wss://localhost:0";
const WEB_NOWHERE = "https://localhost:0";

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
  return [].concat(args[0]).some(isHeld) ? refuse(realm, args) : callNative();
};

// WebKit does not say that a socket is closed whose address nobody can have.
function closeAfterError(socket, realm) {
  let isClosed = false;
  socket.addEventListener?.("close", () => (isClosed = true));
  socket.addEventListener?.("error", () =>
    setTimeout(() => isClosed || socket.dispatchEvent(new realm.CloseEvent("close", { code: 1006 })), 0),
  );
}

// The addresses that held connections were made with.
const heldAddresses = new WeakMap();

function replaceConstructors(names, nowhere) {
  replaceMembers("", names, (newTarget, args, callNative, realm) => {
    const url = args[0];
    const isHeld = url && mustHoldCall(newTarget?.name, url, realm);
    if (isHeld) args[0] = nowhere;
    const connection = callNative();
    if (isHeld) heldAddresses.set(connection, absoluteIn(realm.document, url));
    if (isHeld && nowhere == SOCKET_NOWHERE) closeAfterError(connection, realm);
    rememberOpen(connection, verdictOfUrl(url, realm.document));
    return connection;
  });
}

const ACTS_FOR = 5000; // milliseconds for which what follows a click or a key is taken for the visitor's own step
let lastAct = -ACTS_FOR;

// What 3-D Secure names the fields of the form that leads to the page of the visitor's bank (EMV 3-D Secure, and its
// first version).
const IS_FIELD_OF_BANK = /^(creq|threeDSMethodData|PaReq)$/i;
const fieldsOf = getterOf(HTMLFormElement.prototype, "elements");

const isOfBank = (form) => [...fieldsOf(form)].some(({ name }) => IS_FIELD_OF_BANK.test(name));

// A form that a script sends into a frame is a call. One that the visitor sends, or that leads the visitor elsewhere,
// is a step of the visitor.
function mustHoldForm(form, submitter) {
  const valueOf = (name) => getAttribute(submitter || form, "form" + name) || getAttribute(form, name) || "";
  // The name of a frame may be that of an element too, which is no window.
  const target = frames[valueOf("target")];
  const goesIntoFrame = target && target.window == target;
  // A click in a frame of another origin is seen by nobody here, but by the browser.
  const isVisitors = navigator.userActivation?.isActive || performance.now() - lastAct < ACTS_FOR;
  return goesIntoFrame && !isVisitors && !isOfBank(form) && mustHoldCall("form", valueOf("action"));
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
  const doors = `self.consentry=${asJson(hostPermissions())};${WORKER};  `;
  return trustedLike("ScriptURL", address, blob ? blobUrlWith(doors, blob) : dataUrlWith(doors, url));
}

// By blob: the address of its copy with doors, and those doors. They say what was in force, so that a new choice needs a
// new copy; as long as it is the same the address is, by which a shared worker is known.
const guardedBlobs = new WeakMap();
function blobUrlWith(doors, blob) {
  let guarded = guardedBlobs.get(blob);
  if (guarded?.doors != doors) {
    guarded = { doors, url: addressOfCopy(blob, doors) };
    guardedBlobs.set(blob, guarded);
  }
  return guarded.url;
}

// Base64 can stand before other base64 only where it encodes a multiple of three bytes: the doors end in two blanks, which
// may be cut off.
const dataUrlWith = (doors, url) =>
  url.replace(/(;base64)?,/i, (start, isBase64) => {
    const whole = doors.slice(0, doors.length - (doors.length % 3));
    return start + (isBase64 ? btoa(whole) : encodeURIComponent(doors));
  });

// A connection to another browser gets none of the servers that are held, which help to find it: no policy names them.
const withoutHeldServers = (receiver, args, callNative, realm) => {
  const { iceServers } = Object(args[0]);
  const isHeld = (url) => mustHoldCall("rtc", String(url).replace(/^\w+:/, "https://"), realm);
  const value = [...(iceServers || [])].filter(({ urls, url }) => ![].concat(urls ?? url).some(isHeld));
  if (value.length < iceServers?.length) args[0] = Object.create(args[0], { iceServers: { value } });
  return callNative();
};

/** Asks from now on about each call that contacts a host. */
export function watchNetwork() {
  // What is wrong with a request, or has been given up already, is told as the browser does.
  replaceMembers(
    "",
    "fetch",
    fetchUnlessHeld(async (realm, args) => {
      const { signal } = new (realm == window ? Request : realm.Request)(...args);
      // Until a host cannot be reached a page may give the request up.
      if (!signal.aborted)
        await new Promise((done) => {
          signal.addEventListener("abort", done);
          setTimeout(done, 0);
        });
      if (!signal.aborted) throw new realm.TypeError("Failed to fetch");
      throw "reason" in signal
        ? signal.reason
        : new realm.DOMException("The user aborted a request.", "AbortError");
    }),
  );
  replaceMembers(
    "Cache",
    "add addAll",
    fetchUnlessHeld(async (realm) => {
      throw new realm.TypeError("Failed to fetch");
    }),
  );
  replaceMembers(
    "Worklet SharedStorageWorklet SharedStorage",
    "addModule createWorklet",
    fetchUnlessHeld(async (realm) => {
      throw new realm.DOMException("Unable to load a worklet's module.", "AbortError");
    }),
  );
  replaceMembers(
    "",
    "fetchLater",
    fetchUnlessHeld(() => ({ activated: false })),
  );
  replaceMembers("XMLHttpRequest", "open", (receiver, args, callNative, realm) => {
    if (mustHoldCall("xhr", args[1], realm)) args[1] = WEB_NOWHERE;
    return callNative();
  });
  replaceMembers(
    "Navigator",
    "sendBeacon",
    (receiver, [url], callNative, realm) => mustHoldCall("beacon", url, realm) || callNative(),
  );
  replaceConstructors("WebSocket WebSocketStream", SOCKET_NOWHERE);
  replaceConstructors("EventSource", NOWHERE);
  replaceMembers(
    "WebSocket EventSource",
    "url",
    null,
    (receiver, args, callNative) => heldAddresses.get(receiver) ?? callNative(),
  );
  // Made without an address; setting `src` then goes through that property's own door.
  replaceMembers("", "Audio", (newTarget, args, callNative) => {
    const [url] = args.splice(0);
    const audio = callNative();
    if (url !== undefined) audio.src = url;
    return audio;
  });
  replaceConstructors("WebTransport", WEB_NOWHERE);
  replaceMembers("", "RTCPeerConnection webkitRTCPeerConnection", withoutHeldServers);
  replaceMembers("RTCPeerConnection", "setConfiguration", withoutHeldServers);
  replaceMembers("", "Worker SharedWorker", changeArgument(0, addDoorsToWorker));
  replaceMembers("HTMLFormElement", "submit", (form, args, callNative) => {
    try {
      if (mustHoldForm(form)) return;
    } catch {
      // It is no form, which the browser says best.
    }
    return callNative();
  });
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
