// What a grant brings: writes are persisted, elements load, scripts run in order, once.
import {
  MARK,
  all,
  cookies,
  explain,
  hold,
  memory,
  note,
  ofUrl,
  ordered,
  permits,
  plain,
  policy,
  released,
  setAttr,
  setCookie,
  written,
} from "./lent.js";
import { lookUp } from "./learn.js";
import { heldIn, target, tell, verdictOf } from "./marked.js";

const PATIENCE = 20000; // milliseconds that a script is waited for; some tell of no end

// Lets everything act that a grant covers. What was dropped is not replayed: consent is not retroactive.
export function release(again) {
  if (again) tried = new WeakSet();
  tell();
  persist();
  releaseRules();
  releaseElements();
  if (document.readyState == "loading")
    document.addEventListener("DOMContentLoaded", () => releaseElements());
  releaseTexts();
  // What the full tables know goes on a little later.
  lookUp()
    .then((found) => found && release(true))
    .catch(() => {});
}

// A host was held that nobody has described.
export async function learn() {
  if (await lookUp()) release(true);
}

// What was written in the name of what has a grant now.
function persist() {
  for (const [name, [, bits, assignment]] of cookies)
    if (permits(bits)) {
      cookies.delete(name);
      written.set(assignment, bits);
      setCookie(assignment);
    }
  for (const kind in memory)
    for (const [name, [value, bits]] of memory[kind])
      if (permits(bits)) {
        try {
          memory[kind].delete(name);
          window[kind].setItem(name, value);
        } catch {
          /* full storage: the page has read the value back so far, and now finds none, as without us */
        }
      }
}

// A grant reaches the rules that stand in the page. The URL is read as it was when it was held (text.js).
const HELD =
  /((["']?)\s*)about:consent#(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\2)[^])*))/gi;
const RULES = 'style,[style*="about:consent#"]';
function releaseRules(elements = all(RULES)) {
  const free = (rules) =>
    rules.replace(HELD, (all, before, quote, url) => (permits(ofUrl(plain(url))) ? before : all));
  for (const element of elements) {
    const { textContent, localName } = element;
    if (localName != "style") element.setAttribute("style", free(element.getAttribute("style")));
    else if (free(textContent) != textContent)
      element.textContent = policy("createScript", free(textContent));
  }
}

// Each element is tried once for each decision: a frame of our origin has the doors of the page around it too, and
// where the two do not agree they would hold and release for ever.
let tried = new WeakSet();
let running = false;

// Lets every held element that may act do so, in document order, at once. Scripts that wait for others (not
// async) run in that order too: external ones load in parallel, an inline one waits for those before it.
async function releaseElements() {
  const mayRun = (element) =>
    element.hasAttribute(MARK) && element.isConnected && permits(verdictOf(element));
  // Those that may act and whose text the parser has finished.
  const ready = (inOrder) =>
    all(`[${MARK}]`).filter(
      (element) =>
        ordered.has(element) == inOrder &&
        !tried.has(element) &&
        mayRun(element) &&
        (document.readyState != "loading" ||
          element.localName != "script" ||
          element.nextSibling ||
          element.hasAttribute(MARK + "-src")),
    );
  const restoreOne = (element) => {
    tried.add(element);
    try {
      restore(element);
    } catch (error) {
      console.error("consentry: " + error); // Trusted Types may refuse one: the others go on
    }
  };
  for (const element of ready(false)) if (mayRun(element)) restoreOne(element); // a withdrawal may come between two
  if (running) return;
  running = true;
  for (let scripts, before; (scripts = ready(true))[0];)
    for (const element of scripts) {
      const external = element.hasAttribute(MARK + "-src");
      if (!external) before = await before;
      if (!mayRun(element)) continue;
      element.async = false;
      if (external && !element.noModule)
        before = new Promise((done) => {
          for (const end of ["load", "error"]) element.addEventListener(end, done);
          setTimeout(done, PATIENCE);
        });
      restoreOne(element);
    }
  running = false;
}

// Puts the URLs back, which makes the browser load them: a script without a source becomes one with.
function restore(element) {
  const verdict = verdictOf(element);
  if (verdict > 0) note("released", element.localName, target(element), explain(verdict));
  released.set(element, (html) => parseAt(element, html));
  const textual = /^s(cript|tyle)$/.test(element.localName);
  if (textual && /^text\/plain$/i.test(element.type)) {
    const type = element.getAttribute(MARK + "-type");
    if (type === null) element.removeAttribute("type");
    else element.setAttribute("type", type);
  }
  const found = heldIn(element);
  for (const { name } of [{ name: MARK }, ...found]) element.removeAttribute(name);
  for (const { name, value } of found)
    // By the native way: a mark by hand says more than the host does.
    if (!/-(type|origins)$/.test(name))
      setAttr(element, name.slice(MARK.length + 1).replace("xlink:", ""), policy("createScriptURL", value));
  // An inline script runs, and a style applies, when its text is set.
  if (textual && !["src", "href", "xlink:href"].some((name) => element.hasAttribute(name)))
    element.textContent = policy("createScript", element.textContent);
  if (element.localName == "source") element.parentNode.load?.(); // media look at theirs only once
}

// A sandboxed frame of text cannot read the choice. Where no script runs in it, what may act there is let go in its text,
// which makes it load again; where scripts run, its own gate goes on to hold.
function releaseTexts() {
  for (const frame of all("iframe[sandbox][srcdoc]")) {
    if (/allow-(scripts|same-origin)/i.test(frame.sandbox)) continue;
    const page = new DOMParser().parseFromString(policy("createHTML", frame.srcdoc), "text/html");
    const before = page.documentElement.outerHTML;
    for (const element of page.querySelectorAll(`[${MARK}]`))
      if (permits(verdictOf(element))) restore(element);
    releaseRules(page.querySelectorAll(RULES));
    const now = page.documentElement.outerHTML;
    if (now != before) setAttr(frame, "srcdoc", policy("createHTML", now));
  }
}

// What a released script writes is parsed into the page at the script's place, where the native call would
// replace the page; scripts in it run in order, as any that were held.
const places = new WeakMap();
function parseAt(script, html) {
  const range = document.createRange();
  const parent = script.parentNode || document.body;
  range.selectNodeContents(parent);
  const fragment = range.createContextualFragment(html);
  for (const it of fragment.querySelectorAll("script")) hold(it, true);
  if (!places.has(script)) places.set(script, script.nextSibling);
  const place = places.get(script);
  parent.insertBefore(fragment, place?.parentNode == parent ? place : null);
}
