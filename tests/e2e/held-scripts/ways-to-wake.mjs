// What a page, or a library in it, may do with a script that is held, by name. Each runs in the page.

/** @type {Record<string, (script: any) => any>} */
export const WAYS_TO_WAKE = {
  innerHTML: (script) => {
    script.innerHTML = "// x";
  },
  insertAdjacentHTML: (script) => script.insertAdjacentHTML("beforeend", "// x"),
  setHTMLUnsafe: (script) => script.setHTMLUnsafe("// x"),
  insertAdjacentText: (script) => script.insertAdjacentText("beforeend", "// x"),
  text: (script) => {
    script.text = "// x";
  },
  innerText: (script) => {
    script.innerText = "// x";
  },
  appendData: (script) => {
    script.firstChild.appendData("// x");
  },
  insertData: (script) => {
    script.firstChild.insertData(0, "// x");
  },
  replaceData: (script) => {
    script.firstChild.replaceData(0, 1, "//");
  },
  splitText: (script) => {
    script.firstChild.splitText(1);
  },
  normalize: (script) => {
    script.append("b");
    script.normalize();
  },
  rangeInsert: (script) => {
    const r = document.createRange();
    r.selectNodeContents(script);
    r.insertNode(document.createTextNode("// x"));
  },
  rangeExtract: (script) => {
    const r = document.createRange();
    r.selectNode(script);
    const f = r.extractContents();
    document.body.append(f);
  },
  rangeSurround: (script) => {
    const r = document.createRange();
    r.selectNode(script);
    r.surroundContents(document.createElement("div"));
  },
  srcAgain: (script) => {
    script.removeAttribute("src");
    script.src = script.src || "";
  },
  attributeNode: (script) => {
    const v = script.getAttribute("src");
    script.removeAttribute("src");
    const a = document.createAttribute("src");
    a.value = v;
    script.setAttributeNode(a);
  },
  replaceWith: (script) => {
    const d = document.createElement("div");
    script.replaceWith(d);
    d.replaceWith(script);
  },
  outerHTML: (script) => {
    script.parentNode.outerHTML;
    script.parentNode.insertAdjacentElement("afterend", script);
  },
  adopt: (script) => {
    const d = document.implementation.createHTMLDocument();
    d.body.append(script);
    document.body.append(script);
  },
  importClone: (script) => {
    document.body.append(document.importNode(script, true));
  },
  deepClone: (script) => {
    document.body.append(script.parentNode.cloneNode(true));
  },
  template: (script) => {
    const t = document.createElement("template");
    t.content.append(script);
    document.body.append(t.content.cloneNode(true));
  },
  shadow: (script) => {
    const h = document.createElement("div");
    document.body.append(h);
    h.attachShadow({ mode: "open" }).append(script);
  },
  optionAdded: (script) => {
    const x = document.createElement("select");
    document.body.append(x);
    const o = document.createElement("option");
    o.append(script);
    x.add(o);
  },
  optionSet: (script) => {
    const x = document.createElement("select");
    document.body.append(x);
    const o = document.createElement("option");
    o.append(script);
    x.options[0] = o;
  },
  newBody: (script) => {
    const b = document.createElement("body");
    b.append(script);
    document.body = b;
  },
  moveBefore: (script) => {
    document.body.moveBefore?.(script, null);
  },
  movedFromParsedDocument: (script) => {
    document.body.append(...new DOMParser().parseFromString(script.outerHTML, "text/html").scripts);
  },
  fragment: (script) => {
    document.body.append(document.createRange().createContextualFragment(script.outerHTML));
  },
  movedIntoFrame: (script) => {
    const f = document.createElement("iframe");
    document.body.append(f);
    f.contentDocument.body.append(script);
  },
  otherAttributes: (script) => {
    script.async = true;
    script.defer = true;
    script.noModule = false;
  },
  asModule: (script) => {
    script.type = "module";
    document.head.append(script);
  },
  movedWithItsParent: (script) => {
    const d = document.createElement("div");
    d.append(script);
    document.body.prepend(d);
    document.body.insertBefore(d, null);
  },
};
