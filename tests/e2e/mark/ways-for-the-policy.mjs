// Ways that neither a mark nor a script sees: files of the site's own that ask others, and redirects. A
// worker obeys the policy that its own file came with.
import { NECESSARY } from "../stage.mjs";
import { SCRIPTS_FOR_THE_POLICY } from "./scripts-for-the-policy.mjs";
import { inBase64 } from "./spellings.mjs";

/**
 * @typedef {object} Way
 * @property {(url: string) => string} markup what stands in the page
 * @property {string} [file] the name of the site's file that asks
 * @property {(url: string) => string} [text] what is in that file
 */

/** What a redirecting host sends elsewhere. */
const redirectTo = (url) => `https://${NECESSARY}/to/${url.slice("https://".length)}`;

/** @type {Record<string, Way>} */
export const WAYS_FOR_THE_POLICY = {
  import_in_a_file: {
    file: "imports.js",
    text: (url) => `import "${url}";`,
    markup: () => '<script type="module" src="/imports.js"></script>',
  },
  dynamic_import_in_a_file: {
    file: "later.js",
    text: (url) => `import(["${url}"][0]).catch(() => {});`,
    markup: () => '<script type="module" src="/later.js"></script>',
  },
  worker_with_a_file: {
    file: "worker.js",
    text: (url) => `fetch("${url}", { mode: "no-cors" }).catch(() => {}); importScripts("${url}");`,
    markup: () => '<script>new Worker("/worker.js").onerror = (event) => event.preventDefault()</script>',
  },
  import_in_a_sheet: {
    file: "imports.css",
    text: (url) => `@import "${url}";`,
    markup: () => '<link rel="stylesheet" href="/imports.css">',
  },
  image_in_a_sheet: {
    file: "images.css",
    text: (url) => `#m_hidden { background: url(${url}) }`,
    markup: () => '<link rel="stylesheet" href="/images.css"><p id="m_hidden">x</p>',
  },
  font_in_a_sheet: {
    file: "fonts.css",
    text: (url) => `@font-face { font-family: h; src: url(${url}) } #m_font { font-family: h }`,
    markup: () => '<link rel="stylesheet" href="/fonts.css"><p id="m_font">x</p>',
  },
  redirected_image: { markup: (url) => `<img src="${redirectTo(url)}" alt="">` },
  redirected_script: { markup: (url) => `<script src="${redirectTo(url)}"></script>` },
  redirected_frame: { markup: (url) => `<iframe src="${redirectTo(url)}"></iframe>` },
  frame_whose_code_hides_it: {
    markup: (url) => `<iframe src="javascript:'<img src='+atob('${inBase64(url)}')+'>'"></iframe>`,
  },
};
for (const [way, { act }] of Object.entries(SCRIPTS_FOR_THE_POLICY))
  WAYS_FOR_THE_POLICY[way] = { markup: (url) => `<script>(${act})(${JSON.stringify(url)})</script>` };
