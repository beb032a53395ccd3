// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a
// held element, whoever made it, and clones and serialised copies stay held.
import { attempt, attribute, call, hasAttr, insertBefore, note, removeAttr, setAttr } from "./page.js";
import { explain, holds, ofMark, ofUrl, permits } from "./verdicts.js";

// What each element loads, by attribute.
export const LOADS = {
  script: ["src"],
  iframe: ["src"],
  frame: ["src"],
  img: ["src", "srcset"],
  source: ["src", "srcset"],
  video: ["src", "poster"],
  audio: ["src"],
  track: ["src"],
  embed: ["src"],
  object: ["data"],
  input: ["src"],
  link: ["href"],
};
export const SELECTOR = Object.keys(LOADS) + ",[data-consent]";
const MARK = "data-consent";
const LINKS = /style|icon|manifest|pre/i; // those that make the browser contact a host

// Held elements, in the document or not yet. One that is nowhere is let go: it comes back with its insertion.
const held = new Set();
const present = (element) => element.isConnected || (element.getRootNode().host || held.delete(element), false);

// The verdict that keeps one URL attribute of an element from loading, or -1.
export function verdictOn(element, name, value) {
  if (element.localName == "link" && !LINKS.test(attribute(element, "rel"))) return -1;
  if (name != "srcset") return ofUrl(value);
  return deciding((value.match(/[^\s,]\S*[^\s,]/g) || []).map(ofUrl));
}

// Of several verdicts the first that holds, else one that tells whose it is.
const deciding = (all) => all.find((bits) => !permits(bits)) ?? Math.max(-1, ...all);

// Looks at one element before or just after it enters the document; holds it if it must not act.
// `parsed`: the browser's parser put it there.
export function inspect(element, parsed) {
  const loads = LOADS[element.localName];
  const mark = attribute(element, MARK);
  if (mark !== null) return inspectMarked(element, mark, loads || [], parsed);
  if (!loads) return;
  for (const name of loads) {
    const value = attribute(element, name);
    if (value === null) continue;
    const bits = verdictOn(element, name, value);
    if (holds(element.localName, value, bits)) return hold(element, parsed);
  }
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

// A held image fails as one from an unreachable host would: later, with an error event.
function failImage(element) {
  const fail = () => {
    if (isHeld(element)) element.dispatchEvent(new Event("error"));
    present(element);
  };
  if (element.localName == "img") setTimeout(fail, 0);
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
  const verdict = (name) => (heldUrl(element, name) === null ? -1 : verdictOn(element, name, heldUrl(element, name)));
  return deciding((LOADS[element.localName] || []).map(verdict));
}
const mayAct = (element) => permits(verdictOfMarked(element));

// Takes the marks off: the element is what its author wrote.
export function unmark(element) {
  held.delete(element);
  if (element.localName == "script" && isHeldScript(element)) {
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
  note("released", element.localName, target(element), explain(verdict));
  for (const { name, value } of unmark(element)) if (!/consent(-type)?$/.test(name)) setAttr(element, name.slice(MARK.length + 1), value);
  // An inline script runs when it enters the document; it goes where it is.
  if (element.localName == "script" && !hasAttr(element, "src")) reinsert(element);
}

const reinsert = (element) => call(insertBefore, element.parentNode, [element, element.nextSibling]);

const PATIENCE = 20000; // milliseconds that a script is waited for; some tell of no end
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
export async function release() {
  // A withdrawal may come between two, and Trusted Types may refuse one: the others go on.
  for (const element of ready(false)) if (mayRun(element)) attempt(restore, element);
  if (running) return;
  running = true;
  for (let all, before; (all = ready(true))[0]; )
    for (const element of all) {
      const external = hasAttr(element, MARK + "-src");
      if (!external) before = await before;
      if (!mayRun(element)) continue;
      element.async = false;
      if (external && !element.noModule)
        before = new Promise((done) => {
          for (const end of ["load", "error"]) element.addEventListener(end, done);
          setTimeout(done, PATIENCE);
        });
      attempt(restore, element);
    }
  running = false;
}

const mayRun = (element) => present(element) && mayAct(element);

// The elements that may act and whose text the parser has finished, in document order.
const ready = (inOrder) =>
  [...held]
    .filter((element) => ordered.has(element) == inOrder && mayRun(element) && (document.readyState != "loading" || element.localName != "script" || element.nextSibling || hasAttr(element, MARK + "-src")))
    .sort((a, b) => (a.compareDocumentPosition(b) & 2) - 1);

// The document and the shadow roots in it that anything may be held in.
export const roots = [];

// After a withdrawal: frames that are still there stop.
export function holdFrames() {
  for (const root of roots) for (const frame of root.deref()?.querySelectorAll("iframe,frame") || []) inspect(frame);
}
