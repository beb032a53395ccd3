// What consentry.js lends: `host` as to the banner, the natives and the gate's own parts in its order (component.js).
export let host, cookies, deciding, explain, fetch, forget, hold, keys, memory, met, named, note, noteLeaks, noted, ofKey, ofMark, ofUrl, ordered, permits, plain, policy, read, released, remains, roots, setAttr, setCookie, teach, unstored, urlsIn, verdictOn, write, written;
export function take(lent) {
  host = lent;
  [cookies, deciding, explain, fetch, forget, hold, keys, memory, met, named, note, noteLeaks, noted, ofKey, ofMark, ofUrl, ordered, permits, plain, policy, read, released, remains, roots, setAttr, setCookie, teach, unstored, urlsIn, verdictOn, write, written] = lent.own;
}

export const MARK = "data-consent";
export const all = (selector) => roots.flatMap((root) => [...(root.deref()?.querySelectorAll(selector) || [])]);
