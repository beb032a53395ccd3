// Ways of scripts that only the policy holds: a door for them would cost every visitor more than they are used.
// Functions run in the page, so they must not use anything of this file.

/** @type {Record<string, {act: (url: string) => void}>} */
export const SCRIPTS_FOR_THE_POLICY = {
  link_into_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      const anchor = document.createElement("a");
      frame.name = "goal";
      anchor.target = "goal";
      anchor.href = url;
      document.documentElement.append(frame, anchor);
      anchor.click();
    },
  },
  form_inside_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      const form = frame.contentDocument.createElement("form");
      form.action = url;
      frame.contentDocument.body.append(form);
      form.submit();
    },
  },
  frame_opened_by_its_name: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.name = "opened";
      document.documentElement.append(frame);
      window.open(url, "opened");
    },
  },
  frame_navigated: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      /** @type {any} */ (frame.contentWindow).navigation.navigate(url);
    },
  },
  image_transformed: {
    act: (url) => {
      const parser = new DOMParser();
      const processor = new XSLTProcessor();
      processor.importStylesheet(
        parser.parseFromString(
          '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"><x:template match="/">' +
            '<img src="' +
            url +
            '"/></x:template></x:stylesheet>',
          "text/xml",
        ),
      );
      document.documentElement.append(
        processor.transformToFragment(parser.parseFromString("<a/>", "text/xml"), document),
      );
    },
  },
  style_sheet_by_an_instruction: {
    act: (url) => {
      const data = 'type="text/css" href="' + url + '"';
      document.insertBefore(
        document.createProcessingInstruction("xml-stylesheet", data),
        document.documentElement,
      );
    },
  },
  paint_of_svg: {
    act: (url) => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      holder.innerHTML = '<svg width="9" height="9"><path d="M0 0L9 9L9 0z"/></svg>';
      holder.querySelector("path").setAttribute("fill", "url(" + url + "#x)");
    },
  },
  paint_of_svg_as_html: {
    act: (url) => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      holder.innerHTML =
        '<svg width="9" height="9"><path mask="url(' + url + '#x)" d="M0 0L9 9L9 0z"/></svg>';
    },
  },
  style_animated: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const image = "url(" + url + ")";
      paragraph.animate([{ backgroundImage: image }, { backgroundImage: image }], 1000000);
    },
  },
  style_animated_by_an_effect: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const image = "url(" + url + ")";
      new Animation(new KeyframeEffect(paragraph, { backgroundImage: [image, image] }, 1000000)).play();
    },
  },
  style_property_registered: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      CSS.registerProperty({
        name: "--registered",
        syntax: "<image>",
        inherits: false,
        initialValue: "url(" + url + ")",
      });
      paragraph.style.background = "var(--registered)";
    },
  },
  style_text_as_a_variable: {
    act: (url) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = "x";
      document.documentElement.append(paragraph);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.variable { --text: "' + url + '"; background: image-set(var(--text) 1x) }');
      document.adoptedStyleSheets.push(sheet);
      paragraph.className = "variable";
    },
  },
  style_import_with_an_escape: {
    act: (url) => {
      const style = document.createElement("style");
      style.textContent = '@impor\\74 "' + url + '"';
      document.head.append(style);
    },
  },
  style_import_of_data: {
    act: (url) => {
      const style = document.createElement("style");
      style.textContent = '@import "data:text/css,' + encodeURIComponent("@import '" + url + "'") + '"';
      document.head.append(style);
    },
  },
};
