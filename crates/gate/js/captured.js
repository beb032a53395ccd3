// The page as it was before any of its scripts could change it: the natives that we call, our own tag. What
// it gives is used by every part, and imports none of them; it must know nothing of consent.
export const ownTag = /** @type {HTMLScriptElement | null} */ (document.currentScript);
export const inlineConfig = document.getElementById("consentry-config");
export const { URL, Request, Event, CustomEvent, Date, setTimeout } = window;
export const { now: timeNow, parse: parseTime } = Date;
/** The address of the files beside ours, up to what follows `consentry-` in their names. */
export const besideAddress = new URL(BESIDE, ownTag?.src || location.href).href;
export const inFrame = window != window.top;
export const nativeFetch = window.fetch;

export const call = Reflect.apply;
export const { defineProperty, getOwnPropertyDescriptor: descriptorOf } = Object;
export const cookieProperty = descriptorOf(Document.prototype, "cookie");
export const innerHtmlProperty = descriptorOf(Element.prototype, "innerHTML");

// Methods as functions that take the receiver first.
const methodsOf = (owner, names) =>
  names.split(" ").map((name) => {
    const native = owner.prototype[name];
    return (receiver, ...args) => call(native, receiver, args);
  });
export const [appendChild, cloneNode, insertBefore, removeChild] = methodsOf(
  Node,
  "appendChild cloneNode insertBefore removeChild",
);
export const [
  append,
  attachShadow,
  getAttribute,
  getAttributeNames,
  hasAttribute,
  removeAttribute,
  setAttribute,
  setAttributeNS,
] = methodsOf(
  Element,
  "append attachShadow getAttribute getAttributeNames hasAttribute removeAttribute setAttribute setAttributeNS",
);
export const [createElement, importNode] = methodsOf(Document, "createElement importNode");
/**
 * Makes an element.
 * @param {string} startTag its name and attributes, as `div id=text class=wide`
 * @returns {any}
 */
export function makeElement(startTag) {
  const [name, ...attributes] = startTag.split(" ");
  const element = createElement(document, name);
  for (const attribute of attributes) setAttribute(element, ...attribute.split("="));
  return element;
}
export const [getItem, setItem, removeItem, keyAt] = methodsOf(Storage, "getItem setItem removeItem key");

/**
 * A getter as a function that takes the receiver.
 * @param {object} owner whose own property it is
 * @param {string} name
 */
export const getterOf = (owner, name) => {
  const { get } = descriptorOf(owner, name);
  return (receiver) => call(get, receiver, []);
};
/**
 * The HTML of an element with our marks in it.
 * @type {(element: Element) => string}
 */
export const htmlOf = getterOf(Element.prototype, "outerHTML");
/** The cookies of the page as the browser tells them, each `name=value`. */
export const readCookies = () => call(cookieProperty.get, document, []).split("; ");

/**
 * JSON of a value, also where a library has given arrays a `toJSON` of its own.
 * @param {object} value
 */
export const asJson = (value) =>
  JSON.stringify(value, function (name) {
    return this[name];
  });

/**
 * A value as the text that the browser takes it for; throws for a symbol, as it does.
 * @param {any} value
 */
export const asText = (value) => `${value}`;

// Kinds of nodes (DOM standard, 4.4).
const ELEMENT_NODE = 1;
export const ATTRIBUTE_NODE = 2;
export const TEXT_NODE = 3;
export const DOCUMENT_NODE = 9;
export const FRAGMENT_NODE = 11;
// By the native: a form may have a field of the name `nodeType`.
const nodeTypeOf = getterOf(Node.prototype, "nodeType");
const kindOf = (thing) => {
  try {
    return nodeTypeOf(thing);
  } catch {
    return 0; // it is no node
  }
};
/** @param {any} node may be no node at all */
export const isElement = (node) => kindOf(node) == ELEMENT_NODE;

// By the kind of node that is searched.
const searches = {
  [ELEMENT_NODE]: Element.prototype.querySelectorAll,
  [DOCUMENT_NODE]: Document.prototype.querySelectorAll,
  [FRAGMENT_NODE]: DocumentFragment.prototype.querySelectorAll,
};
/**
 * What a selector finds in a node, which may be one that has no content.
 * @param {any} root
 * @param {string} selector
 * @returns {any[]}
 */
export function findAll(root, selector) {
  const search = searches[kindOf(root)];
  return search ? [...call(search, root, [selector])] : [];
}

// Values for the browser's own doors where Trusted Types are enforced. Where the page does not list our
// policy they refuse us: only then there is `emptyHtmlIfRefused`, which stands for what would have to be changed.
const unchanged = (value) => value;
let trustedTypesPolicy;
export let emptyHtmlIfRefused;
try {
  trustedTypesPolicy = trustedTypes.createPolicy("consentry", {
    createHTML: unchanged,
    createScript: unchanged,
    createScriptURL: unchanged,
  });
} catch {
  emptyHtmlIfRefused = window.trustedTypes?.emptyHTML;
}
/**
 * A value for one of the browser's doors, by our policy where there is one.
 * @param {string} kind `HTML`, `Script` or `ScriptURL`
 * @param {string} value
 */
export const makeTrusted = (kind, value) =>
  trustedTypesPolicy ? trustedTypesPolicy["create" + kind](value) : value;

/**
 * Whether the page's policy has made this value.
 * @param {string} kind as in `makeTrusted`
 * @param {any} value
 */
export const isTrusted = (kind, value) => window.trustedTypes?.["is" + kind](value);

/**
 * What the page's policy has made stays trusted when we change it. Nothing else becomes so.
 * @param {string} kind as in `makeTrusted`
 * @param {any} given
 * @param {any} changed
 */
export function trustedLike(kind, given, changed) {
  if (changed == given) return given;
  return isTrusted(kind, given) ? makeTrusted(kind, changed) : changed;
}

const areaProperties = {
  localStorage: descriptorOf(window, "localStorage"),
  sessionStorage: descriptorOf(window, "sessionStorage"),
};
/**
 * The native storage area, also once the page gets a view of it; null where the browser refuses it.
 * @param {string} name `localStorage` or `sessionStorage`
 * @returns {Storage | null}
 */
export const storageArea = (name) => {
  try {
    return call(areaProperties[name].get, window, []);
  } catch {
    return null;
  }
};
// Asked for at once: the choice lies there. The other one is asked for when it is needed.
export const localArea = storageArea("localStorage");

export const warn = (message) => console.warn("consentry: " + message);
export const fail = (message) => console.error("consentry: " + message);

/**
 * Takes a step. What it throws does not keep the next from being taken.
 * @param {(argument?: any) => void} act
 * @param {any} [argument]
 */
export const tryStep = (act, argument) => {
  try {
    act(argument);
  } catch (error) {
    fail(error);
  }
};

/**
 * Acts once there is a body: before the first frame is painted, and after the scripts in the head.
 * @param {() => void} act
 */
export const whenBody = (act) => {
  if (document.body) return act();
  new MutationObserver((records, observer) => {
    if (!document.body) return;
    observer.disconnect();
    act();
  }).observe(document.documentElement, { childList: true });
};

/**
 * Acts once the parser is done with the page.
 * @param {() => void} act
 */
export const whenParsed = (act) =>
  document.readyState == "loading" ? document.addEventListener("DOMContentLoaded", act) : queueMicrotask(act);

/**
 * Tells the page: a CustomEvent on document. What its listeners throw stays theirs.
 * @param {string} name without `consentry:`
 * @param {any} [detail]
 */
export const emit = (name, detail = null) =>
  document.dispatchEvent(new CustomEvent("consentry:" + name, { detail }));

/**
 * Listens to what `emit` tells.
 * @param {string} name without `consentry:`
 * @param {(detail: any) => void} listener
 * @returns {() => void} what ends it
 */
export function listen(name, listener) {
  const type = "consentry:" + name;
  const tell = (/** @type {any} */ { detail }) => listener(detail);
  document.addEventListener(type, tell);
  return () => document.removeEventListener(type, tell);
}

/** A style sheet that a Content-Security-Policy lets through; null in browsers before 2023, which know none. */
export const newSheet = () =>
  window.CSSStyleSheet.prototype.replaceSync ? new window.CSSStyleSheet() : null;

// The addresses of scripts on the stack, each up to its line and column.
const SCRIPTS_ON_STACK = /https?:\/\/[^\s()]+?(?=:\d+:\d+)/g;
/**
 * The addresses of the scripts that are calling, the nearest first and none of ours.
 * @returns {string[]}
 */
export function callingScripts() {
  const scripts = String(new Error().stack).match(SCRIPTS_ON_STACK) || [];
  // The first is this file, and what lies beside it is ours too.
  return scripts.filter((url) => url != scripts[0] && !url.startsWith(besideAddress));
}

// What happened, for `report()`: one entry for each state, way and target, the first 500.
const notes = new Map();
const MOST_NOTES = 500;
/**
 * Notes what happened, and tells the page.
 * @param {"held" | "released" | "leaked"} state
 * @param {string} door the way that was taken
 * @param {string} target whom or what it was to reach
 * @param {object} verdict as `explain` gives it
 */
export function addNote(state, door, target, verdict) {
  const id = state + door + target;
  if (notes.has(id) || notes.size >= MOST_NOTES) return;
  notes.set(id, { state, door, target, ...verdict });
  emit(state, notes.get(id));
}
/** @param {string} state */
export const notesOf = (state) => [...notes.values()].filter((entry) => entry.state == state);

/**
 * Refers to something without keeping it alive, where the browser knows how.
 * @template T
 * @param {T} target
 * @returns {{deref: () => T | undefined}}
 */
export const weakly = (target) => (window.WeakRef ? new WeakRef(target) : { deref: () => target });
