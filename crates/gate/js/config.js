// The site's configuration: baked in, inline before the tag, or fetched. A broken one gives the page the
// default protection and a console error; naming every fault is the bundler's part, not this file's.
import { fail, inlineConfig, nativeFetch, ownTag } from "./captured.js";
import { compileRules, setOfCategories } from "./verdicts.js";
import { firstTriesAtRules } from "./rust.js";
import { CATEGORY_NAMES, CLASS_FUNCTIONAL, CLASS_NECESSARY, CLASS_UNCLASSIFIED } from "./numbers.js";

// A decision stands for 395 days at the most (src/model/config/values.rs), and for 185 if nothing is said.
const TOO_MANY_DAYS = 396;
const USUAL_DAYS = 185;

/** @type {Record<string, any>} */
export let config;
/** Whether the site's configuration could not be used. A stored choice cannot be judged then. */
export let isBroken;
/**
 * The categories that the site asks for.
 * @type {string[]}
 */
export let askedCategories;
/** For how many days a decision stands. */
export let daysOfValidity;
/** The languages that there are texts in. */
export const allLanguages = LANGUAGES.split(" ");
/**
 * The languages that the site is shown in.
 * @type {string[]}
 */
export let languages;

/**
 * What the page waits for, with full protection: the configuration that lies beside it, or the rules.
 * Resolves whether or not they could be had; null when nothing is waited for.
 * @type {Promise<void> | null}
 */
export let startWaitsFor;

/** Takes the configuration that is at hand, or the default one until another has come. */
export function configure() {
  const atHand = CONFIG || inlineConfig?.textContent;
  const address = !atHand && ownTag?.dataset.config;
  useConfig(atHand || "{}");
  if (!address && !firstTriesAtRules) return;
  // Without an address the same configuration is compiled again, now that the rules are there.
  startWaitsFor = Promise.all([address ? fetchConfig(address) : config, firstTriesAtRules]).then(
    ([found]) => {
      startWaitsFor = null;
      useConfig(found);
    },
  );
}

// The text of the configuration; an empty one, which is broken, where it cannot be had.
const fetchConfig = (address) =>
  nativeFetch(address)
    .then((response) => response.text())
    .catch(() => "");

/** The rules have come late. */
export const compileAgain = () => useConfig(config);

/** The services that may act only with consent. */
export const servicesThatNeedConsent = () =>
  (config.services || []).filter(({ category }) => category != CATEGORY_NAMES[CLASS_NECESSARY]);

// Takes a configuration, as an object or as its text.
function useConfig(given) {
  try {
    const found = given.trim ? JSON.parse(given) : given;
    const ids = found.categories?.map((category) => category.id || category);
    askedCategories = CATEGORY_NAMES.slice(CLASS_FUNCTIONAL, CLASS_UNCLASSIFIED).filter(
      (name) => !ids || ids.includes(name),
    );
    languages = (found.languages || allLanguages).filter((tag) => allLanguages.includes(tag));
    daysOfValidity = found.validity ?? USUAL_DAYS;
    const isValid = daysOfValidity >= 1 && daysOfValidity < TOO_MANY_DAYS;
    if (!languages[0] || !isValid || found.constructor != Object)
      throw "it is no object, or its languages or validity cannot be used";
    compileRules(found, setOfCategories(askedCategories));
    config = found;
  } catch (error) {
    fail("broken configuration: " + error);
    isBroken = true;
    useConfig("{}");
  }
}
