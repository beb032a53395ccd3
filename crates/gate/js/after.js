// `consentry-after.js`: what follows a decision, or is asked for. Fetched only then: nothing here must act
// before a page's script, and what must stop at once has stopped without it.
export { classify } from "./after/classify.js";
export { eraseLeftovers } from "./after/erase.js";
export { takeGateParts } from "./after/gate.js";
export { mirror } from "./after/mirror-cookie.js";
export { observe } from "./after/observations.js";
export { send } from "./after/receipts.js";
export { lookUpHeldHosts, release, releaseAfterDecision } from "./after/release.js";
export { report } from "./after/report.js";
export { erase, exportData, receipts } from "./after/rights.js";
export { showPlaceholders } from "./after/placeholders.js";
export { showElement, tellChanges } from "./after/shown-elements.js";
