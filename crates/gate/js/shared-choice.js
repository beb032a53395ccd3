// A choice that was made on another host of the site: the cookie which `cookie.mirror` writes for `cookie.domain`
// (after/mirror-cookie.js), read before the first script of the page. Whether a choice is in force, choice.js says.
import { readCookies } from "./captured.js";
import { config } from "./config.js";

const NAME = "consentry=";

/**
 * The choices in the cookie as stored ones: a browser may hold several, one for each domain. They name no visitor.
 * @returns {Record<string, any>[]}
 */
export function sharedChoices() {
  if (!config.cookie?.mirror || !config.cookie.domain) return [];
  try {
    return readCookies()
      .filter((pair) => pair.startsWith(NAME))
      .map((pair) => read(pair.slice(NAME.length)));
  } catch {
    return []; // a sandboxed page has no cookies
  }
}

function read(text) {
  const fields = new URLSearchParams(text);
  const field = (name) => fields.get(name) || "";
  const names = (name) => field(name).split(",").filter(Boolean);
  return {
    v: 1,
    id: null,
    revision: field("revision"),
    time: field("time"),
    expires: field("expires"),
    granted: names("granted"),
    denied: names("denied"),
    gpc: !!field("gpc"),
    source: "banner",
  };
}
