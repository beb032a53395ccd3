// What a grant brings: writes are persisted, elements load, scripts run in order, once.
import { MARK, findAll, gate } from "./gate.js";
import { lookUp } from "./look-up.js";
import { noteMarkedElements } from "./marked.js";
import { holdMissedEvents, noteLateScript } from "./missed-events.js";
import { restore } from "./restore.js";

const PATIENCE = 20000; // milliseconds that a script is waited for; some never say that they are done

/** Lets everything act that a grant covers. What was dropped is not replayed: consent is not retroactive. */
export function release() {
  noteMarkedElements();
  persist();
  releaseRules();
  releaseElements();
  if (document.readyState == "loading")
    document.addEventListener("DOMContentLoaded", () => releaseElements());
  releaseTexts();
  // What the full tables know goes on a little later.
  lookUpHeldHosts().catch(() => {});
}

/** The same where something was decided, or more is known: each element is tried once more. */
export function releaseAfterDecision() {
  tried = new WeakSet();
  release();
}

/** Hosts are held that nobody has described: looks them up, and releases what waited for the answer. */
export async function lookUpHeldHosts() {
  if (await lookUp()) releaseAfterDecision();
}

// What was written in the name of what has a grant now.
function persist() {
  const { heldCookies_: cookies, heldKeys_: areas } = gate;
  for (const [name, [, verdict, assignment]] of cookies)
    if (gate.permits_(verdict)) {
      cookies.delete(name);
      gate.writtenCookies_.set(assignment, verdict);
      gate.setCookie_(assignment);
    }
  for (const area in areas)
    for (const [name, [value, verdict]] of areas[area])
      if (gate.permits_(verdict)) {
        try {
          areas[area].delete(name);
          window[area].setItem(name, value);
        } catch {
          /* full storage: the page has read the value back so far, and now finds none, as without us */
        }
      }
}

// A grant reaches the rules that stand in the page. The URL is read as it was when it was held (urls-in-code.js).
const HELD =
  /((["']?)\s*)about:consent#(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\2)[^])*))/gi;
const RULES = 'style,[style*="about:consent#"]';
function releaseRules(elements = findAll(RULES)) {
  const isPermitted = (url) => gate.permits_(gate.verdictOfUrl_(gate.readCssUrl_(url)));
  const released = (rules) =>
    rules.replace(HELD, (all, before, quote, url) => (isPermitted(url) ? before : all));
  for (const element of elements) {
    const { textContent, localName } = element;
    if (localName != "style") element.setAttribute("style", released(element.getAttribute("style")));
    else if (released(textContent) != textContent)
      element.textContent = gate.trustedByPolicy_("createScript", released(textContent));
  }
}

// Each element is tried once for each decision: a frame of our origin has the doors of the page around it
// too, and where the two do not agree they would hold and release for ever.
let tried = new WeakSet();
let running = false;

const mayAct = (element) =>
  gate.isHeld_(element) &&
  (element.isConnected || gate.droppedScripts_.has(element)) &&
  gate.permits_(gate.verdictOfMarked_(element));

// Whether the parser has finished an element's text, or it has none that counts.
const isParsed = (element) =>
  document.readyState != "loading" ||
  element.localName != "script" ||
  element.nextSibling ||
  element.hasAttribute(MARK + "-src") ||
  gate.isResting_(element);

// In the order of the document.
function allHeld() {
  const [marked, resting] = [findAll(`[${MARK}]`), gate.scriptsAtRest_()];
  if (!resting[0]) return marked;
  const follows = (one, other) =>
    one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  return [...marked, ...resting].sort(follows);
}

// Lets every held element that may act do so, in document order, at once. Scripts that wait for others (not
// async) run in that order too: external ones load in parallel, an inline one waits for those before it.
async function releaseElements() {
  const ready = (inOrder) =>
    allHeld().filter(
      (element) =>
        gate.scriptsInOrder_.has(element) == inOrder &&
        !tried.has(element) &&
        mayAct(element) &&
        isParsed(element),
    );
  // A withdrawal may come between two.
  for (const element of ready(false)) if (mayAct(element)) tryToRelease(element);
  if (running) return;
  running = true;
  holdMissedEvents(true);
  let before; // what the next one waits for
  for (let scripts; (scripts = ready(true))[0] || before;) {
    if (!scripts[0]) before = await before;
    for (const element of scripts) {
      const isExternal = element.hasAttribute(MARK + "-src") || element.hasAttribute("src");
      if (!isExternal) before = await before;
      if (!mayAct(element)) continue;
      element.async = false;
      if (isExternal && !element.noModule)
        before = new Promise((resolve) => {
          const done = () => resolve(null);
          for (const end of ["load", "error"]) element.addEventListener(end, done);
          setTimeout(done, PATIENCE);
        });
      tryToRelease(element);
    }
  }
  running = false;
  holdMissedEvents(false);
}

function tryToRelease(element) {
  tried.add(element);
  try {
    releaseElement(element);
  } catch (error) {
    console.error("consentry: " + error); // Trusted Types may refuse one: the others go on
  }
}

// The addresses of scripts that a script has asked for. A loader asks for what failed again, and each of its tries
// waits here: one of them is let go.
const askedByScripts = new Set();

function isFurtherTry(element) {
  if (!gate.isResting_(element) || gate.cameFromParser_(element) || !element.src) return false;
  if (askedByScripts.has(element.src)) return true;
  askedByScripts.add(element.src);
  return false;
}

function releaseElement(element) {
  if (isFurtherTry(element)) return;
  const verdict = gate.verdictOfMarked_(element);
  if (verdict > 0)
    gate.note_("released", element.localName, gate.targetOfMarked_(element), gate.explain_(verdict));
  if (element.localName == "script") noteLateScript(element);
  restore(element);
}

// A sandboxed frame of text cannot read the choice. Where no script runs in it, what may act there is let go
// in its text, which makes it load again; where scripts run, its own gate goes on to hold.
function releaseTexts() {
  const asHtml = (html) => gate.trustedByPolicy_("createHTML", html);
  for (const frame of findAll("iframe[sandbox][srcdoc]")) {
    if (/allow-(scripts|same-origin)/i.test(frame.sandbox)) continue;
    const page = new DOMParser().parseFromString(asHtml(frame.srcdoc), "text/html");
    const before = page.documentElement.outerHTML;
    for (const element of page.querySelectorAll(`[${MARK}]`))
      if (gate.permits_(gate.verdictOfMarked_(element))) releaseElement(element);
    releaseRules([...page.querySelectorAll(RULES)]);
    const now = page.documentElement.outerHTML;
    if (now != before) gate.setAttribute_(frame, "srcdoc", asHtml(now));
  }
}
