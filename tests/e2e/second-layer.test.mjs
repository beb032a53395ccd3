// What www/docs/checklist.md asks of the second layer and of the banner's links (S1, S2, S4, S6, C2, L10), on each site of the
// demo as a visitor meets it, and on a bad site that must fail each of these questions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { SITES } from "../../www/demo/sites.mjs";
import { contextWith, launch, layerShown, until } from "./browser.mjs";
import { root, siteConfig, startAllSites } from "./site.mjs";
import { declaredConfig, startStage, TAG, wholePage } from "./stage.mjs";

let sites;
let browser;
let badSite;
before(async () => {
  sites = await startAllSites();
  browser = await launch(sites);
  badSite = await startStage({
    config: declaredConfig({ languages: ["en"], policyUrl: "/nowhere" }),
    pages: { "index.html": wholePage(TAG, "<h1>Page</h1>") },
  });
});
after(async () => {
  await browser?.close();
  await sites?.close();
  await badSite?.close();
});

const labelsIn = (language) =>
  JSON.parse(readFileSync(path.join(root, `src/ui/texts/${language}.json`), "utf8")).preferences;

/** A page of the site that shows its banner. */
async function open(t, address, browserOfSite = browser) {
  const context = await contextWith(browserOfSite, { viewport: { width: 900, height: 800 } });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(address);
  await layerShown(page, 1);
  const language = await page.evaluate(() => document.querySelector("consentry-banner").getAttribute("lang"));
  return { page, labels: labelsIn(language) };
}

const openPreferences = async (page) => {
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
};

/** What is wrong with the second layer that is open: lines that begin with the assertion that is broken. */
const faultsOfPreferences = (page, labels) =>
  page.evaluate((labels) => {
    const faults = [];
    const dialog = document.querySelector("consentry-banner").shadowRoot.querySelector("dialog");
    /** @param {Element | Document | ShadowRoot} place */
    const all = (place, selector) => [...place.querySelectorAll(selector)];
    for (const category of all(dialog, ".category")) {
      const title = category.querySelector("h3").textContent;
      const isNecessary = !!category.querySelector("h3 small");
      const services = all(category, ".service");
      const switches = /** @type {HTMLInputElement[]} */ (all(category, "input"));
      if (switches.some((it) => it.checked)) faults.push(`S1 ${title}: a switch is on`);
      if (!isNecessary && switches.length != services.length + 1)
        faults.push(`S2 ${title}: ${services.length} services and ${switches.length} switches`);
      if (isNecessary && switches[0]) faults.push(`S4 ${title}: what is necessary has a switch`);
      if (!category.querySelector(":scope > p")) faults.push(`S4 ${title}: is not explained`);
      for (const service of services) {
        const name = service.querySelector("h4, label").textContent;
        const told = all(service, "dt").map((it) => it.textContent);
        if (!service.querySelector("p")) faults.push(`${isNecessary ? "S4" : "S2"} ${name}: no purpose`);
        for (const fact of ["legalBasis", "recipients", "retention"])
          if (!told.includes(labels[fact])) faults.push(`C2 ${name}: no ${fact}`);
      }
    }
    return faults;
  }, labels);

/** What the declaration does not say of the cookies and keys that are declared (S6). */
async function faultsOfDeclaration(page, labels) {
  await page.evaluate(() => document.body.append(document.createElement("consentry-declaration")));
  await page.locator("consentry-declaration table").first().waitFor();
  const rows = await page
    .locator("consentry-declaration tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  const kept = [labels.sessionCookie, labels.persistentCookie, labels.localStorage, labels.cookies];
  return rows
    .filter(([, kind]) => kept.includes(kind))
    .flatMap(([name, kind, purpose, provider, duration]) => {
      const unsaid = Object.entries({ purpose, provider, duration }).filter(
        ([, text]) => !text || text == labels.notStated,
      );
      // A cookie of which nobody says whether it ends with the session.
      const hasKind = kind != labels.cookies;
      return [...unsaid.map(([what]) => what), ...(hasKind ? [] : ["kind"])].map(
        (what) => `S6 ${name}: no ${what}`,
      );
    });
}

/** Which links of the layer that is shown lead nowhere, or back to where the visitor is (L10). */
const deadLinks = (page) =>
  page.evaluate(async () => {
    const { shadowRoot } = document.querySelector("consentry-banner");
    const shown = shadowRoot.querySelector("dialog[open]") ?? shadowRoot;
    const links = /** @type {HTMLAnchorElement[]} */ ([...shown.querySelectorAll("a")]);
    const isDead = async ({ href }) => !(await fetch(href)).ok || href.split("#")[0] == location.href;
    const answers = await Promise.all(links.map(async (it) => [it.href, await isDead(it)]));
    return { number: links.length, dead: answers.filter(([, dead]) => dead).map(([href]) => `L10 ${href}`) };
  });

for (const { name } of SITES) {
  const address = `http://www.${name}.test/`;

  test(`the_second_layer_of_${name}_says_all_and_presumes_nothing`, async (t) => {
    const { page, labels } = await open(t, address);
    const first = await deadLinks(page);
    assert.ok(first.number > 0);
    await openPreferences(page);
    const second = await deadLinks(page);
    assert.deepEqual([...first.dead, ...second.dead], []);
    assert.deepEqual(await faultsOfPreferences(page, labels), []);
    assert.deepEqual(await faultsOfDeclaration(page, labels), []);
  });

  test(`each_switch_of_${name}_grants_what_it_names_and_nothing_else`, async (t) => {
    const { page } = await open(t, address);
    const asked = siteConfig(name).services.filter(({ category }) => category != "necessary");
    for (const { id } of asked) {
      await openPreferences(page);
      await page
        .locator(`consentry-banner [data-consentry-service="${id}"]`)
        .evaluate((it) => /** @type {HTMLInputElement} */ (it).click());
      const said = page.evaluate(
        () =>
          new Promise((resolve) =>
            window.consentry.on("consent", () => resolve(window.consentry.consent?.granted)),
          ),
      );
      await page.locator('consentry-banner dialog [data-consentry="save"]').click();
      const only = asked.filter(({ category }) => category == asked.find((it) => it.id == id).category);
      const granted = /** @type {string[]} */ (await said);
      // The only service of a category stands for it.
      const category = only[0].category;
      assert.ok(
        granted.every((scope) => scope == `service:${id}` || (only.length == 1 && scope == category)),
        `${id}: ${granted}`,
      );
      assert.ok(granted.length > 0, `${id} is granted`);
      await page.evaluate(() => window.consentry.withdraw());
      await until(() => page.evaluate(() => !window.consentry.consent?.granted.length), "it is withdrawn");
    }
  });
}

test("a_site_that_tells_nothing_fails_each_question", async (t) => {
  const { page, labels } = await open(t, new URL("index.html", badSite.url).href, badSite.browser);
  assert.match(String((await deadLinks(page)).dead), /L10 .*\/nowhere/);
  await openPreferences(page);
  // Nothing that an owner can write turns a switch on, or takes one away: a page that does it stands for such a component.
  await page.evaluate(() => {
    const dialog = document.querySelector("consentry-banner").shadowRoot.querySelector("dialog");
    const [category, service] = ["category", "service"].map((it) =>
      dialog.querySelector(`[data-consentry-${it}]`),
    );
    /** @type {HTMLInputElement} */ (category).checked = true;
    service.remove();
    dialog.querySelector(".category").prepend(service.cloneNode());
    dialog.querySelector(".category > p").remove();
  });
  const faults = [...(await faultsOfPreferences(page, labels)), ...(await faultsOfDeclaration(page, labels))];
  const broken = new Set(faults.map((it) => it.slice(0, 2)));
  assert.deepEqual([...broken].sort(), ["C2", "S1", "S2", "S4", "S6"], faults.join("\n"));
});
