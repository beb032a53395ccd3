// With `observe`: tells the backend what acts on the site that nobody declared. Names and hosts alone, their digits and
// what looks like an identifier as `*`; no address of a page, nothing that was on the device before.
import { explain, fetch, host, met, ofKey, ofUrl, remains } from "./lent.js";

const WAIT = 3000; // milliseconds after the page has loaded
const MOST = 25; // in one report: 8 KB of the longest names
const told = new Set();

export async function observe() {
  if (!host.config.backend || !host.config.site) return;
  addEventListener("pagehide", tell);
  document.addEventListener("consentry:withdrawn", () => setTimeout(tellLeft, WAIT));
  if (document.readyState != "complete") await new Promise((done) => addEventListener("load", done));
  setTimeout(tell, WAIT);
}

// What could be somebody's: addresses of mail, runs of digits, eight and more hexadecimal digits, long words of capitals,
// small letters and digits; a word with three such runs as a whole. The backend does the same again.
const RUN = /[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}|[\da-f]{8,}|\d+/gi;
const mixed = (word) =>
  /^eyJ/.test(word) || (word.length > 15 && [/[a-z]/, /[A-Z]/, /\d/].every((it) => it.test(word)));
const starred = (name) =>
  name
    .replace(/[\w.%+-]+@[\w.-]+/g, "*")
    .replace(/[a-z\d]+/gi, (word) => (mixed(word) ? "*" : word))
    .replace(/[a-z\d-]+/gi, (word) =>
      word.match(RUN)?.length > 2 && !/-/.test(word) ? "*" : word.replace(RUN, "*"),
    )
    .replace(/\*{2,}/g, "*");
// Of a host only what is below the domain.
const starredHost = (name) =>
  name.replace(/^.*(?=(\.[^.]+){2}$)/, (below) => (/^[\d.]+$|:/.test(name) ? below : starred(below)));

const ofOwner = (bits) => bits >= 0 && /declared|first-party/.test(explain(bits).reason);

// The hosts that the page asked or wanted to ask, and the names that it wrote.
function found() {
  const requests = performance.getEntriesByType("resource").map(({ name }) => name);
  const hosts = requests
    .filter((url) => /^https?:/.test(url) && !ofOwner(ofUrl(url)))
    .map((url) => new URL(url).hostname);
  const names = [...met].map(([name, lookUp]) => [lookUp == ofKey ? "storage" : "cookie", starred(name)]);
  return [...[...hosts, ...host.undescribed()].map((name) => ["host", starredHost(name)]), ...names];
}

function send(list) {
  const { backend, site } = host.config;
  const fresh = list.filter(
    ([kind, name]) =>
      name &&
      name.length < 257 &&
      !/[\0-\x1f\x7f-\x9f]/.test(name) &&
      !told.has(kind + name) &&
      told.add(kind + name),
  );
  const address = backend.url.replace(/\/+$/, "") + "/v1/observations";
  while (fresh[0]) {
    const observations = fresh.splice(0, MOST).map(([kind, name]) => ({ kind, name }));
    fetch(address, {
      method: "POST",
      keepalive: true,
      credentials: "omit",
      body: JSON.stringify({ site, observations }),
    }).catch(() => {});
  }
}

const tell = () => send(found());
// What a withdrawal could not remove.
const tellLeft = async () => send((await remains()).map(([, name]) => ["left", starred(name)]));
