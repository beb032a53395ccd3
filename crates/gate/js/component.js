// Fetches what lies beside consentry.js when it is needed, and only then: the banner's three files at once (two where
// there is no WebAssembly), and after.js. A page never waits for them; without them everything stays denied.
import { base, emit, fail, inFrame, local, nativeFetch, note, noted, policy, setAttr } from "./page.js";
import { arriving, config, languages } from "./config.js";
import { consent, decide, forget, read, unstored, write } from "./choice.js";
import { keys, noteLeaks, remains } from "./remains.js";
import { explain, late, ofKey, ofMark, ofUrl, permits, teach, undescribed } from "./verdicts.js";
import { deciding, hold, ordered, released, roots, verdictOn } from "./marks.js";
import { named, plain, urlsIn } from "./doors/text.js";
import { cookies, memory, met, setCookie, written } from "./doors/names.js";
import { offerReopening } from "./controls.js";

let loading;

// The language of the page if we have it, else the visitor's, else the first.
export const language = () =>
  [document.documentElement.lang, ...navigator.languages]
    .map((tag) => tag.toLowerCase().split("-")[0])
    .find((it) => languages.includes(it)) || languages[0];

// What the banner and after.js may see and do, once the configuration is there.
const host = () => ({
  config,
  get consent() {
    return consent;
  },
  language: language(),
  decide,
  hostname: location.hostname,
  emit,
  preferences: () => show(2),
  changed: offerReopening,
  undescribed: () => [...undescribed],
  // For after.js alone, which names them in this order.
  own: [cookies, deciding, explain, nativeFetch, forget, hold, () => keys(local), memory, met, named, note, noteLeaks, noted, ofKey, ofMark, ofUrl, ordered, permits, plain, policy, read, released, remains, roots, setAttr, setCookie, teach, unstored, urlsIn, verdictOn, write, written],
});

// Starts loading, or goes on; resolves to the component once it is mounted.
export function loadComponent() {
  if (loading) return loading;
  loading = load();
  loading.catch((error) => {
    loading = null;
    fail(error); // no banner: everything stays held
  });
  return loading;
}

async function load() {
  await new Promise((go) => setTimeout(go, 0)); // the page's next script need not wait for what asking takes
  const module = import(base + "ui." + (late ? "wasm.js" : "js"));
  const wasm = late || nativeFetch(base + "ui.wasm").then((response) => response.arrayBuffer());
  const known = Promise.resolve(arriving).then(() => texts("ui")); // in a language of the site's
  const [component, bytes, found] = await Promise.all([module, wasm, known]);
  await component.load(component, bytes);
  component.mount(host(), found);
  return component;
}

const texts = (layer) => nativeFetch(`${base}${layer}.${language()}.json`).then((response) => response.json());
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

// `consentry-after.js`, for what nobody waits for: one task after the other.
const later = () => import(base + "after.js").then((it) => (it.take(host()), it));
let queue;
export const after = (task, argument) => (queue = Promise.resolve(queue).then(later).then((it) => it[task](argument)).catch(fail));
export const done = () => queue;

// Sends waiting receipts, if there are any.
export function sendReceipts(atLoad) {
  const waiting = unstored[0] || keys(local).some((key) => key.startsWith("consentry.outbox."));
  if (config.backend && waiting) later().then((it) => it.send(atLoad)).catch(() => {});
}

// What `consentry.classify()` tells.
export const classify = (kind, value) => later().then((it) => it.classify(kind, value));

// What `consentry.report()` tells.
export const report = () => after("report");
