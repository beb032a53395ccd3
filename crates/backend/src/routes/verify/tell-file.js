// Says what became of a file's check: of one receipt all that it says, of several a line each, which opens. Decides nothing:
// check-receipt.js does.
/* exported wordsFor, wordsForFailure */
/* global element, factsOf, inWords, keySection, listOf, WHAT_HAPPENED */
"use strict";

/** @typedef {[state: string, headline: string, content: (string | Node)[]]} Words the state is `proven`, `open` or `refused` */

const UNCHECKED = "Not proven here: the signature was not checked";
const DO_NOT_RELY = "Do not rely on anything that this file says";

/** @returns {Words} */
function wordsFor(outcomes, isOwnKey) {
  return outcomes.length == 1 ? wordsForOne(outcomes[0], isOwnKey) : wordsForSeveral(outcomes, isOwnKey);
}

/** @returns {Words} */
function wordsForOne(outcome, isOwnKey) {
  if (outcome.state == "unproven")
    return [
      "refused",
      "Not proven",
      [element("p", `What does not fit: ${outcome.fault}.`), element("p", `${DO_NOT_RELY}.`)],
    ];
  if (outcome.state == "not-yet")
    return ["open", "Not provable yet", [element("p", whyNotYet("the receipt"))]];
  const happened = element("p", WHAT_HAPPENED[outcome.receipt.action]);
  happened.className = "happened";
  const facts = [happened, listOf(factsOf(outcome))];
  if (!outcome.signatureWasChecked)
    return ["open", UNCHECKED, [...whyUnchecked("The receipt fits"), ...facts]];
  const key = isOwnKey ? "the key you gave" : "the key below";
  const said = `The log that is signed with ${key} has this receipt, and it is unchanged since it was recorded.`;
  const headline = isOwnKey ? "Proven" : "Proven by the key that the file names";
  return ["proven", headline, [element("p", said), ...facts, keySection(outcome, isOwnKey)]];
}

/** @returns {Words} */
function wordsForSeveral(outcomes, isOwnKey) {
  const numberOf = (state) => outcomes.filter((outcome) => outcome.state == state).length;
  const [all, unproven, notYet] = [outcomes.length, numberOf("unproven"), numberOf("not-yet")];
  const lines = element("ol", ...outcomes.map(lineFor));
  lines.className = "receipts";
  const proven = outcomes.find(({ state }) => state == "proven");
  if (unproven) {
    const said = `What does not fit stands beside each. ${DO_NOT_RELY} of them.`;
    const below = proven?.signatureWasChecked ? [keySection(proven, isOwnKey)] : [];
    return ["refused", `Not proven: ${unproven} of ${all} receipts`, [element("p", said), lines, ...below]];
  }
  if (proven && !proven.signatureWasChecked)
    return ["open", UNCHECKED, [...whyUnchecked("The receipts fit"), lines]];
  const below = proven ? [keySection(proven, isOwnKey)] : [];
  if (notYet) {
    const said = element("p", whyNotYet(notYet == 1 ? "one receipt" : `${notYet} receipts`));
    return ["open", `Not provable yet: ${notYet} of ${all} receipts`, [said, lines, ...below]];
  }
  const key = isOwnKey ? "the key you gave" : "the key below";
  const said = `The log that is signed with ${key} has these receipts, and they are unchanged since they were recorded.`;
  const headline = isOwnKey
    ? `All ${all} receipts are proven`
    : `All ${all} proven by the key that the file names`;
  return ["proven", headline, [element("p", said), lines, ...below]];
}

/** A receipt in a line; of one that is proven, all that it says opens below. */
function lineFor(outcome) {
  const { receipt, state, fault, signatureWasChecked } = outcome;
  const line = element("li");
  line.dataset.state =
    { unproven: "refused", "not-yet": "open" }[state] ?? (signatureWasChecked ? "proven" : "open");
  if (state != "proven") {
    const [said, why] = state == "unproven" ? ["Not proven", `: ${fault}`] : ["Not provable yet", ""];
    line.append(element("strong", said), " · receipt ", element("code", receipt.id), why);
    return line;
  }
  const details = document.createElement("details");
  const said = element("strong", signatureWasChecked ? "Proven" : "Signature not checked");
  details.append(
    element("summary", said, " · ", inWords(receipt.time), " · ", WHAT_HAPPENED[receipt.action]),
  );
  // Made when it is opened: a file may have many.
  details.addEventListener("toggle", () => details.append(listOf(factsOf(outcome))), { once: true });
  line.append(details);
  return line;
}

/** @param {string} which */
const whyNotYet = (which) =>
  `The log was not signed yet since ${which} came, when the file was made: nothing shows whether that was changed. ` +
  "Download the file again: a second or two after a choice there is a proof.";

/** @param {string} fits */
const whyUnchecked = (fits) => [
  element(
    "p",
    `${fits} the log that the file describes. Whether the site signed that log cannot be checked here: this ` +
      "browser does not know Ed25519 signatures. Open the page in a newer browser, or run the command below.",
  ),
  element("p", element("code", "consentry verify receipt.json")),
];

/**
 * What is said where nothing could be checked.
 * @returns {Words}
 */
function wordsForFailure(error) {
  const said = error.kind == "form" ? `${error.message}.` : `The file cannot be read: ${error.message}`;
  return ["refused", "Not checked", [element("p", said)]];
}
