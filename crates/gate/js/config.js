// The site's configuration: baked in, inline before the tag, or fetched. A broken one gives the page the
// default protection and a console error; naming every fault is the bundler's part.
import { fail, inline, nativeFetch, tag } from "./page.js";
import { CATEGORIES, compile } from "./verdicts.js";
import { late } from "./rust.js";

export let config;
// Whether it could not be used: then it says nothing about a stored choice.
export let broken;
// The categories that the site asks for, and the languages that it shows them in.
export let asked;
export let askedSet; // the same as a set of `1 << category`
export let languages;

// What the page waits for, with full protection: the configuration that lies beside it, or the rules. Resolves
// whether or not they could be had.
export let arriving;

export function configure() {
  const known = CONFIG || inline?.textContent;
  const address = !known && tag?.dataset.config;
  use(known || "{}");
  if (!address && !late) return;
  const text = address
    ? nativeFetch(address)
        .then((response) => response.text())
        .catch(() => "")
    : config;
  arriving = Promise.all([text, late]).then(([found]) => ((arriving = null), use(found)));
}

// The rules have come late.
export const compileAgain = () => use(config);

function use(found) {
  try {
    if (found.trim) found = JSON.parse(found);
    const ids = found.categories?.map((it) => it.id || it);
    asked = CATEGORIES.slice(1, 4).filter((it) => !ids || ids.includes(it));
    languages = LANGUAGES.filter((it) => !found.languages || found.languages.includes(it));
    if (!languages[0] || !((found.validity ?? 1) < 396) || found.validity < 1 || found.constructor != Object)
      throw "languages, validity";
    askedSet = asked.reduce((set, name) => set | (1 << CATEGORIES.indexOf(name)), 0);
    compile(found, askedSet);
    config = found;
  } catch (error) {
    fail("broken configuration: " + error);
    broken = true;
    use("{}");
  }
}
