// Style rules that a script makes. What an element's own style says is seen by the observer (elements.js).
import { holdRules } from "./text.js";
import { changing, wrap } from "./wrap.js";

export function watchStyles() {
  for (const owner of ["CSSStyleSheet", "CSSGroupingRule"]) wrap(owner, "insertRule replace replaceSync", changing(0, holdRules));
  wrap("CSSStyleSheet", "addRule", changing(1, holdRules));
  wrap("CSSStyleDeclaration", "setProperty", changing(1, holdRules));
  wrap("CSSStyleDeclaration", "cssText", changing(0, holdRules));
  wrap("", "FontFace", changing(1, holdRules));
}
