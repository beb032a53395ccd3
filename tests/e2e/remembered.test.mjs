// What the full tables said of hosts is there before the first script of the next page, where it matters and from the
// tables that lie beside the script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { TAG, html, settled, stage, vendor } from "./stage.mjs";

// Known to the full tables alone.
const MEASURES = "script.hotjar.io",
  SELLS = "static.criteo.net";
const thirdParty = (request) => vendor({ ...request, host: `${request.host}-example.net` });

let site;
before(async () => {
  site = await stage({ thirdParty });
  const add = (host, name) =>
    `<script>{
      const element = document.createElement("script");
      element.src = "https://${host}/${name}.js";
      document.head.append(element);
    }</script>`;
  site.add("loads.html", html(TAG, add(MEASURES, "measures") + add(SELLS, "sells")));
  site.add("empty.html", html(TAG));
});
after(() => site?.close());

const ran = (page) => page.evaluate(() => Object.keys(globalThis.__ran || {}).sort());
const heldHosts = (page) =>
  page.evaluate(async () =>
    (await consentry.report()).held.map(({ target }) => new URL(target).hostname).sort(),
  );
/** A page on which analytics are granted and both hosts are remembered. */
async function withMemory(t) {
  const page = await site.visit(t);
  await page.open("loads.html");
  await page.evaluate(() => consentry.save({ analytics: true }));
  await until(async () => (await ran(page)).includes("measures"), "the full tables have answered");
  await until(() => page.evaluate(() => localStorage["consentry.verdicts"]), "it is remembered");
  return page;
}

test("a_granted_host_acts_while_the_next_page_loads_and_no_further_file_is_fetched", async (t) => {
  const page = await withMemory(t);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.open("loads.html");
  await until(async () => (await ran(page)).includes("measures"), "it runs");
  assert.deepEqual(await settled(() => ran(page)), ["measures"]);
  assert.deepEqual(
    asked.filter((path) => /consentry-/.test(path)),
    [],
  );
  assert.deepEqual(await heldHosts(page), [SELLS]);
  assert.deepEqual(page.faults, []);
});

test("what_other_tables_said_is_ignored", async (t) => {
  const page = await withMemory(t);
  await page.evaluate(() => {
    const remembered = JSON.parse(localStorage["consentry.verdicts"]);
    remembered.hosts["static.criteo.net"] = "analytics";
    localStorage["consentry.verdicts"] = JSON.stringify({ ...remembered, tables: "others" });
  });
  await page.open("loads.html");
  await until(async () => (await ran(page)).includes("measures"), "the full tables were asked again");
  assert.deepEqual(await settled(() => ran(page)), ["measures"]);
});

test("where_nothing_is_granted_nothing_remembered_counts", async (t) => {
  const page = await withMemory(t);
  await page.evaluate(() => consentry.withdraw());
  await page.open("loads.html");
  assert.deepEqual(await settled(() => ran(page)), []);
  assert.deepEqual(await heldHosts(page), [MEASURES, SELLS]);
});

test("another_tabs_choice_brings_what_is_remembered", async (t) => {
  const first = await withMemory(t);
  await first.evaluate(() => consentry.withdraw());
  const second = await site.tab(first.context());
  await second.open("empty.html");
  await first.evaluate(() => consentry.save({ analytics: true }));
  await until(() => second.evaluate(() => consentry.allowed("analytics")), "the other tab follows");
  const asked = [];
  second.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await second.evaluate((host) => {
    const element = document.createElement("script");
    element.src = `https://${host}/measures.js`;
    document.head.append(element);
  }, MEASURES);
  await until(async () => (await ran(second)).includes("measures"), "it runs");
  assert.deepEqual(
    asked.filter((path) => /consentry-/.test(path)),
    [],
  );
});
