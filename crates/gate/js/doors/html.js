// Elements and the HTML that they come in, which are one: an element may hold a document as text, and a text elements.
import {
  URL,
  attribute,
  call,
  emptyHTML,
  hasAttr,
  inline,
  innerHTML,
  insertBefore,
  likewise,
  note,
  policy,
  setAttr,
  tag,
  trusts,
} from "../page.js";
import { explain, holds, ofMark, ofUrl, permits } from "../verdicts.js";
import { FRAME, KINDS, LOADS, TEXT } from "../loads.js";
import {
  MARK,
  deciding,
  heldAttributes,
  hold,
  putBack,
  releaseSoon,
  released,
  roots,
  seen,
  verdictOn,
} from "../marks.js";
import { holdRules, holdText, named, safeText, type, urlsIn } from "./text.js";
import { blobOf } from "./blobs.js";

// Attributes whose text is changed where it names what must be held.
export const safeAttribute = (element, name, text) =>
  name == "style"
    ? holdRules(text)
    : KINDS[element.localName] == FRAME
      ? name == "srcdoc"
        ? holdDocument(text)
        : guardBlob(text)
      : text;

// Where an element comes from, if not from the page's script.
export const PARSER = 1; // the browser's parser has just put it into the document
export const TEXT_OF_PAGE = 2; // it was parsed from text that a script gave

// The verdict on a marked element: its mark's, or that on all that its held attributes and its text name, since an element
// may have been held by a server too.
export function verdictOfMarked(element) {
  const mark = attribute(element, MARK);
  if (mark != "auto") return ofMark(mark);
  const name = element.localName;
  const verdicts = heldAttributes(element).map(([load, value]) =>
    LOADS[name]?.includes(load) ? verdictOn(element, load, value) : deciding(urlsIn(value).map(ofUrl)),
  );
  const named_ = named(element);
  // A style may hide one address in another, and a script may name many that it does not contact.
  const inText = KINDS[name] == TEXT && (name == "style" || !named_[0]) ? urlsIn(element.textContent) : [];
  return deciding([...verdicts, ...named_.concat(inText).map(ofUrl)]);
}

// What a marked element would contact, as `report()` tells it.
export const targetOf = (element) =>
  heldAttributes(element).find(([load]) => LOADS[element.localName]?.includes(load))?.[1] || "inline";

// Whether a marked element can be let go where it stands: a script only while the parser is still at its end tag, which
// then runs it in its place. (HTML 13.2.6.4.8: observers hear of it at the end tag, before it is prepared.)
const isAtParser = (element) => {
  const { readyState, currentScript } = element.ownerDocument;
  return (
    KINDS[element.localName] != TEXT ||
    (element.localName == "script" && readyState == "loading" && !currentScript && !element.nextSibling)
  );
};

// Frames that were let go and are seen once more because of that.
const reinserted = new WeakSet();

// Looks at one element before or just after it enters the document; holds it if it must not act. `origin`: see above.
export function inspect(element, origin) {
  const name = element.localName;
  for (const it of ["style", "srcdoc", "src", "data"]) {
    const value = attribute(element, it);
    const safe = value && safeAttribute(element, it, value);
    if (safe != value) setAttr(element, it, policy("createHTML", safe));
  }
  // Marked by hand or by a server, even if by half only.
  if (hasAttr(element, MARK)) {
    if (!seen.has(element)) hold(element, origin, attribute(element, MARK));
    const verdict = verdictOfMarked(element);
    if (!permits(verdict)) return;
    if (origin != PARSER || !isAtParser(element)) return releaseSoon();
    note("released", name, targetOf(element), explain(verdict));
    putBack(element);
    // A frame that the parser has just put there loads its new address only when it is inserted anew.
    if (KINDS[name] == FRAME) {
      reinserted.add(element);
      call(insertBefore, element.parentNode, [element, element.nextSibling]);
    }
    return;
  }
  if (reinserted.delete(element)) return;
  for (const load of LOADS[name] || []) {
    const value = attribute(element, load);
    if (value !== null && holds(name, value, verdictOn(element, load, value))) return hold(element, origin);
  }
  if (KINDS[name] != TEXT || hasAttr(element, "src")) return;
  holdText(element);
  // A module waits for what it imports at its top.
  if (/^module$/i.test(type(element)))
    for (const url of named(element)) if (holds("import", url, ofUrl(url))) return hold(element, origin);
}

// After a withdrawal: frames that are still there stop.
export function holdFrames() {
  for (const root of roots)
    for (const frame of root.deref()?.querySelectorAll("iframe,frame") || []) inspect(frame);
}

// As the HTML standard reads them (13.2.5), each character once; text, comments and what it calls bogus ones are no tags.
const TAG =
  "[^\\s/>]*(?:[\\s/]|[^\\s/>][^\\s/>=]*(?:[\\s]*=[\\s]*(?:\"[^\"]*\"|'[^']*'|[^\\s>\"'][^\\s>]*(?=[\\s>])|(?=>))|(?=[\\s/>])(?![\\s]*=)))*>";
const TAGS = new RegExp(
  `(<(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\\s/>])${TAG})([^]*?)(?=</\\2[\\s/>]|$)|<!--(?:-?>|[^]*?--!?>)|</?[a-z]${TAG}|<[!?/][^>]*>`.replace(
    /\\s/g,
    "\\t\\n\\f\\r ",
  ),
  "gi",
);
const RISKY = new RegExp(`<(${Object.keys(LOADS).join("|")}|style)\\b|style[^<]+[(&]`, "i");
const inert = document.createElement("template");

// One start tag, held if it must be.
function holdTag(text) {
  if (!RISKY.test(text) || !/[:\\&]|\/\s*\/|data-consent/.test(text)) return text;
  call(innerHTML.set, inert, [
    policy("createHTML", (/^<(image|use|feimage)/i.test(text) ? "<svg>" : "") + text),
  ]);
  const element = [...inert.content.querySelectorAll("*")].pop();
  if (!element) return text;
  const before = element.outerHTML;
  inspect(element, TEXT_OF_PAGE);
  const now = element.outerHTML;
  return now == before ? text : now.replace(/><\/\w+>$/, text.match(/\/?>$/)[0]);
}

// HTML with everything held in it that must be.
export function holdHtml(given, context) {
  const html = String(given);
  if (KINDS[context?.localName] == TEXT) return safeText(given, context);
  if (!RISKY.test(html) || /^t(extarea|itle)$/.test(context?.localName)) return given;
  if (emptyHTML && trusts("HTML", given))
    return urlsIn(html).every((url) => permits(ofUrl(url))) ? given : emptyHTML;
  const safe = html.replace(TAGS, (all, start, name, text) => {
    if (!start) return holdTag(all);
    if (/script|frame/i.test(name)) return holdTag(start) + text;
    // In SVG and MathML these hold elements.
    const inside = /<(svg|math)/i.test(html) ? String(holdHtml(text)) : text;
    return holdTag(start) + (/style/i.test(name) ? holdRules(inside) : inside);
  });
  return likewise("HTML", given, safe);
}

// A frame whose document is given as text gets a gate of its own: ours, before everything else.
const own = () =>
  tag
    ? (inline?.outerHTML || "") +
      `<script src="${tag.src}" nonce="${tag.nonce}" data-config="${tag.dataset.config || ""}"></script>`
    : "";
export function holdDocument(text) {
  const html = String(holdHtml(text));
  if (html == text && !/<script|\bon\w+\s*=|javascript:/i.test(text)) return text;
  return emptyHTML || likewise("HTML", text, html.includes("consentry.js") ? html : own() + html);
}

// A frame may also be given a blob of text.
export function guardBlob(url) {
  const blob = blobOf(url);
  if (!/^text.html/.test(blob?.type) || blob.guarded) return url;
  const guarded = new Blob(["<!doctype html>", own(), blob], { type: blob.type });
  guarded.guarded = true;
  return URL.createObjectURL(guarded);
}

// `document.write` in pieces: a tag that is not finished waits for its end, as it would in the parser. What a script
// writes that was held and released is parsed into the page at its place (after.js).
let rest = "";
export function write(given, go) {
  const parse = released.get(document.currentScript) || go;
  const trusted = given.every((it) => it == "\n" || trusts("HTML", it));
  if (emptyHTML && trusted) return (given.splice(0, 9e9, ...given.map((it) => holdHtml(it))), go());
  const put = (html) => {
    if (!html) return;
    const safe = holdHtml(html);
    given.splice(0, 9e9, trusted ? policy("createHTML", safe) : safe);
    parse(given[0]);
  };
  const html = rest + given.map(String).join("");
  const open = (rest = /<[^>]*$/.exec(html)?.[0] || "");
  put(html.slice(0, html.length - open.length));
  if (open) queueMicrotask(() => rest == open && ((rest = ""), put(open)));
}
