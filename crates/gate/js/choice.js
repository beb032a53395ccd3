// The visitor's choice: read, decided, stored with its receipt, followed from other tabs. The rules in
// Rust say what follows and in which order; `carryOut` does it.
import { tryStep, emit, fail, inFrame, notesOf } from "./captured.js";
import { arriving, askedCategories, isBroken, config } from "./config.js";
import { CATEGORIES, UNKNOWN, handleEvent, isInForce, serviceNumber, trackersRan } from "./verdicts.js";
import {
  CHOICE_KEY,
  removeStored,
  sendReceipts,
  readStoredChoice,
  unstoredReceipts,
  writeStored,
} from "./stored.js";
import { after, done } from "./later.js";
import { applyRemembered } from "./remembered.js";
import { noteLeaks, findLeftovers } from "./leftovers.js";
import { anyMarked } from "./held-elements.js";
import { judgeHeldNamesAgain } from "./doors/names.js";

// What the page's edge does at a decision: the effects "hold" and "ask".
let hold, ask;
export const setPageEffects = (edge) => ({ hold, ask } = edge);

// The choice in force on this page, as `consentry.consent` tells it.
export let consent = null;
const validity = () => (config.validity || 185) * 864e5; // milliseconds
const revision = () => config.revision || "1";

// The stored choice if it is in force. Without the site's configuration nobody knows what it speaks of.
export const choiceInForce = () => {
  const found = !isBroken && readStoredChoice();
  const current =
    found?.revision == revision() && isInForce(Date.parse(found.time), Date.parse(found.expires), validity());
  return current ? found : null;
};

// Decisions by name.
const decisionsFor = (names, decision) => Object.fromEntries((names || []).map((name) => [name, decision]));
const decisionsOf = (record) => ({
  ...decisionsFor(record?.denied, false),
  ...decisionsFor(record?.granted, true),
});

const FOUND = 0,
  MISSING = 1,
  LAPSED = 2,
  DECIDED = 3,
  FOLLOWED = 4;
const HOLD_AND_ERASE = 6; // in a set of effects

// The page starts, or its configuration has arrived.
export function startWithStoredChoice() {
  const found = choiceInForce();
  if (!found && !inFrame && !isBroken && readStoredChoice()?.granted[0])
    makeDecision("expire", decisionsFor(askedCategories, false), LAPSED);
  else {
    consent = publicForm(found);
    applyRemembered(consent);
    writeMirrorCookie();
    carryOut(found ? FOUND : MISSING, decisionsOf(found));
    sendReceipts(true);
  }
  if (config.observe) after("observe");
}

// The same where the page has waited: what was held for want of an answer goes on if it needs no consent.
export function catchUp() {
  judgeHeldNamesAgain();
  startWithStoredChoice();
  releaseHeld();
}

const releaseHeld = () => (anyMarked || notesOf("held")[0]) && after("releaseAfterDecision");

// Tells the site's servers the choice (`cookie.mirror`).
const writeMirrorCookie = (decided) => config.cookie?.mirror && after("mirror", decided);

const publicForm = (record) => {
  if (!record) return null;
  const { v, secret, ...choice } = record;
  return Object.freeze(choice);
};

// The visitor decides. `changes`: true or false for everything, or decisions by category and `service:…`;
// what is not named stays as it is. `shown`: {layer, language, notice} of what the visitor saw, if anything.
export function decide(action, changes, shown) {
  const whole = typeof changes == "boolean";
  const start = decisionsFor(askedCategories, whole && changes);
  makeDecision(action, whole ? start : { ...start, ...decisionsOf(consent), ...changes }, DECIDED, shown);
  return consent;
}

// What a script or the page's own control decides; waits for a configuration that is on its way, which says
// what there is to decide and where the receipt goes.
export async function decideSoon(action, changes) {
  if (arriving) await arriving;
  checkChanges(changes);
  decide(action, changes);
  await done();
  return consent;
}

// Throws for what no visitor can decide.
function checkChanges(changes) {
  for (const name in changes) {
    const known =
      askedCategories.includes(name) || config.services?.[serviceNumber(name) - 1]?.category.match("[^y]$");
    const code = known ? "invalid-value" : "unknown-name";
    if (!known || changes[name] !== !!changes[name]) throw Object.assign(Error(code + ": " + name), { code });
  }
}

// Makes a decision the one in force: record and receipt are written inside `carryOut`, synchronously. What a receipt
// still lacks is filled in before it is sent (after.js).
function makeDecision(action, next, event, shown) {
  const before = readStoredChoice();
  const now = new Date();
  const time = now.toISOString();
  const expires = new Date(+now + validity()).toISOString();
  const { site, backend } = config;
  const names = (decision) => Object.keys(next).filter((name) => next[name] == decision);
  const common = {
    v: 1,
    id: uuid(now),
    revision: revision(),
    time,
    expires,
    granted: names(true),
    denied: names(false),
  };
  const record = { ...common, source: /api|expire/.test(action) ? action : "banner" };
  const receipt = { ...common, site, action, subject: randomHex(16), previous: before?.id || null, ...shown };
  if (!record.granted[0] && !before?.id)
    record.id = null; // who has only ever refused keeps no identifier
  // Without a secret the subject is a fresh one; with it, the secret's hash.
  else if (backend) [record.secret, receipt.subject] = [before?.secret || randomHex(16), null];
  if (event == LAPSED) record.expires = time;
  consent = publicForm(event != LAPSED && record);
  carryOut(event, next, () => {
    // Where there is no room, the old choice makes some; it must not outlive this one.
    if (
      !writeStored(CHOICE_KEY, record) &&
      (tryStep(removeStored, CHOICE_KEY), !writeStored(CHOICE_KEY, record))
    )
      fail("storage refused");
    if (backend && !writeStored("consentry.outbox." + receipt.id, receipt)) unstoredReceipts.push(receipt);
    writeMirrorCookie(true);
  });
  announce(before);
}

function announce(before) {
  if (before?.granted[0] && !consent?.granted[0]) emit("withdrawn", consent);
  emit("consent", consent);
}

// Carries out what follows, one effect after the other; a failing one does not keep the next from happening.
// Nothing that must stop waits for a file to come.
function carryOut(event, decided, store) {
  noteLeaks(); // by what was in force so far
  const effects = handleEvent(event, decided) & (config.gate?.reportOnly ? ~HOLD_AND_ERASE : -1);
  // Where nothing that needs consent has acted on this page there is seldom something to erase.
  const erase = () =>
    trackersRan ? after("erase") : findLeftovers().then((found) => found[0] && after("erase"));
  [store, hold, erase, releaseHeld, sendReceipts, ask].forEach(
    (step, at) => effects & (1 << at) && tryStep(step),
  );
}

// Another tab's choice holds here at once, and a page that returns from the back/forward cache catches up.
export function followOtherTabs() {
  const follow = () => {
    const found = choiceInForce(),
      before = consent;
    if (found?.time == before?.time) return;
    consent = publicForm(found);
    applyRemembered(consent);
    carryOut(FOLLOWED, decisionsOf(found));
    announce(before);
  };
  addEventListener("storage", ({ key }) => (key || CHOICE_KEY) == CHOICE_KEY && follow());
  addEventListener("pageshow", ({ persisted }) => persisted && follow());
  // Where only some is granted, the full tables may know a host that ours do not.
  document.addEventListener(
    "consentry:held",
    ({ detail }) =>
      detail?.category == CATEGORIES[UNKNOWN] && consent?.granted[0] && after("lookUpHeldHosts"),
  );
}

const randomHex = (bytes) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (it) => (it + 256).toString(16).slice(1)).join(
    "",
  );

// UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, version, 12 random bits, variant, 60 random bits.
const uuid = (now) => {
  const random = randomHex(9);
  const digits = (+now).toString(16).padStart(12, 0) + 7 + random.slice(0, 3) + 8 + random.slice(3);
  return digits.replace(/^.{8}|.{4}(?=.{12})/g, "$&-");
};
