// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a
// held element, whoever made it, and clones and serialised copies stay held. Letting them go: after.js.
import { attribute, call, hasAttr, insertBefore, policy, removeAttr, setAttr } from "./page.js";
import { ofUrl, permits } from "./verdicts.js";
import { FRAME, KINDS, LOADS, TEXT } from "./loads.js";
import { urlsIn } from "./doors/text.js";
import { after } from "./later.js";

export const MARK = "data-consent";
const LINKS = /style|icon|manifest|pre/i; // those that make the browser contact a host

// Of several verdicts the first that holds, else one that tells whose it is.
export const deciding = (all) => all.find((bits) => !permits(bits)) ?? Math.max(-1, ...all);
const decidingIn = (text) => deciding(urlsIn(text).map(ofUrl));

// The verdict that keeps one URL attribute of an element from loading, or -1.
export function verdictOn(element, name, value) {
  const it = element.localName;
  if (it == "link" && !LINKS.test(attribute(element, "rel") ?? "pre")) return -1; // none yet: any
  if (/[tg]$/.test(name))
    return deciding(
      value.split(/[ \t\n\f\r]/).flatMap((it) => it.split(",").map((_, at, all) => ofUrl(all.slice(at)))),
    ); // srcset, ping
  return KINDS[it] == FRAME && /^\s*(data|javascript):/i.test(value) ? decidingIn(value) : ofUrl(value);
}

// Marked elements that were seen.
export const seen = new WeakSet();

// Moves an element's URLs out of the browser's sight.
export function hold(element, origin, mark = "auto") {
  setAttr(element, MARK, mark);
  seen.any = seen.add(element);
  const name = element.localName;
  for (const load of LOADS[name] || []) {
    const value = attribute(element, load);
    if (value === null) continue;
    setAttr(element, `${MARK}-${load}`, value);
    removeAttr(element, load);
    // A frame that has begun to load stops for certain only when it leaves the document.
    if (KINDS[name] == FRAME && element.isConnected)
      call(insertBefore, element.parentNode, [element, element.nextSibling]);
  }
  if (name == "script") {
    const type = attribute(element, "type");
    if (type !== null && !/^text\/plain$/i.test(type)) setAttr(element, MARK + "-type", type);
    setAttr(element, "type", "text/plain");
    // A script that the parser finds inert counts as made by script from then on, and those run in any order
    // unless told, so what the page's author meant is kept here.
    if (origin && !hasAttr(element, "async")) ordered.add(element);
  }
  // A held image fails as one from an unreachable host would: later, with an error event.
  if (!origin && name == "img")
    setTimeout(() => hasAttr(element, MARK) && element.dispatchEvent(new Event("error")), 0);
}
export const ordered = new WeakSet();

// Scripts that were held once, and what becomes of HTML that they write.
export const released = new WeakMap();

// The attributes that an element waits for: their names, as on the element itself, and values.
export const heldAttributes = (element) =>
  [...element.attributes]
    .filter(({ name }) => name.startsWith(MARK + "-"))
    .map(({ name, value }) => [name.slice(MARK.length + 1), value]);

// Puts an element's own attributes back, which makes the browser load them. Whether it may act is the caller's affair.
export function putBack(element) {
  const held = heldAttributes(element);
  if (KINDS[element.localName] == TEXT && /^text\/plain$/i.test(element.type)) {
    const type = attribute(element, MARK + "-type");
    if (type === null) removeAttr(element, "type");
    else setAttr(element, "type", type);
  }
  removeAttr(element, MARK);
  for (const [name, value] of held) {
    removeAttr(element, `${MARK}-${name}`);
    // By the native way: a mark by hand says more than the host does. The others are kept for us alone.
    if (!/^(type|origins)$/.test(name))
      setAttr(element, name.replace("xlink:", ""), policy("createScriptURL", value));
  }
}

export const heldUrl = (element, name) => attribute(element, `${MARK}-${name}`);

// Releases after the current parser step, so that what was parsed together is released in order.
let soon = false;
export function releaseSoon() {
  if (!soon) queueMicrotask(() => ((soon = false), after("release")));
  soon = true;
}

// The document and the shadow roots in it that anything may be held in.
export const roots = [];
