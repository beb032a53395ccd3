// Fetches the preferences, the second layer (src/ui): when they are opened, and ahead of that when they are likely to be.
import { fetchBeside, importBeside } from "./beside.js";
import { late } from "./rust.js";

let component; // a promise of it
let page; // what they show in a language: a promise

// Resolves to what opens and closes them.
export async function fetchPreferences(language) {
  component ||= fetchComponent();
  page ||= fetchBeside(`preferences.${language}.json`).then((response) => response.json());
  component.catch(() => (component = null)); // the next who asks tries again
  page.catch(() => (page = null));
  const [{ open, close, isOpen }, texts] = await Promise.all([component, page]);
  return { open: (gate) => open(gate, texts), close, isOpen };
}

async function fetchComponent() {
  const plain = async () => {
    const module = await importBeside("ui.wasm.js");
    module.load();
    return module;
  };
  if (late) return plain();
  const bytes = fetchBeside("ui.wasm").then((response) => response.arrayBuffer());
  try {
    const module = await importBeside("ui.js");
    await module.load(module, await bytes);
    return module;
  } catch {
    return plain(); // its WebAssembly is newer than the browser
  }
}

// Fetches them before anybody asks; what fails is fetched again when somebody does.
export const fetchAhead = (language) => fetchPreferences(language).catch(() => {});
