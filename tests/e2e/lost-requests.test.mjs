// Every file that is fetched when it is needed may be lost once: what needs it then works by itself, without
// a reload and without the visitor trying again. Each task is first done without a loss, which tells the
// files that it asks for; then once for each of these files, whose first request is answered by a broken
// connection.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { layerShown, settled, until } from "./browser.mjs";
import { startLosingServer } from "./losing-server.mjs";
import { answerAsVendor, declaredConfig, startStage } from "./stage.mjs";

/** For each retry pauses grow, so this is long. */
const WAIT = { within: 12_000 };
const FULL_TABLES_ONLY = "cdn.segment.com";

/** @type {{site: import('./stage.mjs').Stage, server: import('./losing-server.mjs').LosingServer}} */
let withWebAssembly;
/** @type {{site: import('./stage.mjs').Stage, server: import('./losing-server.mjs').LosingServer}} */
let withoutWebAssembly;
before(async () => {
  withWebAssembly = await siteBehindLosingServer();
  withoutWebAssembly = await siteBehindLosingServer("--jitless");
});
after(async () => {
  for (const part of [withWebAssembly, withoutWebAssembly]) {
    await part?.site.close();
    part?.server.close();
  }
});

async function siteBehindLosingServer(jsFlags) {
  const server = await startLosingServer();
  const site = await startStage({
    test: import.meta.url,
    config: declaredConfig({ languages: ["en", "sv"] }),
    moreOrigins: [server.origin],
    thirdParty: (request) =>
      answerAsVendor({
        ...request,
        host: request.host == FULL_TABLES_ONLY ? "segment-example.net" : request.host,
      }),
    jsFlags,
  });
  server.passOnTo(site.port);
  return { site, server };
}

const hasRun = (page, name) =>
  until(() => page.evaluate((asked) => window.__ran?.[asked] >= 1, name), `${name} ran`, WAIT);

/**
 * What a visitor or a page does, and what must come of it.
 * @type {Record<string, {file: string,
 *   perform: (page: import('./stage.mjs').Tab, site: import('./stage.mjs').Stage) => Promise<any>}>}
 */
const TASKS = {
  the_preferences_open_in_english: { file: "english.html", perform: openPreferences },
  the_preferences_open_in_swedish: { file: "swedish.html", perform: openPreferences },
  the_banner_s_preferences_open_by_script: {
    file: "english.html",
    perform: async (page) => {
      await page.evaluate(() => window.consentry.showPreferences());
      await layerShown(page, 2);
    },
  },
  a_grant_releases_a_script: {
    file: "held-script.html",
    perform: async (page) => {
      await page.evaluate(() => void window.consentry.save({ analytics: true }));
      await hasRun(page, "counter");
    },
  },
  a_receipt_arrives: {
    file: "english.html",
    perform: async (page, site) => {
      await page.evaluate(() => void window.consentry.acceptAll());
      // Where the rules are still on their way, the decision waits for them.
      const { id } = await until(
        () => page.evaluate(() => window.consentry.consent),
        "the choice is in force",
        WAIT,
      );
      await until(
        async () => (await site.ledger.receipts()).some((receipt) => receipt.id == id),
        "the ledger has the receipt",
        WAIT,
      );
    },
  },
  classify_answers: {
    file: "english.html",
    perform: async (page) => {
      const answer = await page.evaluate(() => window.consentry.classify("url", "https://cdn.segment.com/"));
      assert.equal(answer.category, "analytics");
    },
  },
  a_host_of_the_full_tables_is_released: {
    file: "unknown-host.html",
    perform: async (page) => {
      await page.evaluate(() => void window.consentry.save({ analytics: true }));
      await hasRun(page, "measures");
    },
  },
  a_classic_worker_of_text_gets_its_doors: {
    file: "worker-of-text.html",
    perform: (page) => workerIsGuarded(page, "classic"),
  },
  a_module_worker_of_text_gets_its_doors: {
    file: "worker-of-text.html",
    perform: (page) => workerIsGuarded(page, "module"),
  },
  what_needs_no_consent_runs: {
    file: "necessary-script.html",
    perform: (page) => hasRun(page, "payment"),
  },
};

async function openPreferences(page) {
  await until(
    () => page.locator('consentry-banner [data-consentry="preferences"]').first().isVisible(),
    "the banner is shown",
    WAIT,
  );
  await page.locator('consentry-banner [data-consentry="preferences"]').first().click();
  await until(
    () => page.locator('consentry-banner [data-consentry-category="analytics"]').first().isVisible(),
    "the preferences are shown",
    WAIT,
  );
}

async function workerIsGuarded(page, type) {
  const answer = await page.evaluate((workerType) => window.askWorker(workerType), type);
  assert.deepEqual(answer, { tracker: "failed", site: "answered" });
}

// Not what is there for people to read.
const isFetchedWhenNeeded = (file) => /^consentry-(?!notices|allowed)/.test(file);

/** The files of ours that a task asked for, each once. */
async function filesOf(server) {
  const asked = await settled(server.asked);
  return [...new Set(asked.filter(isFetchedWhenNeeded))];
}

const lostOnce = new Set();
// Both browsers at once: most of the time is spent on waiting for the next try.
describe("a_lost_file", { concurrency: 2 }, () => {
  for (const [browser, part] of Object.entries({
    with_webassembly: () => withWebAssembly,
    without_webassembly: () => withoutWebAssembly,
  }))
    describe(browser, { concurrency: 1 }, () => {
      for (const [task, { file, perform }] of Object.entries(TASKS))
        test(`${task}_${browser}_whichever_file_is_lost_once`, { timeout: 600_000 }, async (t) => {
          const { site, server } = part();
          const performOnce = async (context, lost) => {
            const page = await site.visit(context);
            server.loseOnce(lost);
            await page.open(file, server.origin);
            await perform(page, site);
            assert.deepEqual(page.uncaughtErrors, []);
          };
          await performOnce(t, null);
          for (const lost of await filesOf(server))
            await t.test(`${task}_${browser}_although_${lost}_is_lost_once`, async (subtest) => {
              lostOnce.add(lost);
              await performOnce(subtest, lost);
              // The preferences may be fetched ahead a little later.
              await until(() => server.hasLost(), `${lost} was asked for and lost`, WAIT);
            });
        });
    });
});

test("every_file_that_is_fetched_when_it_is_needed_was_lost_once", () => {
  const files = readdirSync(withWebAssembly.site.component).filter(isFetchedWhenNeeded);
  assert.ok(files.length > 0);
  assert.deepEqual(
    files.filter((file) => !lostOnce.has(file)),
    [],
  );
});
