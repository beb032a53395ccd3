// Style rules that a script makes. What an element's own style says is seen by the observer (elements.js).
import { holdRules } from "./text.js";
import { changing, wrap } from "./wrap.js";

export function watchStyles() {
  for (const { prototype } of [CSSStyleSheet, CSSGroupingRule]) wrap(prototype, "insertRule replace replaceSync", changing(0, holdRules));
  wrap(CSSStyleSheet.prototype, "addRule", changing(1, holdRules));
  wrap(CSSStyleDeclaration.prototype, "setProperty", changing(1, holdRules));
  wrap(CSSStyleDeclaration.prototype, "cssText", changing(0, holdRules));
  wrap(window, "FontFace", changing(1, holdRules));
}
