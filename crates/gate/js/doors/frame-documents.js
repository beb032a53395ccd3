// Frames whose document is given as text, by `srcdoc` or as a blob: such a document gets a gate of its own,
// which is our own tag before everything else in it.
import { createElement, htmlOf, inlineConfig, ownTag, setAttribute } from "../captured.js";
import { addressOfCopy, blobOf } from "./blobs.js";

function ownTags() {
  const tag = /** @type {HTMLScriptElement} */ (ownTag);
  if (!tag) return "";
  const config = tag.dataset.config || "";
  return (
    (inlineConfig?.outerHTML || "") +
    `<script src="${tag.src}" nonce="${tag.nonce}" data-config="${config}"></script>`
  );
}

// What the page gave, by what stands in its place: documents of frames, and addresses of such; and both as they are
// written in the attributes of HTML.
const givenValues = new Map();
const givenInHtml = new Map();
const MOST_GIVEN = 99;
// By the browser, whose rules for this differ. (`<b a="` and `"></b>` are six letters each.)
const inAttribute = (value) => {
  const holder = createElement(document, "b");
  setAttribute(holder, "a", value);
  return htmlOf(holder).slice(6, -6);
};

/**
 * Remembers what the page gave.
 * @param {any} given
 * @param {any} made what stands in its place
 * @returns {any} the same
 */
export function noteGiven(given, made) {
  if (String(given) == String(made) || givenValues.size > MOST_GIVEN) return made;
  givenValues.set(String(made), String(given));
  givenInHtml.set(inAttribute(made), inAttribute(given));
  return made;
}

/**
 * The value of an attribute, as the page gave it.
 * @param {any} value
 */
export const asGiven = (value) => givenValues.get(value) ?? value;

/**
 * HTML, with such values as the page gave them.
 * @param {string} html
 */
export function htmlAsGiven(html) {
  if (!/srcdoc|blob:/.test(html)) return html;
  for (const [made, given] of givenInHtml) html = html.split(made).join(given);
  return html;
}

/**
 * A document with the gate in it.
 * @param {string} html
 */
export const withGate = (html) => (html.includes("consentry.js") ? html : ownTags() + html);

/**
 * The address of the same blob with the gate in it, if the address is that of a blob of HTML; else the
 * address.
 * @param {any} url
 */
export function guardBlob(url) {
  const blob = blobOf(url);
  if (!/^text.html/.test(blob?.type)) return url;
  return noteGiven(url, addressOfCopy(blob, "<!doctype html>", ownTags()));
}
