// With `observe`: tells the backend what acts on the site that nobody declared. Names and hosts alone, with
// what could be somebody's identifier as `*` (by the backend's own rule, in the lazily fetched module); no
// address of a page, nothing that was on the device before.
import { classifier } from "./classify.js";
import { gate } from "./gate.js";

const WAIT = 3000; // milliseconds after the page has loaded
const MOST = 25; // in one report: 8 KB of the longest names
const seen = new Set();
const sent = new Set();

/** Begins to observe this page. */
export async function observe() {
  if (!gate.config_.backend || !gate.config_.site) return;
  let rules; // that leave identifiers out; nothing is sent without them
  const fetchRules = async () => (rules ||= await classifier());
  const sendWithRules = (observations) =>
    observations[0] &&
    fetchRules()
      .then(() => send(observations, rules))
      .catch(() => {});
  // Nothing can be waited for when a page goes away.
  addEventListener("pagehide", () => rules && send(observed(), rules));
  // What a withdrawal could not remove.
  document.addEventListener("consentry:withdrawn", () =>
    setTimeout(async () => {
      const leftovers = await gate.findLeftovers_();
      sendWithRules(leftovers.map(([, name]) => ["left", name]));
    }, WAIT),
  );
  if (document.readyState != "complete") await new Promise((done) => addEventListener("load", done));
  if (observed()[0]) fetchRules().catch(() => {});
  setTimeout(() => sendWithRules(observed()), WAIT);
}

// The hosts that the page asked or wanted to ask, and the names that it wrote, as pairs of kind and name.
function observed() {
  const requests = performance.getEntriesByType("resource").map(({ name }) => name);
  const isOwners = (verdict) => verdict >= 0 && /declared|first-party/.test(gate.explain_(verdict).reason);
  const hosts = requests
    // Not those that no browser can read, which we put in the place of others.
    .filter((url) => /^https?:\/\/(?!\[c)/.test(url) && !isOwners(gate.verdictOfUrl_(url)))
    .map((url) => new URL(url).hostname);
  const names = [...gate.undeclaredNames_].map(([name, lookUp]) => [
    lookUp == gate.verdictOfKey_ ? "storage" : "cookie",
    name,
  ]);
  return [...[...hosts, ...gate.undescribedHosts_].map((host) => ["host", host]), ...names];
}

// Sends each observation once.
function send(observations, rules) {
  const isFirst = (set, text) => !set.has(text) && !!set.add(text);
  const { backend, site } = gate.config_;
  const unsent = observations
    .filter(([kind, name]) => isFirst(seen, kind + name))
    .map(([kind, name]) => ({ kind, name: rules.withoutIdentifiers(kind, name) }))
    .filter(({ kind, name }) => name && isFirst(sent, kind + name));
  const address = backend.url.replace(/\/+$/, "") + "/v1/observations";
  while (unsent[0])
    gate
      .nativeFetch_(address, {
        method: "POST",
        keepalive: true,
        credentials: "omit",
        body: gate.asJson_({ site, observations: unsent.splice(0, MOST) }),
      })
      .catch(() => {});
}
