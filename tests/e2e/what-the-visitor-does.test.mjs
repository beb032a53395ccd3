// What the visitor does is no tracker: forms that the visitor sends pass, whoever is at the other end. What a script
// sends by itself is held, unless it is a declared necessary service's.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { until } from "./browser.mjs";
import {
  NECESSARY,
  PLAIN_TAG,
  UNKNOWN,
  answerAsVendor,
  configuredTag,
  declaredConfig,
  settled,
  startStage,
  wholePage,
} from "./stage.mjs";

const BANK = "acs.bank-example.net";

// What the payment service's script does: it sends a form into a frame, and opens the bank's page in another.
const PAYMENT = `
  const form = document.getElementById("contact");
  form.action = "https://${BANK}/challenge";
  form.submit();
  const frame = document.createElement("iframe");
  frame.src = "https://${BANK}/page.html";
  document.body.append(frame);`;

// What everybody knows to do only what a visitor asks for by paying or signing in.
const PAYS_OR_PROTECTS = ["js.stripe.com", "www.paypal.com", "hcaptcha.com", "challenges.cloudflare.com"];

const thirdParty = (request) =>
  PAYS_OR_PROTECTS.includes(request.host)
    ? answerAsVendor({ ...request, host: "pay-example.net" })
    : request.host == NECESSARY && request.path == "/payment.js"
      ? { type: "text/javascript", body: PAYMENT }
      : answerAsVendor(request);

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty });
});
beforeEach(() => site.reset());
after(() => site?.close());

async function openForms(t, query = "") {
  site.addPage("forms.html", { tag: configuredTag(declaredConfig()), host: UNKNOWN });
  const page = await site.visit(t);
  await page.open("forms.html" + query);
  return page;
}
const asked = async (host) => {
  await settled(() => site.requests().length);
  return site
    .requests()
    .filter((request) => request.host == host && request.path != "/favicon.ico")
    .map(({ method, path }) => `${method} ${path}`);
};

test("a_form_that_the_visitor_sends_into_a_frame_passes", async (t) => {
  const page = await openForms(t);
  await page.click("#contact button");
  assert.deepEqual(await asked(UNKNOWN), ["POST /contact"]);
});

test("a_window_that_is_named_as_an_element_is_no_frame", async (t) => {
  const page = await openForms(t);
  const opened = page.waitForEvent("popup");
  await page.click("#buy button");
  await opened;
  assert.deepEqual(await asked(UNKNOWN), ["POST /buy"]);
});

for (const how of ["submit", "requestSubmit"])
  test(`a_form_that_a_script_sends_into_a_frame_by_${how}_is_held`, async (t) => {
    const page = await openForms(t, "?sentBy=" + how);
    await page.waitForTimeout(500);
    assert.deepEqual(await asked(UNKNOWN), []);
  });

test("what_a_declared_necessary_service_opens_belongs_to_it", async (t) => {
  const page = await openForms(t);
  await page.evaluate((host) => {
    document.head.append(
      Object.assign(document.createElement("script"), { src: `https://${host}/payment.js` }),
    );
  }, NECESSARY);
  await until(async () => (await asked(BANK)).length == 2, "form and frame have left");
  assert.deepEqual((await asked(BANK)).sort(), ["GET /page.html", "POST /challenge"]);
  // Another host, that the page's own code opens, is held as before.
  await page.evaluate((host) => {
    document.body.append(
      Object.assign(document.createElement("iframe"), { src: `https://${host}/page.html` }),
    );
  }, UNKNOWN);
  assert.deepEqual(await asked(UNKNOWN), []);
});

test("payment_and_protection_from_robots_work_without_a_configuration_and_before_a_choice", async (t) => {
  site.add("checkout.html", wholePage(PLAIN_TAG));
  const page = await site.visit(t);
  await page.open("checkout.html");
  await page.evaluate((hosts) => {
    for (const host of hosts) {
      const name = host.replaceAll(".", "-");
      const script = document.createElement("script");
      script.src = `https://${host}/${name}.js`;
      document.head.append(script);
    }
  }, PAYS_OR_PROTECTS);
  const names = PAYS_OR_PROTECTS.map((host) => host.replaceAll(".", "-")).sort();
  const ran = () => page.evaluate(() => Object.keys(window.__ran ?? {}).sort());
  assert.deepEqual(await settled(ran), names);
  assert.deepEqual((await page.evaluate(() => window.consentry.report())).held, []);
});
