// Ways that the index of the platform shows (every-way.test.mjs) and that other engines lack or take otherwise.
// Functions run in the page, so they must not use anything of this file.

/** Ways to run another host's script. @type {import("./ways.mjs").Ways} */
export const SCRIPTS_OF_CHROMIUM = {
  script_in_unsafe_html: {
    act: (url) => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      const setHtml = /** @type {any} */ (holder.setHTMLUnsafe);
      setHtml.call(holder, '<script src="' + url + '"></scr' + "ipt>", { runScripts: true });
    },
    isOffered: () => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      const setHtml = /** @type {any} */ (holder.setHTMLUnsafe);
      setHtml.call(holder, "<script>window.scriptsInHtmlRun = true</script>", { runScripts: true });
      return "scriptsInHtmlRun" in window;
    },
  },
};

/** @type {import("./ways.mjs").Ways} */
export const WAYS_OF_CHROMIUM = {
  style_of_a_rule: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = ".of_a_rule { color: red }";
      document.head.append(style);
      const [rule] = /** @type {any} */ (style.sheet.cssRules);
      rule.style.backgroundImage = "url(" + url + ")";
      paragraph.className = "of_a_rule";
    },
    notReplayed: true,
  },
  style_map_of_a_rule: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = ".map_of_a_rule { color: red }";
      document.head.append(style);
      const [rule] = /** @type {any} */ (style.sheet.cssRules);
      rule.styleMap.set("background-image", "url(" + url + ")");
      paragraph.className = "map_of_a_rule";
    },
    notReplayed: true,
  },
  style_of_a_font_rule: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      paragraph.style.fontFamily = "of_a_font_rule";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = "@font-face { font-family: of_a_font_rule; src: local(x) }";
      document.head.append(style);
      const [rule] = /** @type {any} */ (style.sheet.cssRules);
      rule.style.src = "url(" + url + ")";
    },
    notReplayed: true,
  },
  style_rule_nested: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = ".nested { color: red }";
      document.head.append(style);
      const [rule] = /** @type {any} */ (style.sheet.cssRules);
      rule.insertRule("& { background: url(" + url + ") }");
      paragraph.className = "nested";
    },
    notReplayed: true,
  },
  style_keyframe_appended: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = "@keyframes appended {} .appended { animation: appended 1000s }";
      document.head.append(style);
      const [rule] = /** @type {any} */ (style.sheet.cssRules);
      rule.appendRule("from, to { background-image: url(" + url + ") }");
      paragraph.className = "appended";
    },
    notReplayed: true,
  },
  style_sheet_of_data: {
    act: (url) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = "data:text/css," + encodeURIComponent('@import "' + url + '"');
      document.head.append(link);
    },
  },
  style_text_appended: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = ".text_appended {";
      document.head.append(style);
      /** @type {Text} */ (style.firstChild).appendData("background: url(" + url + ") }");
      paragraph.className = "text_appended";
    },
  },
  style_text_put_after: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = ".text_after {";
      document.head.append(style);
      /** @type {Text} */ (style.firstChild).after("background: url(" + url + ") }");
      paragraph.className = "text_after";
    },
  },
  image_in_svg_by_another_prefix: {
    act: (url) => {
      const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      image.setAttributeNS("http://www.w3.org/1999/xlink", "other:href", url);
      svg.append(image);
      document.documentElement.append(svg);
    },
  },
  link_by_its_list_of_relations: {
    act: (url) => {
      const link = document.createElement("link");
      link.rel = "author";
      link.href = url;
      document.head.append(link);
      link.relList.replace("author", "stylesheet");
    },
  },
  image_by_a_command: {
    act: (url) => {
      const holder = document.createElement("div");
      holder.contentEditable = "true";
      document.documentElement.append(holder);
      getSelection().selectAllChildren(holder);
      document.execCommand("insertImage", false, url);
    },
  },
  image_in_a_parsed_shadow_root: {
    act: (url) => {
      const parse = /** @type {any} */ (Document).parseHTMLUnsafe;
      const page = parse('<div><template shadowrootmode="open"><img src="' + url + '"></template></div>');
      document.documentElement.append(page.body.firstChild);
    },
  },
  ping_of_a_link_of_svg: {
    act: (url) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const anchor = /** @type {any} */ (document.createElementNS("http://www.w3.org/2000/svg", "a"));
      anchor.setAttribute("href", "#x");
      anchor.ping = url;
      svg.append(anchor);
      document.documentElement.append(svg);
      anchor.dispatchEvent(new MouseEvent("click", { cancelable: true }));
    },
    notReplayed: true,
  },
  inline_dynamic_import_with_a_comment: {
    markup: (url) => `<script>import(/* at once */ "${url}").catch(function () {})</script>`,
    notReplayed: true,
  },
  speculation_rules_with_an_escape: {
    act: (url) => {
      const script = document.createElement("script");
      script.type = "speculationrules";
      script.textContent = JSON.stringify({ prefetch: [{ urls: [url] }] }).replace("https", "http\\u0073");
      document.head.append(script);
    },
    notReplayed: true,
  },
};
