// Fetches the component (banner, sender of receipts) when it is needed, and only then: its three files at
// once. A page never waits for it, and where it cannot be had everything stays denied.
import { base, call, emit, fail, inFrame, local, nativeFetch, noted, removeItem } from "./page.js";
import { arriving, config, languages } from "./config.js";
import { consent, decide, forget, read, unstored, write } from "./choice.js";
import { keys, noteLeaks, remains } from "./erase.js";
import { explain } from "./verdicts.js";
import { offerReopening } from "./controls.js";

let loading;

// The language of the page if we have it, else the visitor's, else the first.
export const language = () =>
  [document.documentElement.lang, ...navigator.languages]
    .map((tag) => tag.toLowerCase().split("-")[0])
    .find((it) => languages.includes(it)) || languages[0];

const hostOf = ({ target }) => /^(\w+:)?\/\//.test(target) && new URL(target, location).hostname;
const unclassified = (entry) => entry.category == "unclassified";

// What the banner and the reporting may see and do. Values are read when asked for: the configuration may
// come later than they do.
let lent;
const host = () =>
  (lent ||= {
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
    hostname: location.hostname,
    emit,
    explain,
    fetch: nativeFetch,
    keys: () => keys(local),
    noted,
    noteLeaks,
    read,
    remains,
    remove: forget,
    unstored,
    write,
    preferences: () => show(2),
    changed: offerReopening,
    // Hosts that were held and that nobody described.
    undescribed: () => [...new Set(noted("held").filter(unclassified).map(hostOf))].filter(Boolean),
  });

// Starts loading, or goes on; resolves to the component once it is mounted.
export function loadComponent() {
  if (loading) return loading;
  const before = language();
  const module = import(base + "consentry-ui.js");
  const wasm = nativeFetch(base + "consentry-ui.wasm").then((response) => response.arrayBuffer());
  loading = Promise.all([module, wasm, texts("ui"), arriving]).then(async ([component, bytes, found]) => {
    await component.load(component, bytes);
    component.mount(host(), language() == before ? found : await texts("ui"));
    return component;
  });
  loading.catch((error) => {
    loading = null;
    fail(error); // no banner: everything stays held
  });
  return loading;
}

const texts = (layer) => nativeFetch(`${base}consentry-${layer}.${language()}.json`).then((response) => response.json());
let preferences;

// Shows a layer: 1 the banner, 2 the preferences, 0 none.
export async function show(layer) {
  const component = await loadComponent();
  if (layer > 1) component.prefer(await (preferences ||= texts("preferences")));
  component.show(layer);
}

// The configuration is there and nobody has decided.
export function askVisitor() {
  if (!inFrame) show(1).catch(() => {});
}

const reporting = () => import(base + "consentry-report.js");

// Sends waiting receipts; on a page load only after everything of the page has loaded.
export function sendReceipts(later) {
  const waiting = unstored[0] || keys(local).some((key) => key.startsWith("consentry.outbox."));
  if (!config.backend || !waiting) return;
  const send = () => reporting().then((it) => it.send(host())).catch(() => {});
  if (later && document.readyState != "complete") addEventListener("load", () => setTimeout(send, 0));
  else send();
}

// What `consentry.report()` tells.
export const report = () => reporting().then((it) => it.report(host()));
