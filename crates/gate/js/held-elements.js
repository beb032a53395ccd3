// Held elements. Holding an element means marking it as an owner would by hand: the URL moves from its
// attribute to data-consent-<attribute>, a script's type becomes text/plain. So clones and serialised copies stay held.
//
// Two kinds of elements keep their URL where it is, under a cover: a frame gets a `srcdoc`, which outranks its `src`, and a
// style sheet gets `disabled`. A link without a cover has its `rel` moved instead, without which it loads nothing. Elements
// that fire `error` by themselves get a URL that no browser can read (NO_URL, NO_MEDIA).
//
// A held script in the document is given its own type and URLs back, and loses its mark, once the browser has passed it
// over because of the inert type: it is dormant. The browser considers it anew only when it is inserted again or its text
// changes. (HTML standard, 4.12.1.1: a script whose type is unknown is not marked as "already started".)
//
// This file changes elements to these forms and back; it must not decide whether one may act
// (element-verdicts.js). Letting them go: after/release.js and after/restore.js.
import {
  descriptorOf,
  getAttribute,
  getAttributeNames,
  emptyHtmlIfRefused,
  hasAttribute,
  insertBefore,
  removeChild,
  makeTrusted,
  removeAttribute,
  setAttribute,
  setAttributeNS,
  weakly,
} from "./captured.js";
import { LOADING_ATTRIBUTES, MARK, NO_MEDIA, NO_URL, bringsWindow, textActs } from "./loading-elements.js";
import { forgetFailure, tellFailure } from "./failures.js";
import { queueInAfter } from "./load-after.js";

/** The type that no browser runs. */
export const INERT_TYPE = "text/plain";
const IS_INERT_TYPE = /^text\/plain$/i;

const XLINK = "http://www.w3.org/1999/xlink";

/** The document and its shadow roots in which something may be held, as weak references. */
export const watchedRoots = [];

/**
 * All elements that were ever held.
 * @type {WeakSet<Element>}
 */
export const markedElements = new WeakSet();
/**
 * Those whose mark is ours: unmarked before, or a script's copy of an element that we marked.
 * @type {WeakSet<Element>}
 */
const markedByUs = new WeakSet();
/**
 * Those that were held with an `origin` (see `holdElement`): they came as HTML, not as a node that a script made.
 * @type {WeakSet<Element>}
 */
export const fromParser = new WeakSet();
/**
 * Whether trees that the page inserts must be searched for marks and scripts: not before anything was held, or passed by
 * because it never runs as it stands.
 */
export let anyMarked = false;
/** Notes that a script was passed by because it never runs as it stands. */
export const noteScriptThatNeverRuns = () => (anyMarked = true);

/**
 * Held scripts that the page's author put into the HTML without `async`.
 * @type {WeakSet<Element>}
 */
export const scriptsInOrder = new WeakSet();

/**
 * The global `define` of a module loader of the page (AMD), if there is one.
 * @returns {Function | undefined}
 */
export const moduleLoader = () => {
  const define = descriptorOf(window, "define")?.value;
  return define?.amd && define;
};

/**
 * Held scripts that came before the page had a module loader.
 * @type {WeakSet<Element>}
 */
export const scriptsBeforeLoader = new WeakSet();

/**
 * Scripts that were let go, each with what parses the HTML that it writes.
 * @type {WeakMap<Element, (html: string) => void>}
 */
export const releasedScripts = new WeakMap();

// A script that the parser brought and that we marked is inert by its type; its other attributes stay.
const keepsAttributes = (element) =>
  element.localName == "script" && fromParser.has(element) && markedByUs.has(element);

/**
 * Scripts that are dormant.
 * @type {WeakSet<Element>}
 */
const dormantScripts = new WeakSet();
/** Weak references to them, and to some that are so no longer. */
export const dormantReferences = [];

/**
 * The first held scripts of this document that came as HTML, kept alive. A framework that renders the whole document anew
 * throws them away and shows copies that no browser runs; a grant finds the lost ones here (after/release.js).
 * @type {Set<Element>}
 */
export const parsedScripts = new Set();
const MOST_PARSED = 99;

/** @param {Element} element */
export const isDormant = (element) => dormantScripts.has(element);

/** @param {Element} element */
export const isHeld = (element) => hasAttribute(element, MARK) || dormantScripts.has(element);

/**
 * Whether it is a script of another type than the one that no browser runs.
 * @param {Element} element
 */
export const hasRunnableType = (element) =>
  element.localName == "script" && !IS_INERT_TYPE.test(getAttribute(element, "type"));

const FAILS_BY_ITSELF = /^(img|image|input|video|audio|source|track|object)$/;

// Whether the browser loads it, or what it is a source of, only when it is seen or played.
const loadsLater = (element) =>
  element.localName == "source" ||
  [element, element.parentNode].some(
    (it) => it?.localName && /lazy|none/i.test(getAttribute(it, "loading") + getAttribute(it, "preload")),
  );

/**
 * Whether an address is one that we put in the place of another.
 * @param {string | null} value
 */
const isNoAddress = (value) => value == NO_URL || value == NO_MEDIA;

/**
 * The attribute that covers a URL, by element, and the value that it has when it is ours.
 * @type {Record<string, string[]>}
 */
export const COVERS = {
  __proto__: null,
  iframe: ["srcdoc", "<!--consentry-->"],
  link: ["disabled", "consentry"],
};

/**
 * The name of the attribute that covers an element's URL now, if any does.
 * @param {Element} element
 */
export function coverOf(element) {
  const [attribute, value] = COVERS[element.localName] || [];
  return attribute && getAttribute(element, attribute) == value ? attribute : null;
}

// Covers an element's URLs; tells whether it could.
function cover(element) {
  if (coverOf(element)) return true;
  const [attribute, value] = COVERS[element.localName] || [];
  if (!attribute || hasAttribute(element, attribute)) return false;
  // None where the page's own value already waits under a mark, or where a server has noted the hosts that a text names.
  if ([attribute, "origins"].some((name) => heldAttribute(element, name) !== null)) return false;
  // A preload scanner asks even for a style sheet that is disabled: one whose HTML is still text, and whose document has no
  // window, gets no cover.
  const mayBeDisabled =
    element.ownerDocument.defaultView && /^stylesheet$/i.test(getAttribute(element, "rel"));
  if (attribute == "disabled" && !mayBeDisabled) return false;
  if (emptyHtmlIfRefused && attribute == "srcdoc") return false;
  setAttribute(element, attribute, makeTrusted("HTML", value));
  return true;
}

/**
 * Moves a URL, or a link's relation, to an attribute that no browser knows.
 * @param {Element} element
 * @param {string} attribute the one in which it would load
 * @param {string} value
 */
export function moveUrl(element, attribute, value) {
  setAttribute(element, `${MARK}-${attribute}`, value);
  const isSet = attribute == "srcset";
  const fails = FAILS_BY_ITSELF.test(element.localName) && !emptyHtmlIfRefused;
  if (isSet || !fails) removeAttribute(element, attribute);
  // Firefox fires no `error` for such a URL in a set.
  const nothing = attribute != "poster" && loadsLater(element) ? NO_MEDIA : NO_URL;
  if (fails) setUrl(element, isSet ? "src" : attribute, nothing);
}

function setUrl(element, name, url) {
  const trusted = makeTrusted("ScriptURL", url);
  if (name.startsWith("xlink:")) setAttributeNS(element, XLINK, name, trusted);
  else setAttribute(element, name, trusted);
}

/**
 * Moves all of an element's URLs, and takes the cover off them.
 * @param {Element} element
 */
export function moveUrls(element) {
  const covering = coverOf(element);
  const relation = element.localName == "link" && getAttribute(element, "rel");
  if (relation) moveUrl(element, "rel", relation);
  else if (element.localName != "link")
    for (const [attribute, url] of loadingAttributes(element)) moveUrl(element, attribute, url);
  if (covering) removeAttribute(element, covering);
}

/**
 * The attributes by which an element would load something as it stands: names and values.
 * @param {Element} element
 * @returns {[string, string][]}
 */
export const loadingAttributes = (element) =>
  (LOADING_ATTRIBUTES[element.localName] || [])
    .map((name) => /** @type {[string, string]} */ ([name, getAttribute(element, name)]))
    .filter(([, value]) => value !== null && !isNoAddress(value));

/**
 * Sets or removes the type of a script or style.
 * @param {Element} script
 * @param {string | null} type
 */
export const setType = (script, type) =>
  type === null ? removeAttribute(script, "type") : setAttribute(script, "type", type);

// What stands in one of these may be moved by the parser, which mends misnested tags. (HTML 13.2.6.1, "adoption agency".)
const MOVED_BY_PARSER = "a,b,big,code,em,font,i,nobr,s,small,strike,strong,tt,u";

/**
 * Makes a script dormant: one that we have marked, and that the browser has passed over, looks as the page made it from
 * now on. One that the parser brings, or may move, is passed over when all is parsed.
 * @param {Element} script any other element stays as it is
 */
export function makeDormant(script) {
  // A frame may have a gate of its own, which decides about the frame's scripts.
  if (script.localName != "script" || script.ownerDocument != document) return;
  const isSettled = !fromParser.has(script) && document.contains(script) && !script.closest(MOVED_BY_PARSER);
  const isPassed = isSettled || document.readyState != "loading";
  // Where our Trusted Types policy is refused, an address that is gone cannot be given back.
  if (
    !markedByUs.has(script) ||
    !hasAttribute(script, MARK) ||
    !script.isConnected ||
    !isPassed ||
    emptyHtmlIfRefused
  )
    return;
  // In this order: with a type that runs, an address that comes back would be fetched.
  const type = heldAttribute(script, "type");
  putUrlsBack(script);
  setType(script, type);
  dormantScripts.add(script);
  dormantReferences.push(weakly(script));
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
    scripts.forEach((script, index) => setType(script, types[index]));
  }
}

/**
 * A script is dormant no longer: it is to be held in another form, or let go.
 * @param {Element} script
 * @returns {boolean} whether it was
 */
export const endDormancy = (script) => dormantScripts.delete(script);

/**
 * Scripts that were kept from running when the browser had already made them ready to (after/restore.js).
 * @type {WeakSet<Element>}
 */
export const stoppedScripts = new WeakSet();

/**
 * Inserts an element anew where it is: a frame loads or stops, and the browser looks at a script again.
 * @param {Element} element
 */
export const reinsert = (element) => insertBefore(element.parentNode, element, element.nextSibling);

/**
 * Holds an element: it loads nothing, is marked, and hears that it failed.
 * @param {Element} element
 * @param {number | boolean} [origin] PARSER or TEXT_OF_PAGE (doors/html.js), or true for either; nothing where a script of
 *   the page made it
 * @param {string} [mark] a category, `service:<id>`, or "auto" for what the rules say of its URLs
 */
export function holdElement(element, origin, mark = "auto") {
  endDormancy(element);
  // What a script inserts with the mark "auto" is a copy of an element that we marked.
  if (!hasAttribute(element, MARK) || (!origin && mark == "auto")) markedByUs.add(element);
  if (origin) fromParser.add(element);
  markedElements.add(element);
  forgetFailure(element);
  anyMarked = true;
  const name = element.localName;
  const loads = !coverOf(element) && loadingAttributes(element)[0];
  // Under a cover, URLs may stand where they were.
  if (mark == "auto" && cover(element)) putUrlsBack(element);
  else if (!keepsAttributes(element)) moveUrls(element);
  // URLs that a server has moved must fail as well; those of a set do so by the address beside it.
  if (mark == "auto" && FAILS_BY_ITSELF.test(name))
    for (const [attribute, url] of heldAttributes(element))
      if (!hasAttribute(element, attribute == "srcset" ? "src" : attribute)) moveUrl(element, attribute, url);
  setAttribute(element, MARK, mark);
  // A frame that has begun to load stops for certain only when it leaves the document.
  const isShown = element.isConnected && element.ownerDocument.defaultView;
  if (loads && isShown && bringsWindow(element)) reinsert(element);
  if (name == "script") {
    const type = getAttribute(element, "type");
    if (type !== null && !IS_INERT_TYPE.test(type)) setAttribute(element, MARK + "-type", type);
    setAttribute(element, "type", INERT_TYPE);
    // A script that the parser finds inert counts as made by script from then on ("force async" in the HTML standard), and
    // those run in any order unless told, so what the page's author meant is kept here.
    if (origin && !hasAttribute(element, "async")) scriptsInOrder.add(element);
    if (!moduleLoader()) scriptsBeforeLoader.add(element);
    const isOfPage = origin && element.ownerDocument == document;
    if (isOfPage && parsedScripts.size < MOST_PARSED) parsedScripts.add(element);
  }
  // What is marked with a category gets no `error`: its owner wanted it inert.
  if (mark == "auto") failLater(element, origin);
}

/**
 * A held element hears that it failed, if the browser does not say so.
 * @param {Element} element
 * @param {number | boolean} [origin] as in `holdElement`
 */
export function failLater(element, origin) {
  const browserTells = FAILS_BY_ITSELF.test(element.localName) && !emptyHtmlIfRefused;
  if (!browserTells && coverOf(element) != "srcdoc") tellFailure(element, origin, isHeld, isDormant);
}

/**
 * The attributes that were moved: their names, as on the element itself, and values.
 * @param {Element} element
 * @returns {[string, string][]}
 */
export const heldAttributes = (element) =>
  getAttributeNames(element)
    .filter((name) => name.startsWith(MARK + "-"))
    .map((name) => [name.slice(MARK.length + 1), getAttribute(element, name)]);

/**
 * The value of one attribute that was moved, or null.
 * @param {Element} element
 * @param {string} name
 */
export const heldAttribute = (element, name) => getAttribute(element, `${MARK}-${name}`);

/**
 * Puts an element's own attributes back, which makes the browser load them. Whether it may act is the
 * caller's affair.
 * @param {Element} element
 */
export function putBack(element) {
  takeMarksOff(element);
  if (keepsAttributes(element)) reinsert(element);
}

/**
 * Undoes what holding did to an element's attributes. A script is not inserted anew, and so does not run.
 * @param {any} element
 */
export function takeMarksOff(element) {
  if (textActs(element) && IS_INERT_TYPE.test(getAttribute(element, "type")))
    setType(element, heldAttribute(element, "type"));
  putUrlsBack(element);
  for (const name of LOADING_ATTRIBUTES[element.localName] || [])
    if (isNoAddress(getAttribute(element, name))) removeAttribute(element, name);
  const covering = coverOf(element);
  if (!covering) return;
  // Taken out and put back: a frame that enters with its own address adds no entry to the visitor's history, and what it
  // has begun to load under the cover would go on if the address is a script.
  const { parentNode, nextSibling } = element;
  const isShown = covering == "srcdoc" && element.isConnected;
  if (isShown) removeChild(parentNode, element);
  removeAttribute(element, covering);
  if (isShown) insertBefore(parentNode, element, nextSibling);
}

function putUrlsBack(element) {
  // Browsers warn of a relation that has no address yet: in the order of the alphabet it comes after that.
  const held = heldAttributes(element).sort();
  // The marks go first: in a frame, the gate of the page around it may have replaced what we call, and would hold what
  // is marked.
  removeAttribute(element, MARK);
  for (const [name] of held) removeAttribute(element, `${MARK}-${name}`);
  // By native methods: a mark by hand outranks the verdict on the host. `type` is put back apart, and `origins` is for us
  // alone.
  for (const [name, value] of held) if (name != "type" && name != "origins") setUrl(element, name, value);
}

let releaseIsQueued = false;
/** Releases after the current parser step, so that what was parsed together is released in order. */
export function releaseSoon() {
  if (releaseIsQueued) return;
  releaseIsQueued = true;
  queueMicrotask(() => {
    releaseIsQueued = false;
    queueInAfter("release");
  });
}

/** Whether scripts that the parser has passed still wait: later ones may not overtake them. */
export let scriptsWait = false;
/** From now on such scripts wait. */
export const letScriptsWait = () => (scriptsWait = true);
