// The page as it was before any of its scripts could change it: the natives that we call, our own tag.
export const ownTag = document.currentScript;
export const inlineConfig = document.getElementById("consentry-config");
export const URL = window.URL;
export const besideAddress = new URL("consentry-", ownTag?.src || location.href).href; // of the files beside ours
export const inFrame = window != window.top;
export const nativeFetch = window.fetch;

export const call = Reflect.apply;
export const { defineProperty, getOwnPropertyDescriptor: descriptorOf } = Object;
export const cookieProperty = descriptorOf(Document.prototype, "cookie");
export const innerHtmlProperty = descriptorOf(Element.prototype, "innerHTML");
export const { appendChild, insertBefore } = Node.prototype;
export const { attachShadow } = Element.prototype;
export const { getItem, setItem, removeItem, key } = Storage.prototype;

const method = (name) => {
  const native = Element.prototype[name];
  return (element, ...given) => call(native, element, given);
};
export const getAttribute = method("getAttribute");
export const hasAttribute = method("hasAttribute");
export const removeAttribute = method("removeAttribute");
export const setAttribute = method("setAttribute");

// Values for the browser's own doors where Trusted Types are enforced. Where the page does not list our policy they
// refuse us: then `emptyHTML` stands for what would have to be changed.
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
export const trusted = (kind, value) => (trustedTypesPolicy ? trustedTypesPolicy[kind](value) : value);
// What the page's policy has made stays trusted when we change it. Nothing else becomes so.
export const isTrusted = (kind, value) => !!window.trustedTypes?.["is" + kind](value);
export const trustedLike = (kind, given, now) =>
  now == given ? given : isTrusted(kind, given) ? trusted("create" + kind, now) : now;

// The native storage areas, also once the page gets views of them; null where the browser refuses one.
const areaProperties = {
  localStorage: descriptorOf(window, "localStorage"),
  sessionStorage: descriptorOf(window, "sessionStorage"),
};
export const storageArea = (name) => {
  try {
    return call(areaProperties[name].get, window, []);
  } catch {
    return null;
  }
};
export const localArea = storageArea("localStorage");

export const warn = (message) => console.warn("consentry: " + message);
export const fail = (message) => console.error("consentry: " + message);

// What one step throws does not keep the next from being taken.
export const tryStep = (act, argument) => {
  try {
    act(argument);
  } catch (error) {
    fail(error);
  }
};

// Once there is a body: before the first frame is painted, and after the scripts in the head.
export const whenBody = (act) => {
  if (document.body) return act();
  new MutationObserver((records, observer) => {
    if (!document.body) return;
    observer.disconnect();
    act();
  }).observe(document.documentElement, { childList: true });
};

// Once the parser is done with the page.
export const whenParsed = (act) =>
  document.readyState == "loading" ? document.addEventListener("DOMContentLoaded", act) : queueMicrotask(act);

// Tells the page: a CustomEvent on document. What its listeners throw stays theirs.
export const emit = (name, detail) =>
  document.dispatchEvent(new CustomEvent("consentry:" + name, { detail }));

// What happened, for `report()`: one entry for each way and target, the first 500.
const notes = new Map();
export function addNote(state, door, target, verdict) {
  const id = state + door + target;
  if (notes.has(id) || notes.size > 499) return;
  notes.set(id, { state, door, target, ...verdict });
  emit(state, notes.get(id));
}
export const notesOf = (state) => [...notes.values()].filter((entry) => entry.state == state);

// Refers to something without keeping it alive, where the browser knows how.
export const weakly = (target) => (window.WeakRef ? new WeakRef(target) : { deref: () => target });
