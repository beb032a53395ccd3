// What the soak puts into each document before its first script: the same time and the same random numbers in every load,
// and the eyes and hands of the random visitor, who sees what any script of the page would see.

/**
 * @typedef {(number | string)[]} Place the way to an element: the number of a child, or into a `shadow` root or a `frame`
 *
 * @typedef {object} Hands
 * @property {(whole: boolean) => Record<string, string>} read the page's documents, its own frames' included, and its
 *   storage; where it is not to be `whole`, a digest stands for the documents
 * @property {(options: {draw: number, any: boolean, lowest: number}) => {place: Place, name: string, list: boolean} | null}
 *   choose an element that a visitor sees and can hit, no lower in the window than `lowest`; `draw` is from 0 to 1; with
 *   `any` it may be one of which nothing says that it can be acted on
 * @property {(place: Place) => {x: number, y: number} | null} find the middle of an element
 * @property {(options: {place: Place, draw: number}) => void} select an option of a list
 * @property {() => boolean} keysLeadAway whether a key might follow a link or send a form
 */

/** The name under which a document keeps its hands. */
export const HANDS = "hands of the random visitor";

/** @param {string} handsName runs in the page, and so uses nothing outside of it */
export function prepareDocument(handsName) {
  const realNow = Date.now;
  const late = realNow() - Date.UTC(2026, 0, 15, 12);
  const now = () => realNow() - late;
  Date.now = now;
  window.Date = new Proxy(Date, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length ? given : [now()], newTarget),
    apply: (target) => String(Reflect.construct(target, [now()])),
  });
  // A linear congruential generator.
  let last = 1;
  const random = () => (last = (Math.imul(last, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  Math.random = random;
  Crypto.prototype.getRandomValues = (numbers) => {
    const view = /** @type {any} */ (numbers);
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).forEach((_, index, bytes) => {
      bytes[index] = random() * 256;
    });
    return numbers;
  };
  if (window.top != window) return;

  // Our tag, and what stands in its place, count for nothing.
  const isOurs = (node) =>
    node.localName?.startsWith("consentry-") ||
    (node.localName == "script" && /^\/(consentry|nothing)\.js$/.test(node.getAttribute("src")));
  const childrenOf = (parent) => [...parent.children].filter((child) => !isOurs(child));
  const isFrame = (element) => /^(i?frame|object|embed)$/.test(element.localName);
  const hostOf = (address) => new URL(address, document.baseURI).host;
  /** The document in a frame, where the page may look into it and wrote of no other host. */
  const documentIn = (frame) => {
    const address = frame.getAttribute("src") ?? frame.getAttribute("data");
    try {
      const own = !address || frame.hasAttribute("srcdoc") || ["", location.host].includes(hostOf(address));
      return own ? frame.contentDocument : null;
    } catch {
      return null;
    }
  };
  /** Where a frame's document begins. */
  const insideOf = (frame, { left, top }) => {
    const { x, y } = frame.getBoundingClientRect();
    return { left: left + x + frame.clientLeft, top: top + y + frame.clientTop };
  };
  const formLeadsAway = (form) => hostOf(form.getAttribute("action") ?? "") != location.host;

  // Times of the clock above, in milliseconds or seconds; and what holds an address in a style, which a page may notice.
  const withoutTimes = (text) =>
    String(text)
      .replace(/1768[345]\d{5}(\d{3})?\b/g, "time")
      .replaceAll("http://[consentry]/", "");
  const attributesOf = (element) =>
    [...element.attributes]
      .map((attribute) => {
        const { name } = attribute;
        let { value } = attribute;
        // Scripts that race add their classes in any order.
        if (name == "class") value = value.trim().split(/\s+/).sort().join(" ");
        // The banner keeps what gets the focus clear of itself.
        const text =
          name == "style" && element.localName == "html"
            ? value.replace(/ ?scroll-padding-bottom:[^;]*;?/, "").trim()
            : value;
        const isEmpty = name == "nonce" || (name == "style" && !text);
        return isEmpty ? "" : ` ${name}=${JSON.stringify(withoutTimes(text))}`;
      })
      .sort()
      .join("");
  const stateOf = (element) => {
    const states = [];
    const { width, height } = element.getBoundingClientRect();
    if (width || height) states.push(`${Math.round(width)}x${Math.round(height)}`);
    if (/^(input|textarea|select)$/.test(element.localName)) states.push(withoutTimes(element.value));
    if (element.checked) states.push("checked");
    if (element.disabled) states.push("disabled");
    if (element.scrollTop && element.localName != "html") states.push(`scrolled ${element.scrollTop}`);
    if (element.getRootNode().activeElement == element) states.push("active");
    return states.length ? ` (${states.join(", ")})` : "";
  };
  const documentLines = () => {
    const lines = [];
    const write = (node, depth) => {
      const add = (text) => lines.push("  ".repeat(depth) + text);
      if (isOurs(node)) return;
      if (node.nodeType == Node.TEXT_NODE && node.data.trim()) add(JSON.stringify(withoutTimes(node.data)));
      if (node.nodeType == Node.COMMENT_NODE) add(`<!--${withoutTimes(node.data)}-->`);
      if (node.nodeType != Node.ELEMENT_NODE) return;
      add(`<${node.localName}${attributesOf(node)}>${stateOf(node)}`);
      const inner = isFrame(node) && documentIn(node);
      if (inner) writeAll(inner, depth + 1, `document ${inner.URL}`);
      if (node.shadowRoot) writeAll(node.shadowRoot, depth + 1, "shadow root");
      if (node.localName == "template") writeAll(node.content, depth + 1, "content");
      for (const child of node.childNodes) write(child, depth + 1);
    };
    const writeAll = (parent, depth, name) => {
      lines.push("  ".repeat(depth) + name);
      for (const child of parent.childNodes) write(child, depth + 1);
    };
    writeAll(document, 0, "document");
    return lines;
  };
  const entriesOf = (areaName) => {
    try {
      const entries = Object.entries({ ...window[areaName] });
      const ofPage = entries.filter(([key]) => !key.startsWith("consentry")).sort();
      return ofPage.map(([key, value]) => `${areaName} ${key}=${withoutTimes(value)}`);
    } catch (error) {
      return [`${areaName}: ${error.name}`];
    }
  };
  // Texts are long, and most are only compared.
  const digestOf = (text) => {
    let digest = 0;
    for (let index = 0; index < text.length; index++) digest = (digest * 31 + text.charCodeAt(index)) | 0;
    return `${text.length} characters, ${digest}`;
  };
  const read = (whole) => {
    const cookies = document.cookie.split("; ").filter((cookie) => !cookie.startsWith("consentry"));
    const stored = [...entriesOf("localStorage"), ...entriesOf("sessionStorage"), ...cookies.sort()];
    const place = [
      location.href,
      document.title,
      `scrolled to ${Math.round(scrollX)}, ${Math.round(scrollY)}`,
    ];
    return {
      documents: whole ? documentLines().join("\n") : digestOf(documentLines().join("\n")),
      storage: stored.map(withoutTimes).join("\n"),
      place: [...place, `${history.length} entries of history`, `${window.length} frames`].join("\n"),
    };
  };

  const leadsAway = (element) => {
    const link = element.closest("a[href], area[href]");
    if (link) {
      const { protocol, host, pathname } = new URL(link.getAttribute("href"), link.baseURI);
      if (link.hasAttribute("download") || /^_(blank|new)$/.test(link.target)) return true;
      if (protocol == "javascript:") return false;
      return host != location.host || !(/(\.html|\/)$/.test(pathname) || pathname == location.pathname);
    }
    const control = element.closest("button, input, label");
    const form = control?.form ?? control?.control?.form;
    return !!form && formLeadsAway(form);
  };
  const canBeActedOn = (element) =>
    element.matches(
      "a,area,button,input,select,textarea,label,summary,canvas,[onclick],[role],[tabindex],[contenteditable],[draggable=true]",
    ) || element.ownerDocument.defaultView.getComputedStyle(element).cursor == "pointer";
  // As the browser knows it: a page may give another method in its place.
  const [ofDocument, ofShadowRoot] = [Document, ShadowRoot].map(
    ({ prototype }) => prototype.elementFromPoint,
  );
  const elementAt = (root, x, y) => (root.host ? ofShadowRoot : ofDocument).call(root, x, y);
  const choose = ({ draw, any, lowest }) => {
    const found = [];
    const consider = (element, place, from) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const [middleX, middleY] = [x + width / 2, y + height / 2];
      const [left, top] = [from.left + middleX, from.top + middleY];
      if (!(width && height && top > 0 && top < lowest && left > 0 && left < innerWidth)) return;
      const hit = elementAt(element.getRootNode(), middleX, middleY);
      if (!hit || !(element.contains(hit) || hit.contains(element)) || leadsAway(element)) return;
      if (!any && !canBeActedOn(element)) return;
      const text = (element.id || element.textContent || "").trim().slice(0, 30);
      const name = `<${element.localName}> ${JSON.stringify(text)}`;
      found.push({ place, name, list: element.localName == "select" });
    };
    const considerAll = (parent, place, from) => {
      for (const [index, element] of childrenOf(parent).entries()) {
        const here = [...place, index];
        const inner = isFrame(element) && documentIn(element);
        if (inner) considerAll(inner, [...here, "frame"], insideOf(element, from));
        else consider(element, here, from);
        if (element.shadowRoot) considerAll(element.shadowRoot, [...here, "shadow"], from);
        considerAll(element, here, from);
      }
    };
    considerAll(document, [], { left: 0, top: 0 });
    return found[Math.floor(draw * found.length)] ?? null;
  };
  const locate = (place) => {
    let node = /** @type {any} */ (document);
    let from = { left: 0, top: 0 };
    for (const step of place) {
      if (step == "frame") from = insideOf(node, from);
      if (step == "frame") node = node.contentDocument;
      else node = step == "shadow" ? node.shadowRoot : childrenOf(node)[step];
      if (!node) return null;
    }
    return { element: node, from };
  };
  const find = (place) => {
    const located = locate(place);
    if (!located) return null;
    const { x, y, width, height } = located.element.getBoundingClientRect();
    return { x: located.from.left + x + width / 2, y: located.from.top + y + height / 2 };
  };
  const select = ({ place, draw }) => {
    const element = locate(place)?.element;
    if (!element) return;
    element.selectedIndex = Math.floor(draw * element.length);
    for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true }));
  };
  const keysLeadAway = () => {
    let element = /** @type {any} */ (document.activeElement);
    for (let inner = element; inner;) {
      element = inner;
      inner = inner.shadowRoot?.activeElement ?? (isFrame(inner) ? documentIn(inner)?.activeElement : null);
    }
    const form = element?.closest("form");
    return !!element?.closest("a[href]") || (!!form && formLeadsAway(form));
  };
  // Not enumerable: a page that lists what its window has finds nothing more.
  Object.defineProperty(window, handsName, { value: { read, choose, find, select, keysLeadAway } });
}
