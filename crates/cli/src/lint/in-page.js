// Measures, in a page that `consentry lint --url` visits, what the rules judge: the banner, its buttons, what is stored.
// Runs by itself in whatever page it is given to, changes nothing but for opening the preferences, and judges nothing.
(async function inPage(what) {
  const patience = 5000;

  /** Every open root of the page: the document, and what lies in elements. */
  const rootsIn = (root) => [
    root,
    ...[...root.querySelectorAll("*")].flatMap((element) =>
      element.shadowRoot ? rootsIn(element.shadowRoot) : [],
    ),
  ];
  const findAll = (selector) => rootsIn(document).flatMap((root) => [...root.querySelectorAll(selector)]);
  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility == "visible";
  };
  const shown = (selector) => findAll(selector).filter(isShown);
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const until = async (find) => {
    for (let waited = 0; waited < patience && !find(); waited += 50) await wait(50);
    return find();
  };
  const banner = () =>
    shown('[data-consentry="accept-all"], [data-consentry="reject-all"]').find(
      (button) => button.getRootNode().host?.localName == "consentry-banner",
    );

  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** Red, green and blue from 0 to 255 and opacity from 0 to 1, of any colour that the browser knows. */
  const channels = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = "#000";
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, opacity / 255];
  };
  /** @type {(color: number[], ground: number[], share: number) => number[]} */
  const mix = (color, ground, share) =>
    color.slice(0, 3).map((channel, at) => channel * share + ground[at] * (1 - share));
  const hex = (color) =>
    "#" + color.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("");

  /** An element and what is around it, the outermost first; the host of a shadow root is around what is in it. */
  const aroundAndSelf = (element) => {
    const around = element.parentElement ?? element.getRootNode().host;
    return around ? [...aroundAndSelf(around), element] : [element];
  };
  /** The ground on which the text of an element lies; nothing where that is a picture or a gradient. */
  const groundOf = (element) => {
    let ground = [255, 255, 255];
    let isKnown = true;
    let share = 1;
    for (const { backgroundColor, backgroundImage, opacity } of aroundAndSelf(element).map((it) =>
      getComputedStyle(it),
    )) {
      share *= Number(opacity);
      const color = channels(backgroundColor);
      if (color[3] * share == 1) isKnown = true;
      if (backgroundImage != "none") isKnown = false;
      ground = mix(color, ground, color[3] * share);
    }
    return isKnown ? ground : null;
  };
  const opacityOf = (element) =>
    aroundAndSelf(element).reduce((share, it) => share * Number(getComputedStyle(it).opacity), 1);
  /** The colours of an element as they are seen: of its text, of its ground, and whether it has a ground of its own. */
  const colorsOf = (element) => {
    const ground = groundOf(element);
    const { color, backgroundColor, backgroundImage } = getComputedStyle(element);
    const text = channels(color);
    return {
      color: ground && hex(mix(text, ground, text[3] * opacityOf(element))),
      ground: ground && hex(ground),
      hasGround: channels(backgroundColor)[3] > 0 || backgroundImage != "none",
    };
  };

  /** Whether all of an element is on the screen, and nothing lies over it. */
  const isVisible = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return false;
    const [width, height] = [right - left, bottom - top];
    return [
      [0.5, 0.5],
      [0.15, 0.25],
      [0.85, 0.25],
      [0.15, 0.75],
      [0.85, 0.75],
    ].every(([x, y]) => {
      const hit = element.getRootNode().elementFromPoint(left + width * x, top + height * y);
      return hit && (hit == element || element.contains(hit));
    });
  };

  const measures = {
    /** The banner, once it is there. */
    async wait() {
      const button = await until(banner);
      const tag = findAll("script[src]").find(({ src }) =>
        new URL(src, document.baseURI).pathname.endsWith("/consentry.js"),
      );
      const componentHost = tag ? new URL(tag.src).hostname : "";
      const languages = {
        pageLanguage: document.documentElement.lang,
        visitorLanguages: [...navigator.languages],
      };
      if (!button) return { banner: null, ...languages, componentHost };
      await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})));
      const root = button.getRootNode();
      const parts = [...root.children].filter((part) => !/^(style|link|script)$/.test(part.localName));
      const { color, ground } = colorsOf(root.querySelector("p") ?? parts[0]);
      const buttons = [...root.querySelectorAll("[data-consentry]")].filter(isShown);
      const unmeasured = buttons
        .filter((it) => !groundOf(it))
        .map((it) => `the button ${it.dataset.consentry}`);
      return {
        ...languages,
        componentHost,
        banner: {
          language: (root.querySelector("[lang]") ?? root.host).lang,
          text: parts.map((part) => part.innerText).join("\n"),
          links: [...root.querySelectorAll("a[href]")].map(({ href }) => href),
          color,
          background: ground,
          unmeasured: ground ? unmeasured : ["the text", ...unmeasured],
        },
      };
    },

    /** What of the banner can have the focus, in its order. */
    async buttons() {
      await wait(300);
      const root = banner()?.getRootNode();
      const focusable = root ? [...root.querySelectorAll("a[href], button, input, summary, [tabindex]")] : [];
      const everything = root ? [...root.querySelectorAll("*")] : [];
      return {
        buttons: focusable.filter(isShown).map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          const { fontSize, fontWeight } = getComputedStyle(element);
          const { color, ground, hasGround } = colorsOf(element);
          return {
            does: element.dataset.consentry ?? "",
            label: element.innerText,
            element: element.localName,
            container: String(everything.indexOf(element.parentElement)),
            x,
            y,
            width,
            height,
            fontSize: parseFloat(fontSize),
            fontWeight: parseFloat(fontWeight),
            color,
            background: hasGround ? ground : null,
            isVisible: isVisible(element),
          };
        }),
      };
    },

    /** What the page's own site stored beside cookies, where it may be read. */
    async stored() {
      const named = async (kind, read) => {
        try {
          return (await read()).map((name) => ({ kind, name }));
        } catch {
          return [];
        }
      };
      const pathOf = ({ active, waiting, installing }) =>
        new URL((active ?? waiting ?? installing).scriptURL).pathname;
      const stores = await Promise.all([
        named("storage key", () => Object.keys(localStorage)),
        named("storage key", () => Object.keys(sessionStorage)),
        named("database", async () => (await indexedDB.databases()).map(({ name }) => name)),
        named("cache", () => caches.keys()),
        named("service worker", async () => (await navigator.serviceWorker.getRegistrations()).map(pathOf)),
      ]);
      return stores.flat();
    },

    /** Opens the preferences; which switches are on that a visitor could turn off. */
    async switches() {
      const opens = shown('[data-consentry="preferences"]').find(
        (button) => button.getRootNode().host?.localName == "consentry-banner",
      );
      opens?.click();
      const asked = "[data-consentry-category], [data-consentry-service]";
      await until(() => shown('[data-consentry="save"]').length);
      const nameOf = ({ dataset }) => dataset.consentryCategory ?? `service:${dataset.consentryService}`;
      const isOn = (control) => control.checked || control.getAttribute("aria-checked") == "true";
      const switches = findAll(asked).filter((control) => isOn(control) && !control.disabled);
      return switches.map(nameOf).filter((name) => name != "necessary");
    },
  };
  return measures[what]();
});
