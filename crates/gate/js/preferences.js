// Fetches the preferences, the second layer (src/ui): when they are opened, and ahead of that when they are
// likely to be. What they show and do is theirs.
import { fetchBeside, importBeside } from "./beside.js";
import { late } from "./rust.js";

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
  if (!late)
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
