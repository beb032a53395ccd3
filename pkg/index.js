// `import { consentry } from "consentry"`: the object that the tag has put into the page. It brings no gate of its own: that
// must run before every other script, which no module can.

const NOT_STARTED = "not-started";

/** What stands in for the object where there is none: on a server, in a worker, and on a page without the tag. */
const standIn = {
  consent: null,
  /** @param {string} name */
  allowed: (name) => name == "necessary",
  acceptAll: refuse,
  rejectAll: refuse,
  save: refuse,
  withdraw: refuse,
  show: refuse,
  showPreferences: refuse,
  hide: refuse,
  classify: refuse,
  report: refuse,
  /**
   * @param {string} event
   * @param {(detail?: any) => void} listener
   * @returns {() => void}
   */
  on(event, listener) {
    if (typeof document == "undefined") return () => {};
    const type = "consentry:" + event;
    const call = (/** @type {any} */ { detail }) => listener(detail);
    document.addEventListener(type, call);
    return () => document.removeEventListener(type, call);
  },
  version: "0.1.0",
};

async function refuse() {
  const reason = "Consentry has not started here: there is no page, or its script is not in it";
  throw Object.assign(Error(`${NOT_STARTED}: ${reason}`), { code: NOT_STARTED });
}

const ofPage = () => (typeof window == "undefined" ? undefined : /** @type {any} */ (window).consentry);

/** The page's own object; where there is none, one that holds nothing, grants nothing and decides nothing. */
export let consentry = ofPage() ?? standIn;

if (consentry == standIn && typeof document != "undefined")
  console.warn(
    "consentry: nothing is held, because its script is not in this page: put it first into <head>, or call start()",
  );

/**
 * Starts Consentry late, for pages whose head cannot be changed. What ran before is not undone: put the script first into
 * <head> where you can.
 * @param {string | URL} address of `consentry.js`, with the files that the bundle has written beside it
 * @returns {Promise<any>} the object; also `consentry` is it from then on
 */
export async function start(address) {
  if (ofPage()) return (consentry = ofPage());
  const script = document.createElement("script");
  script.src = String(address);
  await new Promise((done, fail) => {
    script.onload = done;
    script.onerror = () => fail(Object.assign(Error(`${NOT_STARTED}: ${script.src}`), { code: NOT_STARTED }));
    document.head.prepend(script);
  });
  return (consentry = ofPage());
}
