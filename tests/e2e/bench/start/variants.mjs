// Owns the set-ups that are compared: which files each one brings, what it adds to the page, how its banner
// is found and how one sees that a choice is stored. It neither serves nor measures.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "../../../..");

/** The files of a folder, by name. */
const filesOf = (folder) => {
  const files = new Map();
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isFile()) files.set(entry.name, readFileSync(path.join(folder, entry.name)));
  return files;
};

/**
 * How a variant's banner is found (selectors), and the name under which a choice is stored; watch.mjs reads it.
 * @typedef {object} Banner
 * @property {string} host the element that holds the banner, in its shadow root if it has one
 * @property {string} acceptAll
 * @property {string} rejectAll
 * @property {string} openPreferences
 * @property {string} save the button that only the preferences have
 * @property {string} [storageKey] in local storage, or else
 * @property {string} [cookieName]
 */

/** @type {Banner} */
const OUR_BANNER = {
  host: "consentry-banner",
  acceptAll: '[data-consentry="accept-all"]',
  rejectAll: '[data-consentry="reject-all"]',
  openPreferences: '[data-consentry="preferences"]',
  save: '[data-consentry="save"]',
  storageKey: "consentry",
};

/** @type {Banner} */
const PEER_BANNER = {
  host: "#cc-main",
  acceptAll: '.cm [data-role="all"]',
  rejectAll: '.cm [data-role="necessary"]',
  openPreferences: '.cm [data-role="show"]',
  save: '.pm [data-role="save"]',
  cookieName: "cc_cookie",
};

const consentry = (folder) => ({
  files: filesOf(folder),
  head: '<script src="consent/consentry.js"></script>',
  body: "",
  marked: 'data-consent="analytics"',
  banner: OUR_BANNER,
});

/**
 * @param {{component: string, before?: string}} folders built files of the component, and those to compare
 *   with
 * @returns {Record<string, {files: Map<string, Buffer>, head: string, body: string, marked: string,
 *   banner?: Banner}>} `head` stands first in the page's head and `body` last in its body; `marked` marks a
 *   tag as one for analytics
 */
export function variants({ component, before }) {
  const peer = filesOf(path.join(root, "node_modules/vanilla-cookieconsent/dist"));
  // Minified, as a site would serve it: neither comments nor indentation count against the peer.
  const settings = readFileSync(path.join(here, "cookieconsent-config.js"), "utf8");
  const { code } = transformSync(settings, { minify: true, charset: "utf8" });
  peer.set("cookieconsent-config.js", Buffer.from(code));
  return {
    // The marked tag is held here too, so that what a variant adds is not set off by what it holds.
    none: { files: new Map(), head: "", body: "", marked: 'data-held="analytics"' },
    consentry: consentry(component),
    ...(before ? { before: consentry(before) } : {}),
    peer: {
      files: peer,
      head: '<link rel="stylesheet" href="consent/cookieconsent.css">',
      body: '<script type="module" src="consent/cookieconsent-config.js"></script>',
      marked: 'data-category="analytics"',
      banner: PEER_BANNER,
    },
  };
}
