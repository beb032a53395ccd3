// Fetches the preferences, the second layer (src/ui): when they are opened, and ahead of that when they are
// likely to be. What they show and do is theirs.
import { fetchBeside, importBeside } from "./fetch-files.js";
import { rulesAsJavaScript } from "./rust.js";

let component; // a promise of it
let texts; // a promise of those of the language, with the site's own

/**
 * Resolves to what opens and closes them.
 * @param {string} language
 */
export async function fetchPreferences(language) {
  component ||= fetchComponent();
  texts ||= fetchBeside(`preferences.${language}.json`, "json");
  const [{ open, close }, textsOfPage] = await Promise.all([component, texts]);
  return { open: (gate) => open(gate, textsOfPage), close };
}

async function fetchComponent() {
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
 * Fetches them once the page is idle, so that they open at once; not where the visitor saves data.
 * @param {string} language
 */
export function fetchPreferencesWhenIdle(language) {
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  const fetchNow = () => fetchPreferences(language).catch(() => {}); // whoever opens them hears of it
  const soon = () => setTimeout(fetchNow, AFTER_LOAD);
  if (document.readyState == "complete") soon();
  else addEventListener("load", soon);
}
