// Owns how a rule in Consent-O-Matic's format is carried out on a test's page. Its engine is not on npm: this
// is a small reading of the format that its documentation describes, of no more than our rule uses. It must
// not hold expectations: those are the test's.
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../site.mjs";

const RULE = JSON.parse(readFileSync(path.join(root, "pkg/rules/consent-o-matic.json"), "utf8")).consentry;

/**
 * Carries the rule out for a visitor who wants these kinds of consent, once the page is there.
 * @param {import('playwright-core').Page} page
 * @param {Record<string, boolean>} wanted by Consent-O-Matic's letters; what is not named is not wanted
 * @returns {Promise<{present: boolean, showing: boolean}>} what its detector found; where that is not both,
 *   nothing was done
 */
export const letConsentOMaticAct = (page, wanted) => page.evaluate(carryOut, { rule: RULE, wanted });

// Runs in the page.
async function carryOut({ rule, wanted }) {
  // Below a parent that has an open shadow root, it looks there.
  const find = ({ parent, target }) => {
    const above = parent ? document.querySelector(parent.selector) : document;
    return (above?.shadowRoot ?? above)?.querySelector(target.selector);
  };
  const isMatch = (matcher) => {
    const found = find(matcher);
    if (matcher.type == "css") return !!found;
    if (!found) throw new Error("no checkbox");
    return found.checked;
  };
  const acts = {
    click: (action) => find(action)?.click(),
    async list({ actions }) {
      for (const action of actions) await act(action);
    },
    async consent({ consents }) {
      for (const { type, matcher, toggleAction } of consents)
        if (isMatch(matcher) != !!wanted[type]) await act(toggleAction);
    },
    ifcss: (action) => act(find(action) ? action.trueAction : action.falseAction),
    async waitcss(action) {
      for (let left = action.retries; left > 0 && !find(action); left -= 1)
        await new Promise((next) => setTimeout(next, action.waitTime));
    },
  };
  // What fails is left out, and the rest goes on.
  const act = async (action) => {
    try {
      await acts[action.type](action);
    } catch (error) {
      console.info(`left out: ${error.message}`);
    }
  };
  const [{ presentMatcher, showingMatcher }] = rule.detectors;
  const found = { present: presentMatcher.every(isMatch), showing: showingMatcher.every(isMatch) };
  if (found.present && found.showing)
    for (const name of ["OPEN_OPTIONS", "DO_CONSENT", "SAVE_CONSENT"])
      await act(rule.methods.find((method) => method.name == name).action);
  return found;
}
