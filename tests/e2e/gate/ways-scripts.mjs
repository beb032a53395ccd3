// Ways in which a script of another host comes into a page.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const SCRIPTS = {
  static_script: {
    markup: (url) => `<script src="${url}"></script>`,
    leavesBeforeScripts: true,
  },
  static_async_script: {
    markup: (url) => `<script async src="${url}"></script>`,
    leavesBeforeScripts: true,
  },
  static_deferred_script: {
    markup: (url) => `<script defer src="${url}"></script>`,
    leavesBeforeScripts: true,
  },
  static_module: {
    markup: (url) => `<script type="module" src="${url}"></script>`,
    leavesBeforeScripts: true,
  },
  script_with_source_before_insertion: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.head.appendChild(script);
    },
  },
  script_with_source_after_insertion: {
    act: (url) => {
      const script = document.createElement("script");
      document.head.appendChild(script);
      script.src = url;
    },
  },
  script_with_url_object: {
    act: (url) => {
      const script = document.createElement("script");
      const urlObject = /** @type {any} */ (new URL(url));
      script.src = urlObject;
      document.head.appendChild(script);
    },
  },
  script_by_attribute: {
    act: (url) => {
      const script = document.createElement("script");
      script.setAttribute("src", url);
      document.head.appendChild(script);
    },
  },
  script_by_attribute_in_capitals: {
    act: (url) => {
      const script = document.createElement("script");
      document.head.appendChild(script);
      script.setAttribute("SRC", url);
    },
  },
  script_by_attribute_with_namespace: {
    act: (url) => {
      const script = document.createElement("script");
      script.setAttributeNS(null, "src", url);
      document.head.appendChild(script);
    },
  },
  script_module_made: {
    act: (url) => {
      const script = document.createElement("script");
      script.type = "module";
      script.src = url;
      document.head.appendChild(script);
    },
  },
  script_appended: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.head.append(script);
    },
  },
  script_prepended: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.head.prepend(script);
    },
  },
  script_inserted_before: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.currentScript.before(script);
    },
  },
  script_inserted_after: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.currentScript.after(script);
    },
  },
  script_replacing: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      const paragraph = document.createElement("p");
      document.head.append(paragraph);
      paragraph.replaceWith(script);
    },
  },
  script_replacing_child: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      const paragraph = document.createElement("p");
      document.head.append(paragraph);
      document.head.replaceChild(script, paragraph);
    },
  },
  script_replacing_children: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      const paragraph = document.createElement("p");
      document.head.append(paragraph);
      paragraph.replaceChildren(script);
    },
  },
  script_inserted_adjacent: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.head.insertAdjacentElement("beforeend", script);
    },
  },
  script_inserted_by_range: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      const range = document.createRange();
      range.selectNode(document.currentScript);
      range.insertNode(script);
    },
  },
  script_in_a_fragment: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      const fragment = document.createDocumentFragment();
      fragment.append(script);
      document.head.append(fragment);
    },
  },
  script_in_a_shadow_root: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      holder.attachShadow({ mode: "closed" }).append(script);
    },
  },
  script_cloned: {
    act: (url) => {
      const script = document.createElement("script");
      script.src = url;
      document.head.append(script.cloneNode(true));
    },
  },
  script_from_another_document: {
    act: (url) => {
      const otherDocument = document.implementation.createHTMLDocument("");
      const foreignScript = otherDocument.createElement("script");
      foreignScript.setAttribute("src", url);
      document.head.append(foreignScript);
    },
  },
  script_from_a_template: {
    markup: (url) =>
      `<template id="t"><script src="${url}"></script></template>
      <script>
        document.head.append(document.getElementById("t").content.cloneNode(true));
      </script>`,
  },
  script_in_contextual_fragment: {
    act: (url) => {
      document.head.append(
        document.createRange().createContextualFragment('<script src="' + url + '"></scr' + "ipt>"),
      );
    },
  },
  script_written: {
    act: (url) => {
      document.write('<script src="' + url + '"></scr' + "ipt>");
    },
  },
  script_written_with_line: {
    act: (url) => {
      document.writeln('<script async src="' + url + '"></scr' + "ipt>");
    },
  },
  vendor_snippet: {
    markup: (url) =>
      `<script>
        (function (w, d, s, l) {
          w[l] = w[l] || [];
          var f = d.getElementsByTagName(s)[0], j = d.createElement(s);
          j.async = true;
          j.src = "${url}";
          f.parentNode.insertBefore(j, f);
        })(window, document, "script", "layer");
      </script>`,
  },
};
