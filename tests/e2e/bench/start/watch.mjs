// Owns what is watched inside the page: when the banner can be seen, when a choice is stored and the banner
// gone, and when the preferences can be seen. It runs before every other script and keeps the browser's
// functions as it finds them, so that it measures every variant by the same means.

/**
 * Runs in the page, so it can use nothing outside itself. Tells the bench through `benchTells(JSON)`.
 * @param {import("./variants.mjs").Banner} banner
 */
export function watchBanner(banner) {
  if (window !== window.top) return;
  const nextFrame = window.requestAnimationFrame.bind(window);
  const getItem = Storage.prototype.getItem;
  const localStorageOf = Object.getOwnPropertyDescriptor(window, "localStorage").get;
  const cookies = Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get;
  const tell = (happened, details) => window["benchTells"](JSON.stringify({ happened, ...details }));

  const find = (selector) => {
    const host = document.querySelector(banner.host);
    return host && (host.shadowRoot ?? host).querySelector(selector);
  };
  const visible = (element) => {
    if (!element?.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  };
  const middle = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };
  const stored = () =>
    banner.storageKey
      ? getItem.call(localStorageOf.call(window), banner.storageKey) !== null
      : cookies.call(document).includes(`${banner.cookieName}=`);
  // Looks before each frame is painted; a message sent from there arrives once the frame is painted.
  const whenPainted = (condition, then) => {
    const look = () => {
      if (!condition()) return nextFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(0);
    };
    nextFrame(look);
  };

  whenPainted(
    () => visible(find(banner.rejectAll)),
    (time) =>
      tell("visible", {
        time,
        acceptAll: middle(find(banner.acceptAll)),
        rejectAll: middle(find(banner.rejectAll)),
        openPreferences: middle(find(banner.openPreferences)),
      }),
  );

  let clicked;
  window.addEventListener(
    "click",
    (event) => {
      if (clicked !== undefined || !event.isTrusted) return;
      clicked = event.timeStamp;
      whenPainted(
        () => visible(find(banner.save)),
        (time) => tell("preferences", { time: time - clicked }),
      );
      whenPainted(
        () => !visible(find(banner.rejectAll)),
        (time) => tell("gone", { time: time - clicked }),
      );
      whenPainted(
        () => !visible(find(banner.rejectAll)) && stored(),
        (time) => tell("handled", { time }),
      );
    },
    true,
  );
}
