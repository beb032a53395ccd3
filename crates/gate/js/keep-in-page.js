// Brings an element back that a framework took out of the page because it does not know it, as one does that renders
// the whole document. A page that takes it out again and again has its way.
const MOST_RETURNS = 9;

/**
 * @param {HTMLElement} element stays away while it is hidden
 * @param {() => void} insert puts it where it belongs
 */
export function keepInPage(element, insert) {
  let returns = 0;
  const observer = new MutationObserver(() => {
    if (!element.isConnected && !element.hidden && returns++ < MOST_RETURNS) insert();
    observe();
  });
  // The whole <html> may be another one.
  const observe = () => {
    for (const place of [document, document.documentElement])
      if (place) observer.observe(place, { childList: true });
  };
  observe();
}
