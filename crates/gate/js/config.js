// The site's configuration: baked in, inline before the tag, or fetched. A broken one gives the page the
// default protection and a console error; naming every fault is the bundler's part.
import { fail, inlineConfig, nativeFetch, ownTag } from "./captured.js";
import { CATEGORIES, compileRules } from "./verdicts.js";
import { late } from "./rust.js";

export let config;
// Whether it could not be used: then it says nothing about a stored choice.
export let isBroken;
// The categories that the site asks for, and the languages that it shows them in.
export let askedCategories;
export let askedSet; // the same as a set of `1 << category`
export let languages;

// What the page waits for, with full protection: the configuration that lies beside it, or the rules. Resolves
// whether or not they could be had.
export let arriving;

export function configure() {
  const known = CONFIG || inlineConfig?.textContent;
  const address = !known && ownTag?.dataset.config;
  useConfig(known || "{}");
  if (!address && !late) return;
  const text = address
    ? nativeFetch(address)
        .then((response) => response.text())
        .catch(() => "")
    : config;
  arriving = Promise.all([text, late]).then(([found]) => ((arriving = null), useConfig(found)));
}

// The rules have come late.
export const compileAgain = () => useConfig(config);

function useConfig(found) {
  try {
    if (found.trim) found = JSON.parse(found);
    const ids = found.categories?.map((it) => it.id || it);
    askedCategories = CATEGORIES.slice(1, 4).filter((it) => !ids || ids.includes(it));
    languages = LANGUAGES.filter((it) => !found.languages || found.languages.includes(it));
    if (!languages[0] || !((found.validity ?? 1) < 396) || found.validity < 1 || found.constructor != Object)
      throw "languages, validity";
    askedSet = askedCategories.reduce((set, name) => set | (1 << CATEGORIES.indexOf(name)), 0);
    compileRules(found, askedSet);
    config = found;
  } catch (error) {
    fail("broken configuration: " + error);
    isBroken = true;
    useConfig("{}");
  }
}
