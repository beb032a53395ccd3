// The page as it was before any of its scripts could change it: the natives that we call, our own tag. What
// it gives is used by every part, and imports none of them; it must know nothing of consent.
export const ownTag = /** @type {HTMLScriptElement | null} */ (document.currentScript);
export const inlineConfig = document.getElementById("consentry-config");
export const URL = window.URL;
/** The address of the files beside ours, up to what follows `consentry-` in their names. */
export const besideAddress = new URL("consentry-", ownTag?.src || location.href).href;
export const inFrame = window != window.top;
export const nativeFetch = window.fetch;

export const call = Reflect.apply;
export const { defineProperty, getOwnPropertyDescriptor: descriptorOf } = Object;
export const cookieProperty = descriptorOf(Document.prototype, "cookie");
export const innerHtmlProperty = descriptorOf(Element.prototype, "innerHTML");
export const { appendChild, insertBefore } = Node.prototype;
export const { append, attachShadow } = Element.prototype;
export const { createElement } = Document.prototype;
export const { getItem, setItem, removeItem, key } = Storage.prototype;

// A method of elements as a function that takes the element first.
const method = (name) => {
  const native = Element.prototype[name];
  return (element, ...values) => call(native, element, values);
};
export const getAttribute = method("getAttribute");
export const hasAttribute = method("hasAttribute");
export const removeAttribute = method("removeAttribute");
export const setAttribute = method("setAttribute");

// Values for the browser's own doors where Trusted Types are enforced. Where the page does not list our
// policy they refuse us: then `emptyHTML` stands for what would have to be changed.
const unchanged = (value) => value;
let trustedTypesPolicy;
export let emptyHTML;
try {
  trustedTypesPolicy = trustedTypes.createPolicy("consentry", {
    createHTML: unchanged,
    createScript: unchanged,
    createScriptURL: unchanged,
  });
} catch {
  emptyHTML = window.trustedTypes?.emptyHTML;
}
/**
 * A value for one of the browser's doors, by our policy where there is one.
 * @param {string} kind `createHTML`, `createScript` or `createScriptURL`
 * @param {string} value
 */
export const trusted = (kind, value) => (trustedTypesPolicy ? trustedTypesPolicy[kind](value) : value);

/**
 * Whether the page's policy has made this value.
 * @param {string} kind `HTML`, `Script` or `ScriptURL`
 * @param {any} value
 */
export const isTrusted = (kind, value) => !!window.trustedTypes?.["is" + kind](value);

/**
 * What the page's policy has made stays trusted when we change it. Nothing else becomes so.
 * @param {string} kind as in `isTrusted`
 * @param {any} given
 * @param {any} changed
 */
export function trustedLike(kind, given, changed) {
  if (changed == given) return given;
  return isTrusted(kind, given) ? trusted("create" + kind, changed) : changed;
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
 * @param {any} detail
 */
export const emit = (name, detail) =>
  document.dispatchEvent(new CustomEvent("consentry:" + name, { detail }));

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
