// The five systems: each demo site goes the whole journey by pointer, in its own language, on a host of its own; and what
// one of them alone has to show. What runs and is kept on each is in systems/systems.mjs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { contextWith, launch, layerShown, runCounts, settled, storageOf, until } from "./browser.mjs";
import { program, root, siteConfig, startAllSites, startSite } from "./site.mjs";
import { isListed, SYSTEMS } from "./systems/systems.mjs";

// Only Playwright can make a window wider while it is open.
const isChromium = !process.env.ENGINE;

let sites;
let browser;
before(async () => {
  sites = await startAllSites();
  browser = await launch(sites);
});
after(async () => {
  await browser?.close();
  await sites?.close();
});

const CATEGORIES = ["functional", "analytics", "advertising"];
const addressOf = (name, page = "") => `http://www.${name}.test/${page}`;

/** A page in a fresh context; narrow, so that the demo's panel stays closed: it asks for reports, which fetches files. */
async function visit(t, name, language = SYSTEMS[name].language) {
  const context = await contextWith(browser, {
    viewport: { width: 900, height: 800 },
    locale: { en: "en-GB", sv: "sv-SE" }[language],
  });
  t.after(() => context.close());
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  return { context, page, faults };
}

/** Where the middle of the control is that is to be seen, in the page or in a root of ours; `within` narrows it to one. */
const placeOf = (page, control, within) =>
  page.evaluate(
    ([selector, host]) => {
      /** @type {(Document | ShadowRoot)[]} */
      const roots = host ? [document.querySelector(host)?.shadowRoot] : [document];
      for (const root of roots)
        for (const element of root?.querySelectorAll("*") ?? [])
          if (element.shadowRoot && element.localName.startsWith("consentry-"))
            roots.push(element.shadowRoot);
      const found = roots.reverse().flatMap((root) => [...(root?.querySelectorAll(selector) ?? [])]);
      const shown = found.find((element) => element.getClientRects()[0]);
      shown?.scrollIntoView({ block: "nearest" });
      const box = shown?.getBoundingClientRect();
      return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
    },
    [control, within],
  );

async function press(page, control, within = "") {
  const place = () => settled(() => placeOf(page, control, within), 150);
  const { x, y } = await until(place, `${within} ${control} is there`);
  await page.mouse.click(x, y);
}
const choose = (page, control) => press(page, `[data-consentry="${control}"]`);

/** The receipts of a site, the oldest first. */
const receiptsOf = async (name) => (await sites.ledger.receipts()).filter(({ site }) => site === name);

/** The site's receipts, once there are as many as it has decided; the last one is of this action. */
const reported = (name, number, action) =>
  until(async () => {
    const all = await receiptsOf(name);
    return all.length == number && all.at(-1).action == action && all.at(-1);
  }, `receipt ${number} of ${name} is of ${action}`);

async function assertRan(page, expected) {
  await until(async () => {
    const ran = await runCounts(page);
    return expected.every((name) => ran[name]);
  }, `ran: ${expected}`);
  const ran = await settled(() => runCounts(page));
  assert.deepEqual(Object.keys(ran).sort(), [...expected].sort());
  assert.deepEqual(
    Object.entries(ran).filter(([, times]) => times != 1),
    [],
    "exactly once",
  );
}

/** The names of what the site keeps in the browser, our own choice aside. */
async function namesKept(page) {
  const { cookies, localStorage, sessionStorage } = await storageOf(page);
  return {
    cookies: cookies.map(({ name }) => name).sort(),
    local: Object.keys(localStorage)
      .filter((key) => !/^consentry/.test(key))
      .sort(),
    session: Object.keys(sessionStorage).sort(),
  };
}

const sorted = ({ cookies, local, session }) => ({
  cookies: [...cookies].sort(),
  local: [...local].sort(),
  session: [...session].sort(),
});

async function assertOnlyTheNecessary(page, name) {
  const system = SYSTEMS[name];
  const asked = await settled(() => sites.requests().map(({ host }) => host));
  assert.deepEqual(
    asked.filter((host) => ![...system.necessaryHosts, ...system.staticTags].includes(host)),
    [],
    "no script asked another host",
  );
  await assertRan(page, system.own);
  assert.deepEqual(await namesKept(page), sorted(system.always));
}

/** Everything that these categories keep is there, and nothing that the others keep. */
async function assertKept(page, name, granted) {
  const { kept } = SYSTEMS[name];
  const has = (names, entry) => names.some((one) => isListed(one, [entry]));
  await until(
    async () => {
      const now = await namesKept(page);
      return granted.every((category) => {
        const { cookies = [], local = [] } = kept[category];
        return cookies.every((it) => has(now.cookies, it)) && local.every((it) => has(now.local, it));
      });
    },
    `kept of ${granted}: ${JSON.stringify(granted.map((category) => kept[category]))}`,
  );
  const now = await namesKept(page);
  for (const category of CATEGORIES.filter((it) => !granted.includes(it))) {
    const { cookies = [], local = [] } = kept[category];
    assert.deepEqual(
      now.cookies.filter((it) => isListed(it, cookies)),
      [],
      `cookies of ${category}`,
    );
    assert.deepEqual(
      now.local.filter((it) => isListed(it, local)),
      [],
      `keys of ${category}`,
    );
  }
}

/** A copy of a site's folder in which `consentry mark` has held the static tags; it ends with the test. */
function markedCopy(t, name) {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-marked-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(root, "www/demo", name), folder, { recursive: true });
  const pages = readdirSync(folder).filter((file) => file.endsWith(".html"));
  const files = pages.map((file) => path.join(folder, file));
  execFileSync(program, ["mark", "--config", path.join(folder, "site.json"), ...files]);
  return folder;
}

for (const [name, system] of Object.entries(SYSTEMS)) {
  const vendorsOf = (...categories) => categories.flatMap((category) => system.vendors[category]);

  test(`the_whole_journey_on_${name}`, { timeout: 180_000 }, async (t) => {
    const { page, faults } = await visit(t, name);
    const before = (await receiptsOf(name)).length;
    const receipt = (number, action) => reported(name, before + number, action);

    // First visit: nothing but the necessary.
    sites.reset();
    await page.goto(addressOf(name));
    await layerShown(page, 1);
    await assertOnlyTheNecessary(page, name);

    // Refused in one click.
    await choose(page, "reject-all");
    await layerShown(page, 0);
    const refusal = await receipt(1, "reject-all");
    assert.deepEqual(refusal.granted, []);
    assert.equal(refusal.language, system.language);
    sites.reset();
    await page.reload();
    await assertOnlyTheNecessary(page, name);
    assert.equal(await page.evaluate(() => window.consentry.consent.id), null);

    // Accepted: everyone runs, once, without a reload.
    await choose(page, "preferences");
    await layerShown(page, 2);
    await choose(page, "accept-all");
    await assertRan(page, [...system.own, ...vendorsOf(...CATEGORIES)]);
    await assertKept(page, name, CATEGORIES);
    const consent = await receipt(2, "accept-all");
    for (const scope of system.separate ?? []) {
      assert.ok(!consent.granted.includes(scope), `${scope} is asked for by itself`);
      assert.equal(await page.evaluate((it) => window.consentry.allowed(it), scope), false);
    }

    // One category alone: what the others kept is gone at once, and they do not run on the next page.
    await choose(page, "preferences");
    await layerShown(page, 2);
    for (const category of CATEGORIES.filter((it) => it != system.partial))
      await press(page, `input[data-consentry-category="${category}"]`);
    await choose(page, "save");
    await layerShown(page, 0);
    const partial = await receipt(3, "save");
    assert.deepEqual(partial.granted, [system.partial]);
    assert.equal(partial.previous, consent.id);
    await page.reload();
    await assertRan(page, [...system.own, ...vendorsOf(system.partial)]);
    await assertKept(page, name, [system.partial]);

    // Withdrawn in two clicks, and nothing is left on the next page either.
    await choose(page, "preferences");
    await layerShown(page, 2);
    await choose(page, "withdraw");
    await layerShown(page, 0);
    const withdrawal = await receipt(4, "withdraw");
    assert.deepEqual(withdrawal.granted, []);
    assert.deepEqual(await page.evaluate(async () => (await window.consentry.report()).left), []);
    sites.reset();
    await page.reload();
    await assertOnlyTheNecessary(page, name);
    assert.deepEqual(faults, [], "no error on the page");
  });
}

test("every_page_begins_with_our_tag_and_says_in_its_language_that_it_is_a_demonstration", () => {
  const says = {
    en: [/<strong>Demonstration\.<\/strong>/, /[Tt]his is not (its|the company’s)/],
    sv: [/<strong>Demonstration\.<\/strong>/, /inte företagets webbplats/],
  };
  for (const [name, { language }] of Object.entries(SYSTEMS)) {
    const folder = path.join(root, "www/demo", name);
    for (const file of readdirSync(folder).filter((it) => it.endsWith(".html"))) {
      const text = readFileSync(path.join(folder, file), "utf8");
      for (const sentence of says[language]) assert.match(text, sentence, `${name}/${file}`);
      assert.match(text, new RegExp(`^<!doctype html>\\n<html lang="${language}">`), `${name}/${file}`);
      assert.match(/<script[^>]*>/.exec(text)[0], /src="\/consentry\.js"/, `${name}/${file}`);
    }
  }
});

test("every_site_lints_clean_with_its_pages_marked", (t) => {
  for (const name of Object.keys(SYSTEMS)) {
    const config = path.join(root, "www/demo", name, "site.json");
    const found = execFileSync(program, ["lint", config, "--html", markedCopy(t, name)], {
      encoding: "utf8",
    });
    assert.deepEqual(
      found.split("\n").filter((line) => /^(error|warning)/.test(line)),
      [],
      name,
    );
  }
});

test("trackmondo_protects_without_any_action_on_five_pages", async (t) => {
  const { page } = await visit(t, "trackmondo");
  const system = SYSTEMS.trackmondo;
  sites.reset();
  for (const file of ["", "sparning.html", "priser.html", "kontakt.html", "integritet.html"]) {
    await page.goto(addressOf("trackmondo", file));
    await layerShown(page, 1);
    await assertRan(page, system.own);
    assert.deepEqual(await namesKept(page), sorted(system.always), file);
  }
  const asked = await settled(() => sites.requests().map(({ host }) => host));
  // The map's frame stands in the HTML of one page, as the film's does on another.
  const inHtml = [...system.staticTags, "www.openstreetmap.org"];
  assert.deepEqual(
    asked.filter((host) => !inHtml.includes(host)),
    [],
  );
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
});

test("worxmate_logs_in_and_takes_payment_whatever_was_refused", async (t) => {
  const { page } = await visit(t, "worxmate");
  await page.goto(addressOf("worxmate", "portal.html"));
  await until(
    () => page.evaluate(() => location.pathname == "/logga-in.html" && document.readyState == "complete"),
    "who is not logged in is sent to the log-in",
  );
  await layerShown(page, 1);
  await choose(page, "reject-all");
  await layerShown(page, 0);
  await page.evaluate(() => {
    /** @type {HTMLInputElement} */ (document.querySelector("input[name=namn]")).value = "Kim";
  });
  await press(page, "form.card button");
  await until(
    () => page.evaluate(() => location.pathname == "/portal.html" && document.readyState == "complete"),
    "the portal is open",
  );
  const { cookies } = await storageOf(page);
  assert.deepEqual(cookies.map(({ name }) => name).sort(), ["wx_csrf", "wx_lb", "wx_session"]);
  assert.equal(cookies.find(({ name }) => name == "wx_session").httpOnly, true);

  await page.goto(addressOf("worxmate", "betala.html"));
  await assertRan(page, ["worxmate", "billmate", "billmate-frame"]);

  // A form that was made elsewhere does not know the cookie's word.
  const logInWith = (word) =>
    new Promise((done, fail) => {
      const headers = {
        host: "www.worxmate.test",
        cookie: "wx_csrf=right",
        "content-type": "application/x-www-form-urlencoded",
      };
      http
        .request(
          { port: sites.port, host: "127.0.0.1", method: "POST", path: "/logga-in", headers },
          (answer) => {
            answer.resume();
            done([answer.headers.location, String(answer.headers["set-cookie"]).includes("wx_session")]);
          },
        )
        .on("error", fail)
        .end(`namn=Kim&csrf=${word}`);
    });
  assert.deepEqual(await logInWith("right"), ["/portal.html", true]);
  assert.deepEqual(await logInWith("wrong"), ["/logga-in.html?fel=formular", false]);
});

test("worxmate_tells_of_its_revision_and_asks_only_what_is_new", async (t) => {
  // Chose under revision A, which knew neither the debt-collection partner nor the chat.
  const now = siteConfig("worxmate");
  const [change] = now.changes;
  const earlier = {
    ...now,
    revision: change.previous,
    changes: [],
    services: now.services.filter(({ id }) => !["debt-collection", "intercom"].includes(id)),
  };
  sites.useConfig("worxmate", earlier);
  const { page } = await visit(t, "worxmate");
  await page.goto(addressOf("worxmate"));
  await layerShown(page, 1);
  await choose(page, "accept-all");
  await layerShown(page, 0);

  sites.useConfig("worxmate", now);
  await page.reload();
  await assertRan(page, ["worxmate", "gtag", "posthog", "google-ads", "google-ads-frame"]);
  assert.equal(await page.evaluate(() => window.consentry.allowed("service:intercom")), false);
  assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), true);
  await until(
    () =>
      page.evaluate(() =>
        [...document.querySelectorAll("*")].some(({ shadowRoot }) =>
          shadowRoot?.textContent.includes("inkassopartner"),
        ),
      ),
    "the change is told in words",
  );
});

test("nordic_asks_for_position_and_health_data_each_by_itself", async (t) => {
  const { page } = await visit(t, "nordic");
  await page.goto(addressOf("nordic", "my-home.html"));
  await layerShown(page, 1);
  await choose(page, "accept-all");
  await layerShown(page, 0);
  const everyone = CATEGORIES.flatMap((category) => SYSTEMS.nordic.vendors[category]);
  await assertRan(page, ["nordic", ...everyone]);
  const ownHosts = () =>
    sites
      .requests()
      .map(({ host }) => host)
      .filter((host) => host.endsWith(".nordic-demo.example.net"));
  assert.deepEqual(ownHosts(), []);

  // One yes, given where it is used, opens one of them.
  const sayYes = (feature) =>
    press(page, '[data-consentry="allow"]', `[data-feature="${feature}"] consentry-placeholder`);
  await sayYes("location");
  await assertRan(page, ["nordic", "location", ...everyone]);
  assert.deepEqual(ownHosts(), ["positions.nordic-demo.example.net"]);
  assert.ok((await namesKept(page)).local.includes("home.position"));
  await sayYes("care");
  await assertRan(page, ["nordic", "location", "care", ...everyone]);

  // Each ends by itself, and takes with it what it kept.
  await press(page, '[data-feature="care"] [data-stop]');
  await until(async () => !(await namesKept(page)).local.includes("home.care"), "what it kept is gone");
  assert.ok((await namesKept(page)).local.includes("home.position"));
  assert.equal(await page.evaluate(() => window.consentry.allowed("service:location")), true);
  const last = (await until(async () => (await receiptsOf("nordic")).slice(-1), "a receipt"))[0];
  assert.ok(last.granted.includes("service:location") && last.denied.includes("service:care"));
});

test("itrace_keeps_the_players_settings_only_with_consent", async (t) => {
  const { page } = await visit(t, "itrace");
  const KEYS = ["itrace.player.textsize", "itrace.player.volume"];
  const turn = () =>
    page.evaluate(() => {
      /** @type {HTMLInputElement} */
      const volume = document.querySelector("[data-volume]");
      volume.value = "35";
      volume.dispatchEvent(new Event("change"));
    });
  await page.goto(addressOf("itrace", "spelare.html"));
  await layerShown(page, 1);
  await turn();
  // The page reads what it wrote; the browser has kept nothing.
  await page.reload();
  assert.deepEqual((await namesKept(page)).local, []);
  await page.evaluate(() => window.consentry.save({ functional: true }));
  await turn();
  assert.deepEqual((await namesKept(page)).local, KEYS);
  await page.reload();
  const volume = () =>
    page.evaluate(() => /** @type {HTMLInputElement} */ (document.querySelector("[data-volume]")).value);
  assert.equal(await volume(), "35");
  await page.evaluate(() => window.consentry.withdraw());
  await until(async () => (await namesKept(page)).local.length == 0, "the settings are gone");
  await page.reload();
  assert.equal(await volume(), "60");
});

test("itrace_takes_payment_before_any_choice", async (t) => {
  const { page } = await visit(t, "itrace");
  await page.goto(addressOf("itrace", "kassa.html"));
  await layerShown(page, 1);
  await assertRan(page, ["itrace", "klarna", "klarna-frame", "payson-frame"]);
});

test("itraces_links_to_shops_go_over_the_networks_when_the_visitor_presses_them", async (t) => {
  const { page } = await visit(t, "itrace");
  await page.goto(addressOf("itrace", "artikel.html"));
  await layerShown(page, 1);
  await choose(page, "reject-all");
  await layerShown(page, 0);
  for (const host of [
    "track.adtraction.com",
    "click.adrecord.com",
    "clk.tradedoubler.com",
    "track.double.net",
  ]) {
    sites.reset();
    await page.goto(addressOf("itrace", "artikel.html"));
    await press(page, `a[href^="https://${host}"]`);
    await until(
      () => sites.requests().some((request) => request.host == "butik.example.com"),
      `${host} sends the visitor on to the shop`,
    );
    await until(
      () =>
        page.evaluate(() => location.hostname == "butik.example.com" && document.readyState == "complete"),
      "the shop is open",
    );
  }
});

test("itraces_marked_pages_ask_nobody_before_a_choice", async (t) => {
  const marked = markedCopy(t, "itrace");
  const site = await startSite({ config: siteConfig("itrace"), pages: marked });
  const own = await launch(site);
  t.after(async () => {
    await own.close();
    await site.close();
  });
  const context = await contextWith(own, { viewport: { width: 900, height: 800 }, locale: "sv-SE" });
  const page = await context.newPage();
  for (const file of ["index.html", "artikel.html", "spelare.html", "integritet.html"]) {
    await page.goto(`${site.url}${file}`);
    await layerShown(page, 1);
    await assertRan(page, ["itrace"]);
  }
  // Firefox asks for its own settings.
  const isOfThePages = (/** @type {any} */ { host }) => !host.endsWith(".mozilla.com");
  const asked = await settled(() => site.requests());
  assert.deepEqual(asked.filter(isOfThePages), []);
  // Payment is declared necessary.
  await page.goto(`${site.url}kassa.html`);
  await assertRan(page, ["itrace", "klarna", "klarna-frame", "payson-frame"]);
  const hosts = new Set(
    site
      .requests()
      .filter(isOfThePages)
      .map((/** @type {any} */ request) => request.host),
  );
  assert.deepEqual([...hosts].sort(), ["api.payson.se", "js.klarna.com", "x.klarnacdn.net"]);
  // And all that was marked runs with a grant.
  await page.goto(`${site.url}index.html`);
  await choose(page, "accept-all");
  const everyone = CATEGORIES.flatMap((category) => SYSTEMS.itrace.vendors[category]);
  await assertRan(page, ["itrace", ...everyone]);
  await context.close();
});

test(
  "the_start_page_shows_what_was_held_what_ran_and_what_the_ledger_received",
  { skip: !isChromium },
  async (t) => {
    const { page } = await visit(t, "trackmondo");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(addressOf("trackmondo"));
    await layerShown(page, 1);
    const overview = async () => (await (await fetch(`${sites.url}demo/overview`)).json()).sites;
    const ofTrackmondo = async () => (await overview()).find(({ name }) => name == "trackmondo");
    await until(async () => (await ofTrackmondo()).state?.held > 0, "its panel told what is held");
    assert.equal((await ofTrackmondo()).state.choice, "none");
    await choose(page, "accept-all");
    await until(
      async () => (await ofTrackmondo()).state.ran.includes("amplitude"),
      "its panel told what ran",
    );
    await page.goto(sites.url);
    const card = () =>
      page.evaluate(() => document.querySelector('[data-site="trackmondo"]')?.textContent ?? "");
    await until(async () => /amplitude/.test(await card()), "the card shows who ran");
    const shown = await card();
    assert.match(shown, /Granted: functional, analytics, advertising/);
    assert.match(shown, /accept-all/);
    assert.match(shown, /requests? to \d+ hosts?/);
    assert.equal(await page.evaluate(() => document.querySelectorAll("[data-site]").length), 5);
    const addresses = (await overview()).map(({ url }) => new URL(url).hostname);
    assert.deepEqual(
      addresses.sort(),
      Object.keys(SYSTEMS)
        .map((name) => `${name}.localhost`)
        .sort(),
    );
    const [link, token] = ["[data-admin] a", "[data-admin] code"].map((selector) => page.locator(selector));
    assert.equal(await link.getAttribute("href"), `${sites.backend}/admin`);
    assert.equal(await token.innerText(), sites.ledger.token);
    await page.goto(addressOf("trackmondo"));
    const toldToASite = await page.evaluate(() => fetch("/demo/admin").then((answer) => answer.json()));
    assert.equal(toldToASite, null, "what runs on a site's page is not told the token");
  },
);
