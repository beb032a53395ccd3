// The page as it was before any of its scripts could change it: the natives that we call, our own tag.
export const tag = document.currentScript;
export const inline = document.getElementById("consentry-config");
export const URL = window.URL;
export const base = new URL("consentry-", tag?.src || location.href).href; // of the files beside ours
export const inFrame = window != window.top;
export const nativeFetch = window.fetch;

export const call = Reflect.apply;
export const { defineProperty, getOwnPropertyDescriptor: describe } = Object;
export const cookie = describe(Document.prototype, "cookie");
export const innerHTML = describe(Element.prototype, "innerHTML");
export const { appendChild, insertBefore } = Node.prototype;
export const { attachShadow } = Element.prototype;
export const { getItem, setItem, removeItem, key } = Storage.prototype;

const method = (name) => {
  const native = Element.prototype[name];
  return (element, ...given) => call(native, element, given);
};
export const attribute = method("getAttribute");
export const hasAttr = method("hasAttribute");
export const removeAttr = method("removeAttribute");
export const setAttr = method("setAttribute");

// Values for the browser's own doors where Trusted Types are enforced. Where the page does not list our policy they
// refuse us: then `emptyHTML` stands for what would have to be changed.
const same = (value) => value;
let policies;
export let emptyHTML;
try {
  policies = trustedTypes.createPolicy("consentry", {
    createHTML: same,
    createScript: same,
    createScriptURL: same,
  });
} catch {
  emptyHTML = window.trustedTypes?.emptyHTML;
}
export const policy = (kind, value) => (policies ? policies[kind](value) : value);
// What the page's policy has made stays trusted when we change it. Nothing else becomes so.
export const trusts = (kind, value) => !!window.trustedTypes?.["is" + kind](value);
export const likewise = (kind, given, now) =>
  now == given ? given : trusts(kind, given) ? policy("create" + kind, now) : now;

// The native storage area, or null where the browser refuses it.
export const area = (name) => {
  try {
    return window[name];
  } catch {
    return null;
  }
};
export const local = area("localStorage");

export const warn = (message) => console.warn("consentry: " + message);
export const fail = (message) => console.error("consentry: " + message);

// What one step throws does not keep the next from being taken.
export const attempt = (act, argument) => {
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
const entries = new Map();
export function note(state, door, target, verdict) {
  const id = state + door + target;
  if (entries.has(id) || entries.size > 499) return;
  entries.set(id, { state, door, target, ...verdict });
  emit(state, entries.get(id));
}
export const noted = (state) => [...entries.values()].filter((entry) => entry.state == state);

// Refers to something without keeping it alive, where the browser knows how.
export const weakly = (target) => (window.WeakRef ? new WeakRef(target) : { deref: () => target });
