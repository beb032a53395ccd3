// The servers' side of a choice: the cookie that tells it to them (`cookie.mirror`), and to the site's other hosts
// (shared-choice.js); and the policy that servers send.
import { gate } from "./gate.js";

/**
 * Tells the site's servers the choice (crates/mark reads it), with every page that has one: a browser may
 * have dropped the cookie. Where there is no choice, or a browser does not take a new cookie (it may be too
 * long), the old one goes, or a server would still believe it. A frame's storage may be another one than the
 * site's.
 * @param {boolean} [decided] whether the visitor has decided just now
 */
export function mirror(decided) {
  const { config_: config, consent_: consent } = gate;
  const { mirror: wanted, domain } = config.cookie || {};
  if (!wanted || (window != top && !consent)) return;
  const put = (value, age) =>
    gate.setCookie_(
      `consentry=${value}; path=/; samesite=lax; max-age=${age}` +
        (domain ? "; domain=" + domain : "") +
        (location.protocol == "https:" ? "; secure" : ""),
    );
  try {
    const { revision, granted, denied, time, expires, gpc } = consent || {};
    // Other hosts have to tell the newest choice, servers need not.
    const fields = { v: 1, revision, granted, denied, ...(domain && { time, expires, ...(gpc && { gpc }) }) };
    const value = new URLSearchParams(/** @type {any} */ (fields)).toString();
    if (consent) put(value, ((gate.parseTime_(expires) - gate.timeNow_()) / 1000) | 0);
    if (!consent || !document.cookie.includes(value)) put("", 0);
    else if (decided && granted[0]) reloadWhereBlocked();
  } catch {
    /* a sandboxed page has no cookies */
  }
}

// A browser never widens the policy that a page came with: what a grant on this page released, and is still
// blocked, may act when the page comes again with the cookie. Once, and never without such a grant.
let watching = false;
let reloaded = false;
function reloadWhereBlocked() {
  if (watching) return;
  watching = true;
  addEventListener("securitypolicyviolation", ({ disposition, blockedURI }) => {
    // "inline" and the like read as paths of the page, which are necessary.
    const verdict = gate.verdictOfUrl_(blockedURI);
    const isGranted = gate.needsConsent_(verdict) && gate.mayAct_(verdict);
    if (reloaded || disposition != "enforce" || !isGranted) return;
    reloaded = true;
    location.reload();
  });
}
