// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a
// held element, whoever made it, and clones and serialised copies stay held.
import { attempt, attribute, call, hasAttr, insertBefore, note, policy, removeAttr, setAttr } from "./page.js";
import { explain, holds, ofMark, ofUrl, permits } from "./verdicts.js";
import { LOADS } from "./loads.js";
import { guardBlob, holdDocument, holdRules, holdText, named, type, urlsIn } from "./doors/text.js";

const MARK = "data-consent";
const TEXTUAL = /^s(cript|tyle)$/; // both wait as text/plain
const LINKS = /style|icon|manifest|pre/i; // those that make the browser contact a host

// Held elements, in the document or not yet. One that is nowhere is let go: it comes back with its insertion.
const held = new Set();
const present = (element) => element.isConnected || (element.getRootNode().host || held.delete(element), false);

// The verdict that keeps one URL attribute of an element from loading, or -1.
export function verdictOn(element, name, value) {
  if (element.localName == "link" && !LINKS.test(attribute(element, "rel") ?? "pre")) return -1; // none yet: any
  if (/srcset|ping/.test(name)) return deciding((value.match(/[^\s,]\S*[^\s,]/g) || []).map(ofUrl));
  if (/frame|object|embed/.test(element.localName) && /^\s*(data|javascript):/i.test(value)) return deciding(urlsIn(value).map(ofUrl));
  return ofUrl(value);
}

// Attributes whose text is changed where it names what must be held.
export const REWRITES = {
  __proto__: null,
  style: (text) => holdRules(text),
  srcdoc: (text) => holdDocument(text),
  src: (text, element) => (element.localName.endsWith("frame") ? guardBlob(text) : text),
};

let frameSeen = false;
export const sawFrame = () => frameSeen && !(frameSeen = false);

// Of several verdicts the first that holds, else one that tells whose it is.
const deciding = (all) => all.find((bits) => !permits(bits)) ?? Math.max(-1, ...all);

// Looks at one element before or just after it enters the document; holds it if it must not act.
// `parsed`: the browser's parser put it there.
export function inspect(element, parsed) {
  const loads = LOADS[element.localName] || [];
  const mark = attribute(element, MARK);
  frameSeen ||= /frame|object|embed/.test(element.localName);
  for (const name in REWRITES) {
    const value = attribute(element, name);
    const safe = value && REWRITES[name](value, element);
    if (safe != value) setAttr(element, name, policy("createHTML", safe));
  }
  holdText(element);
  if (mark !== null) return inspectMarked(element, mark, loads, parsed);
  for (const name of loads) {
    const value = attribute(element, name);
    if (value === null) continue;
    const bits = verdictOn(element, name, value);
    if (holds(element.localName, value, bits)) return hold(element, parsed);
  }
  // A module waits for what it imports at its top.
  if (type(element) == "module")
    for (const url of named(element)) if (holds("import", url, ofUrl(url))) return hold(element, parsed);
}

function inspectMarked(element, mark, loads, parsed) {
  const fresh = !held.has(element);
  const loading = loads.some((name) => hasAttr(element, name));
  const inert = element.localName == "script" ? isHeldScript(element) : !loading;
  // A half-marked tag would act at once, whatever its mark says: it may if its mark may.
  if (!inert && mayAct(element)) return;
  if (!inert || loading) hold(element, parsed, mark);
  if (fresh) {
    held.add(element);
    if (parsed) keepOrder(element);
    const verdict = verdictOfMarked(element);
    if (!permits(verdict)) {
      note("held", element.localName, target(element), explain(verdict));
      failImage(element);
    }
  }
  if (element.isConnected && mayAct(element)) releaseSoon();
}

const isHeldScript = (element) => /^text\/plain$/i.test(attribute(element, "type"));

// Moves an element's URLs out of the browser's sight.
export function hold(element, parsed, mark = "auto") {
  setAttr(element, MARK, mark);
  const name = element.localName;
  for (const load of LOADS[name] || []) {
    const value = attribute(element, load);
    if (value === null) continue;
    setAttr(element, `${MARK}-${load}`, value);
    removeAttr(element, load);
  }
  // A frame that has begun to load stops for certain only when it leaves the document.
  if (name.endsWith("frame") && element.isConnected) reinsert(element);
  if (name == "script") {
    const type = attribute(element, "type");
    if (type !== null && !isHeldScript(element)) setAttr(element, MARK + "-type", type);
    setAttr(element, "type", "text/plain");
    if (parsed) keepOrder(element);
  }
  if (!parsed) failImage(element);
  held.add(element);
}

const failed = new WeakSet();
// A held image fails as one from an unreachable host would: later, with an error event.
function failImage(element) {
  const fail = () => {
    if (isHeld(element)) element.dispatchEvent(new Event("error"));
    present(element);
  };
  if (element.localName == "img" && !failed.has(element)) setTimeout(fail, 0);
  failed.add(element);
}

// A script that the parser finds inert counts as made by script from then on, and those run in any order
// unless told, so what the page's author meant is kept here.
const ordered = new WeakSet();
function keepOrder(element) {
  if (element.localName == "script" && !hasAttr(element, "async")) ordered.add(element);
}

export const heldUrl = (element, name) => attribute(element, `${MARK}-${name}`);
export const isHeld = (element) => hasAttr(element, MARK);
const target = (element) => (LOADS[element.localName] || []).map((name) => heldUrl(element, name)).find(Boolean) || "inline";

function verdictOfMarked(element) {
  const mark = attribute(element, MARK);
  if (mark != "auto") return ofMark(mark);
  // What any of its held attributes and its text name: an element may have been held by a server too.
  const found = [...element.attributes].filter((it) => it.name.startsWith(MARK + "-")).map(({ name, value }) => {
    const load = name.slice(MARK.length + 1);
    return LOADS[element.localName]?.includes(load) ? verdictOn(element, load, value) : deciding(urlsIn(value).map(ofUrl));
  });
  return deciding([...found, ...named(element).map(ofUrl)]);
}
const mayAct = (element) => permits(verdictOfMarked(element));

// Takes the marks off: the element is what its author wrote.
export function unmark(element) {
  held.delete(element);
  if (TEXTUAL.test(element.localName) && isHeldScript(element)) {
    const type = attribute(element, MARK + "-type");
    if (type === null) removeAttr(element, "type");
    else setAttr(element, "type", type);
  }
  const found = [...element.attributes].filter((it) => it.name.startsWith(MARK));
  for (const { name } of found) removeAttr(element, name);
  return found;
}

// Puts the URLs back, which makes the browser load them: a script without a source becomes one with.
function restore(element) {
  const verdict = verdictOfMarked(element);
  if (verdict > 0) note("released", element.localName, target(element), explain(verdict));
  released.add(element);
  for (const { name, value } of unmark(element))
    if (!/consent(-type)?$/.test(name)) setAttr(element, name.slice(MARK.length + 1).replace("xlink:", ""), policy("createScriptURL", value));
  // An inline script runs, and a style applies, when its text is set.
  if (TEXTUAL.test(element.localName) && !LOADS.script.some((name) => hasAttr(element, name)))
    element.textContent = policy("createScript", element.textContent);
}

const reinsert = (element) => call(insertBefore, element.parentNode, [element, element.nextSibling]);

// Scripts that were held once: what they write is parsed, see `doors/text.js`.
export const released = new WeakSet();
// Each element is tried once for each decision: a frame of our origin has the doors of the page around it too, and
// where the two do not agree they would hold and release for ever.
let tried = new WeakSet();
let running = false;
let soon = false;

// Releases after the current parser step, so that what was parsed together is released in order.
export function releaseSoon() {
  if (soon || !held.size) return;
  soon = true;
  queueMicrotask(() => ((soon = false), release()));
}

// Lets every held element that may act do so, in document order, at once. Scripts that wait for others (not
// async) run in that order too: external ones load in parallel, an inline one waits for those before it.
export async function release(again) {
  if (again) tried = new WeakSet();
  for (const element of ready(false)) attempt(tryOnce, element); // Trusted Types may refuse one
  if (running) return;
  running = true;
  for (let all, before; (all = ready(true))[0]; )
    for (const element of all) {
      const external = hasAttr(element, MARK + "-src");
      if (!external) before = await before;
      if (!mayRun(element)) continue; // a withdrawal may have come between
      element.async = false;
      if (external && !element.noModule)
        before = new Promise((done) => ["load", "error"].forEach((it) => element.addEventListener(it, () => done()), setTimeout(done, 2e4)));
      attempt(tryOnce, element);
    }
  running = false;
}

const tryOnce = (element) => {
  tried.add(element);
  restore(element);
};
const mayRun = (element) => isHeld(element) && present(element) && mayAct(element);

// The elements that may act and whose text the parser has finished, in document order.
const ready = (inOrder) =>
  [...held]
    .filter((element) => !tried.has(element) && ordered.has(element) == inOrder && mayRun(element) && (document.readyState != "loading" || element.localName != "script" || element.nextSibling || hasAttr(element, MARK + "-src")))
    .sort((a, b) => (a.compareDocumentPosition(b) & 2) - 1);

// The document and the shadow roots in it that anything may be held in.
export const roots = [];

// After a withdrawal: frames that are still there stop.
export function holdFrames() {
  for (const root of roots) for (const frame of root.deref()?.querySelectorAll("iframe,frame") || []) inspect(frame);
}
