// What a page does to let each attribute and each style property of the index ask another host, in every way that a
// script has to set it. The functions run in the page, so they must not use anything of this file.

/**
 * Sets attributes, named as `<element attribute>`: before and after the element is in the document, as a property, as
 * HTML, and in a document of XML.
 * @param {string[]} entries
 */
export function attributePage(entries) {
  const SVG = /^(image|use|feImage|rect)$/;
  const PARENTS = {
    source: "video",
    track: "video",
    td: "tr",
    th: "tr",
    tr: "tbody",
    tbody: "table",
    thead: "table",
  };
  const MORE = {
    link: { rel: "stylesheet" },
    "link imagesrcset": { rel: "preload", as: "image" },
    input: { type: "image" },
    "source srcset": { parent: "picture" },
    track: { default: "", kind: "subtitles" },
    image: { width: "9", height: "9" },
  };
  const namespaceOf = (name) => `http://www.w3.org/${SVG.test(name) ? "2000/svg" : "1999/xhtml"}`;
  const make = (name) => document.createElementNS(namespaceOf(name), name);
  entries.forEach((entry, at) => {
    const [name, attribute] = entry.slice(1, -1).split(" ");
    const { parent = PARENTS[name], ...more } = /** @type {Record<string, string>} */ ({
      ...MORE[name],
      ...MORE[`${name} ${attribute}`],
    });
    const valueOf = (way) => {
      const url = `https://cdn.tracker-example.net/entry-${at}-${way}`;
      if (attribute == "style") return `background: url(${url})`;
      return attribute.endsWith("srcset") ? `${url} 1x` : url;
    };
    const place = (element) => {
      let outer = element;
      let next = SVG.test(name) ? "svg" : name == "*" ? "" : parent;
      for (; next; next = PARENTS[next]) {
        const holder = SVG.test(name) ? document.createElementNS(namespaceOf("rect"), next) : make(next);
        holder.append(outer);
        if (next == "video") holder.setAttribute("preload", "auto");
        outer = holder;
      }
      if (parent == "picture") outer.append(make("img"));
      document.body.append(outer);
      outer.load?.();
      for (const { track } of outer.querySelectorAll?.("track") ?? []) track.mode = "showing";
    };
    const tag = name == "*" ? "p" : name;
    const prepared = () => {
      const element = make(tag);
      for (const [key, value] of Object.entries(more)) element.setAttribute(key, value);
      if (name == "*") element.textContent = "x";
      return element;
    };
    const xlink = attribute.startsWith("xlink:") ? "http://www.w3.org/1999/xlink" : null;
    const set = (element, value) => element.setAttributeNS(xlink, attribute, value);
    const before = prepared();
    set(before, valueOf("before"));
    place(before);
    const later = prepared();
    place(later);
    set(later, valueOf("later"));
    const property = prepared();
    place(property);
    const known = Object.keys(Object.getPrototypeOf(property)).find((key) => key.toLowerCase() == attribute);
    if (known && typeof property[known] == "string") property[known] = valueOf("property");
    const written = prepared();
    set(written, valueOf("written"));
    const holder = document.createElement("div");
    document.body.append(holder);
    const copy = new DOMParser().parseFromString("", "text/html");
    let outer = copy.importNode(written, true);
    if (SVG.test(name)) {
      const svg = copy.createElementNS(namespaceOf("rect"), "svg");
      svg.append(outer);
      outer = svg;
    }
    holder.innerHTML = outer.outerHTML;
    const parsed = new DOMParser().parseFromString(
      `<div>${new XMLSerializer().serializeToString(outer).replace("-written", "-parsed")}</div>`,
      "application/xml",
    );
    document.body.append(parsed.documentElement);
  });
}

/**
 * Gives style properties, named as `style <property>`, a URL: on an element, as HTML, in a style, in a rule and in
 * its declarations.
 * @param {string[]} entries
 */
export function stylePage(entries) {
  const styles = document.createElement("style");
  document.head.append(styles);
  const adopted = new CSSStyleSheet();
  document.adoptedStyleSheets.push(adopted);
  entries.forEach((entry, at) => {
    const property = entry.slice("style ".length);
    const urlOf = (way) => `https://cdn.tracker-example.net/entry-${at}-${way}`;
    const forms = [(url) => `url(${url})`, (url) => `url(${url}#x)`, (url) => `image-set("${url}" 1x)`];
    const form = forms.find((it) => CSS.supports(property, it("https://a.example/")));
    if (!form) return;
    const holder = document.createElement("div");
    document.body.append(holder);
    const fill = (way, more = "") =>
      holder.insertAdjacentHTML(
        "beforeend",
        `<p class="${way}${at}" ${more}>x</p>
          <svg width="9" height="9"><path class="${way}${at}" ${more} d="M0 0L9 9L9 0z"/></svg>`,
      );
    fill("html", `style='${property}: ${form(urlOf("html"))}'`);
    for (const way of ["property", "sheet", "adopted", "rule"]) fill(way);
    const all = (way) => holder.querySelectorAll("." + way + at);
    for (const element of all("property"))
      /** @type {HTMLElement} */ (element).style.setProperty(property, form(urlOf("property")));
    styles.append(`.sheet${at} { ${property}: ${form(urlOf("sheet"))} }\n`);
    adopted.insertRule(`.adopted${at} { ${property}: ${form(urlOf("adopted"))} }`);
    const number = adopted.insertRule(`.rule${at} { color: red }`);
    const rule = /** @type {CSSStyleRule} */ (adopted.cssRules[number]);
    rule.style[property] = form(urlOf("rule"));
  });
}
