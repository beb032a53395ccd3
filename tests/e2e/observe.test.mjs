// What the owner learns of who acts on the site undeclared, and what one click makes of it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import {
  TAG,
  UNKNOWN,
  declaredConfig,
  wholePage,
  configuredTag,
  settled,
  startStage,
  answerAsVendor,
} from "./stage.mjs";
import { bundle } from "./site.mjs";
import { logIn } from "./admin.mjs";

const MEASURES = "script.hotjar.io";
const thirdParty = (request) => answerAsVendor({ ...request, host: `${request.host}-example.net` });

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, config: declaredConfig({ observe: true }), thirdParty });
});
after(() => site?.close());

const scriptOf = (host, name) =>
  `<script>{
    const script = document.createElement('script');
    script.src = 'https://${host}/${name}.js';
    document.head.append(script);
  }</script>`;
const observedNames = async () => {
  const { sites } = await site.ledger.ask("/admin/observations.json");
  return sites[0].observations.map(({ kind, name }) => `${kind} ${name}`).sort();
};
const scriptsThatRan = (page) => page.evaluate(() => Object.keys(globalThis.__ran || {}).sort());

test("names_and_hosts_that_nobody_declared_are_told_without_what_could_be_an_id", async (t) => {
  const page = await site.visit(t);
  await page.context().addCookies([{ name: "from_before", value: "1", url: site.url }]);
  site.addPage("undeclared-names-and-hosts.html", { tag: TAG });
  const bodies = [];
  page.on("request", (it) => it.url().endsWith("/v1/observations") && bodies.push(it.postDataJSON()));
  await page.open("undeclared-names-and-hosts.html");
  await until(async () => (await observedNames()).length > 7, "the backend has them");
  assert.deepEqual(await observedNames(), [
    "cookie wish_*_list",
    "host cdn.jsdelivr.net",
    `host ${UNKNOWN}`,
    `host ${MEASURES}`,
    "host user-*.tracker-example.net",
    "storage cart.*",
    "storage seen:*",
    "storage theme*",
  ]);
  for (const body of bodies) {
    assert.deepEqual(Object.keys(body), ["site", "observations"]);
    for (const observation of body.observations) assert.deepEqual(Object.keys(observation), ["kind", "name"]);
  }
  assert.ok(
    !JSON.stringify(bodies).match(/from_before|stat_id|undeclared-names-and-hosts\.html|4711|jane|1a2b3c/),
  );
  assert.deepEqual(
    await page.evaluate(() => Object.keys(localStorage).filter((it) => it.startsWith("consentry"))),
    [],
  );
  assert.deepEqual(page.uncaughtErrors, []);
});

test("one_click_declares_a_host_and_the_next_page_follows_it", async (t) => {
  const page = await site.visit(t);
  await page.open("undeclared-names-and-hosts.html");
  await until(async () => (await observedNames()).includes(`host ${UNKNOWN}`), "it is observed");
  const admin = await site.visit(t);
  await logIn(admin, site);
  const row = admin
    .locator("article, li, tr, section > div, form")
    .filter({ hasText: UNKNOWN })
    .filter({ has: admin.locator('button[value="analytics"]') })
    .last();
  await row.locator('button[value="analytics"]').click();
  await admin.waitForLoadState();
  assert.ok(!(await observedNames()).includes(`host ${UNKNOWN}`));
  site.add(
    "declared.html",
    wholePage(`<script src="${site.backend}/test/consentry.js"></script>`, scriptOf(UNKNOWN, "unknown")),
  );
  await page.open("declared.html");
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  await until(
    async () => (await scriptsThatRan(page)).includes("unknown"),
    "it runs for who granted analytics",
  );
  const answer = await page.evaluate((host) => window.consentry.classify("url", host), UNKNOWN);
  assert.deepEqual([answer.category, answer.rule], ["analytics", "declared"]);
});

test("a_bundle_with_the_ledger_knows_the_hosts_that_were_observed", async (t) => {
  await until(async () => (await observedNames()).includes(`host ${MEASURES}`), "it is observed");
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-baked-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "site.json");
  writeFileSync(file, JSON.stringify(declaredConfig({ site: "test" })));
  bundle(file, folder, ["--data", site.ledger.data]);
  const script = readFileSync(path.join(folder, "consentry.js"), "utf8");
  assert.ok(script.includes('"verdicts":[[1,2,"hotjar.io"]]'), script.slice(-400));
  for (const name of ["consentry.js", "consentry-after.js"])
    site.add("baked/" + name, readFileSync(path.join(folder, name), "utf8"));
  // What the gate lets load unasked it still does.
  site.addPage("baked-observations.html");
  const page = await site.visit(t);
  const asked = [];
  page.on("request", (it) => it.url().includes("consentry-classify") && asked.push(it.url()));
  await page.open("baked-observations.html");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), ["library"]);
  await page.evaluate(() => window.consentry.save({ advertising: true }));
  assert.deepEqual(await settled(() => scriptsThatRan(page)), ["library"]);
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  await until(async () => (await scriptsThatRan(page)).includes("measures"), "it runs");
  assert.deepEqual(asked, []);
});

test("many_names_are_told_in_parts_and_a_site_without_a_backend_tells_nobody", async (t) => {
  const page = await site.visit(t);
  const sent = [];
  page.on(
    "request",
    (it) => it.url().endsWith("/v1/observations") && sent.push(it.postDataJSON().observations.length),
  );
  site.addPage("many-names.html", { tag: TAG });
  await page.open("many-names.html");
  await until(() => sent.reduce((sum, it) => sum + it, 0) >= 60, "all are told");
  assert.ok(
    sent.every((it) => it <= 25),
    sent.join(),
  );
  site.addPage("without-a-backend.html", {
    tag: configuredTag({ observe: true }, '<script src="/plain/consentry.js"></script>'),
  });
  const alone = await site.visit(t);
  await alone.open("without-a-backend.html");
  await alone.evaluate(() => document.dispatchEvent(new CustomEvent("consentry:held")));
  await new Promise((done) => setTimeout(done, 3500));
  await alone.open("blank.html");
  assert.deepEqual(alone.uncaughtErrors, []);
});

test("nothing_is_told_where_the_owner_did_not_ask", async (t) => {
  const page = await site.visit(t);
  const sent = [];
  page.on("request", (it) => it.url().endsWith("/v1/observations") && sent.push(it.url()));
  site.addPage("not-observed.html");
  await page.open("not-observed.html");
  await new Promise((done) => setTimeout(done, 3500));
  await page.open("blank.html");
  assert.deepEqual(sent, []);
});
