// The list of what browsers of 2020 (Chrome 87, Firefox 83, Safari 14) do not have, or not all of them: calls
// of the language's library and of the web's. `check-built.mjs` looks for them. A new line is all that a
// further one needs.

/** Methods, by name: whatever object they are called on. */
export const METHODS = new Set([
  // Strings and arrays
  "at",
  "replaceAll",
  "findLast",
  "findLastIndex",
  "toReversed",
  "toSorted",
  "toSpliced",
  "isWellFormed",
  "toWellFormed",
  // Documents and elements
  "replaceChildren",
  "checkVisibility",
  "showPopover",
  "hidePopover",
  "togglePopover",
  "setHTML",
  "setHTMLUnsafe",
  "getHTML",
  "requestSubmit",
  "showModal",
  "startViewTransition",
  // Signals and streams
  "throwIfAborted",
]);

/** Functions of a named object. */
export const FUNCTIONS = new Set([
  "AbortSignal.abort",
  "AbortSignal.any",
  "AbortSignal.timeout",
  "Array.fromAsync",
  "Map.groupBy",
  "Object.groupBy",
  "Object.hasOwn",
  "Promise.any",
  "Promise.try",
  "Promise.withResolvers",
  "Response.json",
  "URL.canParse",
  "URL.parse",
  "crypto.randomUUID",
  "navigator.locks.request",
  "scheduler.postTask",
  "scheduler.yield",
]);

/** Functions and classes that are called by their name alone. */
export const GLOBALS = new Set([
  "AggregateError",
  "BroadcastChannel", // Safari 15.4
  "CompressionStream",
  "CSSStyleSheet", // its constructor: Firefox 101, Safari 16.4
  "DecompressionStream",
  "FinalizationRegistry",
  "WeakRef",
  "cookieStore",
  "navigation",
  "reportError",
  "requestIdleCallback", // not in Safari
  "structuredClone",
]);
