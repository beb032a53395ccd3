// Style rules that a script makes. What an element's own style says is seen by the observer (elements.js).
import { holdStyleRules } from "./text.js";
import { changeArgument, replaceMembers } from "./wrap.js";

export function watchStyles() {
  replaceMembers(
    "CSSStyleSheet CSSGroupingRule CSSStyleDeclaration",
    "insertRule replace replaceSync cssText",
    changeArgument(0, holdStyleRules),
  );
  replaceMembers(
    "CSSStyleSheet CSSStyleDeclaration",
    "addRule setProperty",
    changeArgument(1, holdStyleRules),
  );
  replaceMembers("", "FontFace", changeArgument(1, holdStyleRules));
}
