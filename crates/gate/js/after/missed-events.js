// A script that is released late has missed the events by which a page says that it is ready, and may wait for them.
// What such a script listens to is told once, after it has run; who has heard an event does not hear it again.
import { MARK, gate } from "./gate.js";

// The events in their order, with the time of the page's own life at which each began (Navigation Timing).
const EVENTS = {
  DOMContentLoaded: "domContentLoadedEventStart",
  readystatechange: "domComplete",
  load: "loadEventStart",
  pageshow: "loadEventStart",
};

/**
 * Whether the page has told of one of them.
 * @param {keyof typeof EVENTS} type
 */
export function hasHappened(type) {
  const [page] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
  return page?.[EVENTS[type]] > 0;
}

/** The addresses of modules that were released: while one runs, no script is the current one. */
const releasedModules = new Set();

const isReleasedScript = () => {
  const current = document.currentScript;
  return current ? gate.releasedScripts_.has(current) : releasedModules.has(gate.callingScripts_()[0]);
};

const hasMissed = (type) => EVENTS[type] && hasHappened(type) && isReleasedScript();

let waiting = [];

// Whether what waits goes on to wait, for scripts that run in order.
let isHolding = false;

function tellLater(type, receiver, listener) {
  if (!listener || waiting.some((entry) => entry.type == type && entry.listener == listener)) return;
  waiting.push({ type, receiver, listener });
  if (!isHolding) setTimeout(tellAll, 0);
}

function tellAll() {
  if (isHolding) return;
  const now = waiting;
  waiting = [];
  for (const type of Object.keys(EVENTS)) for (const entry of now) if (entry.type == type) tell(entry);
}

function tell({ type, receiver, listener }) {
  const event =
    type == "pageshow"
      ? new PageTransitionEvent(type)
      : new gate.Event_(type, { bubbles: type == "DOMContentLoaded" });
  for (const [name, value] of [
    ["target", document],
    ["currentTarget", receiver],
  ])
    Object.defineProperty(event, name, { value });
  try {
    if (listener.handleEvent) listener.handleEvent(event);
    else listener.call(receiver, event);
  } catch (error) {
    setTimeout(() => {
      throw error; // as any listener's
    }, 0);
  }
}

// Where a page listens to such an event by a property, in which a script may look for what was there before.
function replaceProperty(interfaces, property) {
  const type = property.slice(2);
  const setLate = new WeakSet();
  gate.replaceMembers_(
    interfaces,
    property,
    (receiver, [listener], callNative) => {
      callNative();
      if (typeof listener != "function" || !hasMissed(type)) return;
      setLate.add(listener);
      tellLater(type, receiver || window, listener);
    },
    (receiver, args, callNative) => {
      const listener = callNative();
      // Who wants to call it in turn would make it run twice.
      return listener && !setLate.has(listener) && hasMissed(type) ? null : listener;
    },
  );
}

let isWatching = false;

/**
 * Is called before a script is released that has missed such events.
 * @param {HTMLScriptElement} script
 */
export function noteLateScript(script) {
  const [type, address] = ["type", "src"].map(
    (name) => script.getAttribute(`${MARK}-${name}`) ?? script.getAttribute(name),
  );
  if (type == "module" && address) releasedModules.add(new URL(address, script.baseURI).href);
  if (isWatching) return;
  isWatching = true;
  gate.replaceMembers_("EventTarget", "addEventListener", (receiver, args, callNative) => {
    callNative();
    const [type, listener] = args;
    const target = receiver || window;
    if ((target == window || target == document) && hasMissed(type)) tellLater(type, target, listener);
  });
  replaceProperty("", "onload");
  replaceProperty("", "onpageshow");
  replaceProperty("HTMLBodyElement", "onload");
  replaceProperty("Document", "onreadystatechange");
}

/**
 * Scripts that run in order are being released, or no more: what they listen to is told when the last has run.
 * @param {boolean} areRunning
 */
export function holdMissedEvents(areRunning) {
  isHolding = areRunning;
  tellAll();
}
