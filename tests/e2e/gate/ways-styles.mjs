// Ways in which a style asks another host.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const STYLES = {
  style_element: {
    markup: (url) =>
      `<style>.style_element { background: url(${url}) }</style><p class="style_element">x</p>`,
    leavesBeforeScripts: true,
  },
  style_import: {
    markup: (url) => `<style>@import "${url}";</style>`,
    leavesBeforeScripts: true,
  },
  style_attribute: {
    markup: (url) => `<p style="background: url('${url}')">x</p>`,
    leavesBeforeScripts: true,
  },
  style_attribute_by_inner_html: {
    act: (url) => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      holder.innerHTML = '<p style="background-image:url(' + url + ')">x</p>';
    },
  },
  style_element_made: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      style.textContent = '.made { background: url("' + url + '") }';
      paragraph.className = "made";
      document.head.append(style);
    },
  },
  style_element_filled_later: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      document.head.append(style);
      style.append(".filled { background: url(" + url + ") } ");
      paragraph.className = "filled";
    },
  },
  style_element_importing: {
    act: (url) => {
      const style = document.createElement("style");
      style.innerHTML = "@import url(" + url + ")";
      document.head.append(style);
    },
  },
  style_property: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      paragraph.style.backgroundImage = "url(" + url + ")";
    },
  },
  style_set_property: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      paragraph.style.setProperty("background-image", "url(" + url + ")");
    },
  },
  style_text: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      paragraph.style.cssText = "background: url(" + url + ")";
    },
  },
  style_set_attribute: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      paragraph.setAttribute("style", "list-style-image: url(" + url + "); display: list-item");
    },
  },
  style_rule_inserted: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const style = document.createElement("style");
      document.head.append(style);
      style.sheet.insertRule(".inserted { background: url(" + url + ") }");
      paragraph.className = "inserted";
    },
    notReplayed: true,
  },
  style_sheet_adopted: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(".adopted { background: url(" + url + ") }");
      document.adoptedStyleSheets.push(sheet);
      paragraph.className = "adopted";
    },
    notReplayed: true,
  },
  font_face: {
    act: (url) => {
      new FontFace("x", "url(" + url + ")").load().catch(() => {});
    },
    notReplayed: true,
  },
};
