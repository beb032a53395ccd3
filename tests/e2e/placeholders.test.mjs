// What stands in place of something held: in the frame itself, so that size, place and the page's own scripts stay as they
// are, or over what has no document that we could write to; and the declaration.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { contextWith, layerShown, record, settled, until } from "./browser.mjs";
import { program } from "./site.mjs";
import { ADVERTISING, PLAIN_TAG, TAG, UNKNOWN, declaredConfig, startStage, wholePage } from "./stage.mjs";

const SERVICES = declaredConfig().services.map((it) =>
  it.id == "ads"
    ? {
        ...it,
        name: "Film house",
        purpose: "Plays films",
        recipients: "Film House Ltd",
        placeholder: { poster: "/poster.svg", text: "A film about ducks." },
        cookies: [{ name: "ad_id", purpose: "Counts films", duration: "30 days", kind: "persistent" }],
      }
    : it,
);
const frame = (host, more = "") =>
  `<iframe src="https://${host}/film.html" width="560" height="315" ${more}></iframe>`;

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  site = await startStage({
    config: declaredConfig({ languages: ["en"], services: SERVICES, controller: { name: "Shop Ltd" } }),
    pages: { "poster.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>' },
  });
});
after(() => site?.close());

/** The placeholder in a frame. */
const inFrame = (page, at = 0) =>
  page.locator("iframe").nth(at).contentFrame().locator("consentry-placeholder");

/** What an element of ours says. */
const textOf = (locator) => locator.evaluate((element) => element.shadowRoot.textContent);

async function openWithFrame(t, html, settings) {
  site.add("frame.html", wholePage(TAG, `<h1>Page</h1>${html}`));
  const page = await site.visit(t, settings);
  await page.open("frame.html");
  return page;
}

test("a_held_frame_says_who_it_is_and_what_loads_and_asks_nobody", async (t) => {
  site.add("frame.html", wholePage(TAG, `<h1>Page</h1>${frame(ADVERTISING)}`));
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const requests = record(context);
  const page = await site.openTab(context);
  await page.open("frame.html");
  await inFrame(page).locator(".card").waitFor();
  const text = await textOf(inFrame(page));
  for (const said of [
    "Film house is not loaded",
    "A film about ducks.",
    ADVERTISING,
    "Film House Ltd",
    "Plays films",
  ])
    assert.ok(text.includes(said), `${said} in ${text}`);
  const poster = await inFrame(page)
    .locator("img")
    .evaluate((it) => /** @type {HTMLImageElement} */ (it).src);
  assert.equal(new URL(poster).origin, new URL(site.url).origin);
  // A frame that stands in the HTML may have begun before it was seen; it was given up.
  assert.deepEqual(
    requests.external().filter(({ failed }) => !failed),
    [],
  );
  const { width, height } = await page.locator("iframe").boundingBox();
  assert.deepEqual([width, height], [564, 319]);
  assert.deepEqual(
    await page.evaluate(() => [document.body.children.length, document.querySelector("iframe").src]),
    [2, `https://${ADVERTISING}/film.html`],
  );
});

test("show_this_once_loads_it_and_decides_nothing", async (t) => {
  const page = await openWithFrame(t, frame(ADVERTISING) + frame(ADVERTISING, 'title="Second"'));
  await inFrame(page).locator('[data-consentry="show-once"]').click();
  await until(() => page.frames().some((it) => it.url().includes("film.html")), "the film is there");
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  assert.equal(await settled(() => page.frames().filter((it) => it.url().includes("film.html")).length), 1);
  await page.open("frame.html");
  await inFrame(page).locator(".card").waitFor();
});

test("always_allow_grants_the_service_alone_and_loads_all_of_it", async (t) => {
  const page = await openWithFrame(t, frame(ADVERTISING) + frame(ADVERTISING, 'title="Second"'));
  await inFrame(page, 1).locator('[data-consentry="allow"]').click();
  await until(
    () => page.frames().filter((it) => it.url().includes("film.html")).length == 2,
    "both films are there",
  );
  const { granted, denied } = await page.evaluate(() => window.consentry.consent);
  assert.deepEqual(
    [granted, [...denied].sort()],
    [["service:ads"], ["advertising", "analytics", "functional"]],
  );
  const receipt = await until(async () => (await site.ledger.receipts()).at(-1), "the ledger has a receipt");
  assert.deepEqual([receipt.action, receipt.granted], ["save", ["service:ads"]]);
  assert.match(receipt.notice, /^sha256:[0-9a-f]{64}$/);
});

test("a_frame_that_nobody_described_can_be_shown_once", async (t) => {
  const page = await openWithFrame(t, frame(UNKNOWN));
  await inFrame(page).locator(".card").waitFor();
  assert.match(await textOf(inFrame(page)), new RegExp(`${UNKNOWN} is not loaded`));
  assert.equal(await inFrame(page).locator('[data-consentry="allow"]').count(), 0);
  await inFrame(page).locator('[data-consentry="show-once"]').click();
  await until(() => page.frames().some((it) => it.url().includes("film.html")), "it is there");
});

test("it_is_used_by_keyboard_alone", async (t) => {
  const page = await openWithFrame(t, frame(ADVERTISING));
  await inFrame(page).locator(".card").waitFor();
  await page.evaluate(() => window.consentry.hide());
  const reached = () =>
    page.evaluate(() => {
      const { contentDocument } = document.querySelector("iframe");
      return /** @type {any} */ (contentDocument?.activeElement?.shadowRoot?.activeElement)?.dataset
        .consentry;
    });
  for (let steps = 0; steps < 9 && (await reached()) != "show-once"; steps += 1)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until(() => page.frames().some((it) => it.url().includes("film.html")), "the film is there");
});

test("its_buttons_are_in_view_where_its_text_is_longer_than_the_frame", async (t) => {
  const page = await openWithFrame(
    t,
    `<iframe src="https://${ADVERTISING}/film.html" width="272" height="300"></iframe>`,
  );
  await inFrame(page).locator(".card").waitFor();
  const [scrolls, ...belows] = await inFrame(page).evaluate(({ shadowRoot }) => {
    const card = shadowRoot.querySelector(".card");
    const buttons = [...shadowRoot.querySelectorAll("button")];
    const below = (button) => button.getBoundingClientRect().bottom - innerHeight;
    return [card.scrollHeight - card.clientHeight, ...buttons.map(below)];
  });
  assert.ok(scrolls > 0, "the text is longer");
  assert.equal(belows.length, 3);
  assert.ok(
    belows.every((pixels) => pixels <= 0),
    belows.join(),
  );
});

test("small_and_hidden_frames_get_none", async (t) => {
  const page = await openWithFrame(
    t,
    `<iframe src="https://${ADVERTISING}/film.html" width="1" height="1"></iframe><iframe src="https://${ADVERTISING}/film.html" hidden></iframe>`,
  );
  await page.waitForTimeout(2500);
  assert.equal(
    await page.evaluate(
      () =>
        [...document.querySelectorAll("iframe")].filter((it) =>
          it.contentDocument?.querySelector("consentry-placeholder"),
        ).length,
    ),
    0,
  );
});

test("a_withdrawal_brings_it_back", async (t) => {
  const page = await openWithFrame(t, frame(ADVERTISING));
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.frames().some((it) => it.url().includes("film.html")), "the film is there");
  await page.evaluate(() => window.consentry.withdraw());
  await inFrame(page).locator(".card").waitFor();
});

// What has no document that we could write to.
const FILM = `https://${ADVERTISING}/film.mp4`;
const LAIN_OVER = {
  a_film: `<video src="${FILM}" poster="https://${ADVERTISING}/film.gif" width="560" height="315" controls></video>`,
  a_film_with_sources: `<video width="560" height="315" controls><source src="${FILM}" type="video/mp4"><track src="/own.vtt"></video>`,
  a_sandboxed_frame: frame(ADVERTISING, 'sandbox="allow-scripts"'),
};
const over = (page) => page.locator("consentry-placeholder");

/** The boxes of the held element and of what lies over it. */
const boxes = (page) =>
  page.evaluate(() =>
    ["video, iframe", "consentry-placeholder"].map((selector) => {
      const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
      return [x, y, width, height].map(Math.round);
    }),
  );

async function openWithRequests(t, html) {
  site.add("over.html", wholePage(TAG, `<h1>Page</h1><div id="around"><p>Before.</p>${html}</div>`));
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const requests = record(context);
  const page = await site.openTab(context);
  await page.open("over.html");
  await over(page).locator(".card").first().waitFor();
  // What stands in the HTML may have been asked for before it was seen.
  const asked = () => requests.external().filter(({ url, failed }) => url.includes("film") && !failed).length;
  return { page, asked, before: asked() };
}

for (const [name, html] of Object.entries(LAIN_OVER)) {
  test(`a_placeholder_lies_over_${name}_and_follows_it`, async (t) => {
    const { page } = await openWithRequests(t, html);
    assert.match(await textOf(over(page)), /Film house is not loaded/);
    const isOver = async () => {
      const [held, card] = await boxes(page);
      return String(held) == String(card);
    };
    await until(isOver, "it lies over the element");
    await page.evaluate(() =>
      document
        .querySelector("#around")
        .insertAdjacentHTML("beforebegin", "<p style='height: 200px'>News</p>"),
    );
    await until(isOver, "it follows when something comes before");
    await page.evaluate(() => {
      document
        .querySelector("#around")
        .setAttribute("style", "position: relative; margin: 40px; width: 300px");
      document.querySelector("video, iframe").setAttribute("style", "width: 100%; height: 150px");
    });
    await until(isOver, "it follows another size and place");
    await page.evaluate(() => document.querySelector("video, iframe").remove());
    await until(async () => (await over(page).count()) == 0, "it goes with the element");
    assert.deepEqual(page.uncaughtErrors, []);
  });

  test(`the_placeholder_over_${name}_is_no_part_of_what_a_framework_renders`, async (t) => {
    const { page } = await openWithRequests(t, html);
    assert.equal(await page.locator("body consentry-placeholder").count(), 0);
  });

  test(`it_is_seen_of_${name}_where_that_is_seen`, async (t) => {
    const { page } = await openWithRequests(t, html);
    const scroll = (top) => page.evaluate((top) => document.querySelector("#around").scrollTo(0, top), top);
    await page.evaluate(() =>
      Object.assign(document.querySelector("#around"), {
        style: "overflow: auto; height: 200px; position: relative; z-index: 7; transition: opacity 0.1s",
        innerHTML: document.querySelector("#around").innerHTML + "<p style='height: 900px'>After.</p>",
      }),
    );
    await over(page).locator(".card").waitFor();
    /** Whether what is seen so many pixels below the upper edge of the box is ours. */
    const isOursAt = (from) =>
      page.evaluate((from) => {
        const { left, top } = document.querySelector("#around").getBoundingClientRect();
        return document.elementFromPoint(left + 200, top + from)?.localName == "consentry-placeholder";
      }, from);
    await until(() => isOursAt(150), "it is over what it hides");
    assert.equal(await isOursAt(220), false, "and not below the box");
    await scroll(250);
    await until(async () => (await isOursAt(20)) && !(await isOursAt(150)), "it follows");
    await scroll(0);
    await until(() => isOursAt(150), "it comes back");
    await page.evaluate(() => document.querySelector("#around").setAttribute("style", "opacity: 0"));
    await until(() => over(page).isHidden(), "it hides with the page's own");
  });

  test(`show_this_once_loads_${name}_until_a_withdrawal`, async (t) => {
    const { page, asked, before } = await openWithRequests(t, html);
    await over(page).locator('[data-consentry="show-once"]').click();
    await until(() => asked() > before, "it is asked for");
    assert.equal(await over(page).count(), 0);
    assert.equal(await page.evaluate(() => window.consentry.consent), null);
    await settled(asked);
    await page.evaluate(() => window.consentry.withdraw());
    await over(page).locator(".card").waitFor();
  });

  test(`always_allow_loads_${name}`, async (t) => {
    const { page, asked, before } = await openWithRequests(t, html);
    await over(page).locator('[data-consentry="allow"]').click();
    await until(() => asked() > before, "it is asked for");
    await until(async () => (await over(page).count()) == 0, "the placeholder is gone");
    assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), ["service:ads"]);
  });
}

test("films_beyond_the_edge_of_their_box_make_the_page_no_wider", async (t) => {
  const films = LAIN_OVER.a_film.repeat(4);
  const { page } = await openWithRequests(
    t,
    `<div style="overflow: hidden; width: 700px; margin-left: 500px"><div style="display: flex; width: 2400px">${films}</div></div>`,
  );
  await until(async () => (await over(page).count()) == 2, "those that are seen have theirs");
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});

test("what_a_page_says_in_front_of_a_film_stays_in_front", async (t) => {
  const behind = `<div style="position: relative">${LAIN_OVER.a_film}
    <div style="position: absolute; inset: 0; width: 560px"><h2>Welcome to us</h2></div></div>`;
  const { page } = await openWithRequests(t, behind + LAIN_OVER.a_film);
  await page.waitForTimeout(500);
  const [first, second] = await page
    .locator("video")
    .evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
  const tops = await over(page).evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
  assert.deepEqual(tops.map(Math.round), [Math.round(second)], `the first stands at ${first}`);
});

test("a_film_that_comes_back_has_its_placeholder_again", async (t) => {
  const { page } = await openWithRequests(t, LAIN_OVER.a_film);
  await page.evaluate(() => {
    window["film"] = document.querySelector("video");
    window["film"].remove();
  });
  await until(async () => (await over(page).count()) == 0, "it goes with the film");
  await page.evaluate(() => document.body.append(window["film"]));
  await until(async () => (await over(page).count()) == 1, "it comes back");
});

test("a_film_of_the_site_that_is_held_for_its_poster_says_whose_that_is", async (t) => {
  const page = await openWithFrame(
    t,
    `<video src="/own.mp4" poster="https://${ADVERTISING}/film.gif" width="560" height="315"></video>`,
  );
  await over(page).locator(".card").waitFor();
  assert.ok((await textOf(over(page))).includes(ADVERTISING));
});

test("an_element_of_the_page_asks_for_a_service_where_it_is_needed", async (t) => {
  const page = await openWithFrame(
    t,
    '<consentry-placeholder data-consent="service:ads"></consentry-placeholder>',
  );
  const element = page.locator("consentry-placeholder");
  const before = (await site.ledger.receipts()).length;
  await element.locator('[data-consentry="allow"]').click();
  assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), ["service:ads"]);
  await until(() => element.isHidden(), "it is gone");
  assert.equal(await settled(async () => (await site.ledger.receipts()).length), before + 1, "one decision");
  await page.evaluate(() => window.consentry.withdraw());
  await until(() => element.isVisible(), "it asks again");
  assert.deepEqual(page.uncaughtErrors, []);
});

test("the_declaration_lists_what_is_declared_and_follows_the_choice", async (t) => {
  const page = await openWithFrame(t, "<consentry-declaration></consentry-declaration>");
  const declaration = page.locator("consentry-declaration");
  await declaration.locator("table").first().waitFor();
  const rows = await declaration
    .locator("tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  assert.deepEqual(
    rows.find(([name]) => name == "ad_id"),
    ["ad_id", "Cookie that stays", "Counts films", "Film house", "30 days", "Film House Ltd"],
  );
  assert.deepEqual(
    rows.find(([name]) => name == "stat_key"),
    ["stat_key", "Local storage", "Not stated", "stats", "Not stated", "Not stated"],
    "nothing is invented",
  );
  assert.match(await textOf(declaration), /You have not chosen yet/);
  assert.match(await textOf(declaration), /Firefox: /);
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  await until(async () => /Your last choice was made on/.test(await textOf(declaration)), "it follows");
  const state = (category) => declaration.locator(`[data-category="${category}"]`).textContent();
  assert.deepEqual([await state("analytics"), await state("advertising")], ["Allowed", "Not allowed"]);
  const before = await settled(async () => (await site.ledger.receipts()).length);
  await declaration.locator('[data-consentry="withdraw"]').click();
  await until(async () => (await state("analytics")) == "Not allowed", "it is withdrawn");
  assert.equal(await settled(async () => (await site.ledger.receipts()).length), before + 1, "one decision");
  await page.evaluate(() => window.consentry.save({ "service:ads": true }));
  await until(async () => (await state("advertising")) == "Allowed: Film house", "a service alone is named");
  await page.emulateMedia({ media: "print" });
  assert.ok(await declaration.locator("table").first().isVisible());
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.querySelector("consentry-banner")).display),
    "none",
  );
});

test("the_declaration_adds_what_the_tables_know_and_no_guess", async (t) => {
  const page = await openWithFrame(
    t,
    `<script>document.cookie = "PHPSESSID=1"; document.cookie = "qzx_visitor_track=1"</script>
     <consentry-declaration></consentry-declaration>`,
  );
  await page.locator("consentry-declaration").locator("table").first().waitFor();
  const text = await textOf(page.locator("consentry-declaration"));
  assert.ok(text.includes("PHPSESSID"), text);
  assert.ok(!text.includes("qzx_visitor_track"), text);
});

test("the_declaration_of_the_command_stands_in_the_page_without_scripts", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-declaration-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "site.json");
  writeFileSync(file, JSON.stringify(declaredConfig({ languages: ["en", "sv"], services: SERVICES })));
  const printed = (language) =>
    execFileSync(program, ["declaration", "--config", file, "--language", language], { encoding: "utf8" });
  assert.match(printed("sv"), /lang="sv"/);
  assert.throws(() => printed("xx"), /found "xx", expected one of the site's languages: en, sv/);
  const html = `<consentry-declaration>${printed("en")}</consentry-declaration>`;
  site.add("declaration.html", wholePage(TAG, `<h1>Page</h1>${html}`));
  const silent = await site.visit(t, { javaScriptEnabled: false });
  await silent.open("declaration.html");
  const row = silent.locator("tr", { hasText: "ad_id" });
  assert.deepEqual(await row.locator("th, td").allTextContents(), [
    "ad_id",
    "Cookie that stays",
    "Counts films",
    "Film house",
    "30 days",
    "Film House Ltd",
  ]);
  assert.ok(await row.isVisible());
  const page = await site.visit(t);
  await page.open("declaration.html");
  await page.locator("consentry-declaration .choice").waitFor();
  assert.equal(
    await page.locator("consentry-declaration > div[lang]").isVisible(),
    false,
    "the element's own is shown",
  );
});

test("both_work_without_a_bundle", async (t) => {
  site.add(
    "plain.html",
    wholePage(PLAIN_TAG, `${frame("www.youtube.com")}<consentry-declaration></consentry-declaration>`),
  );
  const page = await site.visit(t);
  await page.open("plain.html");
  await inFrame(page).locator(".card").waitFor();
  assert.match(await textOf(inFrame(page)), /www\.youtube\.com is not loaded/);
  assert.match(await textOf(page.locator("consentry-declaration")), /How to delete cookies/);
});

test("frames_that_come_later_or_anew_or_grow_and_those_marked_by_hand_have_theirs", async (t) => {
  const marked = `<iframe data-consent="service:ads" data-consent-src="https://${ADVERTISING}/film.html" width="560" height="315"></iframe>`;
  const page = await openWithFrame(t, `<div id="place">${marked}</div>`);
  await inFrame(page).locator(".card").waitFor();
  const put = (html) => page.evaluate((html) => (document.querySelector("#place").innerHTML = html), html);
  for (let times = 0; times < 2; times += 1) {
    await put(frame(ADVERTISING));
    await inFrame(page).locator(".card").waitFor();
  }
  await put(`<details><summary>Film</summary>${frame(ADVERTISING)}</details>`);
  await page.waitForTimeout(500);
  await page.locator("#place summary").click();
  await inFrame(page).locator(".card").waitFor();
});

test("what_was_shown_once_ends_with_a_refusal", async (t) => {
  const page = await openWithFrame(t, frame(ADVERTISING));
  await inFrame(page).locator('[data-consentry="show-once"]').click();
  await until(() => page.frames().some((it) => it.url().includes("film.html")), "the film is there");
  await page.evaluate(() => window.consentry.rejectAll());
  await until(() => !page.frames().some((it) => it.url().includes("film.html")), "the film is gone");
  await inFrame(page).locator(".card").waitFor();
});

for (const [what, withdraw] of Object.entries({
  everything: () => window.consentry.withdraw(),
  a_part: () => window.consentry.save({ advertising: false }),
}))
  test(`after_a_withdrawal_of_${what}_loading_again_is_offered_and_can_be_read`, async (t) => {
    const page = await openWithFrame(t, `<script src="https://${ADVERTISING}/ads.js"></script>`);
    await page.evaluate(() => window.consentry.acceptAll());
    await until(() => page.evaluate(() => !!window.__ran?.ads), "a tracker runs");
    await page.evaluate(withdraw);
    await page.locator('consentry-banner [data-consentry="reload"]').waitFor();
    const { height } = await page.locator("consentry-banner section .text").boundingBox();
    assert.ok(height > 20, `${height} px of text`);
    // Nothing lies over it: a click on any of its corners is one on it.
    const { x, y, width, height: tall } = await page.locator("consentry-banner section").boundingBox();
    for (const [left, top] of [
      [9, 9],
      [width - 9, 9],
      [9, tall - 9],
      [width - 9, tall - 9],
    ])
      assert.equal(
        await page.evaluate(([x, y]) => document.elementFromPoint(x, y).localName, [x + left, y + top]),
        "consentry-banner",
      );
    await page.locator('consentry-banner [data-consentry="understood"]').click();
    await page.locator("consentry-reopen button").waitFor();
  });

test("after_a_withdrawal_loading_the_page_again_is_offered", async (t) => {
  const page = await openWithFrame(t, `<script src="https://${ADVERTISING}/ads.js"></script>`);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => !!window.__ran?.ads), "a tracker runs");
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  await page.locator('consentry-banner [data-consentry="withdraw"]').click();
  const reload = page.locator('consentry-banner [data-consentry="reload"]');
  await reload.waitFor();
  await Promise.all([page.waitForEvent("load"), reload.click()]);
  assert.equal(await page.evaluate(() => window.__ran?.ads), undefined);
});
