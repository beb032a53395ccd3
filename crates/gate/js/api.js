// `window.consentry`: what pages and other programs call. Types and promises; the rules are elsewhere.
import { emit, noted, performanceEntries } from "./page.js";
import { check, consent, decide } from "./choice.js";
import { show } from "./component.js";
import { remains } from "./erase.js";
import { CATEGORIES, explain, ofMark, ofUrl, permits, serviceIndex } from "./verdicts.js";

const VERSION = "0.1.0";

// A decision by script proves no human act: it is recorded as `api`.
const byScript = (changes) => async () => decide("api", changes);

let started = false;

const api = {
  get consent() {
    return consent;
  },
  allowed(name) {
    const id = String(name).replace(/^service:/, "");
    if (serviceIndex(id)) return permits(ofMark("service:" + id));
    return CATEGORIES.indexOf(id) >= 0 && id != "unclassified" && permits(ofMark(id));
  },
  acceptAll: byScript(true),
  rejectAll: byScript(false),
  withdraw: byScript(false),
  async save(changes) {
    check(changes);
    return decide("api", changes);
  },
  show: () => show(1),
  showPreferences: () => show(2),
  hide: () => show(0),
  on(event, listener) {
    const hear = ({ detail }) => listener(detail);
    document.addEventListener("consentry:" + event, hear);
    if (event == "ready" && started) queueMicrotask(() => listener());
    return () => document.removeEventListener("consentry:" + event, hear);
  },
  // What was held and released and why, what a withdrawal could not remove, which requests left before us.
  async report() {
    const tell = (door, target, bits) => ({ state: "left", door, target, ...explain(bits) });
    const leaked = performanceEntries()
      .map((entry) => [entry.initiatorType, entry.name, ofUrl(entry.name)])
      .filter(([, , bits]) => !permits(bits));
    const held = noted("held");
    return {
      held,
      released: noted("released"),
      left: remains().map((it) => tell(...it)),
      leaked: leaked.map((it) => ({ ...tell(...it), state: "leaked" })),
      unknown: held.filter((it) => it.category == "unclassified"),
    };
  },
  version: VERSION,
};

export function expose() {
  Object.defineProperty(window, "consentry", { value: Object.freeze(api), configurable: false });
  const ready = () => ((started = true), emit("ready", null));
  if (document.readyState == "loading") document.addEventListener("DOMContentLoaded", ready);
  else queueMicrotask(ready);
}
