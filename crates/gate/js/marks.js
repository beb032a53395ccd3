// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a
// held element, whoever made it, and clones and serialised copies stay held. Letting them go: after.js.
import { attribute, call, hasAttr, insertBefore, policy, removeAttr, setAttr } from "./page.js";
import { holds, ofMark, ofUrl, permits } from "./verdicts.js";
import { FRAME, KINDS, LOADS, TEXT } from "./loads.js";
import { guardBlob, holdDocument, holdRules, holdText, named, type, urlsIn } from "./doors/text.js";
import { after } from "./component.js";

export const MARK = "data-consent";
const LINKS = /style|icon|manifest|pre/i; // those that make the browser contact a host

// Of several verdicts the first that holds, else one that tells whose it is.
export const deciding = (all) => all.find((bits) => !permits(bits)) ?? Math.max(-1, ...all);
const decidingIn = (text) => deciding(urlsIn(text).map(ofUrl));

// The verdict that keeps one URL attribute of an element from loading, or -1.
export function verdictOn(element, name, value) {
  const it = element.localName;
  if (it == "link" && !LINKS.test(attribute(element, "rel") ?? "pre")) return -1; // none yet: any
  if (/[tg]$/.test(name)) return deciding(value.split(/[ \t\n\f\r]/).flatMap((it) => it.split(",").map((_, at, all) => ofUrl(all.slice(at))))); // srcset, ping
  return KINDS[it] == FRAME && /^\s*(data|javascript):/i.test(value) ? decidingIn(value) : ofUrl(value);
}

// Attributes whose text is changed where it names what must be held.
export const safeAttribute = (element, name, text) =>
  (name == "style" ? holdRules(text)
  : KINDS[element.localName] == FRAME ? (name == "srcdoc" ? holdDocument(text) : guardBlob(text))
  : text);

// Looks at one element before or just after it enters the document; holds it if it must not act.
// `parsed`: the browser's parser put it there.
export function inspect(element, parsed) {
  const name = element.localName;
  for (const it of ["style", "srcdoc", "src", "data"]) {
    const value = attribute(element, it);
    const safe = value && safeAttribute(element, it, value);
    if (safe != value) setAttr(element, it, policy("createHTML", safe));
  }
  // Marked by hand or by a server: it waits until after.js has looked at it, even if it was marked by half only.
  if (hasAttr(element, MARK)) {
    const mark = attribute(element, MARK);
    if (!seen.has(element)) hold(element, parsed, mark);
    const verdicts = () => [...(LOADS[name] || []).map((load) => verdictOn(element, load, heldUrl(element, load) || "")), ...named(element).map(ofUrl)];
    return permits(mark == "auto" ? deciding(verdicts()) : ofMark(mark)) && releaseSoon();
  }
  for (const load of LOADS[name] || []) {
    const value = attribute(element, load);
    if (value !== null && holds(name, value, verdictOn(element, load, value))) return hold(element, parsed);
  }
  if (KINDS[name] != TEXT || hasAttr(element, "src")) return;
  holdText(element);
  // A module waits for what it imports at its top.
  if (/^module$/i.test(type(element))) for (const url of named(element)) if (holds("import", url, ofUrl(url))) return hold(element, parsed);
}

// Marked elements that were seen.
export const seen = new WeakSet();

// Moves an element's URLs out of the browser's sight.
export function hold(element, parsed, mark = "auto") {
  setAttr(element, MARK, mark);
  seen.any = seen.add(element);
  const name = element.localName;
  for (const load of LOADS[name] || []) {
    const value = attribute(element, load);
    if (value === null) continue;
    setAttr(element, `${MARK}-${load}`, value);
    removeAttr(element, load);
    // A frame that has begun to load stops for certain only when it leaves the document.
    if (KINDS[name] == FRAME && element.isConnected) call(insertBefore, element.parentNode, [element, element.nextSibling]);
  }
  if (name == "script") {
    const type = attribute(element, "type");
    if (type !== null && !/^text\/plain$/i.test(type)) setAttr(element, MARK + "-type", type);
    setAttr(element, "type", "text/plain");
    // A script that the parser finds inert counts as made by script from then on, and those run in any order
    // unless told, so what the page's author meant is kept here.
    if (parsed && !hasAttr(element, "async")) ordered.add(element);
  }
  // A held image fails as one from an unreachable host would: later, with an error event.
  if (!parsed && name == "img") setTimeout(() => hasAttr(element, MARK) && element.dispatchEvent(new Event("error")), 0);
}
export const ordered = new WeakSet();

// Scripts that were held once, and what becomes of HTML that they write.
export const released = new WeakMap();

export const heldUrl = (element, name) => attribute(element, `${MARK}-${name}`);

// Releases after the current parser step, so that what was parsed together is released in order.
let soon = false;
export function releaseSoon() {
  if (!soon) queueMicrotask(() => ((soon = false), after("release")));
  soon = true;
}

// The document and the shadow roots in it that anything may be held in.
export const roots = [];

// After a withdrawal: frames that are still there stop.
export function holdFrames() {
  for (const root of roots) for (const frame of root.deref()?.querySelectorAll("iframe,frame") || []) inspect(frame);
}
