// Static ways to act, marked by `consentry mark` before the page is served: in no state that denies does a
// request leave, the preload scanner's included, and a grant releases each, scripts once and in order. Then
// the same under the policy that `consentry csp` prints, for what neither a mark nor a script sees. Each way
// is first shown to act without us.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { FRAMES } from "./mark/ways-frames.mjs";
import { OTHER_ELEMENTS } from "./mark/ways-other-elements.mjs";
import { SCRIPTS } from "./mark/ways-scripts.mjs";
import { WAYS_FOR_THE_POLICY } from "./mark/ways-for-the-policy.mjs";
import { program } from "./site.mjs";
import {
  ADVERTISING,
  ANALYTICS,
  COUNT_FRAMES,
  NECESSARY,
  UNKNOWN,
  answerAsVendor,
  configuredTag,
  declaredConfig,
  settled,
  startStage,
  visitAfter,
  wholePage,
} from "./stage.mjs";

/** @type {import('./stage.mjs').Stage} */
let site;
let folder;
/** The policy that the pages come with, if any, and further headers beside it. */
let policy;
let furtherHeaders;

/** The necessary host sends `/to/…` on to where it says; style sheets are empty; the rest is a vendor's. */
function answer({ host, path: asked }) {
  if (host == NECESSARY && asked.startsWith("/to/")) {
    const location = `https://${asked.slice("/to/".length)}`;
    return { status: 302, headers: { location }, type: "text/plain", body: "" };
  }
  if (asked.endsWith(".css")) return { type: "text/css", body: "" };
  return answerAsVendor({ host, path: asked });
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-mark-"));
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(declaredConfig()));
  site = await startStage({
    test: import.meta.url,
    thirdParty: answer,
    headers: (asked) =>
      policy && /^\/(policy|worker)/.test(asked)
        ? { "content-security-policy": policy, ...furtherHeaders }
        : undefined,
  });
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a command of the program prints for the site's configuration. */
const run = (command, args, input = undefined) =>
  execFileSync(
    program,
    [command, "--config", path.join(folder, "site.json"), "--host", "localhost", ...args],
    { input, encoding: "utf8", maxBuffer: 1 << 26 },
  );
const marked = (page) => run("mark", [], page);

const WAYS = { ...SCRIPTS, ...FRAMES, ...OTHER_ELEMENTS };
const asksForASheet = (way) => /style|sheet(?!_rule|_font|_var|_never)/.test(way);
function urlOf(way, host) {
  let ending = ".gif";
  if (way in SCRIPTS) ending = ".js";
  else if (way in FRAMES) ending = ".html";
  else if (asksForASheet(way)) ending = ".css";
  return `https://${host}/${way}${ending}`;
}
const pageOfWays = (tag, host) =>
  wholePage(
    tag + COUNT_FRAMES,
    Object.entries(WAYS)
      .map(([way, markup]) => markup(urlOf(way, host)))
      .join("\n"),
  );

async function visit(t, name, choose) {
  const page = await visitAfter(site, t, choose);
  await page.open(name);
  return page;
}
/** The ways whose requests arrived, once none comes any more. */
async function arrivedWays(quiet = 1000) {
  const read = () =>
    site
      .requests()
      .filter(({ host }) => /-example/.test(host))
      .map((request) => request.path);
  const paths = await settled(read, quiet);
  return new Set(paths.map((asked) => asked.slice(1).split(".")[0]));
}

test("without_us_every_static_way_acts", async (t) => {
  site.add("mark-bare.html", pageOfWays("", UNKNOWN));
  await visit(t, "mark-bare.html");
  const seen = await arrivedWays();
  for (const way in WAYS) await t.test(`${way}_acts_without_us`, () => assert.ok(seen.has(way)));
});

/** @type {{state: string, host: string, choose?: () => any}[]} */
const DENYING_STATES = [
  { state: "before_a_choice", host: UNKNOWN },
  { state: "before_a_choice_declared", host: ANALYTICS },
  { state: "after_reject", host: UNKNOWN, choose: () => window.consentry.rejectAll() },
  {
    state: "after_withdraw",
    host: ANALYTICS,
    choose: () => window.consentry.acceptAll().then(() => window.consentry.withdraw()),
  },
  {
    state: "after_a_grant_of_another_category",
    host: ADVERTISING,
    choose: () => window.consentry.save({ analytics: true }),
  },
];
for (const { state, host, choose } of DENYING_STATES)
  test(`nothing_leaves_a_marked_page_${state}`, async (t) => {
    site.add("marked.html", marked(pageOfWays(configuredTag(), host)));
    const page = await visit(t, "marked.html", choose);
    const seen = await arrivedWays();
    for (const way in WAYS) await t.test(`${way}_${state}`, () => assert.ok(!seen.has(way)));
    assert.deepEqual(
      page.uncaughtErrors.filter((message) => !message.includes("mapped")),
      [],
    );
  });

// What the gate does not bring back on the page: what a browser asks for only while it parses, and an import
// map, which the gate leaves without its addresses. And, last, a sheet in another language, which no browser
// applies: only its preload scanner asked.
const NEXT_PAGE = [
  "mapped_import",
  "audio_source",
  "svg_image_set_by_animation",
  "preload_set",
  "speculation",
  "sheet_import_of_another_type",
];

test("a_grant_releases_what_was_marked_once_and_in_order", async (t) => {
  site.add("marked.html", marked(pageOfWays(configuredTag(), UNKNOWN)));
  const page = await visit(t, "marked.html");
  await page.evaluate(() => window.consentry.acceptAll());
  const seen = await arrivedWays(3000); // frames load theirs one after the other
  for (const way in WAYS)
    if (!NEXT_PAGE.includes(way)) await t.test(`${way}_on_accept`, () => assert.ok(seen.has(way)));
  const { ran, log } = await page.evaluate(() => ({ ran: { ...window.__ran }, log: window.__log }));
  const scripts = Object.keys(SCRIPTS).filter((way) => !NEXT_PAGE.includes(way));
  for (const way of scripts) await t.test(`${way}_once`, () => assert.equal(ran[way], 1));
  const inOrder = Object.keys(SCRIPTS).filter((way) => !/asynchronous|import|module|in_svg/.test(way));
  assert.deepEqual(
    log.filter((way) => inOrder.includes(way)),
    inOrder,
  );
  await page.evaluate(() => window.consentry.withdraw());
  await page.evaluate(() => window.consentry.acceptAll());
  await arrivedWays();
  const again = await page.evaluate(() => window.__ran);
  for (const way of scripts) assert.equal(again[way], 1, `${way}, not twice`);
});

const pageForThePolicy = (tag, host) => {
  const urlFor = (way) => `https://${host}/${way}`;
  for (const [way, { file, text }] of Object.entries(WAYS_FOR_THE_POLICY))
    if (file) site.add(file, text(urlFor(way)));
  const markup = Object.entries(WAYS_FOR_THE_POLICY).map(([way, part]) => part.markup(urlFor(way)));
  return wholePage(tag, markup.join("\n"));
};

/**
 * `granted`: what the visitor granted, or null on a page without us.
 * @type {{state: string, host: string, granted: string[]|null, acts: boolean}[]}
 */
const POLICY_STATES = [
  { state: "without_us", host: UNKNOWN, granted: null, acts: true },
  { state: "without_a_grant", host: UNKNOWN, granted: [], acts: false },
  { state: "with_a_grant_for_another_category", host: ADVERTISING, granted: ["analytics"], acts: false },
  { state: "with_its_grant", host: ANALYTICS, granted: ["analytics"], acts: true },
  {
    state: "with_every_grant",
    host: UNKNOWN,
    granted: ["functional", "analytics", "advertising"],
    acts: true,
  },
];
for (const { state, host, granted, acts } of POLICY_STATES)
  test(`what_only_the_policy_sees_${state}`, async (t) => {
    policy = granted ? run("csp", ["--granted", granted.join()]).trim() : "";
    site.add(
      "policy.html",
      granted ? marked(pageForThePolicy(configuredTag(), host)) : pageForThePolicy("", host),
    );
    const page = await site.visit(t);
    if (granted?.length) {
      site.add("choose.html", wholePage(configuredTag()));
      await page.open("choose.html");
      const choices = Object.fromEntries(granted.map((category) => [category, true]));
      await page.evaluate((changes) => window.consentry.save(changes), choices);
    }
    site.reset();
    await page.open("policy.html");
    const read = () =>
      site
        .requests()
        .filter((request) => request.host == host)
        .map((request) => request.path);
    const seen = await settled(read, 1000);
    for (const way in WAYS_FOR_THE_POLICY)
      await t.test(`${way}_${state}`, () => assert.equal(seen.includes(`/${way}`), acts));
    policy = "";
  });

// A site that sends a policy of its own: both hold, and neither widens the other.
const NONCE = "bm9uY2U";
const OWN_POLICY =
  `script-src 'nonce-${NONCE}' 'strict-dynamic' 'wasm-unsafe-eval'; ` + "object-src 'none'; base-uri 'none'";
test("beside_a_policy_of_nonces_the_banner_comes_and_what_both_allow_acts", async (t) => {
  const tag = `<script nonce="${NONCE}" src="/consentry.js"></script>`;
  const tagWithNonces = configuredTag(undefined, tag).replace(
    "<script type",
    `<script nonce="${NONCE}" type`,
  );
  site.add("policy-nonce.html", marked(site.pageText("nonces.html", { tag: tagWithNonces })));
  const ours = run("csp", []).trim();
  const cases = [
    {
      name: "both enforced",
      policies: [OWN_POLICY, ours],
      further: {},
      expected: { needed: 1, made: 1 },
    },
    {
      name: "theirs only reports",
      policies: ours,
      further: { "content-security-policy-report-only": OWN_POLICY },
      expected: { needed: 1, made: 1, "without-nonce": 1 },
    },
  ];
  for (const { name, policies, further, expected } of cases) {
    policy = policies;
    furtherHeaders = further;
    const page = await visit(t, "policy-nonce.html");
    const found = await settled(() => page.evaluate(() => ({ ...window.__ran })));
    assert.deepEqual(found, expected, name);
    assert.ok(await page.locator("consentry-banner").count(), name);
    assert.deepEqual(
      site.requests().filter(({ host }) => [ANALYTICS, UNKNOWN].includes(host)),
      [],
      name,
    );
    await page.locator('consentry-banner [data-consentry="preferences"]').first().click();
    await page.locator('consentry-banner dialog [data-consentry-category="analytics"]').waitFor();
    assert.deepEqual(
      page.consoleLines.filter((line) => /violat/.test(line) && !/without-nonce/.test(line)),
      [],
      name,
    );
  }
  policy = furtherHeaders = undefined;
});
