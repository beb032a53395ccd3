// Tells a page that what it asked for did not come, as a browser does where a host cannot be reached: a little
// later, and once for each time that it was asked. Natives that fail by themselves (fetch, sockets) are not
// here but in doors/.
import { hasAttribute } from "./captured.js";
import { MARK } from "./loading-elements.js";
import { replaceMembers } from "./doors/wrap.js";

/**
 * Elements that have been told, or are about to be.
 * @type {WeakSet<Element>}
 */
const told = new WeakSet();

/**
 * Held scripts that the page has taken out when it heard that they failed, as loaders do: a grant brings them back.
 * @type {Set<Element>}
 */
export const droppedScripts = new Set();
const MOST_DROPPED = 99;

// What loads whether or not it is in a document.
const LOADS_ANYWHERE = /^(img|video|audio|source)$/;
const IS_FRAME = /^i?frame$/;

/**
 * A held element hears that it failed, if it is still held then. One that is not in a document yet hears it when
 * it is brought there.
 * @param {Element} element
 * @param {number | boolean | undefined} origin where it comes from, if not from the page's script (doors/html.js)
 * @param {(element: Element) => boolean} isHeld
 */
export function tellFailure(element, origin, isHeld) {
  const name = element.localName;
  const isFrame = IS_FRAME.test(name);
  // A frame that enters a document without an address loads an empty page, and says so by itself.
  if (told.has(element) || (isFrame && (origin || !element.isConnected))) return;
  told.add(element);
  setTimeout(() => {
    const wasAsked = element.isConnected || LOADS_ANYWHERE.test(name);
    if (!wasAsked) told.delete(element);
    // To a page, a frame with an error in it has loaded.
    else if (isHeld(element)) {
      element.dispatchEvent(new Event(isFrame ? "load" : "error"));
      if (name == "script" && !element.isConnected && droppedScripts.size < MOST_DROPPED)
        droppedScripts.add(element);
    }
  }, 0);
}

// What plays nothing says why, where a browser without an address would wait for one.
const failToPlay = (media, args, callNative, realm) => {
  const played = callNative();
  const waits = hasAttribute(media, MARK) || media.querySelector(`source[${MARK}]`);
  if (!waits || media.currentSrc) return played;
  const failed = new realm.Promise((_, reject) =>
    setTimeout(reject, 0, new realm.DOMException("No supported source was found.", "NotSupportedError")),
  );
  return realm.Promise.race([played, failed]);
};

/** Lets held media fail, and a style sheet that is held after its request has left. */
export function watchFailures() {
  replaceMembers("HTMLMediaElement", "play", failToPlay);
  document.addEventListener(
    "load",
    (event) => {
      const element = /** @type {Element} */ (event.target);
      if (element.localName == "link" && hasAttribute(element, MARK)) event.stopImmediatePropagation();
    },
    true,
  );
}

/**
 * The element is asked for something new, which may fail again.
 * @param {Element} element
 */
export const forgetFailure = (element) => told.delete(element);
