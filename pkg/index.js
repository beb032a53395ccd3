// `import { consentry } from "consentry"`: the object that the tag has put into the page. It brings no gate of its own: that
// must run before every other script, which no module can.

const NOT_STARTED = "not-started";

/** The object of the page, where the tag has made one. An element of that name is none. */
function ofPage() {
  const found = typeof window == "undefined" ? undefined : /** @type {any} */ (window).consentry;
  return found?.on && found.version ? found : undefined;
}

const notStarted = (reason) => Object.assign(Error(`${NOT_STARTED}: ${reason}`), { code: NOT_STARTED });

/** What the object of the page does, if there is one by now. */
const later =
  (name) =>
  async (...given) => {
    const found = ofPage();
    if (!found)
      throw notStarted("Consentry has not started here: there is no page, or its script is not in it");
    return found[name](...given);
  };

/** What stands in for the object where there is none yet: on a server, in a worker, and on a page without the tag. */
const standIn = Object.freeze({
  get consent() {
    return ofPage()?.consent ?? null;
  },
  allowed: (name) => ofPage()?.allowed(name) ?? name == "necessary",
  acceptAll: later("acceptAll"),
  rejectAll: later("rejectAll"),
  save: later("save"),
  withdraw: later("withdraw"),
  show: later("show"),
  showPreferences: later("showPreferences"),
  hide: later("hide"),
  classify: later("classify"),
  report: later("report"),
  on(event, listener) {
    if (typeof document == "undefined") return () => {};
    const type = "consentry:" + event;
    const call = (/** @type {any} */ { detail }) => listener(detail);
    document.addEventListener(type, call);
    return () => document.removeEventListener(type, call);
  },
  version: "0.1.0",
});

/** The page's own object; where there is none yet, one that grants nothing until there is. */
export const consentry = ofPage() ?? standIn;

if (consentry == standIn && typeof document != "undefined")
  console.warn(
    "consentry: nothing is held, because its script is not in this page: put it first into <head>, or call start()",
  );

/**
 * Starts Consentry late, for pages whose head cannot be changed. See index.d.ts.
 * @param {string | URL} address
 */
export async function start(address) {
  if (typeof document == "undefined") throw notStarted("there is no page");
  if (ofPage()) return ofPage();
  const script = document.createElement("script");
  script.src = String(address);
  await new Promise((done) => {
    script.onload = script.onerror = done;
    document.head.prepend(script);
  });
  if (!ofPage()) throw notStarted(`${script.src} could not be had, or is not Consentry's script`);
  return ofPage();
}
