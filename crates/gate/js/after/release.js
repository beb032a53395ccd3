// What a grant brings: writes are persisted, elements load, scripts run in order, once.
import { MARK, findInAllRoots, gate } from "./gate.js";
import { lookUp } from "./look-up.js";
import { noteMarkedElements } from "./marked.js";
import { hasHappened, holdMissedEvents, noteLateScript } from "./missed-events.js";
import { shieldModuleLoader } from "./module-loaders.js";
import { restore } from "./restore.js";

const PATIENCE = 20000; // milliseconds that a script is waited for; some never say that they are done

/** Lets everything act that a grant covers. What was dropped is not replayed: consent is not retroactive. */
export function release() {
  noteMarkedElements();
  persist();
  releaseStyleUrls();
  releaseElements();
  if (document.readyState == "loading")
    document.addEventListener("DOMContentLoaded", () => releaseElements());
  releaseSandboxedFrames();
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
    if (gate.mayAct_(verdict)) {
      cookies.delete(name);
      gate.writtenCookies_.set(assignment, verdict);
      gate.setCookie_(assignment);
    }
  for (const area of Object.keys(areas))
    for (const [name, [value, verdict]] of areas[area])
      if (gate.mayAct_(verdict)) {
        try {
          areas[area].delete(name);
          window[area].setItem(name, value);
        } catch {
          /* full storage: the page has read the value back so far, and now finds none, as without us */
        }
      }
}

// A grant reaches the CSS that stands in the page. The URL is read as it was when it was held (urls-in-code.js).
const HELD_STYLE_URLS =
  /((["']?)\s*)http:\/\/\[consentry\]\/(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\2)[^])*))/gi;
const WITH_HELD_STYLE_URLS = 'style,[style*="http://[consentry]/"]';
function releaseStyleUrls(elements = findInAllRoots(WITH_HELD_STYLE_URLS)) {
  const isPermitted = (url) => gate.mayAct_(gate.verdictOfUrl_(gate.readCssUrl_(url)));
  const released = (rules) =>
    rules.replace(HELD_STYLE_URLS, (all, before, quote, url) => (isPermitted(url) ? before : all));
  for (const element of elements) {
    const { textContent, localName } = element;
    if (localName != "style") element.setAttribute("style", released(gate.getAttribute_(element, "style")));
    else if (released(textContent) != textContent)
      element.textContent = gate.makeTrusted_("Script", released(textContent));
  }
}

// Each element is tried once for each decision: a frame of our origin has the doors of the page around it
// too, and where the two do not agree they would hold and release for ever.
let tried = new WeakSet();
let running = false;

const mayBeReleased = (element) =>
  gate.isHeld_(element) &&
  (element.isConnected || (gate.droppedScripts_.has(element) && !gate.parsedElsewhere_.has(element))) &&
  gate.mayAct_(gate.verdictOfMarked_(element));

// Whether the parser has finished an element's text, or it has none that counts.
const isParsed = (element) =>
  document.readyState != "loading" ||
  element.localName != "script" ||
  element.nextSibling ||
  element.hasAttribute(MARK + "-src") ||
  gate.isDormant_(element);

// Scripts that a framework threw away when it rendered the document anew, where a copy that no browser runs stands
// in it. One without an address is not known again.
function thrownAway() {
  const addressOf = (script) => script.getAttribute(MARK + "-src") ?? script.getAttribute("src");
  const dead = new Set([...document.scripts].filter((it) => gate.deadScripts_.has(it)).map(addressOf));
  const lost = [...gate.parsedScripts_].filter(
    (it) => !it.isConnected && gate.isHeld_(it) && addressOf(it) && dead.has(addressOf(it)),
  );
  for (const script of lost) gate.droppedScripts_.add(script);
  return lost;
}

function listDormantScripts() {
  const references = gate.dormantReferences_;
  const stillResting = references.filter((reference) => gate.isDormant_(reference.deref()));
  references.splice(0, references.length, ...stillResting);
  return stillResting.map((reference) => reference.deref());
}

// In the order of the document.
function allHeld() {
  const lost = thrownAway();
  const resting = listDormantScripts().filter((script) => !lost.includes(script));
  const marked = findInAllRoots(`[${MARK}]`);
  if (!resting[0]) return [...lost, ...marked];
  const follows = (one, other) =>
    one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  return [...lost, ...[...marked, ...resting].sort(follows)];
}

// Lets every held element that may act do so, in document order, at once. Scripts that wait for others (not
// async) run in that order too: external ones load in parallel, an inline one waits for those before it.
async function releaseElements() {
  const ready = (inOrder) =>
    allHeld().filter(
      (element) =>
        gate.scriptsInOrder_.has(element) == inOrder &&
        !tried.has(element) &&
        mayBeReleased(element) &&
        isParsed(element),
    );
  // A withdrawal may come between two.
  for (const element of ready(false)) if (mayBeReleased(element)) tryToRelease(element);
  if (running) return;
  running = true;
  holdMissedEvents(true);
  let before; // what the next one waits for
  for (let scripts; (scripts = ready(true))[0] || before;) {
    if (!scripts[0]) before = await before;
    for (const element of scripts) {
      const isExternal = element.hasAttribute(MARK + "-src") || element.hasAttribute("src");
      if (!isExternal) before = await before;
      if (!mayBeReleased(element)) continue;
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
  if (!gate.isDormant_(element) || gate.fromParser_.has(element) || !element.src) return false;
  if (askedByScripts.has(element.src)) return true;
  askedByScripts.add(element.src);
  return false;
}

function releaseElement(element) {
  if (isFurtherTry(element)) return;
  const verdict = gate.verdictOfMarked_(element);
  if (verdict > 0)
    gate.addNote_("released", element.localName, gate.targetOf_(element), gate.explain_(verdict));
  // A script that comes before the page is ready has missed nothing.
  if (element.localName == "script" && hasHappened("DOMContentLoaded")) {
    noteLateScript(element);
    shieldModuleLoader();
  }
  restore(element);
}

// A sandboxed frame of text cannot read the choice. Where no script runs in it, what may act there is let go
// in its text, which makes it load again; where scripts run, its own gate goes on to hold.
function releaseSandboxedFrames() {
  const asHtml = (html) => gate.makeTrusted_("HTML", html);
  for (const frame of findInAllRoots(`iframe[sandbox][srcdoc]:not([${MARK}])`)) {
    if (/allow-(scripts|same-origin)/i.test(frame.sandbox)) continue;
    const page = new DOMParser().parseFromString(asHtml(gate.getAttribute_(frame, "srcdoc")), "text/html");
    const before = gate.htmlOf_(page.documentElement);
    for (const element of page.querySelectorAll(`[${MARK}]`))
      if (gate.mayAct_(gate.verdictOfMarked_(element))) releaseElement(element);
    releaseStyleUrls([...page.querySelectorAll(WITH_HELD_STYLE_URLS)]);
    const now = gate.htmlOf_(page.documentElement);
    if (now != before) gate.setAttribute_(frame, "srcdoc", asHtml(now));
  }
}
