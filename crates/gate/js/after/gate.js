// The gate's parts, as consentry.js gives them (gate-parts.js says which, and why their names end in an
// underscore).

/** @type {import("../gate-parts.js").GateParts} */
export let gate;
/** @param {import("../gate-parts.js").GateParts} parts */
export const takeGateParts = (parts) => (gate = parts);

/** The attribute that marks an element as held. */
export const MARK = "data-consent";

/**
 * All elements that a selector finds in the document and in the shadow roots that anything may be held in.
 * @param {string} selector
 * @returns {any[]}
 */
export const findInAllRoots = (selector) =>
  gate.watchedRoots_.flatMap((root) => [...(root.deref()?.querySelectorAll(selector) || [])]);
