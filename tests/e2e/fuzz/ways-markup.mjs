// Ways to give markup to the browser. Each function runs in the page, so it must not use anything of this
// file.

/** @type {Record<string, (markup: string) => void>} */
export const WAYS_FOR_MARKUP = {
  inner_html: (markup) => {
    const holder = document.createElement("div");
    document.body.append(holder);
    holder.innerHTML = markup;
  },
  inner_html_outside_the_document: (markup) => {
    const holder = document.createElement("div");
    holder.innerHTML = markup;
    document.body.append(holder);
  },
  outer_html: (markup) => {
    const holder = document.createElement("div");
    document.body.append(holder);
    holder.outerHTML = markup;
  },
  adjacent_html: (markup) => {
    const holder = document.createElement("div");
    document.body.append(holder);
    holder.insertAdjacentHTML("afterend", markup);
  },
  contextual_fragment: (markup) => {
    document.body.append(document.createRange().createContextualFragment(markup));
  },
  template: (markup) => {
    const template = document.createElement("template");
    template.innerHTML = markup;
    document.body.append(template.content.cloneNode(true));
  },
  imported_template: (markup) => {
    const template = document.createElement("template");
    template.innerHTML = markup;
    document.body.append(document.importNode(template.content, true));
  },
  parsed_document: (markup) => {
    document.body.append(...new DOMParser().parseFromString(markup, "text/html").body.childNodes);
  },
  unsafe_html: (markup) => {
    const holder = document.createElement("div");
    document.body.append(holder);
    holder.setHTMLUnsafe(markup);
  },
  shadow_root: (markup) => {
    const holder = document.createElement("div");
    document.body.append(holder);
    holder.attachShadow({ mode: "open" }).innerHTML = markup;
  },
  written_into_a_frame: (markup) => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument.write(markup);
    frame.contentDocument.close();
  },
  frame_given_as_text: (markup) => {
    const frame = document.createElement("iframe");
    frame.srcdoc = markup;
    document.body.append(frame);
  },
};
