// The first layer's texts: in which language, and with numbers and lists as that language writes them.
import {
  allLanguages,
  askedCategories,
  config,
  languages,
  servicesThatNeedConsent,
  startWaitsFor,
} from "./config.js";
import { fetchBeside } from "./fetch-files.js";
import {
  CATEGORY_NAMES,
  CLASS_FUNCTIONAL,
  LINE_ASK,
  LINE_FUNCTIONAL_PURPOSE,
  LINE_UNDESCRIBED,
} from "./numbers.js";

let shownLanguage;

/**
 * The language of the page if we have it, else the visitor's, else the site's first.
 * @returns {string}
 */
export function language() {
  // Fixed at first use: the receipt must name the language that was on the screen, even if the page changes its `lang`.
  if (startWaitsFor) return pageLanguage();
  return (shownLanguage ||= pageLanguage());
}

// "No" is an older name for Bokmål.
const pageLanguage = () =>
  firstKnown(
    [document.documentElement.lang, ...navigator.languages].map((tag) => tag.replace(/^no\b/i, "nb")),
  ) || languages[0];

// The first of these languages that there are texts in: with its region and script, or else without (RFC 4647, 3.4).
function firstKnown(tags) {
  for (let tag of tags)
    for (; tag; tag = tag.replace(/(^|-)[^-]*$/, "")) {
      const known = languages.find((it) => it.toLowerCase() == tag.toLowerCase());
      if (known) return known;
    }
}

/**
 * Calls `use` with the first layer's texts: at once where they are baked in, else when their file has come.
 * @param {(lines: string[]) => void} use is given a line for each (`LINE_…`)
 */
export function withTexts(use) {
  const tag = language();
  const useLines = (texts) => use((TEXTS[tag] = texts).split("\n"));
  if (TEXTS[tag]) return useLines(TEXTS[tag]);
  return fetchBeside(`banner.${tag}.txt`, "text").then(useLines);
}

/**
 * What the first layer is painted from (crates/notice/src/packed_texts.rs).
 * @param {string[]} lines the language's
 */
export function linesOfFirstLayer(lines) {
  const ask = forNumber(
    lines[LINE_ASK],
    servicesThatNeedConsent().filter((service) => !service.firstParty).length,
  );
  const filled = lines.slice();
  filled[LINE_ASK] = ask.replace("{purposes}", () => listOfPurposes(lines));
  const controller = wording(config.controller?.name) || location.hostname;
  return [...filled, config.policyUrl || "", controller].join("\n");
}

/**
 * The sentence about so many hosts that the site does not describe; nothing for none.
 * @param {string[]} lines the language's
 * @param {number} hosts
 */
export const aboutUndescribed = (lines, hosts) => (hosts ? forNumber(lines[LINE_UNDESCRIBED], hosts) : "");

// Of a text in several forms (`one:…|other:…`) the one that goes with a number, with the number in it.
function forNumber(text, number) {
  const tag = language();
  const inForm = (form) =>
    text.split("|").flatMap((part) => (part.startsWith(form + ":") ? part.slice(form.length + 1) : []))[0];
  const found =
    inForm("=" + number) || inForm(new Intl.PluralRules(tag).select(number)) || inForm("other") || text;
  return found.replace("{number}", number.toLocaleString(tag));
}

function listOfPurposes(lines) {
  const purposes = askedCategories.map(
    (name) => lines[LINE_FUNCTIONAL_PURPOSE - CLASS_FUNCTIONAL + CATEGORY_NAMES.indexOf(name)],
  );
  // Newer than 2020 in Safari.
  const { ListFormat } = /** @type {any} */ (Intl);
  return ListFormat ? new ListFormat(language()).format(purposes) : purposes.join(", ");
}

// A text of the site's, which may be one by language: in the banner's language or in the first that has it.
const wording = (text) =>
  typeof text == "string" ? text : [language(), ...allLanguages].map((tag) => text?.[tag]).find(Boolean);
