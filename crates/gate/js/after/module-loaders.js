// A module loader of the page (AMD: a global `define` that has `amd`) takes an unnamed call of `define` for the module that
// it waits for just now. A script that is released late (after DOMContentLoaded) is none of those, since its loader has given
// it up: its unnamed calls are dropped here. And a held script that came before the loader is shown no `define.amd`: its
// library becomes a global, as without a loader.
import { gate } from "./gate.js";

let hasLooked = false;

/**
 * Stands between the page's loader and released scripts. Is called before each script that is released late; a loader that
 * comes with the first of them or after it is left alone, since what follows it was written for it.
 */
export function shieldModuleLoader() {
  const loader = gate.moduleLoader_();
  const isFirst = !hasLooked;
  hasLooked = true;
  // Where a property is fixed, a proxy that tells another value of it throws.
  if (!isFirst || !loader || !Object.getOwnPropertyDescriptor(loader, "amd")?.configurable) return;
  const proxy = new Proxy(loader, {
    get: (target, name) =>
      name == "amd" && gate.scriptsBeforeLoader_.has(document.currentScript) ? undefined : target[name],
    apply(target, receiver, args) {
      const isNamed = typeof args[0] == "string";
      if (isNamed || !gate.releasedScripts_.has(document.currentScript))
        return Reflect.apply(target, receiver, args);
    },
  });
  Reflect.set(window, "define", proxy);
}
