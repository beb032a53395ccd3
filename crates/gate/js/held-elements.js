// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a held
// element, whoever made it, and clones and serialised copies stay held.
//
// A script in the document looks as the page made it again, once the browser has passed it over because of its
// type: it rests. The browser looks at it anew only when it is inserted again. (HTML standard, 4.12.1.1: a script
// whose type is unknown is not marked as "already started".)
//
// This file changes elements to these forms and back; it must not decide whether one may act
// (element-verdicts.js). Letting them go: after.js.
import {
  appendChild,
  getAttribute,
  call,
  emptyHTML,
  hasAttribute,
  insertBefore,
  trusted,
  removeAttribute,
  setAttribute,
  weakly,
} from "./captured.js";
import { BRINGS_WINDOW, ELEMENT_ROLES, LOADING_ATTRIBUTES, HOLDS_TEXT, MARK } from "./loading-elements.js";
import { droppedScripts, forgetFailure, tellFailure } from "./failures.js";
import { after } from "./load-after.js";

const INERT_TYPE = "text/plain";
const IS_INERT_TYPE = /^text\/plain$/i;

/** The document and the shadow roots in it that anything may be held in, as weak references. */
export const watchedRoots = [];

/**
 * Marked elements that were seen.
 * @type {WeakSet<Element>}
 */
export const markedElements = new WeakSet();
/**
 * Scripts among them that nobody had marked before us, and those that a parser brought.
 * @type {WeakSet<Element>}
 */
const markedByUs = new WeakSet();
const fromParser = new WeakSet();
/** Whether there was any. */
export let anyMarked = false;

/**
 * Held scripts that the page's author put into the HTML without `async`.
 * @type {WeakSet<Element>}
 */
export const scriptsInOrder = new WeakSet();

/**
 * Scripts that were held once, and what parses the HTML that they write.
 * @type {WeakMap<Element, (html: string) => void>}
 */
export const releasedScripts = new WeakMap();

// A script that the parser brings is inert by its type, and keeps its other attributes in their order.
const keepsAttributes = (element) =>
  element.localName == "script" && fromParser.has(element) && markedByUs.has(element);

/**
 * Scripts that rest.
 * @type {WeakSet<Element>}
 */
const restingScripts = new WeakSet();
let restingList = []; // weak references to them

/** @param {Element} element */
export const isResting = (element) => restingScripts.has(element);

/** @param {Element} element */
export const isHeld = (element) => hasAttribute(element, MARK) || restingScripts.has(element);

/** @param {Element} element */
export const cameFromParser = (element) => fromParser.has(element);

/** @returns {Element[]} the scripts that rest */
export function scriptsAtRest() {
  restingList = restingList.filter((reference) => restingScripts.has(reference.deref()));
  return restingList.map((reference) => reference.deref());
}

/**
 * Whether it is no script, or one of the type that no browser runs.
 * @param {Element} element
 */
export const isInert = (element) =>
  element.localName != "script" || IS_INERT_TYPE.test(getAttribute(element, "type") ?? "");

const setType = (script, type) =>
  type === null ? removeAttribute(script, "type") : setAttribute(script, "type", type);

/**
 * A script that we have marked, and that the browser has passed over, looks as the page made it from now on. One that
 * the parser brings is passed over when all is parsed.
 * @param {Element} script any other element stays as it is
 */
export function rest(script) {
  // A frame may have a gate of its own, which has its own word on the frame's scripts.
  if (script.localName != "script" || script.ownerDocument != document) return;
  const isPassed = !fromParser.has(script) || document.readyState != "loading";
  // Where our Trusted Types policy is refused, an address that is gone cannot be given back.
  if (!markedByUs.has(script) || !script.isConnected || !isPassed || emptyHTML) return;
  const type = heldAttribute(script, "type");
  takeMarksOff(script);
  setType(script, type);
  restingScripts.add(script);
  restingList.push(weakly(script));
}

/**
 * Does something to nodes that would wake the held scripts among them: a browser looks at a script again when its text
 * changes or it moves.
 * @template T
 * @param {any[]} nodes
 * @param {() => T} act
 * @returns {T}
 */
export function withoutWaking(nodes, act) {
  const scripts = nodes.filter((node) => node?.localName == "script" && isHeld(node));
  const types = scripts.map((script) => getAttribute(script, "type"));
  for (const script of scripts) setType(script, INERT_TYPE);
  try {
    return act();
  } finally {
    for (const [index, script] of scripts.entries()) setType(script, types[index]);
  }
}

/**
 * A script rests no longer: it is to be held in another form, or let go.
 * @param {Element} script
 */
export const endRest = (script) => restingScripts.delete(script);

/**
 * Inserts an element anew where it is, which makes a frame load its address or stop loading it.
 * @param {Element} element
 */
export const reinsert = (element) => call(insertBefore, element.parentNode, [element, element.nextSibling]);

/**
 * Moves an element's URLs out of the browser's sight.
 * @param {Element} element
 * @param {number | boolean} [origin] where it comes from, if not from the page's script (doors/html.js)
 * @param {string} [mark] a category, `service:<id>`, or "auto" for what the rules say of its URLs
 */
export function holdElement(element, origin, mark = "auto") {
  endRest(element);
  // What a script brings with a mark for the rules is a copy of what we have marked.
  if (!hasAttribute(element, MARK) || (!origin && mark == "auto")) markedByUs.add(element);
  if (origin) fromParser.add(element);
  setAttribute(element, MARK, mark);
  markedElements.add(element);
  forgetFailure(element);
  anyMarked = true;
  const name = element.localName;
  for (const attribute of keepsAttributes(element) ? [] : LOADING_ATTRIBUTES[name] || []) {
    const value = getAttribute(element, attribute);
    if (value === null) continue;
    setAttribute(element, `${MARK}-${attribute}`, value);
    removeAttribute(element, attribute);
    // A frame that has begun to load stops for certain only when it leaves the document.
    if (ELEMENT_ROLES[name] == BRINGS_WINDOW && element.isConnected) reinsert(element);
  }
  if (name == "script") {
    const type = getAttribute(element, "type");
    if (type !== null && !IS_INERT_TYPE.test(type)) setAttribute(element, MARK + "-type", type);
    setAttribute(element, "type", INERT_TYPE);
    // A script that the parser finds inert counts as made by script from then on, and those run in any order
    // unless told, so what the page's author meant is kept here.
    if (origin && !hasAttribute(element, "async")) scriptsInOrder.add(element);
  }
  // What its owner has marked by name is inert by its owner's will: nobody waits for it.
  if (mark == "auto") tellFailure(element, origin, isHeld);
}

/**
 * The attributes that an element waits for: their names, as on the element itself, and values.
 * @param {Element} element
 * @returns {[string, string][]}
 */
export const heldAttributes = (element) =>
  [...element.attributes]
    .filter(({ name }) => name.startsWith(MARK + "-"))
    .map(({ name, value }) => [name.slice(MARK.length + 1), value]);

/**
 * The value of one attribute that an element waits for, or null.
 * @param {Element} element
 * @param {string} name
 */
export const heldAttribute = (element, name) => getAttribute(element, `${MARK}-${name}`);

/**
 * Puts an element's own attributes back, which makes the browser load them. Whether it may act is the
 * caller's affair.
 * @param {Element & {type?: string}} element
 */
export function putBack(element) {
  if (ELEMENT_ROLES[element.localName] == HOLDS_TEXT && IS_INERT_TYPE.test(element.type))
    setType(element, heldAttribute(element, "type"));
  takeMarksOff(element);
  if (keepsAttributes(element)) reinsert(element);
}

function takeMarksOff(element) {
  const held = heldAttributes(element);
  // The marks go first: in a frame the page around it may have replaced what we call, and would hold what is marked.
  removeAttribute(element, MARK);
  for (const [name] of held) removeAttribute(element, `${MARK}-${name}`);
  // By the native way: a mark by hand says more than the host does. `type` is put back apart, and `origins` is kept for
  // us alone.
  for (const [name, value] of held)
    if (name != "type" && name != "origins")
      setAttribute(element, name.replace("xlink:", ""), trusted("createScriptURL", value));
}

/**
 * Lets a script that rests go: the browser looks at it when it is inserted anew.
 * @param {Element} script
 */
export function wake(script) {
  endRest(script);
  if (droppedScripts.delete(script)) call(appendChild, document.head, [script]);
  else reinsert(script);
}

let releaseIsQueued = false;
/** Releases after the current parser step, so that what was parsed together is released in order. */
export function releaseSoon() {
  if (releaseIsQueued) return;
  releaseIsQueued = true;
  queueMicrotask(() => {
    releaseIsQueued = false;
    after("release");
  });
}

/** Whether scripts wait to be released that the parser has passed: those that it comes to may not overtake them. */
export let scriptsWait = false;
/** From now on they do. */
export const letScriptsWait = () => (scriptsWait = true);
