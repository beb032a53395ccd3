// What whoever runs a site reads in the browser's console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  NECESSARY,
  UNKNOWN,
  configuredTag,
  declaredConfig,
  settled,
  startStage,
  wholePage,
} from "./stage.mjs";

const PAYMENT = "js.stripe.com";

let site;
before(async () => {
  site = await startStage();
});
after(() => site?.close());

async function linesOf(t, config, hosts) {
  const page = await site.visit(t);
  const scripts = hosts.map((host) => `<script>fetch("https://${host}/a.json").catch(() => {})</script>`);
  site.add("page.html", wholePage(configuredTag(config), scripts.join("").repeat(2)));
  await page.open("page.html");
  await settled(() => page.consoleLines.length, 1500);
  return page.consoleLines.filter((line) => line.includes("consentry"));
}

test("a_host_that_nobody_described_is_named_once_with_what_would_change_it", async (t) => {
  const lines = await linesOf(t, declaredConfig(), [UNKNOWN, NECESSARY]);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^info: /);
  const [, host, category, service] = lines[0].match(/: (\S+) counts as (\w+) unless "services" has (.+)$/);
  assert.deepEqual([host, category], [UNKNOWN, "unclassified"]);
  // The line works once its two places are filled.
  const filled = { ...JSON.parse(service), id: "cdn", category: "necessary" };
  const { services } = declaredConfig();
  assert.deepEqual(await linesOf(t, declaredConfig({ services: [...services, filled] }), [UNKNOWN]), []);
});

test("a_host_that_the_gate_itself_calls_necessary_is_named_once", async (t) => {
  const lines = await linesOf(t, declaredConfig(), [PAYMENT]);
  assert.equal(lines.length, 1);
  assert.match(
    lines[0],
    /^info: consentry: js\.stripe\.com counts as necessary unless "services" has \{.*\}$/,
  );
});

for (const [what, script, isSaid] of /** @type {[string, string, boolean][]} */ ([
  ["that_blocks", '<script src="/own.js"></script>', true],
  ["of_the_site_that_waits_for_nobody", '<script async src="/own.js"></script>', false],
  ["of_somebody_else_that_waits_for_nobody", `<script async src="https://${UNKNOWN}/a.js"></script>`, true],
  ["that_is_marked", '<script type="text/plain" data-consent="analytics">1</script>', false],
]))
  test(`a_script_before_the_tag_${what}_is_${isSaid ? "" : "not_"}told_of`, async (t) => {
    const page = await site.visit(t);
    site.add("own.js", "");
    const plain = wholePage(configuredTag(declaredConfig()), "");
    site.add("page.html", plain.replace("<script", `${script}<script`));
    await page.open("page.html");
    await settled(() => page.consoleLines.length, 1500);
    assert.equal(
      page.consoleLines.some((line) => line.includes("not the first script")),
      isSaid,
    );
  });

test("where_all_hosts_are_described_nothing_is_said", async (t) => {
  assert.deepEqual(await linesOf(t, declaredConfig(), [NECESSARY]), []);
});
