// `import { consentry } from "consentry"`: the object that the script tag has put into the page. There is no gate in here, which
// keeps third parties from loading: it must run before every other script, and no module can.

const NOT_STARTED = "not-started";

/** The page's object, if the tag has made one. `window.consentry` may also be an element with that id. */
function ofPage() {
  const found = typeof window == "undefined" ? undefined : /** @type {any} */ (window).consentry;
  return found?.on && found.version ? found : undefined;
}

const notStarted = (reason) => Object.assign(Error(`${NOT_STARTED}: ${reason}`), { code: NOT_STARTED });

/** Calls the page's object if there is one by the time of the call; else rejects with `not-started`. */
const forwardTo =
  (name) =>
  async (...given) => {
    const found = ofPage();
    if (!found)
      throw notStarted(
        "Consentry has not started here: this is no page in a browser, or its script is not in the page",
      );
    return found[name](...given);
  };

/** What stands in for the object where there is none yet: on a server, in a worker, and on a page without the tag. */
const standIn = Object.freeze({
  get consent() {
    return ofPage()?.consent ?? null;
  },
  allowed: (name) => ofPage()?.allowed(name) ?? name == "necessary",
  acceptAll: forwardTo("acceptAll"),
  rejectAll: forwardTo("rejectAll"),
  save: forwardTo("save"),
  withdraw: forwardTo("withdraw"),
  show: forwardTo("show"),
  showPreferences: forwardTo("showPreferences"),
  hide: forwardTo("hide"),
  classify: forwardTo("classify"),
  report: forwardTo("report"),
  receipts: forwardTo("receipts"),
  exportData: forwardTo("exportData"),
  erase: forwardTo("erase"),
  on(event, listener) {
    if (typeof document == "undefined") return () => {};
    const type = "consentry:" + event;
    const call = (/** @type {any} */ { detail }) => listener(detail);
    document.addEventListener(type, call);
    return () => document.removeEventListener(type, call);
  },
  version: "0.1.0",
});

/** The page's own object; where there is none yet, one that allows only what is necessary until there is. */
export const consentry = ofPage() ?? standIn;

if (consentry == standIn && typeof document != "undefined")
  console.warn(
    "consentry: trackers are not held, because its script is not in this page: put it first into <head>, or call start()",
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
  if (!ofPage()) throw notStarted(`${script.src} could not be loaded, or is not Consentry's script`);
  return ofPage();
}
