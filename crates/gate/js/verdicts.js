// Asks the compiled rules: whose is this URL or name, and may it act now? The answer is a verdict, one number
// that holds a category, who says so, and a service (crates/policy/src/verdict.rs). Keeps the answers, so
// that a name or host seen before costs a lookup in a Map. Decides nothing itself: without WebAssembly every
// answer is "hold" until the same rules have come as JavaScript.
import { URL, besideAddress, addNote, callingScripts, timeNow } from "./captured.js";
import { buffer, putIntoBuffer, rust } from "./rust.js";
import {
  CATEGORY_NAMES,
  CLASS_NECESSARY,
  CLASS_UNCLASSIFIED,
  DECISION_DENIED,
  DECISION_GRANTED,
  EFFECTS_WITHOUT_GRANTS,
  EFFECT_ERASE,
  LIMIT_SERVICES,
  PATTERN_COOKIE,
  PATTERN_HOST,
  PATTERN_STORAGE,
  SOURCE_FIRST_PARTY,
  SOURCE_NAMES,
  SOURCE_OWNER,
  SOURCE_TABLE,
  UNKNOWN_DENY,
  UNKNOWN_RELEASE,
  VERDICT_CLASS_MASK,
  VERDICT_SERVICE_SHIFT,
  VERDICT_SOURCE_MASK,
  VERDICT_SOURCE_SHIFT,
} from "./numbers.js";

const makeVerdict = (category, source, service = 0) =>
  category | (source << VERDICT_SOURCE_SHIFT) | (service << VERDICT_SERVICE_SHIFT);

/**
 * The number of a verdict's category.
 * @param {number} verdict
 */
export const categoryOf = (verdict) => verdict & VERDICT_CLASS_MASK;

/** The verdict on what nobody has described: unclassified, by nobody's word, of no service. */
export const VERDICT_UNDESCRIBED = CLASS_UNCLASSIFIED;

// Stands in a verdict's place where there is none.
const NO_VERDICT = -1;

/**
 * Whether what has this verdict may act only with consent.
 * @param {number} verdict
 */
export const needsConsent = (verdict) => verdict > 0 && categoryOf(verdict) != CLASS_NECESSARY;

// Answers by question; what a page asks without end is forgotten from time to time.
const allAnswers = [new Map(), new Map(), new Map(), new Map()];
const [urlAnswers, cookieAnswers, keyAnswers, permissions] = allAnswers;
const MOST_ANSWERS = 2000;
const LONGEST_QUESTION = 999;

function remember(answers, question, answer) {
  if (answers.size > MOST_ANSWERS) answers.clear();
  if (!(question.length > LONGEST_QUESTION)) answers.set(question, answer); // a number has no length
  return answer;
}

/** Hosts that were met and that nobody described. */
export const undescribedHosts = new Set();

/** Whether something that needs consent has been permitted on this page. */
export let trackersMayHaveRun = false;

let gateOptions = {};
let services = [];
// The ends of hosts that have a rule.
const hostEnds = [];

/**
 * The ends of hosts that have a rule, the longest first, and whether what ends so may be contacted now; `""`
 * is any other.
 * @returns {[string, boolean][]}
 */
export function hostPermissions() {
  // The page's own host is allowed also while the rules are not there.
  const ends = ["", "." + location.hostname, ...hostEnds].sort((one, other) => other.length - one.length);
  const verdictOfEnd = (end) => (rust ? findVerdict(end + "/", PATTERN_HOST) : CLASS_NECESSARY);
  return ends.map((end) => [end, mayAct(end ? verdictOfEnd(end) : VERDICT_UNDESCRIBED)]);
}

// Adds rules that give a verdict; throws where a pattern is refused. `entries`: patterns, or objects that
// name one.
function addRules(kinds, verdict, entries = []) {
  for (const entry of entries) {
    let pattern = (entry.name || entry).trim();
    if (kinds == PATTERN_HOST && !pattern.includes("/")) {
      pattern = hostPattern(pattern);
      hostEnds.push(pattern);
      pattern += "*";
    }
    const matchesAnything = !/[^.*]/.test(pattern);
    if (matchesAnything || !rust.rule(putIntoBuffer(pattern), kinds, verdict)) throw "refused: " + pattern;
  }
}

/**
 * Compiles a configuration; throws where it cannot be used.
 * @param {Record<string, any>} config
 * @param {number} asked the set of categories that the site asks for
 */
export function compileRules(config, asked) {
  for (const answers of [undescribedHosts, ...allAnswers]) answers.clear();
  hostEnds.length = 0;
  gateOptions = config.gate || {};
  services = config.services || [];
  if (!rust) return;
  rust.reset(asked, { deny: UNKNOWN_DENY, release: UNKNOWN_RELEASE }[gateOptions.unknown]);
  // Of equal rules the last counts. `verdicts` is what the bundle bakes in (src/classify/baked_hosts.rs).
  for (const [kinds, category, patterns] of (config.verdicts || []).concat(RULES))
    addRules(kinds, makeVerdict(category, SOURCE_TABLE), patterns.split(" "));
  addRules(PATTERN_HOST, makeVerdict(CLASS_NECESSARY, SOURCE_OWNER), gateOptions.exempt);
  services.forEach(compileService);
  const firstParty = makeVerdict(CLASS_NECESSARY, SOURCE_FIRST_PARTY);
  addRules(PATTERN_HOST, firstParty, gateOptions.firstParty);
  for (const address of [location.href, besideAddress, config.backend?.url || besideAddress]) {
    const host = new URL(address, location.href).hostname.replace(/^www\./, "");
    addRules(PATTERN_HOST, firstParty, [host || "-"]); // a pattern that no host has
  }
  addRules(PATTERN_COOKIE | PATTERN_STORAGE, firstParty, ["consentry", "consentry.*"]);
}

// Adds the rules of one service that the site declares.
function compileService({ id, category, hosts, cookies, storage, scripts }, index) {
  const number = CATEGORY_NAMES.indexOf(category);
  if (number < 0 || number == CLASS_UNCLASSIFIED || !id.trim())
    throw `services[${index}].category: ${category}`;
  const verdict = makeVerdict(number, SOURCE_OWNER, index + 1);
  const scriptPatterns = scripts?.map((script) => urlPattern(new URL(script, document.baseURI)));
  addRules(PATTERN_HOST, verdict, hosts);
  addRules(PATTERN_HOST, verdict, scriptPatterns);
  addRules(PATTERN_COOKIE, verdict, cookies);
  addRules(PATTERN_STORAGE, verdict, storage);
}

/**
 * Adds a host that the full tables know (remembered.js); the site's own word stays above them.
 * @param {string} host
 * @param {number} category
 */
export function addHost(host, category) {
  urlAnswers.clear();
  addRules(PATTERN_HOST, makeVerdict(category, SOURCE_TABLE), [host]);
}

// A host as the rules know it: however it is written, with a dot before it.
const hostPattern = (host) => "." + host.replace(/^\*?\.|\.$/g, "");
const urlPattern = (url) => hostPattern(url.hostname) + url.pathname;

let baseOfAnswers;
/**
 * The verdict on who a URL contacts; -1 where it contacts nobody (data:, blob:, about:) or is no URL.
 * @param {any} value
 * @param {Document} [page] the document that it stands in, if that is not ours
 * @returns {number}
 */
export function verdictOfUrl(value, page = document) {
  const text = page == document ? String(value) : absoluteIn(page, value);
  // Where the page's base changes, relative URLs mean something else.
  if (!/^https?:/.test(text) && baseOfAnswers != document.baseURI) {
    baseOfAnswers = document.baseURI;
    urlAnswers.clear();
  }
  return urlAnswers.get(text) ?? remember(urlAnswers, text, findVerdictOfUrl(text));
}

// A frame may have another base than we. A document without a window has none.
export function absoluteIn(page, value) {
  try {
    return new URL(value, page.defaultView ? page.baseURI : document.baseURI).href;
  } catch {
    return String(value);
  }
}

const findVerdict = (text, kind) => rust.find(putIntoBuffer(text), kind);

/**
 * @param {string} text
 * @param {boolean} [isMention] whether it is only spoken of: then nobody is told
 * @returns {number}
 */
export function findVerdictOfUrl(text, isMention) {
  try {
    const url = new URL(text, document.baseURI);
    if (!/^(http|ws)s?:$/.test(url.protocol)) return NO_VERDICT;
    // Without the rules it is only known that the page's own host is necessary.
    if (!rust) return url.hostname == location.hostname ? CLASS_NECESSARY : VERDICT_UNDESCRIBED;
    let verdict = findVerdict(urlPattern(url), PATTERN_HOST);
    if (isMention) return verdict < 0 ? VERDICT_UNDESCRIBED : verdict;
    if (verdict < 0) {
      undescribedHosts.add(url.hostname);
      verdict = VERDICT_UNDESCRIBED;
    }
    if (verdict == VERDICT_UNDESCRIBED || verdict == NECESSARY_BY_TABLE)
      hintInConsole(url.hostname, text, verdict);
    return verdict;
  } catch {
    return NO_VERDICT;
  }
}

const NECESSARY_BY_TABLE = makeVerdict(CLASS_NECESSARY, SOURCE_TABLE);
const hostsHinted = new Set();
const CONSOLE_DELAY = 1000; // milliseconds, in which the configuration may come

// Whoever runs the site may not expect how this host is treated: the console says once what would change it.
function hintInConsole(host, url, verdict) {
  if (hostsHinted.has(host)) return;
  hostsHinted.add(host);
  const service = JSON.stringify({ id: "...", category: "...", hosts: [host] });
  const { category } = explain(verdict);
  setTimeout(() => {
    if (verdictOfUrl(url) == verdict)
      console.info(`consentry: ${host} counts as ${category} unless "services" has ${service}`);
  }, CONSOLE_DELAY);
}

/**
 * Makes the look-up of names of one kind. It gives the verdict on a name, -1 where nobody calls it a
 * tracker's.
 * @param {Map<string, number>} answers
 * @param {number} kind
 */
function lookUpNamesIn(answers, kind) {
  /**
   * @param {string} name
   * @param {number} [writersVerdict] whose the name is, where its writer tells it
   * @returns {number}
   */
  const verdictOfName = (name, writersVerdict) => {
    const known = writersVerdict ? remember(answers, name, writersVerdict) : answers.get(name);
    return known ?? remember(answers, name, findVerdictOfName(name, kind));
  };
  return verdictOfName;
}

function findVerdictOfName(name, kind) {
  if (!rust) return /^consentry\b/.test(name) ? CLASS_NECESSARY : VERDICT_UNDESCRIBED;
  const verdict = findVerdict(name, kind);
  return verdict < 0 && gateOptions.names == "declared" ? VERDICT_UNDESCRIBED : verdict;
}

export const verdictOfCookie = lookUpNamesIn(cookieAnswers, PATTERN_COOKIE);
export const verdictOfKey = lookUpNamesIn(keyAnswers, PATTERN_STORAGE);

/**
 * Whether what has this verdict may act now. Also notes that a tracker may have run.
 * @param {number} verdict
 * @returns {boolean}
 */
export function mayAct(verdict) {
  if (verdict < 0) return true;
  const isPermitted = permissions.get(verdict) ?? remember(permissions, verdict, findPermission(verdict));
  if (isPermitted && needsConsent(verdict)) trackersMayHaveRun = true;
  return isPermitted;
}

const findPermission = (verdict) => (rust ? !!rust.allow(verdict) : !needsConsent(verdict));

// What is opened for the visitor: a page in a frame, or what a form leads to.
const IS_OPENED = /^(i?frame|form)$/;

// What the script of a declared necessary service opens belongs to that service: for a payment, the page of the
// visitor's bank, whose host nobody can know ahead. It does so for the page's life.
function belongsToCaller(door, target, verdict) {
  if (verdict != VERDICT_UNDESCRIBED || !IS_OPENED.test(door)) return false;
  const callersVerdict = verdictOfUrl(callingScripts()[0]);
  const isNecessaryService = callersVerdict >> VERDICT_SERVICE_SHIFT && !categoryOf(callersVerdict);
  if (!isNecessaryService) return false;
  urlAnswers.clear();
  addRules(PATTERN_HOST, callersVerdict, [new URL(target, document.baseURI).hostname]);
  return true;
}

/**
 * The question of every door: must this be held? Notes what is. With `gate.reportOnly` nothing is held, and
 * what would have been is listed.
 * @param {string} door
 * @param {string} target
 * @param {number} verdict
 */
export function mustHold(door, target, verdict) {
  if (mayAct(verdict) || belongsToCaller(door, target, verdict)) return false;
  addNote("held", door, target, explain(verdict));
  return !gateOptions.reportOnly;
}

/**
 * The verdict as `report()` and the events tell it.
 * @param {number} verdict
 */
export const explain = (verdict) => ({
  category: CATEGORY_NAMES[categoryOf(verdict)],
  service: services[(verdict >> VERDICT_SERVICE_SHIFT) - 1]?.id || null,
  reason: SOURCE_NAMES[(verdict >> VERDICT_SOURCE_SHIFT) & VERDICT_SOURCE_MASK],
});

/**
 * The verdict that a mark stands for: a category, or `service:<id>`. One that is a typing mistake stands for
 * what is held longest.
 * @param {string} mark
 */
export function verdictOfMark(mark) {
  const service = serviceNumber(mark);
  const category = CATEGORY_NAMES.indexOf(service ? services[service - 1].category : mark);
  return makeVerdict(category < 0 ? CLASS_UNCLASSIFIED : category, SOURCE_OWNER, service);
}

/**
 * The number of `service:<id>`; 0 if there is none.
 * @param {string} name
 */
export const serviceNumber = (name) => services.findIndex(({ id }) => "service:" + id == name) + 1;

/**
 * The categories among these names, as a set of `1 << category`. A name that is none sets the highest bit,
 * which stands for no category.
 * @param {string[]} names
 */
export const setOfCategories = (names) =>
  names.reduce((set, name) => set | (1 << CATEGORY_NAMES.indexOf(name)), 0);

/**
 * Brings decisions to the rules. Without the rules nothing is ever granted.
 * @param {number} event
 * @param {Record<string, boolean>} decisions by category and `service:<id>`
 * @returns {number} the set of effects that follow
 */
export function handleEvent(event, decisions) {
  permissions.clear();
  if (!rust) return EFFECTS_WITHOUT_GRANTS[event] & ~EFFECT_ERASE;
  buffer.fill(0, 0, LIMIT_SERVICES + 1);
  const names = Object.keys(decisions);
  // A category is no service: its number is 0, where Rust expects no decision.
  for (const name of names)
    buffer[serviceNumber(name)] = decisions[name] ? DECISION_GRANTED : DECISION_DENIED;
  return rust.handle(event, setOfCategories(names.filter((name) => decisions[name])));
}

/**
 * Whether a choice is in force; all in milliseconds, the first two since 1970.
 * @param {number} time
 * @param {number} expires
 * @param {number} validity
 */
export const isInForce = (time, expires, validity) => rust?.in_force(time, expires, timeNow(), validity);
