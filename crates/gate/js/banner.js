// The banner: its three files (two where there is no WebAssembly) are fetched at once when it is needed, and
// only then. A page never waits for them; without them everything stays denied.
import { fetchBeside, importBeside, orLost } from "./beside.js";
import { fail, inFrame } from "./page.js";
import { arriving, languages } from "./config.js";
import { late } from "./verdicts.js";

let loading;

// The language of the page if we have it, else the visitor's, else the first.
export const language = () =>
  [document.documentElement.lang, ...navigator.languages]
    .map((tag) => tag.toLowerCase().split("-")[0])
    .find((it) => languages.includes(it)) || languages[0];

let lent;
// `gate`: makes what the banner may see and do (main.js).
export const mountWith = (gate) => (lent = gate);

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
  const module = importBeside("ui." + (late ? "wasm.js" : "js"));
  const wasm = late || fetchBeside("ui.wasm", "arrayBuffer");
  const known = Promise.resolve(arriving).then(() => texts("ui")); // in a language of the site's
  const [component, bytes, found] = await Promise.all([module, wasm, known]);
  await component.load(component, bytes);
  component.mount(lent(), found);
  return component;
}

const texts = (layer) => fetchBeside(`${layer}.${language()}.json`, "json");
let preferences;

// Shows a layer: 1 the banner, 2 the preferences, 0 none. Whoever asks hears when a file for it was lost; it
// is shown when that has come.
export const show = (layer) => orLost(showOnceLoaded(layer));

async function showOnceLoaded(layer) {
  const component = await loadComponent();
  if (layer > 1) component.prefer(await (preferences ||= texts("preferences")));
  component.show(layer);
}

// The configuration is there and nobody has decided, nor does before the banner has come.
export async function askVisitor() {
  if (inFrame) return;
  const component = await loadComponent().catch(() => {});
  if (component && !lent().consent) component.show(1);
}
