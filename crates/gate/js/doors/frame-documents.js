// Frames whose document is given as text, by `srcdoc` or as a blob: such a document gets a gate of its own,
// which is our own tag before everything else in it.
import { inlineConfig, ownTag } from "../captured.js";
import { addressOf, blobOf } from "./blobs.js";

function ownTags() {
  const tag = /** @type {HTMLScriptElement} */ (ownTag);
  if (!tag) return "";
  const config = tag.dataset.config || "";
  return (
    (inlineConfig?.outerHTML || "") +
    `<script src="${tag.src}" nonce="${tag.nonce}" data-config="${config}"></script>`
  );
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
  return addressOf(new Blob(["<!doctype html>", ownTags(), blob], { type: blob.type }));
}
