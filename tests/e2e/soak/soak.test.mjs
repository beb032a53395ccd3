// A soak: whole sites of the npm registry, used by a random visitor with and without us. A developer who adds our tag to
// a living site sees no difference: the same documents, console, storage and requests to the own host. Before a choice it
// is as if other hosts could not be reached. With everything granted it is as if they answer.
//
// `SEED` in the environment draws another visit, `STEPS` says how many acts a site gets in each of the two, rounded up to
// whole pages of `STEPS_OF_A_PAGE`.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../browser.mjs";
import { randomFrom } from "../fuzz/random.mjs";
import { startSites } from "./site-server.mjs";
import { SITES } from "./sites.mjs";
import { visit } from "./visit.mjs";

const SEED = Number(process.env.SEED) || 1;
const STEPS = Number(process.env.STEPS) || 12;
const STEPS_OF_A_PAGE = 12;

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startSites>>} */
let sites;
before(async () => {
  console.log(`SEED=${SEED} STEPS=${STEPS}`);
  sites = await startSites(SITES.map(({ name }) => name));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  sites?.close();
});

/**
 * Some of a site's pages, drawn from the seed, each with a seed of its own.
 * @param {import("./sites.mjs").Site} site
 */
function visitsOf({ name, pages }) {
  const { below, pick } = randomFrom(SEED);
  const count = Math.ceil(STEPS / STEPS_OF_A_PAGE);
  return Array.from({ length: count }, () => ({ page: `${name}/${pick(pages)}`, seed: below(2 ** 30) }));
}

describe("sites_are_the_same_with_us", { concurrency: 2 }, () => {
  for (const site of SITES)
    for (const granted of [false, true])
      test(`${site.name}_${granted ? "with_everything_granted" : "before_a_choice"}`, async (t) => {
        for (const drawn of visitsOf(site)) {
          const options = { browser, sites, ...drawn, steps: STEPS_OF_A_PAGE, granted };
          let outcome = await visit(options);
          // What is slow on one day comes late on it: a difference counts when it comes again.
          if (outcome.difference) outcome = await visit(options);
          for (const line of outcome.notCompared) t.diagnostic(`not the same without us: ${line}`);
          assert.equal(outcome.difference, null, `page ${drawn.page}, seed ${drawn.seed}`);
          assert.ok(outcome.steps > 0, `page ${drawn.page} opens`);
        }
      });
});
