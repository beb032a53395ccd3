// Style rules that a script makes: through style sheets (insertRule, addRule, replace), declarations
// (cssText, setProperty) and FontFace. The URLs in them that must be held are made to find nobody. What an
// element's own style says is not seen here, but by the observer (watched-documents.js).
import { getterOf } from "../captured.js";
import { holdStyleRules } from "./urls-in-code.js";
import { changeArgument, replaceMembers } from "./wrap.js";

// The style of a rule can be changed in more ways than have a door, and no observer sees it: what a script has taken
// in hand is looked at when the script is done.
const textOf = getterOf(CSSStyleDeclaration.prototype, "cssText");
const textsBefore = new Map();
function lookAtLater(style) {
  if (textsBefore.has(style)) return;
  if (!textsBefore.size) queueMicrotask(holdWhatChanged);
  textsBefore.set(style, textOf(style));
}
function holdWhatChanged() {
  for (const [style, before] of textsBefore) {
    const text = textOf(style);
    const safe = text == before ? text : holdStyleRules(text);
    try {
      if (safe != text) style.cssText = safe;
    } catch {
      // Firefox lets nobody set that of a font.
    }
  }
  textsBefore.clear();
}

/** Holds what style rules name from now on. */
export function watchStyles() {
  replaceMembers(
    "CSSStyleSheet CSSGroupingRule CSSStyleRule CSSKeyframesRule CSSStyleDeclaration",
    "insertRule appendRule replace replaceSync cssText",
    changeArgument(0, holdStyleRules),
  );
  replaceMembers(
    "CSSStyleSheet CSSStyleDeclaration",
    "addRule setProperty",
    changeArgument(1, holdStyleRules),
  );
  const rules = "CSSStyleRule CSSKeyframeRule CSSFontFaceRule CSSNestedDeclarations";
  replaceMembers(rules, "style", null, (rule, args, callNative) => {
    const style = callNative();
    lookAtLater(style);
    return style;
  });
  // Reading `style` goes through the door above, which has it looked at later.
  replaceMembers(rules, "styleMap", null, (rule, args, callNative) => rule.style && callNative());
  // Firefox waits for ever for a face all of whose addresses cannot be read.
  const holdFace = (sources) => {
    if (ArrayBuffer.isView(sources)) return sources; // the font itself
    const safe = holdStyleRules(sources);
    return safe == sources ? safe : safe + ",local('-')";
  };
  replaceMembers("", "FontFace", changeArgument(1, holdFace));
}
