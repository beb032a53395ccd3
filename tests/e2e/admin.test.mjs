// The owner in a browser: logs in, sees the ledger, declares what was observed, logs out; and no other page does it for them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { logIn } from "./admin.mjs";
import { until } from "./browser.mjs";
import { fillDaysBeforeToday } from "./days-before-today.mjs";
import { receiptOf } from "./served-ledger.mjs";
import { program, root } from "./site.mjs";
import { declaredConfig, startStage, wholePage } from "./stage.mjs";

const AXE = readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");

let site;
before(async () => {
  site = await startStage({ config: declaredConfig({ observe: true }) });
});
after(() => site?.close());

const observed = async () =>
  (await site.ledger.ask("/admin/observations.json")).sites[0].observations.map(({ name }) => name);

/** A visitor refuses everything on a page that asks a host which nobody declared. */
async function visitAndRefuse(t, undeclared) {
  site.add(
    "observed.html",
    wholePage(
      '<script src="/consentry.js"></script>',
      `<script>document.body.append(Object.assign(document.createElement("script"), { src: "https://${undeclared}/a.js" }))</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("observed.html");
  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  const isThere = async () =>
    (await site.ledger.receipts()).length && (await observed()).includes(undeclared);
  await until(isThere, "the ledger has the receipt and the observation");
}

for (const host of ["127.0.0.1", "localhost"])
  test(`an_owner_logs_in_sees_the_ledger_declares_and_logs_out_at_${host}`, async (t) => {
    const undeclared = `${host.replace(/[\d.]+/, "numbers")}.tracker-example.net`;
    await visitAndRefuse(t, undeclared);
    const page = await site.visit(t);
    const backend = site.backend.replace("127.0.0.1", host);
    await logIn(page, { backend, ledger: site.ledger });
    const [cookie, ...others] = await page.context().cookies();
    assert.deepEqual(others, []);
    const { name, domain, httpOnly, secure, sameSite, path: at } = cookie;
    assert.deepEqual(
      { name, domain, httpOnly, secure, sameSite, at },
      {
        name: "__Host-consentry-session",
        domain: host,
        httpOnly: true,
        secure: true,
        sameSite: "Strict",
        at: "/",
      },
    );
    assert.ok(cookie.expires * 1000 - Date.now() < 12 * 60 * 60 * 1000 + 1000, "it ends after twelve hours");
    await page.getByRole("heading", { name: "reject-all" }).first().waitFor();
    await page.getByRole("button", { name: `analytics: ${undeclared}`, exact: true }).click();
    await page.waitForURL(`${backend}/admin#observed`);
    assert.ok(!(await observed()).includes(undeclared), "it is declared");
    assert.equal((await page.goto(`${backend}/admin/receipts.json`)).status(), 200);
    await page.goto(`${backend}/admin`);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL(`${backend}/admin/log-in`);
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal((await page.goto(`${backend}/admin/receipts.json`)).status(), 401);
    await page.context().addCookies([cookie]);
    await page.goto(`${backend}/admin`);
    assert.equal(new URL(page.url()).pathname, "/admin/log-in", "the session has ended at the server too");
  });

test("what_is_wrong_is_said_beside_the_field_and_the_token_still_opens", async (t) => {
  const page = await site.visit(t);
  await page.goto(`${site.backend}/admin`);
  const field = page.getByLabel("Token or password");
  assert.ok(await field.evaluate((input) => input == document.activeElement), "it has the focus");
  await field.fill("x");
  await page.keyboard.press("Enter");
  const said = page.getByRole("alert");
  assert.equal(await said.innerText(), "This is no token or password that may look here.");
  assert.equal(await field.getAttribute("aria-describedby"), await said.getAttribute("id"));
  for (let attempt = 0; attempt < 12; attempt++) {
    await field.fill("x");
    await page.keyboard.press("Enter");
    await page.waitForLoadState();
  }
  assert.match(await said.innerText(), /^Too many were wrong\. Wait \d s, or use a token/);
  await field.fill(site.ledger.token);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Log out" }).waitFor();
});

test("a_page_from_elsewhere_acts_for_nobody", async (t) => {
  const page = await site.visit(t);
  await logIn(page, site);
  const foreign = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(wholePage(""));
  });
  await new Promise((listening) => foreign.listen(0, "127.0.0.1", () => listening(null)));
  t.after(() => foreign.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (foreign.address());
  // The first is another site; the second is the same site to a browser, which sends the cookie there, but another origin.
  for (const host of ["localhost", "127.0.0.1"]) {
    await page.goto(`http://${host}:${port}/`);
    const read = await page.evaluate(
      (address) =>
        fetch(address, { credentials: "include" }).then(
          () => "read",
          () => "refused",
        ),
      `${site.backend}/admin/receipts.json`,
    );
    assert.equal(read, "refused", host);
    for (const form of ["declare", "forget", "log-out"]) {
      await page.goto(`http://${host}:${port}/`);
      const answered = page.waitForResponse((answer) => answer.url().endsWith(`/admin/${form}`));
      await page.evaluate((action) => {
        const form = document.createElement("form");
        Object.assign(form, { method: "post", action });
        document.body.append(form);
        form.submit();
      }, `${site.backend}/admin/${form}`);
      assert.equal((await answered).status(), 403, `${host} ${form}`);
      await page.waitForURL(`${site.backend}/admin/${form}`);
    }
  }
  await page.goto(`${site.backend}/admin`);
  await page.getByRole("button", { name: "Log out" }).waitFor();
});

/** Names and texts of the kinds that break out of HTML, CSS, JSON or an attribute somewhere. */
const HOSTILE = [
  "<script>window.__acted=true</script>",
  '"><img src=x onerror=window.__acted=true>',
  "'><svg onload=window.__acted=true>",
  "</title></style></table><iframe srcdoc='<script>parent.__acted=true</script>'>",
  "javascript:window.__acted=true",
  "&lt;script&gt;window.__acted=true&lt;/script&gt;",
  "{{constructor.constructor('window.__acted=true')()}}",
  "]]><!--<a href=javascript:window.__acted=true>",
];

let sent = 0;
/** Sends receipts as a page of the site does, each with more of these values. */
async function sendReceipts(count, more = {}) {
  const receipts = Array.from({ length: count }, () => ({
    ...receiptOf(++sent),
    site: "test",
    time: new Date().toISOString(),
    validUntil: new Date(Date.now() + 100 * 86_400_000).toISOString(),
    ...more,
  }));
  for (let at = 0; at < receipts.length; at += 10) {
    const answer = await fetch(`${site.backend}/v1/receipts`, {
      method: "POST",
      headers: { Origin: new URL(site.url).origin, "Content-Type": "application/json" },
      body: JSON.stringify(receipts.slice(at, at + 10)),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
  return receipts;
}

/** Every kind of page that the owner has. */
const pagesOf = (receipt) => ({
  admin: "/admin",
  week: "/admin?days=7",
  quarter: "/admin?days=90",
  all: "/admin?days=all",
  sites: "/admin?find=",
  "no-site": "/admin?find=nothing",
  receipts: "/admin/receipts?limit=5",
  receipt: `/admin/receipts/${receipt}?site=test`,
  observed: "/admin/observed?site=test",
  notices: "/admin/notices?site=test",
  "not-found": "/admin/receipts/none",
});

test("nothing_that_a_visitor_sent_acts_in_the_owners_pages", async (t) => {
  // A revision has no blanks; between attributes a slash does as well.
  for (const text of HOSTILE) await sendReceipts(6, { revision: text.replaceAll(" ", "/").slice(0, 64) });
  const observations = HOSTILE.flatMap((name) =>
    ["cookie", "storage", "left"].map((kind) => ({ kind, name: name.slice(0, 100) })),
  );
  const answer = await fetch(`${site.backend}/v1/observations`, {
    method: "POST",
    headers: { Origin: new URL(site.url).origin, "Content-Type": "text/plain" },
    body: JSON.stringify({ site: "test", observations }),
  });
  assert.ok(answer.ok, await answer.text());
  const page = await site.visit(t);
  const wrong = [];
  page.on("dialog", (dialog) => wrong.push(dialog.message()));
  page.on("console", (message) => message.type() == "error" && wrong.push(message.text()));
  page.on("request", (request) => {
    if (new URL(request.url()).origin != site.backend) wrong.push(request.url());
  });
  await logIn(page, site);
  for (const [name, address] of Object.entries(pagesOf((await sendReceipts(1))[0].id))) {
    if (name == "not-found") continue;
    await page.goto(site.backend + address);
    const found = await page.evaluate(() => ({
      acted: /** @type {any} */ (window).__acted,
      elements: [
        ...document.querySelectorAll("script, img, iframe, style, object, embed, base, [onload], [onerror]"),
      ].length,
      links: [...document.querySelectorAll("a")].filter((a) => !/^https?:$/.test(a.protocol)).length,
    }));
    assert.deepEqual(found, { acted: undefined, elements: 0, links: 0 }, name);
  }
  await page.goto(`${site.backend}/admin/observed?site=test`);
  for (const text of [HOSTILE[0], HOSTILE[5]]) {
    assert.ok((await page.getByText(text).count()) > 0, `it is there as text: ${text}`);
  }
  assert.deepEqual(wrong, []);
});

test("the_rate_the_newest_host_and_a_proof_are_a_click_away_and_by_keyboard", async (t) => {
  await visitAndRefuse(t, "newest.tracker-example.net");
  await sendReceipts(20, { action: "accept-all", granted: ["analytics"], denied: [], layer: 1 });
  const page = await site.visit(t);
  await logIn(page, site);
  assert.match(await page.locator("#rate dd").first().innerText(), /^[1-9]\d? %$/);
  await page.getByText("newest.tracker-example.net", { exact: true }).waitFor();
  await page.getByRole("link", { name: "accept-all" }).first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/admin\/receipts\//);
  await until(async () => {
    await page.reload();
    return page.getByRole("link", { name: "Download with its proof" }).count();
  }, "the receipt is signed");
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download with its proof" }).click();
  const file = await (await downloading).path();
  assert.match(execFileSync(program, ["verify", file], { encoding: "utf8" }), /./);
  await page.getByRole("link", { name: "Back" }).click();
  await page.waitForURL(`${site.backend}/admin#receipts`);
  await page.getByRole("link", { name: "90 days" }).click();
  assert.equal(await page.locator('.periods [aria-current="true"]').innerText(), "90 days");
  await page.getByText("As a table", { exact: true }).click();
  assert.equal(await page.locator("#rate tbody tr").count(), 13);
});

test("each_grouping_is_plotted_along_the_period_with_its_numbers_beside_it", async (t) => {
  await sendReceipts(8);
  await fillDaysBeforeToday(site.ledger, 120);
  const page = await site.visit(t, { viewport: { width: 320, height: 800 } });
  await logIn(page, site);
  for (const days of [30, 90, 365]) {
    await page.goto(`${site.backend}/admin?days=${days}`);
    const parts = await page.locator("#rate tbody tr").count();
    for (const name of ["action", "category", "language", "revision", "layer"]) {
      const card = page.locator("#groups .card").filter({ hasText: `By ${name}` });
      const plot = card.getByRole("img", { name: `by ${name} along the period` });
      assert.equal(await plot.locator(".column").count(), parts, `${name} ${days}`);
      const lines = await plot.locator("g").count();
      assert.ok(lines >= 2 && lines <= 5, `${name} ${days}: ${lines} lines`);
      assert.equal(
        await card.locator(".groups tbody .key").count(),
        lines,
        "each line's look is beside a name",
      );
      const looks = await plot
        .locator(".stroke")
        .evaluateAll((all) => all.map((line) => getComputedStyle(line).strokeDasharray));
      assert.equal(new Set(looks).size, looks.length, "the lines differ without their colours");
      await card.getByText("Along the period, as a table").focus();
      await page.keyboard.press("Enter");
      assert.equal(await card.locator(".course tbody tr").count(), parts);
      assert.equal(await card.locator(".course thead th").count(), lines + 1);
    }
    // The numbers of a language add up to its total, and none is of fewer than five.
    const rows = page.locator("#groups .card").filter({ hasText: "By language" });
    const total = await rows.locator(".groups tbody tr:first-child td").first().innerText();
    const told = (await rows.locator(".course tbody td:nth-child(2) small").allInnerTexts()).map((text) =>
      Number(text.replace(/\D/g, "")),
    );
    assert.equal(
      told.reduce((sum, count) => sum + count, 0),
      Number(total.replace(/\D/g, "")),
    );
    assert.ok(Math.min(...told) >= 5);
  }
  // A table that is wider than the page scrolls by itself, and by keyboard.
  const wide = page.getByRole("region", { name: "Along the period by language" });
  await wide.focus();
  await page.keyboard.press("ArrowRight");
  await until(() => wide.evaluate((it) => it.scrollLeft > 0), "it scrolls");
});

test("the_pages_are_for_everybody_at_every_width_and_in_the_dark", async (t) => {
  await visitAndRefuse(t, "looks.tracker-example.net");
  const [{ id }] = await sendReceipts(12);
  await fillDaysBeforeToday(site.ledger, 120);
  for (const colorScheme of /** @type {const} */ (["light", "dark"]))
    for (const width of [320, 1280]) {
      const page = await site.visit(t, { colorScheme, viewport: { width, height: 800 } });
      const look = async (name) => {
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(overflow, 0, `${name} ${width}`);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes[0].html]),
          [],
          `${name} ${colorScheme} ${width}`,
        );
        const folder = process.env.SCREENSHOTS;
        if (folder)
          await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      };
      await page.goto(`${site.backend}/admin/log-in`);
      await look("log-in");
      await page.getByLabel("Token or password").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await look("wrong");
      await logIn(page, site);
      for (const [name, address] of Object.entries(pagesOf(id))) {
        await page.goto(site.backend + address);
        await page.locator("details").evaluateAll((all) => all.forEach((it) => it.setAttribute("open", "")));
        await look(name);
      }
    }
});
