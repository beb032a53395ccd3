// `convert` reads the configurations that other consent managers publish as examples in their npm packages. They are fetched
// by their hashes, and none is kept here. The packages of vanilla-cookieconsent 3 have none; those of 2 have.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { bin, installed, packAndInstall, run } from "./installed.mjs";

const PACKAGES = {
  "klaro@0.7.22":
    "sha512-NkaFxS4S8160/zH1UQzCSYIIsAtwIDHIkJ7xofCrgRqk14OSY+OJuwCjYyW+q5fmIeF4RvsuBH6brPe2BS9Z0A==",
  "vanilla-cookieconsent@2.8.0":
    "sha512-ouffZlaEkrGBvYJtYt1p4tB4IQ9gdw1dZR+yJmlTjpA14PUKCWpx9gblWeujpwD5OjXI0/aWHb0M0wdYd2uJ2g==",
  "vanilla-cookieconsent@2.9.2":
    "sha512-SHAS5W0DBvvcUtjmVvvYkhmLPmTlgwKzFvViUp5mBimbZCdZKbDQzwyk/TgYq02+61RrtxmDdLGzDWNFpSbsGQ==",
};

let folder;
before(() => {
  packAndInstall();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-published-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The text of a file in a published package.
 * @param {keyof typeof PACKAGES} name
 * @param {string} file
 */
function published(name, file) {
  // The package alone: what it depends on is large and not needed.
  const [{ filename, integrity }] = JSON.parse(
    run("npm", ["pack", name, "--json", "--pack-destination", folder], { cwd: folder }),
  );
  assert.equal(integrity, PACKAGES[name]);
  run("tar", ["xzf", filename, `package/${file}`], { cwd: folder });
  return readFileSync(path.join(folder, "package", file), "utf8");
}

/** What a script's configuration becomes, which must be a good one, and the remarks on it. */
async function converted(script) {
  writeFileSync(path.join(folder, "config.js"), script);
  const { status, stdout, stderr } = spawnSync(bin("consentry"), ["convert", "config.js"], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const { validate } = await import(pathToFileURL(path.join(installed, "tools.js")).href);
  const config = JSON.parse(stdout);
  assert.deepEqual(validate(config), []);
  return { config, remarks: stderr };
}

/** The cookies of each service, with its category. */
const cookiesOf = ({ services }) =>
  services.map(({ id, category, cookies }) => [id, category, cookies.map((cookie) => cookie.name)]);

test("the_example_of_klaro", async () => {
  const { config, remarks } = await converted(published("klaro@0.7.22", "dist/config.js"));
  const { services, languages, policyUrl, validity } = config;
  assert.deepEqual([languages, policyUrl, validity], [["en", "de"], "/#privacy", 365]);
  assert.deepEqual(Object.fromEntries(services.map(({ id, category }) => [id, category])), {
    twitter: "advertising",
    youtube: "advertising",
    matomo: "analytics",
    inlinetracker: "analytics",
    externaltracker: "analytics",
    intercom: "functional",
    mouseflow: "analytics",
    adsense: "advertising",
    camera: "functional",
    cloudflare: "necessary",
  });
  assert.deepEqual(services.find(({ id }) => id == "matomo").cookies, ["_pk_*", "piwik_ignore"]);
  assert.match(remarks, /services\[2\]\.callback: found a function/);
});

test("the_first_demo_of_vanilla_cookieconsent", async () => {
  const { config, remarks } = await converted(published("vanilla-cookieconsent@2.8.0", "demo/app.js"));
  const { languages, validity, banner, categories } = config;
  assert.deepEqual([languages, validity], [["en"], 365]);
  assert.deepEqual(banner, { layout: "box", position: "bottom-right" });
  assert.deepEqual(
    categories.map((category) => category.id ?? category),
    ["necessary", "analytics", "advertising"],
  );
  assert.deepEqual(cookiesOf(config), [["analytics-cookies", "analytics", ["_ga*", "_gid"]]]);
  assert.deepEqual(
    config.services[0].cookies.map(({ duration }) => duration),
    ["2 years", "1 day"],
  );
  for (const left of ["onAccept: found a function", "onChange: found a function", 'the column "Domain"'])
    assert.ok(remarks.includes(left), left);
});

test("the_second_demo_of_vanilla_cookieconsent_which_makes_visitors_choose", async () => {
  const { config, remarks } = await converted(published("vanilla-cookieconsent@2.8.0", "demo/app2.js"));
  assert.deepEqual(config.banner, { layout: "dialog", position: "bottom" });
  assert.deepEqual(cookiesOf(config), [
    ["analytics-cookies", "analytics", ["_ga*", "_gid", "_my_cookie"]],
    ["targeting", "advertising", ["_cl*"]],
  ]);
  for (const left of ["force_consent: found true", "toggle.reload: found", 'found the path "/demo"'])
    assert.ok(remarks.includes(left), left);
});

test("the_whole_example_in_the_readme_of_vanilla_cookieconsent", async () => {
  const readme = published("vanilla-cookieconsent@2.9.2", "Readme.md");
  const [, script] = readme.match(/```javascript\n([^]*?initCookieConsent[^]*?)```/);
  const { config, remarks } = await converted(script);
  assert.deepEqual(config.languages, ["en"]);
  assert.deepEqual(cookiesOf(config), [["analytics-cookies", "analytics", ["_ga*", "_gid"]]]);
  assert.match(remarks, /^remark onFirstAction: found a function; /m);
});
