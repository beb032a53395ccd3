// Style rules that a script makes: through style sheets (insertRule, addRule, replace), declarations
// (cssText, setProperty) and FontFace. The URLs in them that must be held are made to find nobody. What an
// element's own style says is not seen here, but by the observer (watched-documents.js).
import { holdStyleRules } from "./urls-in-code.js";
import { changeArgument, replaceMembers } from "./wrap.js";

/** Holds what style rules name from now on. */
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
