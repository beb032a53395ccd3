// The visitor's choice: read, decided, stored with its receipt, followed from other tabs. The rules in
// Rust say what follows and in which order; `effects` carries it out.
import { call, emit, fail, getItem, inFrame, local, setItem } from "./page.js";
import { asked, config } from "./config.js";
import { CATEGORIES, handle, inForce, serviceIndex } from "./verdicts.js";
import { askVisitor, sendReceipts } from "./component.js";
import { erase } from "./erase.js";
import { holdFrames, release } from "./marks.js";
import { persist } from "./doors/names.js";
import { offerReopening } from "./controls.js";

const KEY = "consentry";
// The choice in force on this page, as `consentry.consent` tells it.
export let consent = null;
// Receipts that local storage did not take: they wait in memory, for this page.
export const unstored = [];

const read = (key) => {
  try {
    return JSON.parse(call(getItem, local, [key]));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  try {
    call(setItem, local, [key, JSON.stringify(value)]);
    return true;
  } catch {
    return false;
  }
};

const isList = (value) => Array.isArray(value) && value.every((item) => typeof item == "string");

// The stored choice if it has the form that this version writes, whether or not it is in force.
function stored() {
  const found = read(KEY);
  return found?.v === 1 && isList(found.granted) && isList(found.denied) ? found : null;
}

const validity = () => config.validity || 185;
const revision = () => config.revision || "1";

// The stored choice if it is in force.
export function choice() {
  const found = stored();
  const fits = found && found.revision === revision();
  return fits && inForce(Date.parse(found.time), Date.parse(found.expires), validity()) ? found : null;
}

const decisions = (record) => {
  const all = {};
  for (const name of record.denied) all[name] = false;
  for (const name of record.granted) all[name] = true;
  return all;
};

const told = ({ id, revision, time, expires, source, granted, denied }) =>
  Object.freeze({ id, revision, time, expires, source, granted, denied });

const FOUND = 0, MISSING = 1, LAPSED = 2, DECIDED = 3, FOLLOWED = 4;

// The page starts, or its configuration has arrived.
export function begin() {
  const found = choice();
  const before = stored();
  if (found) {
    consent = told(found);
    carryOut(handle(FOUND, decisions(found)));
    sendReceipts(true);
  } else if (before && before.granted[0]) settle("expire", {}, LAPSED);
  else carryOut(handle(MISSING, {}));
}

// The visitor decides. `changes`: true or false for everything, or decisions by category and `service:…`;
// what is not named stays as it is. `shown`: {layer, language, notice} of what the visitor saw, if anything.
export function decide(action, changes, shown) {
  const now = consent ? decisions(consent) : {};
  const next = {};
  for (const name of asked) next[name] = typeof changes == "object" ? (changes[name] ?? now[name] ?? false) : changes;
  if (typeof changes == "object")
    for (const [name, value] of Object.entries({ ...now, ...changes }))
      if (name.startsWith("service:") && serviceIndex(name.slice(8))) next[name] = value;
  settle(action, next, DECIDED, shown);
  return consent;
}

// Throws for what no visitor can decide.
export function check(changes) {
  for (const [name, value] of Object.entries(changes)) {
    const service = name.startsWith("service:") && config.services?.[serviceIndex(name.slice(8)) - 1];
    const known = asked.includes(name) || (service && service.category != "necessary");
    const expected = known ? "true or false" : `one of ${asked.join(", ")} or a declared service:<id>`;
    if (!known || typeof value != "boolean")
      throw Object.assign(Error(`consentry.save: found ${name}: ${value}, expected ${expected}`), {
        code: known ? "invalid-value" : "unknown-name",
      });
  }
}

// Makes a decision the one in force: record and receipt are written inside `carryOut`, synchronously.
function settle(action, next, event, shown) {
  const before = stored();
  const now = new Date();
  const granted = Object.keys(next).filter((name) => next[name]);
  const denied = event == LAPSED ? [...asked] : Object.keys(next).filter((name) => !next[name]);
  const everGranted = granted[0] || before?.id;
  const record = {
    v: 1,
    id: everGranted ? uuid(now) : null,
    revision: revision(),
    time: now.toISOString(),
    expires: event == LAPSED ? now.toISOString() : new Date(+now + validity() * 864e5).toISOString(),
    source: /api|expire/.test(action) ? action : "banner",
    granted,
    denied,
  };
  if (config.backend && everGranted) record.secret = before?.secret || hex(16);
  const receipt = config.backend && {
    v: 1,
    id: record.id || uuid(now),
    site: config.site,
    subject: record.secret ? null : hex(16), // filled in when sent: the hash of the secret
    time: record.time,
    action,
    granted,
    denied,
    revision: record.revision,
    notice: shown?.notice || null,
    language: shown?.language || document.documentElement.lang || "und",
    layer: shown?.layer || 0,
    validUntil: new Date(+now + validity() * 864e5).toISOString(),
    previous: before?.id || null,
  };
  consent = event == LAPSED ? null : told(record);
  carryOut(handle(event, next), () => {
    if (!write(KEY, record)) fail("the choice could not be stored, it holds for this page only");
    if (receipt && !write(KEY + ".outbox." + receipt.id, receipt)) unstored.push(receipt);
  });
  announce(!granted[0] && !!before?.granted[0]);
}

function announce(withdrawn) {
  if (withdrawn) emit("withdrawn", consent);
  emit("consent", consent);
  offerReopening();
}

// Carries the effects out, one after the other; a failing one does not keep the next from happening.
function carryOut(effects, store) {
  const steps = [, store, holdFrames, erase, () => (persist(), release()), () => sendReceipts(), askVisitor];
  for (; effects; effects >>>= 4)
    try {
      steps[effects & 15]();
    } catch (error) {
      fail(error);
    }
}

// Another tab's choice holds here at once, and a page that returns from the back/forward cache catches up.
export function followOtherTabs() {
  const follow = () => {
    const found = choice();
    if (JSON.stringify(found && told(found)) == JSON.stringify(consent)) return;
    const before = consent;
    consent = found && told(found);
    carryOut(handle(FOLLOWED, found ? decisions(found) : {}));
    announce(!found?.granted[0] && !!before?.granted[0]);
  };
  addEventListener("storage", (event) => {
    if (event.key == KEY || event.key === null) follow();
  });
  addEventListener("pageshow", (event) => event.persisted && follow());
}

const hex = (bytes) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (it) => (it + 256).toString(16).slice(1)).join("");

// UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, version, random, variant, random.
function uuid(now) {
  const time = (+now).toString(16).padStart(12, "0"), random = hex(10);
  const variant = ((parseInt(random[3], 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
