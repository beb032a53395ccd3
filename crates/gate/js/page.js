// The page as it was before any of its scripts could change it: the natives that we call, our own tag.
/* global WASM, TABLE, LABELS, CONFIG */
export const built = { wasm: WASM, table: TABLE, labels: LABELS, config: CONFIG };
export const URL = window.URL;
export const tag = document.currentScript;
export const base = new URL(".", tag?.src || location.href).href;
export const inFrame = window != window.top;
export const call = Reflect.apply;
export const nativeFetch = window.fetch;

const get = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name);
export const cookie = get(Document.prototype, "cookie");
export const innerHTML = get(Element.prototype, "innerHTML");
const { getAttribute, setAttribute, removeAttribute, hasAttribute } = Element.prototype;
export const { insertBefore } = Node.prototype;
export const { getItem, setItem, removeItem, key, clear } = Storage.prototype;

export const attribute = (element, name) => call(getAttribute, element, [name]);
export const setAttr = (element, name, value) => call(setAttribute, element, [name, value]);
export const removeAttr = (element, name) => call(removeAttribute, element, [name]);
export const hasAttr = (element, name) => call(hasAttribute, element, [name]);

// The native storage area, or null where the browser refuses it.
const area = (name) => {
  try {
    return window[name];
  } catch {
    return null;
  }
};
export const local = area("localStorage");
export const session = area("sessionStorage");

export const warn = (message) => console.warn("consentry: " + message);
export const fail = (message) => console.error("consentry: " + message);

// Tells the page: a CustomEvent on document. What its listeners throw stays theirs.
export const emit = (name, detail) =>
  document.dispatchEvent(new CustomEvent("consentry:" + name, { detail }));

// What happened, for `report()`: one entry for each way and target, the oldest 500.
const entries = new Map();
export const note = (state, door, target, verdict) => {
  const id = state + door + target;
  if (entries.has(id) || entries.size >= 500) return;
  const entry = { state, door, target, ...verdict };
  entries.set(id, entry);
  emit(state, entry);
};
export const noted = (state) => [...entries.values()].filter((entry) => entry.state == state);

// Requests that the browser made on this page, whoever asked for them.
export const performanceEntries = () => performance.getEntriesByType("resource");
