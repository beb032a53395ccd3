// Style rules that a script makes. What an element's own style says is seen by the observer (elements.js).
import { holdRules } from "./text.js";
import { changing, wrap } from "./wrap.js";

export function watchStyles() {
  wrap(
    "CSSStyleSheet CSSGroupingRule CSSStyleDeclaration",
    "insertRule replace replaceSync cssText",
    changing(0, holdRules),
  );
  wrap("CSSStyleSheet CSSStyleDeclaration", "addRule setProperty", changing(1, holdRules));
  wrap("", "FontFace", changing(1, holdRules));
}
