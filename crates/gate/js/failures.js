// Tells a page that what it asked for did not come, as a browser does where a host cannot be reached: a little
// later, and once for each time that it was asked. Natives that fail by themselves (fetch, sockets) are not
// here but in doors/.
import { Event, URL, setTimeout } from "./captured.js";

/**
 * Elements that have been told, or are about to be.
 * @type {WeakSet<Element>}
 */
const told = new WeakSet();

/**
 * Held scripts that the page has taken out, at once or when it heard that they failed, as loaders do: a grant brings them
 * back.
 * @type {Set<Element>}
 */
export const droppedScripts = new Set();
const MOST_DROPPED = 99;

const IS_FRAME = /^i?frame$/;

/**
 * A held element hears that it failed, if it is still held then. One that is not in a document yet hears it when
 * it is brought there.
 * @param {Element} element
 * @param {number | boolean | undefined} origin where it comes from, if not from the page's script (doors/html.js)
 * @param {(element: Element) => boolean} isHeld
 * @param {(element: Element) => boolean} isDormant whether the browser has passed it over in a document, in which it may no
 *   longer be
 */
export function tellFailure(element, origin, isHeld, isDormant) {
  const name = element.localName;
  const isFrame = IS_FRAME.test(name);
  // A frame that enters a document without an address loads an empty page, and says so by itself.
  if (told.has(element) || (isFrame && (origin || !element.isConnected))) return;
  told.add(element);
  setTimeout(() => {
    if (!element.isConnected && !isDormant(element)) told.delete(element);
    // A frame or an <embed> whose page could not be had fires `load`.
    else if (isHeld(element)) {
      const waiting = calledBackBy(element);
      element.dispatchEvent(new Event(isFrame || name == "embed" ? "load" : "error"));
      // JSONP that has given up, and deleted its callback, must not be called.
      if (waiting.some((callback) => !window[callback])) return;
      if (name == "script" && !element.isConnected && droppedScripts.size < MOST_DROPPED)
        droppedScripts.add(element);
    }
  }, 0);
}

// The global functions that an address of a script names, as JSONP does.
function calledBackBy(element) {
  const { search = "" } = element.src ? new URL(element.src, location.href) : {};
  return [...new URLSearchParams(search).values()].filter((name) => typeof window[name] == "function");
}

/**
 * The element is asked for something new, which may fail again.
 * @param {Element} element
 */
export const forgetFailure = (element) => told.delete(element);
