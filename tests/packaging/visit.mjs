// A visitor of an application of these tests: nothing is asked of third parties before there is consent, a grant brings all of
// it, a withdrawal ends it, and the console stays empty.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { consoleOf, contextWith, launch, layerShown, record, until } from "../e2e/browser.mjs";
import { start } from "../../www/demo/server.mjs";

/** A browser in which third parties' hosts lead to the demo's stand-ins, and the address at which it finds these pages. */
export async function browserWithThirdParties(t, pages) {
  const site = await start({ port: 0, tlsPort: 0, pages });
  t.after(() => site.close());
  const browser = await launch(site);
  t.after(() => browser.close());
  return { browser, url: site.url };
}

/**
 * Starts a server with Node until the test ends, and gives its address once it answers.
 * @param {import("node:test").TestContext} t
 * @param {(port: string) => string[]} command what Node is given
 * @param {import("node:child_process").SpawnOptions} options
 */
export async function serve(t, command, options) {
  const port = await freePort();
  const server = spawn("node", command(String(port)), { ...options, stdio: "ignore" });
  t.after(() => server.kill());
  const address = `http://127.0.0.1:${port}/`;
  await until(() => answers(address), "the server answers", { within: 60_000 });
  return address;
}

const answers = (address) =>
  fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );

/** A port that nobody listens at. */
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });

/** Visits an application that has the elements named here, and looks at what it asks for and says beside `usual` lines. */
export async function visit(browser, address, usual = []) {
  const context = await contextWith(browser);
  const said = consoleOf(context);
  const requests = record(context);
  const page = await context.newPage();
  await page.goto(address);
  await layerShown(page, 1);
  const hasState = (text) => page.locator("#state", { hasText: new RegExp(`^${text}$`) }).waitFor();
  await hasState("not measured");

  await page.locator("#to-second").click();
  await page.locator("#second table").first().waitFor();
  await page.locator("#to-first").click();
  await hasState("not measured");
  assert.deepEqual(requests.hosts(), [], "before there is consent");

  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  await layerShown(page, 0);
  await hasState("not measured");
  await page.waitForTimeout(1500);
  assert.deepEqual(requests.hosts(), [], "after a refusal");

  await page.locator("#preferences").click();
  await layerShown(page, 2);
  await page.locator('consentry-banner dialog [data-consentry="accept-all"]').click();
  await hasState("measured");
  await until(
    () => ["www.googletagmanager.com", "www.youtube.com"].every((host) => requests.hosts().includes(host)),
    "what was held is asked for after a grant",
  );
  await until(async () => (await context.cookies()).some(({ name }) => name == "_ga"), "it has its cookie");

  await page.locator("#withdraw").click();
  await hasState("not measured");
  await until(
    async () => !(await context.cookies(address)).some(({ name }) => /^_ga/.test(name)),
    "its cookies are gone",
  );
  requests.clear();
  await page.reload();
  await hasState("not measured");
  await page.waitForTimeout(1500);
  assert.deepEqual(requests.hosts(), [], "after a withdrawal");
  assert.equal(await page.evaluate(() => window.consentry.consent.granted.length), 0);
  assert.deepEqual(
    said.filter((line) => !usual.some((known) => known.test(line))),
    [],
  );
  await context.close();
}
