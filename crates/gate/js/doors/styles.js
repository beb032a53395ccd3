// Style rules that a script makes. What an element's own style says is seen by the observer (elements.js).
import { holdRules } from "./text.js";
import { wrap, wrapConstructor, wrapProperty } from "./wrap.js";
import { call } from "../page.js";

export function watchStyles() {
  const rules = (owner, name, at) =>
    wrap(owner.prototype, name, (native) => function (...given) {
      if (at in given) given[at] = holdRules(given[at]);
      return call(native, this, given);
    });
  for (const name of ["insertRule", "replace", "replaceSync"]) rules(CSSStyleSheet, name, 0);
  rules(CSSStyleDeclaration, "setProperty", 1);
  wrapProperty(CSSStyleDeclaration.prototype, "cssText", (_, value, native) => native(holdRules(value)));
  wrapConstructor("FontFace", ([family, source, ...more], make) =>
    make([family, typeof source == "string" ? holdRules(source) : source, ...more]));
}
