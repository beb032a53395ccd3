// Documents and shadow roots, and the windows of frames. Sees by an observer what the parser builds, and
// what a script changes by other ways than the replaced natives: a style, an SVG's address. The HTML
// standard runs observers before each script is prepared (13.2.6.4.8, the microtask checkpoint at a
// script's end tag) and before the rendering that asks for what styles name.
import { DOCUMENT_NODE, findAll, getterOf, isElement, weakly, whenParsed } from "../captured.js";
import { MARK, WATCHED_ELEMENTS, bringsWindow } from "../loading-elements.js";
import { isDormant, isHeld, makeDormant, stoppedScripts, watchedRoots } from "../held-elements.js";
import { PARSER, TEXT_OF_PAGE, inspectAll, inspectElement, makeAttributeSafe, passedOver } from "./html.js";
import { guardWindow, replaceMembers } from "./wrap.js";

/** What a parser changes, and a script by other ways than the replaced natives. */
export const ALL_CHANGES = {
  childList: true,
  subtree: true,
  attributeFilter: ["style", "href", "xlink:href"],
};
/** What a script alone changes, where all else comes through the replaced natives. */
export const ATTRIBUTE_CHANGES = { ...ALL_CHANGES, childList: false };
const observer = new MutationObserver((records) => handleRecords(records, PARSER));

// Whether it is a script that the browser has passed over. It was looked at when it was inserted, and is again before its
// text changes.
const isResting = (element) => isDormant(element) || passedOver.has(element);

function handleRecords(records, origin) {
  for (const { addedNodes, target, type } of records) {
    if (type == "attributes") {
      if (isResting(target)) makeAttributeSafe(target, "style");
      else inspectElement(target);
    }
    for (const node of addedNodes) {
      if (isElement(node) && !isResting(node)) inspectElement(node, origin);
      if (node.shadowRoot) watchRoot(node.shadowRoot, ALL_CHANGES);
    }
  }
  guardFrames();
}

/**
 * Observes what changes on a node and below.
 * @param {Node} node
 * @param {MutationObserverInit} changes ALL_CHANGES or ATTRIBUTE_CHANGES
 */
export const observe = (node, changes) => observer.observe(node, changes);

/**
 * Looks at once at what has been observed.
 * @param {number} origin where it comes from
 */
export const handleObserved = (origin) => handleRecords(observer.takeRecords(), origin);

/**
 * Remembers a root, observes it, and looks at what is in it.
 * @param {Document | ShadowRoot} root
 * @param {MutationObserverInit} changes ALL_CHANGES or ATTRIBUTE_CHANGES
 */
export function watchRoot(root, changes) {
  watchedRoots.push(weakly(root));
  observe(root, changes);
  // Scripts of a document that was there before us have run; holding them would be a false report.
  const isDocument = root.nodeType == DOCUMENT_NODE;
  inspectAll(root, isDocument ? WATCHED_ELEMENTS.replace("script,", "") : WATCHED_ELEMENTS, TEXT_OF_PAGE);
}

const watchFrameDocument = (page) => watchRoot(page, ALL_CHANGES);

// The window of a new frame is another way to everything: it gets the same replacements before the page can
// use it.
const guardAllWindows = () => guardWindow(window, watchFrameDocument);

const frameCount = getterOf(window, "length");
let newestFrame;
/** Guards all windows again where the newest frame of the page is one that has not been seen. */
export function guardFrames() {
  const frame = window[frameCount(window) - 1];
  if (frame && frame != newestFrame) guardAllWindows();
  newestFrame = frame;
}
/** An element from elsewhere may bring a frame whose window is new again. */
export function recheckFrames() {
  newestFrame = null;
}

/** Watches the document, and the windows of its frames from now on. */
export function watchRoots() {
  replaceMembers(
    "HTMLIFrameElement HTMLFrameElement HTMLObjectElement",
    "contentWindow contentDocument",
    null,
    (receiver, args, callNative) => {
      const windowOrDocument = callNative();
      guardWindow(windowOrDocument, watchFrameDocument);
      return windowOrDocument;
    },
  );
  watchRoot(document, ALL_CHANGES);
  // A frame of our origin that has loaded another page has a new window.
  document.addEventListener(
    "load",
    (event) => {
      const target = /** @type {Element} */ (event.target);
      if (bringsWindow(target)) guardAllWindows();
      // What is held after its request has left has not loaded, to the page.
      else if (event.isTrusted && /^(link|script)$/.test(target.localName) && isHeld(target))
        event.stopImmediatePropagation();
    },
    true,
  );
  // An older Firefox (seen in 140) makes a script with `async`, `defer` or of modules ready to run before an observer hears
  // of it.
  document.addEventListener("beforescriptexecute", (event) => {
    const script = /** @type {Element} */ (event.target);
    if (!isHeld(script)) return;
    stoppedScripts.add(script);
    event.preventDefault();
  });
  // Once the parser is done, all comes through the replaced natives.
  whenParsed(() => {
    for (const reference of watchedRoots) {
      const root = reference.deref() || document;
      observe(root, ATTRIBUTE_CHANGES);
      findAll(root, `script[${MARK}]`).forEach(makeDormant);
    }
  });
}
