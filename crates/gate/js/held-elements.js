// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a
// held element, whoever made it, and clones and serialised copies stay held. Letting them go: after.js.
import {
  getAttribute,
  call,
  hasAttribute,
  insertBefore,
  trusted,
  removeAttribute,
  setAttribute,
} from "./captured.js";
import { verdictOfUrl, mayAct } from "./verdicts.js";
import { BRINGS_WINDOW, ELEMENT_ROLES, LOADING_ATTRIBUTES, HOLDS_TEXT } from "./loading-elements.js";
import { urlsInText } from "./doors/text.js";
import { after } from "./later.js";

export const MARK = "data-consent";
const LOADING_RELATIONS = /style|icon|manifest|pre/i; // those that make the browser contact a host

// Of several verdicts the first that holds, else one that tells whose it is.
export const decidingVerdict = (all) => all.find((bits) => !mayAct(bits)) ?? Math.max(-1, ...all);
const decidingVerdictInText = (text) => decidingVerdict(urlsInText(text).map(verdictOfUrl));

// The verdict that keeps one URL attribute of an element from loading, or -1.
export function verdictOfAttribute(element, name, value) {
  const it = element.localName;
  if (it == "link" && !LOADING_RELATIONS.test(getAttribute(element, "rel") ?? "pre")) return -1; // none yet: any
  if (/[tg]$/.test(name))
    return decidingVerdict(
      value
        .split(/[ \t\n\f\r]/)
        .flatMap((it) => it.split(",").map((_, at, all) => verdictOfUrl(all.slice(at)))),
    ); // srcset, ping
  return ELEMENT_ROLES[it] == BRINGS_WINDOW && /^\s*(data|javascript):/i.test(value)
    ? decidingVerdictInText(value)
    : verdictOfUrl(value);
}

// Marked elements that were seen.
export const markedElements = new WeakSet();

// Moves an element's URLs out of the browser's sight.
export function holdElement(element, origin, mark = "auto") {
  setAttribute(element, MARK, mark);
  markedElements.any = markedElements.add(element);
  const name = element.localName;
  for (const load of LOADING_ATTRIBUTES[name] || []) {
    const value = getAttribute(element, load);
    if (value === null) continue;
    setAttribute(element, `${MARK}-${load}`, value);
    removeAttribute(element, load);
    // A frame that has begun to load stops for certain only when it leaves the document.
    if (ELEMENT_ROLES[name] == BRINGS_WINDOW && element.isConnected)
      call(insertBefore, element.parentNode, [element, element.nextSibling]);
  }
  if (name == "script") {
    const type = getAttribute(element, "type");
    if (type !== null && !/^text\/plain$/i.test(type)) setAttribute(element, MARK + "-type", type);
    setAttribute(element, "type", "text/plain");
    // A script that the parser finds inert counts as made by script from then on, and those run in any order
    // unless told, so what the page's author meant is kept here.
    if (origin && !hasAttribute(element, "async")) scriptsInOrder.add(element);
  }
  // A held image fails as one from an unreachable host would: later, with an error event.
  if (!origin && name == "img")
    setTimeout(() => hasAttribute(element, MARK) && element.dispatchEvent(new Event("error")), 0);
}
export const scriptsInOrder = new WeakSet();

// Scripts that were held once, and what becomes of HTML that they write.
export const releasedScripts = new WeakMap();

// The attributes that an element waits for: their names, as on the element itself, and values.
export const heldAttributes = (element) =>
  [...element.attributes]
    .filter(({ name }) => name.startsWith(MARK + "-"))
    .map(({ name, value }) => [name.slice(MARK.length + 1), value]);

// Puts an element's own attributes back, which makes the browser load them. Whether it may act is the caller's affair.
export function putBack(element) {
  const held = heldAttributes(element);
  if (ELEMENT_ROLES[element.localName] == HOLDS_TEXT && /^text\/plain$/i.test(element.type)) {
    const type = getAttribute(element, MARK + "-type");
    if (type === null) removeAttribute(element, "type");
    else setAttribute(element, "type", type);
  }
  removeAttribute(element, MARK);
  for (const [name, value] of held) {
    removeAttribute(element, `${MARK}-${name}`);
    // By the native way: a mark by hand says more than the host does. The others are kept for us alone.
    if (!/^(type|origins)$/.test(name))
      setAttribute(element, name.replace("xlink:", ""), trusted("createScriptURL", value));
  }
}

export const heldAttribute = (element, name) => getAttribute(element, `${MARK}-${name}`);

// Releases after the current parser step, so that what was parsed together is released in order.
let releaseIsQueued = false;
export function releaseSoon() {
  if (!releaseIsQueued) queueMicrotask(() => ((releaseIsQueued = false), after("release")));
  releaseIsQueued = true;
}

// The document and the shadow roots in it that anything may be held in.
export const watchedRoots = [];
