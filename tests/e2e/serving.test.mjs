// A page whose tag is the one that `consentry serve` serves: what the browser asks the server for, and how often.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { declaredConfig, settled, startStage, wholePage } from "./stage.mjs";

const SHORT = "public, max-age=300, stale-while-revalidate=3600";
const ENDLESS = "public, max-age=31536000, immutable";

let site, proxy;
/** @type {{folder: string, name: string, status: number, life: string, coding: string}[]} */
let asked = [];
before(async () => {
  site = await startStage({ config: declaredConfig() });
  // Stands in front of the server, as a proxy does, and notes what a browser really asks for.
  proxy = http.createServer((request, response) => {
    const { method, url, headers } = request;
    const behind = http.request(site.backend + url, { method, headers }, (found) => {
      const [, , ...path] = url.split("?")[0].split("/");
      const name = path.pop();
      const { "cache-control": life, "content-encoding": coding } = found.headers;
      asked.push({ folder: path.join("/"), name, status: found.statusCode, life, coding });
      response.writeHead(found.statusCode, found.headers);
      found.pipe(response);
    });
    behind.on("error", () => response.destroy());
    request.pipe(behind);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const tag = `<script src="http://127.0.0.1:${proxy.address().port}/test/consentry.js"></script>`;
  site.add("page.html", wholePage(tag, "<p>A page</p>"));
});
after(async () => {
  proxy?.closeAllConnections();
  proxy?.close();
  await site?.close();
});

const namesAsked = () => settled(() => asked.map(({ name }) => name).sort());

test("the_files_beside_the_script_are_kept_for_good_and_a_second_visit_asks_for_none_of_them", async (t) => {
  const first = await site.visit(t);
  await first.open("page.html");
  await until(
    () => asked.some(({ name }) => name == "consentry-ui.wasm"),
    "the preferences are fetched ahead",
  );
  await first.evaluate(() => window.consentry.acceptAll());
  await first.evaluate(() => window.consentry.showPreferences());
  await first.locator("consentry-banner [data-consentry=save]").waitFor();
  assert.deepEqual(await namesAsked(), [
    "consentry-after.js",
    "consentry-preferences.en.json",
    "consentry-ui.js",
    "consentry-ui.wasm",
    "consentry.js",
  ]);
  const [script, ...beside] = asked;
  assert.deepEqual(
    [script.name, script.folder, script.status, script.life],
    ["consentry.js", "", 200, SHORT],
  );
  for (const { name, folder, status, life, coding } of beside) {
    assert.match(folder, /^[0-9a-f]{24}$/, name);
    assert.deepEqual([status, life], [200, ENDLESS], name);
    assert.match(coding, /^(br|gzip)$/, name); // over plain http a browser takes no brotli
  }
  asked = [];
  const second = await site.openTab(first.context());
  await second.open("page.html");
  await second.evaluate(() => window.consentry.withdraw());
  await second.evaluate(() => window.consentry.showPreferences());
  await second.locator("consentry-banner [data-consentry=save]").waitFor();
  const again = await namesAsked();
  assert.ok(
    again.every((name) => name == "consentry.js"),
    `nothing but the script, if that: ${again}`,
  );
  assert.deepEqual([...first.uncaughtErrors, ...second.uncaughtErrors], []);
});

test("a_page_with_a_script_of_before_a_change_gets_what_it_asks_for", async (t) => {
  const script = await (await fetch(`${site.backend}/test/consentry.js`)).text();
  const [, folder] = /"([0-9a-f]{24})\/consentry-"/.exec(script);
  // The same build with other texts.
  const before = folder.slice(0, 12) + "0".repeat(12);
  const old = script.replace(`"${folder}/`, `"http://127.0.0.1:${proxy.address().port}/test/${before}/`);
  site.add("old/consentry.js", old);
  site.add("old.html", wholePage('<script src="/old/consentry.js"></script>'));
  asked = [];
  const page = await site.visit(t);
  await page.open("old.html");
  await page.evaluate(() => window.consentry.showPreferences());
  await page.locator("consentry-banner [data-consentry=save]").waitFor();
  assert.ok(asked.length >= 3 && asked.every(({ status, life }) => status == 200 && life == SHORT));
});
