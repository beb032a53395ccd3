// The owner in a browser: logs in, sees the ledger, declares what was observed, logs out; and no other page does it for them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { logIn } from "./admin.mjs";
import { until } from "./browser.mjs";
import { root } from "./site.mjs";
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

test("the_pages_are_for_everybody_at_every_width_and_in_the_dark", async (t) => {
  await visitAndRefuse(t, "looks.tracker-example.net");
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
        if (folder) await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png` });
      };
      await page.goto(`${site.backend}/admin/log-in`);
      await look("log-in");
      await page.getByLabel("Token or password").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await look("wrong");
      await logIn(page, site);
      await look("admin");
    }
});
