// The visitor's choice: read, decided, stored with its receipt, followed from other tabs. The rules in Rust
// say what follows and in which order; `carryOut` does it. Nothing here waits for the backend.
import { Date, tryStep, emit, fail, inFrame, listen, notesOf, parseTime, whenParsed } from "./captured.js";
import {
  startWaitsFor,
  askedCategories,
  config,
  daysOfValidity,
  isBroken,
  servicesThatNeedConsent,
} from "./config.js";
import { categoryOf, handleEvent, isInForce, trackersMayHaveRun, verdictOfMark } from "./verdicts.js";
import {
  CHOICE_KEY,
  removeStored,
  sendReceipts,
  readStoredChoice,
  unstoredReceipts,
  writeStored,
} from "./stored.js";
import { sharedChoices } from "./shared-choice.js";
import { later, queueInAfter, queuedTasksDone } from "./load-after.js";
import { applyRemembered } from "./remembered.js";
import { noteLeaks, findLeftovers } from "./leftovers.js";
import { rust } from "./rust.js";
import { anyMarked, letScriptsWait } from "./held-elements.js";
import { judgeHeldNamesAgain } from "./doors/held-names.js";
import {
  CATEGORY_NAMES,
  CLASS_ADVERTISING,
  CLASS_UNCLASSIFIED,
  EFFECT_ASK,
  EFFECT_ERASE,
  EFFECT_HOLD,
  EFFECT_RELEASE,
  EFFECT_REPORT,
  EFFECT_STORE,
  EVENT_DECIDED,
  EVENT_FOLLOWED,
  EVENT_FOUND,
  EVENT_LAPSED,
  EVENT_MISSING,
} from "./numbers.js";

/**
 * What the page does at a decision: the effects "hold" and "ask".
 * @type {{hold: () => void, ask: () => void}}
 */
let pageEffects;
/** @param {typeof pageEffects} effects */
export const setPageEffects = (effects) => (pageEffects = effects);

/**
 * The choice in force on this page, as `consentry.consent` tells it.
 * @type {Record<string, any> | null}
 */
export let consent = null;
const DAY = 864e5; // milliseconds
const validity = () => daysOfValidity * DAY;
const revision = () => config.revision || "1";

/**
 * The choice in force: the stored one, or a newer one of another host of the site. Without the site's configuration
 * nobody knows what it speaks of.
 * @returns {Record<string, any> | null}
 */
export function choiceInForce() {
  if (isBroken) return null;
  const stored = readStoredChoice();
  const isCurrent = (choice) =>
    choice &&
    askedSince(choice.revision) &&
    isInForce(parseTime(choice.time), parseTime(choice.expires), validity());
  let newest = isCurrent(stored) ? stored : null;
  for (const shared of sharedChoices())
    // Times are ISO texts; where there is none yet the comparison is false.
    if (isCurrent(shared) && !(shared.time <= newest?.time)) newest = shared;
  // It is this host's choice from now on. The visitor's secret stays here.
  if (newest && newest != stored)
    writeStored(CHOICE_KEY, stored?.secret ? { ...newest, secret: stored.secret } : newest);
  const asked = newest ? askedSince(newest.revision) : [];
  return asked[0] ? { ...newest, ...withoutGrants(newest, asked) } : newest;
}

/**
 * What the site asks since a revision of its, which is nothing for the present one; undefined where its changes do not
 * lead from there to here, and everything is asked.
 * @param {string} earlier
 * @returns {string[] | undefined}
 */
export function askedSince(earlier) {
  const asked = [];
  for (const change of config.changes || [])
    if (change.previous == earlier) {
      earlier = change.revision;
      asked.push(...(change.asks || []));
    }
  return earlier == revision() ? asked : undefined;
}

/** @type {(choice: any, names: string[]) => {granted: string[], denied: string[]}} */
const withoutGrants = ({ granted, denied }, names) => ({
  granted: granted.filter((name) => !names.includes(name)),
  denied: [...new Set([...denied, ...names])],
});

/** The visitor has read what is new, and keeps the choice. */
export const keepChoice = () => writeStored(CHOICE_KEY, { ...readStoredChoice(), revision: revision() });

// Global Privacy Control, where the site follows it.
export const signalsPrivacy = () =>
  /** @type {any} */ (navigator).globalPrivacyControl && config.signals?.gpc != false;

// What is granted of advertising.
const grantsOfAdvertising = (granted) =>
  granted.filter((name) => categoryOf(verdictOfMark(name)) == CLASS_ADVERTISING);

// Decisions by name.
const decisionsFor = (names = [], decision) => Object.fromEntries(names.map((name) => [name, decision]));
const decisionsOf = (record) => ({
  ...decisionsFor(record?.denied, false),
  ...decisionsFor(record?.granted, true),
});

/** The page starts, or its configuration has arrived. */
export function startWithStoredChoice() {
  const found = choiceInForce();
  // Without the rules nobody knows whether a choice is in force; they are still tried for.
  if (!found && !inFrame && !isBroken && rust && readStoredChoice()?.granted[0])
    makeDecision("expire", decisionsFor(askedCategories, false), EVENT_LAPSED);
  // The signal ends grants that were given without it. What else was chosen stands as long as it would have.
  else if (signalsPrivacy() && found && !found.gpc && grantsOfAdvertising(found.granted)[0])
    makeDecision(
      "gpc",
      { ...decisionsOf(found), ...decisionsFor(grantsOfAdvertising(found.granted), false) },
      EVENT_DECIDED,
      { revision: found.revision, expires: found.expires },
    );
  else {
    consent = publicForm(found);
    applyRemembered(consent);
    writeMirrorCookie();
    carryOut(found ? EVENT_FOUND : EVENT_MISSING, decisionsOf(found));
    sendReceipts(true);
  }
  if (found && found.revision != revision() && !inFrame) queueInAfter("tellChanges", found.revision);
  if (config.observe) queueInAfter("observe");
}

/** The same where the page has waited: what was held for want of an answer goes on if it needs no consent. */
export function catchUp() {
  judgeHeldNamesAgain();
  startWithStoredChoice();
  releaseHeld();
}

function releaseHeld() {
  if (!anyMarked && !notesOf("held")[0]) return;
  if (document.readyState == "loading") letScriptsWait();
  queueInAfter("releaseAfterDecision");
}

// Tells the site's servers the choice (`cookie.mirror`). `hasDecided`: whether the visitor has decided just
// now.
function writeMirrorCookie(hasDecided) {
  if (config.cookie?.mirror) queueInAfter("mirror", hasDecided);
}

// A record as pages may see it: without the visitor's secret.
function publicForm(record) {
  if (!record) return null;
  const choice = { ...record };
  delete choice.v;
  delete choice.secret;
  return Object.freeze(choice);
}

/**
 * The visitor decides.
 * @param {string} action
 * @param {boolean | Record<string, boolean>} changes true or false for everything, or decisions by category
 * and `service:…`; what is not named stays as it is
 * @param {{layer: number, language: string, notice?: string, artefact?: string}} [shown] what the visitor
 * saw, if anything
 */
export function decide(action, changes, shown) {
  // What is asked for by itself is granted by its name alone.
  const separate = servicesThatNeedConsent().flatMap((service) =>
    service.separate ? "service:" + service.id : [],
  );
  const decisions = decisionsFor([...askedCategories, ...separate], false);
  if (typeof changes != "boolean") Object.assign(decisions, decisionsOf(consent), changes);
  else if (changes)
    Object.assign(
      decisions,
      decisionsFor([...askedCategories, ...separate.filter((name) => consent?.granted.includes(name))], true),
    );
  makeDecision(action, decisions, EVENT_DECIDED, shown);
  return consent;
}

/**
 * What a script or the page's own control decides. Waits for a configuration that is on its way, which says
 * what there is to decide and where the receipt goes.
 * @param {string} action
 * @param {boolean | Record<string, boolean>} changes as `decide` takes them
 */
export async function decideSoon(action, changes) {
  if (startWaitsFor) await startWaitsFor;
  checkChanges(changes);
  decide(action, changes);
  await queuedTasksDone();
  return consent;
}

// Throws for what no visitor can decide.
function checkChanges(changes) {
  for (const name of Object.keys(Object(changes))) {
    const isKnown =
      askedCategories.includes(name) || servicesThatNeedConsent().some(({ id }) => "service:" + id == name);
    const code = isKnown ? "invalid-value" : "unknown-name";
    if (!isKnown || typeof changes[name] != "boolean")
      throw Object.assign(Error(code + ": " + name), { code });
  }
}

// Makes a decision the one in force: record and receipt are written inside `carryOut`, synchronously. What a
// receipt still lacks is filled in before it is sent (after/receipts.js). `facts`: what the visitor saw, or what else the
// receipt says otherwise than usual.
function makeDecision(action, decisions, event, facts) {
  const before = readStoredChoice();
  const now = new Date();
  const time = now.toISOString();
  const { site, backend } = config;
  const namesWith = (decision) => Object.keys(decisions).filter((name) => decisions[name] == decision);
  const common = {
    v: 1,
    id: uuid(now),
    revision: revision(),
    time,
    expires: new Date(+now + validity()).toISOString(),
    granted: namesWith(true),
    denied: namesWith(false),
  };
  if (action == "gpc") Object.assign(common, facts);
  /** @type {Record<string, any>} */
  const record = { ...common, source: /api|expire|gpc/.test(action) ? action : "banner" };
  if (signalsPrivacy()) record.gpc = true;
  const receipt = { ...common, site, action, subject: randomHex(16), previous: before?.id || null, ...facts };
  if (!record.granted[0] && !before?.id)
    record.id = null; // who has only ever refused keeps no identifier
  else if (backend) {
    // Without a secret the receipt's subject is a fresh one; with it, the secret's hash.
    record.secret = before?.secret || randomHex(16);
    receipt.subject = null; // after/receipts.js fills it in
  }
  const hasLapsed = event == EVENT_LAPSED;
  if (hasLapsed) record.expires = time;
  consent = hasLapsed ? null : publicForm(record);
  carryOut(event, decisions, () => {
    storeRecord(record);
    if (backend && !writeStored("consentry.outbox." + receipt.id, receipt)) unstoredReceipts.push(receipt);
    writeMirrorCookie(true);
  });
  announce(before);
}

// Whether the choice could not be stored, and holds for this page alone.
let isOnlyInMemory = false;

function storeRecord(record) {
  isOnlyInMemory = !writeStored(CHOICE_KEY, record);
  if (!isOnlyInMemory) return;
  // Where there is no room, the old choice makes some; it must not outlive this one.
  tryStep(removeStored, CHOICE_KEY);
  isOnlyInMemory = !writeStored(CHOICE_KEY, record);
  if (isOnlyInMemory) fail("storage refused");
}

function announce(before) {
  if (before?.granted[0] && !consent?.granted[0]) emit("withdrawn", consent);
  emit("consent", consent);
}

// Whether anything has been granted on this page: then what is erased may be written again, and is looked for again.
let wasGranted = false;
// What was decided last on this page, by name.
let decisionsBefore = {};

// Carries out what follows, one effect after the other; a failing one does not keep the next from happening.
// Nothing that must stop waits for a file to come. With `gate.reportOnly` nothing is held or erased.
function carryOut(event, decisions, store) {
  // Judges the requests so far by the choice that ends here. When a page starts there is nothing to judge by.
  if (event == EVENT_DECIDED || event == EVENT_FOLLOWED) noteLeaks();
  const effects = handleEvent(event, decisions);
  const hadGrant = wasGranted || event == EVENT_LAPSED;
  wasGranted ||= Object.values(decisions).includes(true);
  const isWithdrawal = Object.keys(decisions).some((name) => decisionsBefore[name] && !decisions[name]);
  decisionsBefore = decisions;
  const skipped = config.gate?.reportOnly ? EFFECT_HOLD | EFFECT_ERASE : 0;
  let answered; // resolves when the page is painted without the banner
  const storeFirst = () => {
    store();
    answered = later();
  };
  // Where nothing that needs consent has acted on this page there is seldom something to erase.
  const erase = async () => {
    if (hadGrant || trackersMayHaveRun || (await answered, await findLeftovers())[0])
      queueInAfter("eraseLeftovers", isWithdrawal);
  };
  const report = async () => {
    await answered;
    sendReceipts();
  };
  /** @type {[number, () => void][]} */
  const steps = [
    [EFFECT_STORE, storeFirst],
    [EFFECT_HOLD, pageEffects.hold],
    [EFFECT_ERASE, erase],
    [EFFECT_RELEASE, releaseHeld],
    [EFFECT_REPORT, report],
    [EFFECT_ASK, pageEffects.ask],
  ];
  for (const [effect, step] of steps) if (effects & ~skipped & effect) tryStep(step);
}

/**
 * Another tab's choice holds here at once, and a page that returns from the back/forward cache catches up.
 */
export function followOtherTabs() {
  const follow = () => {
    if (startWaitsFor) return; // the stored choice is read when the configuration is there
    const found = choiceInForce();
    const before = consent;
    if (found?.time == before?.time || (!found && isOnlyInMemory)) return;
    consent = publicForm(found);
    applyRemembered(consent);
    carryOut(EVENT_FOLLOWED, decisionsOf(found));
    announce(before);
  };
  // Listening makes the browser fetch both storage areas, for which no page need wait; what was decided until then is
  // followed at once.
  whenParsed(() => {
    addEventListener("storage", ({ key }) => {
      if (!key || key == CHOICE_KEY) follow(); // no key: everything was removed
    });
    follow();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) follow();
  });
  // Another host of the site tells nothing when a choice is made there.
  document.addEventListener("visibilitychange", follow);
  // Where only some is granted, the full tables may know a host that ours do not.
  listen("held", (entry) => {
    const isUnclassified = entry?.category == CATEGORY_NAMES[CLASS_UNCLASSIFIED];
    if (isUnclassified && consent?.granted[0]) queueInAfter("lookUpHeldHosts");
  });
}

const randomHex = (bytes) =>
  [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => (byte + 256).toString(16).slice(1))
    .join("");

// UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, version, 12 random bits, variant, 60 random bits.
function uuid(now) {
  const random = randomHex(9);
  const digits = (+now).toString(16).padStart(12, "0") + 7 + random.slice(0, 3) + 8 + random.slice(3);
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
