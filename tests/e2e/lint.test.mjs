// `consentry lint --url` looks at a running page in the installed Chromium and judges what it sees: the banner and its
// buttons on a small screen and a large one, what is stored and who is asked before a choice.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { program } from "./site.mjs";
import { ANALYTICS, NECESSARY, UNKNOWN, startStage } from "./stage.mjs";

/** A configuration in which the lint finds nothing. */
const CONFIG = {
  languages: ["en", "sv"],
  controller: {
    name: "Shop Ltd",
    address: "1 Example Street",
    contact: "privacy@shop.example",
    authority: "The data protection authority",
  },
  policyUrl: "/privacy",
  services: [
    {
      id: "stats",
      name: "Stats",
      category: "analytics",
      purpose: "Counts visits",
      recipients: "Stats Ltd",
      retention: "30 days",
      transfers: "None",
      hosts: [ANALYTICS],
    },
    {
      id: "pay",
      name: "Pay",
      category: "necessary",
      legalBasis: "contract",
      purpose: "Takes payments",
      recipients: "Pay Ltd",
      retention: "7 years",
      transfers: "None",
      hosts: [NECESSARY],
    },
  ],
};

let site, folder;
before(async () => {
  site = await startStage({ test: import.meta.url, config: CONFIG });
  folder = mkdtempSync(path.join(tmpdir(), "consentry-lint-"));
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(CONFIG));
  // A browser in which the vendors' names lead to the stand-ins.
  const browser = process.env.CHROMIUM || "/usr/bin/chromium";
  const script = `#!/bin/sh\nexec '${browser}' "$@" --host-resolver-rules='${site.rules}'\n`;
  writeFileSync(path.join(folder, "chromium"), script);
  chmodSync(path.join(folder, "chromium"), 0o755);
});
after(async () => {
  await site?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/**
 * What the lint finds on a page of the site.
 * @param {string} page
 * @returns {Promise<{code: number, findings: {rule: string, level: string, found: string}[]}>}
 */
function lint(page) {
  const address = new URL(page, site.url).href;
  const command = ["lint", path.join(folder, "site.json"), "--url", address, "--format", "json"];
  const options = { env: { ...process.env, CHROMIUM: path.join(folder, "chromium") } };
  return new Promise((done, fail) => {
    execFile(program, command, options, (error, out, errors) => {
      const code = Number(error?.code ?? 0);
      if (code > 1) return fail(new Error(errors));
      done({ code, findings: JSON.parse(out).findings });
    });
  });
}

const rulesIn = (findings) => [...new Set(findings.map(({ rule }) => rule))].sort();

test("on_a_good_page_nothing_is_found", async () => {
  assert.deepEqual(await lint("good.html"), { code: 0, findings: [] });
});

test("what_is_stored_or_asked_before_a_choice_is_found", async () => {
  const { code, findings } = await lint("leaking.html");
  assert.equal(code, 1);
  assert.deepEqual(rulesIn(findings), ["requested-before-choice", "stored-before-choice", "undeclared-host"]);
  const found = findings.map(({ found }) => found).join("\n");
  for (const expected of [
    'cookie "visits"',
    'storage key "visitor"',
    'database "visits"',
    'cache "pages"',
    `request to ${ANALYTICS}`,
    UNKNOWN,
  ])
    assert.ok(found.includes(expected), found);
});

test("a_banner_that_steers_is_found_out", async () => {
  const { code, findings } = await lint("dark.html");
  assert.equal(code, 1);
  assert.deepEqual(rulesIn(findings), [
    "banner-language",
    "hidden-refusal",
    "incomplete-first-layer",
    "no-refusal",
    "pre-ticked",
    "swapped-buttons",
    "unequal-buttons",
    "unreadable-banner",
  ]);
});

test("a_page_without_a_banner_is_found", async () => {
  const { code, findings } = await lint("none.html");
  assert.equal(code, 1);
  assert.deepEqual(rulesIn(findings), ["banner-not-shown"]);
});
