// HTML, sets of images, style rules and import maps, read to the character as a browser reads them: each of
// these was wrong once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import {
  PLAIN_TAG,
  UNKNOWN,
  declaredConfig,
  wholePage,
  configuredTag,
  settled,
  startStage,
} from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
});
after(() => site?.close());

const tagWith = (more) => configuredTag(declaredConfig(more), PLAIN_TAG);
const requestsEndingIn = (ending) => site.requests().filter((it) => it.path.endsWith(ending)).length;

test("markup_that_hides_a_source_set_or_an_image_is_held", async (t) => {
  site.add("hiding.html", wholePage(tagWith({})));
  const page = await site.visit(t);
  await page.open("hiding.html");
  site.reset();
  await page.evaluate((url) => {
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML =
      `<img srcset="/blank.html 1x,${url}?set 2x"><image src="${url}?image">` +
      `<table><tr background="${url}?row"><td>x</table>`;
    const node = document.createAttribute("src");
    node.value = url + "?node";
    const script = document.head.appendChild(document.createElement("script"));
    script.attributes.setNamedItem(node);
  }, `https://${UNKNOWN}/hidden.gif`);
  await settled(() => site.requests().length);
  assert.equal(requestsEndingIn("/hidden.gif"), 0);
});

test("serialised_html_shows_no_mark_where_only_a_style_is_held", async (t) => {
  site.add("only-a-style.html", wholePage(tagWith({})));
  const page = await site.visit(t);
  await page.open("only-a-style.html");
  const html = await page.evaluate(async (url) => {
    const box = document.body.appendChild(document.createElement("div"));
    box.style.backgroundImage = `url(${url})`;
    await new Promise((done) => setTimeout(done, 100));
    return box.outerHTML + new XMLSerializer().serializeToString(box);
  }, `https://${UNKNOWN}/ground.gif`);
  assert.doesNotMatch(html, /consentry/);
});

// What hides an address (`H` here) from who reads HTML, a set of images or a style rule otherwise than the
// browser does.
const HIDING = {
  set: [
    ["white_space_that_html_knows_not", "https://localhost\u00a0@H 1x"],
    ["an_invisible_character", "//\ufeffH 1x"],
    ["a_comma", "https://localhost,@H 1x"],
    ["a_comma_after_a_size", "/ok.gif 9x,https://localhost,@H 2x"],
  ],
  html: [
    ["a_source_that_svg_knows_not", "<svg><image src xlink:href=//H></svg>"],
    ["a_styled_tag_after_text", `<textarea><img src="</textarea><p style='background:url(//H)'>x</p>">`],
    ["a_parenthesis_as_a_reference", '<p style="background:url&#40;//H&#41;">x</p>'],
    ["a_frame", '<iframe><img a="</iframe><img src=//H>">'],
    ["an_end_that_is_none", '<textarea></textareax><img a="</textarea><img src=//H>">'],
    ["a_name_like_title", "<title-x><img src=//H></title-x>"],
    ["another_attribute", `<p title="<img a='"><img src=//H>'>`],
    ["an_end_tag", `</p x="<img a='"><img src=//H>'>`],
    ["a_bogus_comment", '<!a <img x="><img src=//H>">'],
    ["a_name_with_a_quote", '<a="><img src=//H><b>">'],
    ["a_value_without_quotes", '<p x=a\u00a0b="><img src=//H><b>">'],
  ],
  style: [
    ["a_space", 'url("https://localhost @H")'],
    ["another_quote", `url("https://localhost'@H")`],
    ["a_quote_of_its_own", 'url("https://localhost\\"@H")'],
    ["a_parenthesis", "url(https://localhost\\(@H)"],
    ["an_invisible_character", "url(//\ufeffH)"],
    ["a_tab", 'url("https:\t//H")'],
  ],
};
for (const [kind, cases] of Object.entries(HIDING))
  for (const [name, text] of cases)
    test(`a_${kind}_that_hides_an_address_behind_${name}_is_held_and_released`, async (t) => {
      const act = ([kind, text]) => {
        const box = document.body.appendChild(document.createElement("div"));
        box.textContent = "x";
        if (kind == "set") box.appendChild(document.createElement("img")).srcset = text;
        else if (kind == "html") box.insertAdjacentHTML("beforeend", text);
        else box.style.background = text;
      };
      site.add("hides.html", wholePage(tagWith()));
      const page = await site.visit(t);
      await page.open("hides.html");
      site.reset();
      const there = () => requestsEndingIn("/hidden.gif");
      await page.evaluate(act, [kind, text.replaceAll("H", `${UNKNOWN}/hidden.gif`)]);
      await settled(there);
      assert.equal(there(), 0);
      const { held } = await page.evaluate(() => window.consentry.report());
      assert.ok(held.some(({ target }) => target.includes("/hidden.gif")));
      await page.evaluate(() => window.consentry.acceptAll());
      // With a name of a user before the host, this browser asks for no part of a page.
      if (!text.includes("@")) await until(() => there() > 0, "a grant releases it");
      assert.deepEqual(page.uncaughtErrors, []);
    });

for (const [name, attribute] of [
  ["object", "data"],
  ["embed", "src"],
])
  test(`an_${name}_with_a_blob_of_html_is_gated`, async (t) => {
    site.add("blob.html", wholePage(tagWith()));
    const page = await site.visit(t);
    await page.open("blob.html");
    await page.evaluate(
      ([name, attribute, url]) => {
        const element = document.createElement(name);
        element[attribute] = URL.createObjectURL(
          new Blob([`<script>window.ran = true; new Image().src = '${url}'</scr` + "ipt>"], {
            type: "text/html",
          }),
        );
        document.body.append(element);
      },
      [name, attribute, `https://${UNKNOWN}/blob.gif`],
    );
    await until(
      () => page.frames()[1]?.evaluate(() => window.ran && !!window.consentry.version),
      "it runs behind a gate",
    );
    assert.equal(await settled(() => requestsEndingIn("/blob.gif")), 0);
  });

test("what_follows_a_held_image_of_an_svg_stays_beside_it", async (t) => {
  site.add("svg.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("svg.html");
  const tree = (url) => (
    (document.body.innerHTML = `<svg><image href="${url}"/><circle/></svg><img src="${url}"/><b></b>`),
    document.querySelectorAll("svg > circle, body > b").length
  );
  assert.equal(await page.evaluate(tree, `https://${UNKNOWN}/svg.gif`), 2);
});

test("a_rule_with_a_character_that_is_none_throws_nothing", async (t) => {
  site.add("none.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("none.html");
  site.reset();
  await page.evaluate(
    (host) => (document.body.style.background = `url("https://${host}/\\ffffff.gif")`),
    UNKNOWN,
  );
  assert.equal(await settled(() => site.requests().filter(({ host }) => host == UNKNOWN).length), 0);
});

test("an_import_map_with_escaped_slashes_is_held", async (t) => {
  const map = JSON.stringify({ imports: { hidden: `https://${UNKNOWN}/hidden.js` } }).replaceAll("/", "\\/");
  site.add(
    "map.html",
    wholePage(
      `${tagWith()}<script type="importmap">${map}</script>
      <script type="module">import("hidden").catch(() => (window.failed = true))</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("map.html");
  await until(() => page.evaluate(() => window.failed), "it finds nobody");
  assert.equal(requestsEndingIn("/hidden.js"), 0);
});
