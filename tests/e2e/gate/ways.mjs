// Every way to act that the gate holds, with what each asks for.
import { COUNT_FRAMES, wholePage } from "../stage.mjs";
import { CALLS } from "./ways-calls.mjs";
import { SCRIPTS_OF_CHROMIUM, WAYS_OF_CHROMIUM } from "./ways-of-chromium.mjs";
import { ELEMENTS } from "./ways-elements.mjs";
import { FRAMES } from "./ways-frames.mjs";
import { IMAGES } from "./ways-images.mjs";
import { SCRIPTS } from "./ways-scripts.mjs";
import { STYLES } from "./ways-styles.mjs";
import { WINDOWS } from "./ways-windows.mjs";

/**
 * @typedef {object} Way either `act` or `markup`
 * @property {(url: any) => void} [act] a function that the page runs in a script of its own
 * @property {(url: string) => string} [markup] what stands in the page
 * @property {boolean} [leavesBeforeScripts] the browser asks for it before any script can act
 * @property {() => boolean} [isOffered] whether this version of the browser has it; runs in a page too
 * @property {boolean} [notReplayed] it is never in the document, so that a grant does not reach back to it
 *
 * @typedef {Record<string, Way>} Ways by name
 */

// Another engine than Chromium has others.
const isChromium = !process.env.ENGINE;
const MORE_SCRIPTS = isChromium ? SCRIPTS_OF_CHROMIUM : {};

/** @type {Ways} */
export const WAYS = {
  ...(isChromium ? { ...WAYS_OF_CHROMIUM, ...MORE_SCRIPTS } : {}),
  ...SCRIPTS,
  ...FRAMES,
  ...IMAGES,
  ...STYLES,
  ...ELEMENTS,
  ...CALLS,
  ...WINDOWS,
};

/** What stands in the page for a way. */
export const markupOf = (way, url) => WAYS[way].markup?.(url) ?? `<script>${callOf(way, url)}</script>`;

/** The script of a way that is a function. */
export const callOf = (way, url) => `(${WAYS[way].act})(${JSON.stringify(url)})`;

const isScript = (way) => way in SCRIPTS || way in MORE_SCRIPTS;

/** Whether it counts when a way's script or frame runs; for the others their requests count. */
export const countsItself = (way) => isScript(way) || way in FRAMES;

/** What a way asks a host for. */
export function urlOf(way, host) {
  let ending = ".json";
  if (isScript(way) || /^inline_(dynamic_)?import/.test(way)) ending = ".js";
  else if (way in FRAMES) ending = ".html";
  else if (way in IMAGES || way in ELEMENTS || /^image/.test(way)) ending = ".gif";
  return `https://${host}/${way}${ending}`;
}

/** A page of all ways. */
export const pageOfWays = (tag, host) =>
  wholePage(
    tag +
      COUNT_FRAMES +
      Object.keys(WAYS)
        .map((way) => markupOf(way, urlOf(way, host)))
        .join("\n"),
  );
