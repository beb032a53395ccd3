// With `observe`: tells the backend what acts on the site that nobody declared. Names and hosts alone, their digits and
// what looks like an identifier as `*`; no address of a page, nothing that was on the device before.
import { explain, fetch, host, met, ofKey, ofUrl, remains } from "./lent.js";

const WAIT = 3000; // milliseconds after the page has loaded
const MOST = 100; // in one report
const told = new Set();

export async function observe() {
  addEventListener("pagehide", tell);
  document.addEventListener("consentry:withdrawn", () => setTimeout(tellLeft, WAIT));
  if (document.readyState != "complete") await new Promise((done) => addEventListener("load", done));
  setTimeout(tell, WAIT);
}

// Runs of digits, and eight and more hexadecimal digits; a word with three such runs is one as a whole. The backend
// does the same again.
const RUN = /[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}|[\da-f]{8,}|\d+/gi;
const starred = (name) =>
  name.replace(/[a-z\d-]+/gi, (word) => (word.match(RUN)?.length > 2 && !/-/.test(word) ? "*" : word.replace(RUN, "*"))).replace(/\*{2,}/g, "*");

const ofOwner = (bits) => bits >= 0 && /declared|first-party/.test(explain(bits).reason);

// The hosts that the page asked or wanted to ask, and the names that it wrote.
function found() {
  const requests = performance.getEntriesByType("resource").map(({ name }) => name);
  const hosts = requests.filter((url) => /^https?:/.test(url) && !ofOwner(ofUrl(url))).map((url) => new URL(url).hostname);
  const names = [...met].map(([name, lookUp]) => [lookUp == ofKey ? "storage" : "cookie", starred(name)]);
  return [...[...hosts, ...host.undescribed()].map((name) => ["host", name]), ...names];
}

function send(list) {
  const { backend, site } = host.config;
  const fresh = list.filter(([kind, name]) => name && name.length < 257 && !/[\0-\x1f\x7f-\x9f]/.test(name) && !told.has(kind + name) && told.add(kind + name));
  const observations = fresh.slice(0, MOST).map(([kind, name]) => ({ kind, name }));
  if (!observations[0]) return;
  const body = JSON.stringify({ site, observations });
  fetch(backend.url.replace(/\/+$/, "") + "/v1/observations", { method: "POST", keepalive: true, credentials: "omit", body }).catch(() => {});
}

const tell = () => send(found());
// What a withdrawal could not remove.
const tellLeft = async () => send((await remains()).map(([, name]) => ["left", starred(name)]));
