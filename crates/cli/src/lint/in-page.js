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

  /** A colour as #rrggbb; nothing where it lets shine through what is behind it. */
  const hex = (color) => {
    const numbers = color.match(/[\d.]+/g)?.map(Number) ?? [];
    if (!color.startsWith("rgb") || numbers.length < 3 || (numbers[3] ?? 1) < 1) return null;
    return (
      "#" +
      numbers
        .slice(0, 3)
        .map((number) => Math.round(number).toString(16).padStart(2, "0"))
        .join("")
    );
  };
  const colorOf = (element) => hex(getComputedStyle(element).color);
  const groundOf = (element) => hex(getComputedStyle(element).backgroundColor);
  /** The nearest ground around an element. */
  const groundAround = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) if (groundOf(at)) return groundOf(at);
    return null;
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
      const pageLanguage = document.documentElement.lang;
      if (!button) return { banner: null, pageLanguage, componentHost };
      await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})));
      const root = button.getRootNode();
      const parts = [...root.children].filter((part) => !/^(style|link|script)$/.test(part.localName));
      const paragraph = root.querySelector("p") ?? parts[0];
      return {
        pageLanguage,
        componentHost,
        banner: {
          language: (root.querySelector("[lang]") ?? root.host).lang,
          text: parts.map((part) => part.innerText).join("\n"),
          links: [...root.querySelectorAll("a[href]")].map(({ href }) => href),
          color: colorOf(paragraph),
          background: groundAround(button),
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
            color: colorOf(element),
            background: groundOf(element),
            isVisible: isVisible(element),
          };
        }),
      };
    },

    /** The keys of the page's own storage, where it may be read. */
    async stored() {
      const keysOf = (name) => {
        try {
          return Object.keys(window[name]);
        } catch {
          return [];
        }
      };
      const keys = [...keysOf("localStorage"), ...keysOf("sessionStorage")];
      return keys.map((name) => ({ kind: "storage", name }));
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
