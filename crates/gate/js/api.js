// `window.consentry`: what pages and other programs call. It must not throw into a page's load,
// and decides nothing: the rules are elsewhere.
import { defineProperty, emit, listen, whenParsed } from "./captured.js";
import { consent, decideSoon } from "./choice.js";
import { FIRST_LAYER, NO_LAYER, PREFERENCES, show } from "./banner.js";
import { startWaitsFor } from "./config.js";
import { callInAfter } from "./load-after.js";
import { categoryOf, verdictOfMark, mayAct, serviceNumber } from "./verdicts.js";
import { CLASS_UNCLASSIFIED } from "./numbers.js";

const VERSION = "0.1.0";

// A decision by script proves no human act: it is recorded as `api`.
const decideByScript = (changes) => () => decideSoon("api", changes);

let isReady = false;

const api = {
  get consent() {
    return consent;
  },
  /** @param {string} name a category, or a service with or without `service:` before its id */
  allowed(name) {
    const service = "service:" + name;
    const verdict = verdictOfMark(serviceNumber(service) ? service : name);
    return categoryOf(verdict) != CLASS_UNCLASSIFIED && mayAct(verdict);
  },
  acceptAll: decideByScript(true),
  rejectAll: decideByScript(false),
  withdraw: decideByScript(false),
  // `save(true)` must not accept everything: a copy of `true` is an empty object.
  save: (changes) => decideSoon("api", { ...changes }),
  show: () => show(FIRST_LAYER),
  showPreferences: () => show(PREFERENCES),
  hide: () => show(NO_LAYER),
  /**
   * @param {string} event
   * @param {(detail?: any) => void} listener
   * @returns {() => void} what ends it
   */
  on(event, listener) {
    if (event == "ready" && isReady) queueMicrotask(() => listener());
    return listen(event, listener);
  },
  version: VERSION,
};

// What comes with a file of its own.
for (const name of /** @type {const} */ (["report", "classify", "receipts", "erase", "exportData"]))
  api[name] = (...given) => callInAfter(name, ...given);

/** Gives the page the object, and tells it when it has been parsed and the configuration is there. */
export function expose() {
  defineProperty(window, "consentry", { value: Object.freeze(api) });
  whenParsed(async () => {
    await startWaitsFor; // what is allowed is not known before
    isReady = true;
    emit("ready");
  });
}
