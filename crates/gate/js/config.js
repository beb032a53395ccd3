// The site's configuration: baked in, inline before the tag, or fetched. A broken one gives the page the
// default protection and a console error; naming every fault is the bundler's part.
import { built, fail, nativeFetch, tag } from "./page.js";
import { CATEGORIES, compile } from "./verdicts.js";

export let config;
// Whether it could not be used: then it says nothing about a stored choice.
export let broken;
// The categories that the site asks for, and the languages that it shows them in.
export let asked;
export let languages;

const inline = document.getElementById("consentry-config")?.textContent;

// Where the configuration has to be fetched from, if it does.
export const address = !built.config && !inline && tag?.dataset.config;

// The configuration known at once.
export const configure = () => use(built.config || inline || "{}");

// The configuration that lies beside the page, on its way; resolves whether or not it could be used.
export let arriving;
export function fetchConfig() {
  const text = nativeFetch(address).then((response) => response.text()).catch(() => "");
  arriving = text.then((found) => ((arriving = null), use(found)));
}

function use(found) {
  try {
    if (found.trim) found = JSON.parse(found);
    const ids = found.categories?.map((it) => it.id || it);
    asked = CATEGORIES.slice(1, 4).filter((it) => !ids || ids.includes(it));
    languages = Object.keys(built.labels).filter((it) => !found.languages || found.languages.includes(it));
    if (!languages[0] || !((found.validity ?? 1) < 396) || found.validity < 1 || found.constructor != Object) throw "languages, validity";
    compile(found, asked.reduce((set, it) => set | (1 << CATEGORIES.indexOf(it)), 0));
    config = found;
  } catch (error) {
    fail("broken configuration: " + error);
    broken = true;
    use("{}");
  }
}
