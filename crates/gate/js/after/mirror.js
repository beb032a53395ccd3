// The servers' side of a choice: the mirror cookie, and the policy that they send.
import { host, ofUrl, permits, setCookie } from "./lent.js";

// Tells the site's servers the choice (`cookie.mirror`; crates/mark reads it), with every page that has one: a browser
// may have dropped the cookie. Where there is no choice, or a browser does not take a new cookie (it may be too long), the
// old one goes, or a server would still believe it. A frame's storage may be another one than the site's.
export function mirror(decided) {
  const { mirror: wanted, domain } = host.config.cookie || {};
  if (!wanted || (window != top && !host.consent)) return;
  const put = (value, age) =>
    setCookie(
      `consentry=${value}; path=/; samesite=lax; max-age=${age}` +
        (domain ? "; domain=" + domain : "") +
        (location.protocol == "https:" ? "; secure" : ""),
    );
  try {
    const { revision, granted, denied, expires } = host.consent || {};
    const value = new URLSearchParams({ v: 1, revision, granted, denied }).toString();
    if (host.consent) put(value, ((Date.parse(expires) - Date.now()) / 1000) | 0);
    if (!host.consent || !document.cookie.includes(value)) return put("", 0);
    if (decided && granted[0]) followPolicy();
  } catch {
    /* a sandboxed page has no cookies */
  }
}

// A browser never widens the policy that a page came with: what a grant on this page released, and is still blocked,
// may act when the page comes again with the cookie. Once, and never without such a grant.
let following;
function followPolicy() {
  following ||=
    addEventListener("securitypolicyviolation", ({ disposition, blockedURI }) => {
      const bits = ofUrl(blockedURI); // "inline" and the like read as paths of the page: necessary
      if (following && disposition == "enforce" && bits > 0 && bits & 7 && permits(bits))
        following = location.reload();
    }) || true;
}
