// `document.write` and `writeln`: HTML that comes in pieces. A tag that is not finished waits for its end,
// as it would in the parser. What is held in the HTML is said in html.js, what becomes of its elements in
// watched-documents.js.
import { asText, emptyHtmlIfRefused, isTrusted, makeTrusted } from "../captured.js";
import { releasedScripts } from "../held-elements.js";
import { TEXT_OF_PAGE, holdHtml } from "./html.js";
import { ALL_CHANGES, handleObserved, observe } from "./watched-documents.js";
import { replaceMembers } from "./wrap.js";

let unfinishedTag = "";

function write(page, args, callNative) {
  // What a script writes that was held and released is parsed into the page at its place (after/restore.js).
  /** @type {(html?: any) => void} */
  const parse = releasedScripts.get(page.currentScript) || (() => callNative());
  const areTrusted = args.every((arg) => arg == "\n" || isTrusted("HTML", arg));
  if (emptyHtmlIfRefused && areTrusted) {
    args.forEach((arg, index) => (args[index] = holdHtml(arg)));
    callNative();
    return;
  }
  const writeHtml = (html) => {
    if (!html) return;
    const safe = holdHtml(html);
    args.length = 1;
    parse((args[0] = areTrusted ? makeTrusted("HTML", safe) : safe));
  };
  const html = unfinishedTag + args.map(asText).join("");
  const [finished, unfinished = ""] = html.split(/(<[^>]*)$/);
  unfinishedTag = unfinished;
  writeHtml(finished);
  // Where nothing follows at once, what looks like the beginning of a tag is written as it is.
  if (unfinished)
    queueMicrotask(() => {
      if (unfinishedTag != unfinished) return;
      unfinishedTag = "";
      writeHtml(unfinished);
    });
}

/** Looks from now on at what is written into a document. */
export function watchDocumentWrite() {
  replaceMembers("Document", "write", (page, args, callNative) => {
    observe(page, ALL_CHANGES);
    write(page, args, callNative);
    handleObserved(TEXT_OF_PAGE);
  });
  replaceMembers("Document", "writeln", (page, args) => page.write(...args, "\n"));
}
