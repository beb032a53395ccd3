// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So there is one form of a held
// element, whoever made it, and clones and serialised copies stay held. This file changes elements to that
// form and back; it must not decide whether one may act (element-verdicts.js). Letting them go: after.js.
import {
  getAttribute,
  call,
  hasAttribute,
  insertBefore,
  trusted,
  removeAttribute,
  setAttribute,
} from "./captured.js";
import { BRINGS_WINDOW, ELEMENT_ROLES, LOADING_ATTRIBUTES, HOLDS_TEXT, MARK } from "./loading-elements.js";
import { forgetFailure, tellFailure } from "./failures.js";
import { after } from "./load-after.js";

const IS_PLAIN_TEXT = /^text\/plain$/i;

/** The document and the shadow roots in it that anything may be held in, as weak references. */
export const watchedRoots = [];

/**
 * Marked elements that were seen.
 * @type {WeakSet<Element>}
 */
export const markedElements = new WeakSet();
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
  setAttribute(element, MARK, mark);
  markedElements.add(element);
  forgetFailure(element);
  anyMarked = true;
  const name = element.localName;
  for (const attribute of LOADING_ATTRIBUTES[name] || []) {
    const value = getAttribute(element, attribute);
    if (value === null) continue;
    setAttribute(element, `${MARK}-${attribute}`, value);
    removeAttribute(element, attribute);
    // A frame that has begun to load stops for certain only when it leaves the document.
    if (ELEMENT_ROLES[name] == BRINGS_WINDOW && element.isConnected) reinsert(element);
  }
  if (name == "script") {
    const type = getAttribute(element, "type");
    if (type !== null && !IS_PLAIN_TEXT.test(type)) setAttribute(element, MARK + "-type", type);
    setAttribute(element, "type", "text/plain");
    // A script that the parser finds inert counts as made by script from then on, and those run in any order
    // unless told, so what the page's author meant is kept here.
    if (origin && !hasAttribute(element, "async")) scriptsInOrder.add(element);
  }
  // What its owner has marked by name is inert by its owner's will: nobody waits for it.
  if (mark == "auto") tellFailure(element, origin);
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
  const held = heldAttributes(element);
  if (ELEMENT_ROLES[element.localName] == HOLDS_TEXT && IS_PLAIN_TEXT.test(element.type)) {
    const type = heldAttribute(element, "type");
    if (type === null) removeAttribute(element, "type");
    else setAttribute(element, "type", type);
  }
  // The marks go first: in a frame the page around it may have replaced what we call, and would hold what is marked.
  removeAttribute(element, MARK);
  for (const [name] of held) removeAttribute(element, `${MARK}-${name}`);
  // By the native way: a mark by hand says more than the host does. `type` is back already, and `origins` is kept for us
  // alone.
  for (const [name, value] of held)
    if (name != "type" && name != "origins")
      setAttribute(element, name.replace("xlink:", ""), trusted("createScriptURL", value));
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
