// What axe-core finds in our elements on a page. It must not hold expectations: what should be the case is said in the tests
// alone.
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./site.mjs";

const AXE = readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
/** `wcag22aa` brings the size of targets, which axe-core leaves out otherwise. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Each violation with the elements that it is about.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function findings(page) {
  await page.evaluate((axe) => window["axe"] || window.eval(axe), AXE);
  const found = await page.evaluate(
    ([tags]) =>
      /** @type {any} */ (window).axe.run(
        {
          include: [["consentry-banner"], ["consentry-reopen"], ["consentry-declaration"], ["iframe"]].filter(
            ([it]) => document.querySelector(it),
          ),
        },
        { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] },
      ),
    [TAGS],
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
