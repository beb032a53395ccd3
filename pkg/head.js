// The tag for the head of a page, for servers and frameworks that write it themselves.

/** Where the files of the bundle lie if nothing else is said. */
export const USUAL_ADDRESS = "/consentry/consentry.js";

const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/**
 * The attributes of the tag: `<script {...headScript()} />` in JSX.
 * @param {{ src?: string, nonce?: string }} [options] `src`: where the bundle's `consentry.js` is
 * @returns {{ src: string, nonce?: string }}
 */
export function headScript({ src = USUAL_ADDRESS, nonce } = {}) {
  return nonce ? { src, nonce } : { src };
}

/**
 * The tag as HTML, to stand first in `<head>`.
 * @param {Parameters<typeof headScript>[0]} [options]
 * @returns {string}
 */
export function headHtml(options) {
  const attributes = Object.entries(headScript(options)).map(
    ([name, value]) => ` ${name}="${escape(value)}"`,
  );
  return `<script${attributes.join("")}></script>`;
}
