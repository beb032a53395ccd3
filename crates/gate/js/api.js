// `window.consentry`: what pages and other programs call. Types and promises; the rules are elsewhere.
import { defineProperty, emit, whenParsed } from "./captured.js";
import { consent, decideSoon } from "./choice.js";
import { show } from "./banner.js";
import { classify, report } from "./later.js";
import { UNKNOWN, verdictOfMark, mayAct, serviceNumber } from "./verdicts.js";

const VERSION = "0.1.0";

// A decision by script proves no human act: it is recorded as `api`.
const byScript = (changes) => () => decideSoon("api", changes);

let started = false;

const api = {
  get consent() {
    return consent;
  },
  // A category, or a service with or without `service:` before its id.
  allowed(name) {
    const bits = verdictOfMark(serviceNumber("service:" + name) ? "service:" + name : name);
    return (bits & 7) != UNKNOWN && mayAct(bits);
  },
  acceptAll: byScript(true),
  rejectAll: byScript(false),
  withdraw: byScript(false),
  save: (changes) => decideSoon("api", { ...changes }), // never true or false, which mean everything
  show: () => show(1),
  showPreferences: () => show(2),
  hide: () => show(0),
  on(event, listener) {
    const hear = ({ detail }) => listener(detail);
    document.addEventListener("consentry:" + event, hear);
    if (event == "ready" && started) queueMicrotask(() => listener());
    return () => document.removeEventListener("consentry:" + event, hear);
  },
  classify,
  report,
  version: VERSION,
};

export function expose() {
  defineProperty(window, "consentry", { value: Object.freeze(api) });
  whenParsed(() => ((started = true), emit("ready", null)));
}
