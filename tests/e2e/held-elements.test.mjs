// What a page reads of elements that are held is what it wrote, whatever it asks and however it changes them: the same
// as on a page without us, where the host cannot be reached.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  UNKNOWN,
  UNREACHABLE,
  configuredTag,
  settled,
  startStage,
  wholePage,
  withSortedAttributes,
} from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
});
after(() => site?.close());

/** @param {string} [when] */
const assertNotAsked = (when) =>
  assert.deepEqual(
    site.requests().filter(({ host }) => host == UNKNOWN),
    [],
    when,
  );

async function openAllKinds(t, values) {
  const page = await site.visit(t);
  site.addPage("all-kinds.html", values);
  await page.open("all-kinds.html");
  await page.waitForTimeout(500);
  return page;
}

// An attribute that was moved may come after the others: in which order they stand is not compared.
const comparable = (key, value) => {
  if (typeof value == "string") return withSortedAttributes(value);
  return key == "names" || key == "attributes" ? [...value].sort() : value;
};
const comparing = (seen, host) => JSON.parse(JSON.stringify(seen).replaceAll(host, "host"), comparable);

async function readOn(t, values, read) {
  const page = await openAllKinds(t, values);
  const seen = comparing(await page.evaluate(read), values.host);
  assert.deepEqual(page.uncaughtErrors, []);
  await page.context().close();
  return seen;
}
async function compare(t, read) {
  const expected = await readOn(t, { tag: "", host: UNREACHABLE }, read);
  const seen = await readOn(t, { tag: configuredTag(), host: UNKNOWN }, read);
  for (const name of Object.keys(expected))
    await t.test(name, () => assert.deepEqual(seen[name], expected[name]));
  assertNotAsked();
}

test("every_question_about_a_held_element_is_answered_as_without_us", (t) =>
  compare(t, () => window["lookAtAll"]()));

test("every_change_of_a_held_element_is_seen_as_without_us", (t) => compare(t, () => window["changeAll"]()));

test("an_observer_hears_of_no_change_that_the_page_did_not_make", (t) => compare(t, () => window["changes"]));

test("what_a_browser_loads_later_fails_no_earlier", async (t) => {
  if (process.env.ENGINE == "webkit")
    return t.skip("it loads the last lazy images of a page early now and then, without us too");
  const page = await site.visit(t);
  const failedOn = async (values) => {
    site.addPage("loads-later.html", values);
    await page.open("loads-later.html");
    const failed = () => page.evaluate(() => window["failed"].sort());
    const atFirst = await settled(failed, 1000);
    await page.evaluate(() => {
      for (const media of document.querySelectorAll("video, audio"))
        /** @type {HTMLMediaElement} */ (media).play().catch(() => {});
      scrollTo(0, document.body.scrollHeight);
    });
    return [atFirst, await settled(failed, 1000)];
  };
  const expected = await failedOn({ tag: "", host: UNREACHABLE });
  assert.deepEqual(expected[0], ["image-in-sight"]);
  assert.deepEqual(await failedOn({ tag: configuredTag(), host: UNKNOWN }), expected);
  assertNotAsked();
});

// What a page does with a held element, of which nobody may hear.
const TRICKS = {
  "mark deleted, then the frame's cover": (frame) => {
    delete frame.dataset.consent;
    frame.removeAttribute("srcdoc");
  },
  "mark changed, then the frame's cover": (frame) => {
    frame.dataset.consent = "marketing";
    frame.removeAttribute("srcdoc");
  },
  "cover spoilt, then removed": (frame) => {
    frame.setAttribute("data-consent-srcdoc", "");
    frame.removeAttribute("srcdoc");
  },
  "cover removed in capitals from the list": (frame) => {
    try {
      frame.attributes.removeNamedItem("SRCDOC");
    } catch {
      // The page sees none.
    }
  },
  "cover removed from a list of before": () => {
    try {
      window["listBefore"].removeNamedItem("srcdoc");
    } catch {
      // The page sees none.
    }
  },
  "cover removed by a node of its own": (frame) => {
    const found = document.evaluate("//iframe/@srcdoc", document, null, XPathResult.ANY_TYPE, null);
    const node = found.iterateNext();
    try {
      frame.removeAttributeNode(node);
    } catch {
      // The page sees none.
    }
  },
};
test("nothing_that_a_page_does_takes_the_cover_off_a_held_frame", async (t) => {
  for (const [name, trick] of Object.entries(TRICKS)) {
    const page = await site.visit(t);
    site.add("trick.html", wholePage(configuredTag()));
    await page.open("trick.html");
    site.reset();
    await page.evaluate((host) => {
      const frame = document.createElement("iframe");
      window["listBefore"] = frame.attributes;
      frame.src = `https://${host}/frame.html`;
      document.body.append(frame);
    }, UNKNOWN);
    await page.evaluate(`(${trick})(document.querySelector("iframe"))`);
    await page.waitForTimeout(300);
    assertNotAsked(name);
    await page.context().close();
  }
});

test("a_style_sheet_is_not_asked_for_ahead_where_it_comes_as_text", async (t) => {
  const page = await site.visit(t);
  site.add("own.js", "// slow to come");
  const sheet = `<link rel=stylesheet href="https://${UNKNOWN}/sheet.css">`;
  const write = `document.write('<script src="/own.js"></scr' + 'ipt>${sheet}')`;
  site.add("written.html", wholePage(`${configuredTag()}<script>${write}</script>`));
  site.reset();
  await page.open("written.html");
  await page.evaluate((html) => {
    document.body.appendChild(document.createElement("iframe")).srcdoc = html;
  }, sheet);
  await page.waitForTimeout(500);
  assertNotAsked();
});

test("an_address_that_is_changed_while_it_is_held_is_held_too", async (t) => {
  const page = await site.visit(t);
  site.add("changed.html", wholePage(configuredTag()));
  await page.open("changed.html");
  site.reset();
  await page.evaluate((host) => {
    const url = (file) => `https://${host}/${file}`;
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    document.body.append(svg);
    image.setAttribute("href", url("first.gif"));
    svg.append(image);
    image.href.baseVal = url("second.gif");
    const script = document.createElement("script");
    script.src = url("first.js");
    script.type = "text/javascript";
    document.head.append(script);
    script.src = url("second.js");
    const link = document.createElement("link");
    link.rel = "stylesheet";
    document.head.append(link);
    link.dataset.consent = "marketing";
    link.href = url("sheet.css");
    const picture = document.createElement("img");
    picture.src = url("third.gif");
    const node = document.createAttributeNS(null, "SRC");
    node.value = url("fourth.gif");
    picture.setAttributeNode(node);
  }, UNKNOWN);
  await page.waitForTimeout(500);
  assertNotAsked();
});

test("a_frame_that_is_let_go_loads_once_and_is_no_step_in_the_visitor's_history", async (t) => {
  const page = await site.visit(t);
  site.add("history.html", wholePage(configuredTag()));
  await page.open("history.html");
  site.reset();
  await page.evaluate((host) => {
    document.body.append(Object.assign(document.createElement("iframe"), { src: `https://${host}/a.html` }));
  }, UNKNOWN);
  await page.waitForTimeout(300);
  assertNotAsked();
  const before = await page.evaluate(() => history.length);
  await page.evaluate(() => window.consentry.acceptAll());
  const asked = () => site.requests().filter(({ host }) => host == UNKNOWN).length;
  assert.equal(await settled(asked, 1000), 1);
  assert.equal(await page.evaluate(() => history.length), before);
});
