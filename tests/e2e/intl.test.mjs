// Numbers, lists and plural forms: what a bundle bakes in is what a browser's `Intl` writes, so that a page with a bundle
// and one without say the same.
//
// The bundler takes them from ICU4X and Node from ICU4C, each with a version of Unicode's CLDR of its own
// (`process.versions.cldr` is Node's). Where the data of a language changed between the two they may differ though neither
// is wrong: then the message below names Node's versions, and the crates `icu_*` of Cargo.lock are the other side. Only the
// Node that is there is compared with.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { bundle, root } from "./site.mjs";

// A configuration has at most 1000 services, a number in which some languages set a separator.
const COUNTS = [0, 1, 2, 3, 5, 11, 21, 100, 1000];
const CATEGORIES = ["functional", "analytics", "advertising"];
// The categories that are asked for: one, two, all three.
const LISTS = [2, 1, 0].map((from) => CATEGORIES.slice(from));

const TEXTS = path.join(root, "src/ui/texts");
const languages = readdirSync(TEXTS).map((name) => path.basename(name, ".json"));
/**
 * The first layer's texts of each language.
 * @type {Record<string, Record<string, any>>}
 */
const texts = Object.fromEntries(
  languages.map((tag) => [tag, JSON.parse(readFileSync(path.join(TEXTS, `${tag}.json`), "utf8")).banner]),
);
const lineOfAsk = Object.keys(texts.en).indexOf("ask");

const folder = mkdtempSync(path.join(tmpdir(), "consentry-intl-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The sentence that asks, in each language, as a bundle has it.
 * @param {number} count the services that need consent
 * @param {string[]} categories
 * @returns {Record<string, string>}
 */
function bundledAsks(count, categories) {
  const services = Array.from({ length: count }, (_, at) => ({ id: `s${at}`, category: categories[0] }));
  const config = path.join(folder, "site.json");
  writeFileSync(config, JSON.stringify({ categories, services }));
  bundle(config, folder);
  const baked = JSON.parse(readFileSync(path.join(folder, "consentry.js"), "utf8").split("/*texts*/")[1]);
  const linesOf = (tag) =>
    baked[tag] ?? readFileSync(path.join(folder, `consentry-banner.${tag}.txt`), "utf8");
  return Object.fromEntries(languages.map((tag) => [tag, linesOf(tag).split("\n")[lineOfAsk]]));
}

/**
 * The same sentence by this Node's `Intl`.
 * @param {string} tag
 * @param {number} count
 * @param {string[]} categories
 * @returns {string}
 */
function askByIntl(tag, count, categories) {
  const forms = texts[tag].ask;
  const form = forms[new Intl.PluralRules(tag).select(count)] ?? forms.other;
  const purposes = categories.map((category) => texts[tag][`${category}Purpose`]);
  return ((count == 0 && forms["=0"]) || form)
    .replace("{number}", () => new Intl.NumberFormat(tag).format(count))
    .replace("{purposes}", () => new Intl.ListFormat(tag).format(purposes));
}

test("a_bundle_writes_numbers_lists_and_plural_forms_as_intl_does", () => {
  assert.ok(languages.length >= 31 && lineOfAsk > 0);
  const different = [];
  for (const count of COUNTS)
    for (const categories of LISTS)
      for (const [tag, found] of Object.entries(bundledAsks(count, categories))) {
        const expected = askByIntl(tag, count, categories);
        if (found != expected) different.push({ tag, count, found, expected });
      }
  const versions = `ICU ${process.versions.icu}, CLDR ${process.versions.cldr}`;
  assert.deepEqual(different, [], versions);
});
