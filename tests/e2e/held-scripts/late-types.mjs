// What a page does with a script that the browser has passed over because of its type, and that gets a type that runs.
// Each runs in the page, with a `place` in it and the script, which is there and has its new type, so it must not use
// anything of this file.

/** @type {Record<string, (script: HTMLScriptElement, place: HTMLElement) => void>} */
export const LATE_TYPES = {
  html_in_it: (script) => (script.innerHTML = "/* text */"),
  unsafe_html_in_it: (script) => script.setHTMLUnsafe("/* text */"),
  html_beside_its_text: (script) => script.insertAdjacentHTML("beforeend", "/* text */"),
  text_in_it: (script) => script.append("/* text */"),
  text_cut: (script) => {
    const [text] = /** @type {any} */ (script).childNodes;
    text.splitText(3);
  },
  moved: (script) => document.body.append(script),
  moved_with_its_parent: (script, place) => document.body.append(place),
  surrounded: (script, place) => {
    const range = document.createRange();
    range.selectNodeContents(place);
    range.surroundContents(document.createElement("p"));
  },
  taken_out_and_put_back: (script, place) => {
    place.remove();
    document.body.append(place);
  },
};
