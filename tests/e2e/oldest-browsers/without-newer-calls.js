// Makes this browser as old as the oldest that the README names: deletes what the platform's library has gained since
// 2020. Syntax cannot be taken away here; a parser looks at that. `window.deleted` lists what was there to delete.
(function () {
  window.deleted = [];
  const forget = (owner, names) => {
    for (const name of names.split(" "))
      if (owner && name in owner && delete owner[name]) window.deleted.push(name);
  };
  forget(Array, "fromAsync");
  forget(Array.prototype, "at findLast findLastIndex toReversed toSorted toSpliced with");
  for (const typed of [Int8Array, Uint8Array, Float64Array])
    forget(Object.getPrototypeOf(typed.prototype), "at findLast findLastIndex toReversed toSorted with");
  forget(Uint8Array, "fromHex fromBase64");
  forget(Uint8Array.prototype, "toHex toBase64 setFromHex setFromBase64");
  forget(ArrayBuffer.prototype, "transfer transferToFixedLength resize");
  forget(Object, "hasOwn groupBy");
  forget(Map, "groupBy");
  forget(
    Set.prototype,
    "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom",
  );
  forget(String.prototype, "at replaceAll isWellFormed toWellFormed");
  forget(Promise, "any withResolvers try");
  forget(RegExp, "escape");
  forget(Error, "isError");
  forget(
    window,
    "WeakRef FinalizationRegistry AggregateError Iterator structuredClone reportError scheduler",
  );
  forget(window, "navigation cookieStore CookieStore trustedTypes requestIdleCallback CompressionStream");
  forget(AbortSignal, "timeout any abort");
  forget(AbortSignal.prototype, "throwIfAborted reason");
  forget(URL, "canParse parse");
  forget(URLSearchParams.prototype, "size");
  forget(Crypto.prototype, "randomUUID");
  forget(Element.prototype, "replaceChildren setHTML setHTMLUnsafe getHTML checkVisibility moveBefore");
  forget(Element, "parseHTMLUnsafe");
  forget(Document, "parseHTMLUnsafe parseHTML");
  forget(Document.prototype, "replaceChildren adoptedStyleSheets startViewTransition moveBefore");
  forget(DocumentFragment.prototype, "replaceChildren moveBefore");
  forget(ShadowRoot.prototype, "adoptedStyleSheets setHTML setHTMLUnsafe getHTML");
  forget(HTMLElement.prototype, "inert popover showPopover hidePopover togglePopover attachInternals");
  forget(HTMLDialogElement.prototype, "showModal show close requestClose closedBy returnValue");
  forget(window, "HTMLDialogElement");
  forget(CSSStyleSheet.prototype, "replace replaceSync");
})();
