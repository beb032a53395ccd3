// Fetches the component (banner, sender of receipts) when it is needed, and only then: its three files at
// once. A page never waits for it, and where it cannot be had everything stays denied.
import { base, built, call, emit, fail, inFrame, key, local, nativeFetch, noted } from "./page.js";
import { config } from "./config.js";
import { consent, decide, unstored } from "./choice.js";
import { offerReopening } from "./controls.js";

let loading;
let ready;
const configured = new Promise((resolve) => (ready = resolve));

// The language of the page if we have it, else the visitor's, else the first.
export function language() {
  const known = (config.languages || Object.keys(built.labels)).filter((it) => it in built.labels);
  const wanted = [document.documentElement.lang, ...navigator.languages];
  const primary = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return primary.find((it) => known.includes(it)) || known[0];
}

const hostOf = ({ target }) => {
  try {
    return new URL(target, document.baseURI).hostname;
  } catch {
    return "";
  }
};

// What the component may see and do. Values are read when asked for: the configuration may come later.
const host = {
  get config() {
    return config;
  },
  get consent() {
    return consent;
  },
  get language() {
    return language();
  },
  decide,
  emit,
  unstored,
  changed: offerReopening,
  // Hosts that were held and that nobody described.
  undescribed: () => [...new Set(noted("held").filter((it) => it.category == "unclassified").map(hostOf))].filter(Boolean),
};

// Starts loading, or goes on; resolves to the component once it is mounted.
export function loadComponent() {
  if (loading) return loading;
  const module = import(base + "consentry-ui.js");
  const wasm = nativeFetch(base + "consentry-ui.wasm");
  const texts = nativeFetch(`${base}consentry-ui.${language()}.json`).then((response) => response.json());
  loading = Promise.all([module, texts, configured]).then(async ([component, texts]) => {
    await component.default({ module_or_path: wasm });
    return new component.Component(host, texts);
  });
  wasm.catch(() => {});
  loading.catch((error) => {
    loading = null;
    fail("the banner could not be loaded, everything that needs consent stays held: " + error);
  });
  return loading;
}

// Shows a layer: 1 the banner, 2 the preferences, 0 none.
export const show = (layer) => loadComponent().then((component) => component.show(layer));

// The configuration is there and nobody has decided.
export function askVisitor() {
  if (!inFrame) show(1).catch(() => {});
}
export const configurationIsKnown = () => ready();

const waiting = () => {
  try {
    for (let at = 0, name; (name = call(key, local, [at])) !== null; at++)
      if (name.startsWith("consentry.outbox.")) return true;
  } catch {
    /* refused storage holds no receipts */
  }
  return unstored.length > 0;
};

// Sends waiting receipts; on a page load only after everything of the page has loaded.
export function sendReceipts(later) {
  if (!config.backend || !waiting()) return;
  const send = () => loadComponent().then((component) => component.send()).catch(() => {});
  if (later && document.readyState != "complete") addEventListener("load", () => setTimeout(send, 0));
  else send();
}
