// Fetches the component with the preferences, the second layer, and all else that is shown (src/ui): when it is needed,
// and ahead of that when it is likely to be. What it shows and does is its own affair.
import { startWaitsFor } from "./config.js";
import { fetchBeside, importBeside } from "./fetch-files.js";
import { rulesAsJavaScript } from "./rust.js";
import { language } from "./texts.js";

let component; // a promise of it
let texts; // a promise of those of the language, with the site's own

/**
 * Resolves to the component's functions and to the texts of the language, with the site's own.
 * @returns {Promise<[any, object]>}
 */
export async function fetchComponent() {
  component ||= load();
  if (startWaitsFor) await startWaitsFor; // the site's languages come with its configuration
  texts ||= fetchBeside(`preferences.${language()}.json`, "json");
  return Promise.all([component, texts]);
}

async function load() {
  if (!rulesAsJavaScript)
    try {
      const bytes = fetchBeside("ui.wasm", "arrayBuffer");
      const module = await importBeside("ui.js");
      await module.load(module, await bytes);
      return module;
    } catch {
      /* its WebAssembly is newer than the browser */
    }
  const module = await importBeside("ui.wasm.js");
  module.load();
  return module;
}

const AFTER_LOAD = 1000; // milliseconds until a page that has loaded counts as idle

/**
 * Acts once the page is idle.
 * @param {() => void} act
 */
export function whenIdle(act) {
  const soon = () => setTimeout(act, AFTER_LOAD);
  if (document.readyState == "complete") soon();
  else addEventListener("load", soon);
}

/** Fetches it once the page is idle, so that the preferences open at once; not where the visitor saves data. */
export function fetchComponentWhenIdle() {
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  whenIdle(() => fetchComponent().catch(() => {})); // whoever opens them hears of it
}
