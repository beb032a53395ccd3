// Brings an element back that a framework took out of the page because it does not know it, as one does that renders
// the whole document. A page that takes it out again and again has its way.
import { defineProperty, getterOf } from "./captured.js";

const MOST_RETURNS = 9;

/**
 * @param {HTMLElement} element stays away while it is hidden
 * @param {() => void} insert puts it where it belongs
 */
export function keepInPage(element, insert) {
  let returns = 0;
  const observer = new MutationObserver(() => {
    if (!element.isConnected && !element.hidden && returns++ < MOST_RETURNS) insert();
    passOver(element);
    observe();
  });
  // The whole <html> may be another one.
  const observe = () => {
    for (const place of [document, document.documentElement])
      if (place) observer.observe(place, { childList: true });
  };
  observe();
}

const next = getterOf(Node.prototype, "nextSibling");

// Where a framework walks over the children of <html> to take over what its server sent, our element is none of them.
function passOver(element) {
  const before = element.previousSibling;
  if (before)
    defineProperty(before, "nextSibling", {
      configurable: true,
      get: () => (next(before) == element ? next(element) : next(before)),
    });
}
