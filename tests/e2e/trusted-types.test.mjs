// Enforced Trusted Types in a real browser: what a page gives through its own policy arrives, without what
// must be held; what the browser refuses stays refused, and is not let in by our policy; a page that does not
// list our policy goes on, with everything held that only our policy could let through.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { layerShown, until } from "./browser.mjs";
import { ANALYTICS, configuredTag, settled, startStage } from "./stage.mjs";

/** A frame given as text that tells the page that it runs, and asks for an image. */
const FRAMED = `<p>framed</p><script>
  parent.framed = (parent.framed || 0) + 1;
  new Image().src = "https://${ANALYTICS}/framed.gif";
</script>`;
const LIST = { listed: "consentry page", unlisted: "page" };
let site;
before(async () => {
  site = await startStage({
    test: import.meta.url,
    headers: (path) => {
      const names = LIST[/^\/(listed|unlisted)/.exec(path)?.[1]];
      return (
        names && { "content-security-policy": `require-trusted-types-for 'script'; trusted-types ${names}` }
      );
    },
    pages: { "worker.js": 'postMessage("worked")' },
  });
  for (const name in LIST) site.add(`${name}.html`, site.pageText("trusting.html", { tag: configuredTag() }));
});
after(() => site?.close());

async function visit(t, name) {
  const page = await site.visit(t);
  page.asked = [];
  page.on(
    "request",
    (it) => new URL(it.url()).host == ANALYTICS && page.asked.push(new URL(it.url()).pathname),
  );
  await page.addInitScript(() => {
    window.__reports = [];
    document.addEventListener("securitypolicyviolation", (it) =>
      window.__reports.push(`${it.effectiveDirective} ${it.sample}`),
    );
  });
  await page.open(`${name}.html`);
  await layerShown(page, 1);
  return page;
}
const ours = (name) => (name == "listed" ? [] : ["trusted-types consentry"]);

// Each door for HTML.
const DOORS = {
  inner_html: (box, given) => {
    box.innerHTML = given;
  },
  outer_html: (box, given) => {
    box.append(document.createElement("p"));
    box.lastChild.outerHTML = given;
  },
  adjacent_html: (box, given) => box.insertAdjacentHTML("beforeend", given),
  unsafe_html: (box, given) => box.setHTMLUnsafe(given),
  contextual_fragment: (box, given) => box.append(document.createRange().createContextualFragment(given)),
  shadow_html: (box, given) => {
    box.attachShadow({ mode: "open" }).innerHTML = given;
  },
};
const HELD = `<i>a</i><img src="https://${ANALYTICS}/pixel.gif"><i>b</i>`;
/** Puts HTML through a door into a fresh element; returns how it went and what is shown. */
const give = (page, door, text, trusted) => {
  const given = `${trusted ? "trust.createHTML" : ""}(${JSON.stringify(text)})`;
  return page.evaluate(`(() => {
    const fresh = box.appendChild(document.createElement('div'));
    const outcome = attempt(() => (${DOORS[door]})(fresh, ${given}));
    const shown = (fresh.shadowRoot ?? fresh).querySelectorAll('i');
    return outcome + ' ' + Array.from(shown, (element) => element.textContent).join('');
  })()`);
};

for (const name in LIST)
  for (const door in DOORS)
    test(`on_a_page_with_our_policy_${name}_trusted_text_passes_${door}_and_plain_text_does_not`, async (t) => {
      const page = await visit(t, name);
      assert.equal(await give(page, door, '<i>c</i><img src="/none.gif">', true), "done c");
      assert.equal(
        await give(page, door, HELD, true),
        name == "listed" ? "done ab" : "done ",
        "rewritten, or held as a whole",
      );
      assert.deepEqual(await page.evaluate(() => window.__reports), ours(name));
      assert.equal(await give(page, door, HELD, false), "TypeError ", "as without us");
      assert.deepEqual(await settled(() => page.asked), []);
      await page.evaluate(() => window.consentry.acceptAll());
      assert.deepEqual(await settled(() => page.asked), name == "listed" ? ["/pixel.gif"] : [], "accepted");
    });

for (const name in LIST)
  test(`on_a_page_with_our_policy_${name}_scripts_frames_and_workers_are_trusted_as_the_page_says`, async (t) => {
    const page = await visit(t, name);
    const tried = await page.evaluate(
      async ({ host, framed }) => {
        const script = (set) =>
          window.attempt(() => {
            const element = document.createElement("script");
            set(element);
            document.head.append(element);
          });
        const frame = (given) =>
          window.attempt(() => {
            const element = document.createElement("iframe");
            element.srcdoc = given;
            window.box.append(element);
          });
        const url = (name) => `https://${host}/${name}.js`;
        const worked = new Promise((done) => {
          new Worker(window.trust.createScriptURL("/worker.js")).onmessage = ({ data }) => done(data);
        });
        return {
          plain: script((element) => {
            element.src = url("plain");
          }),
          plainAttribute: script((element) => element.setAttribute("src", url("plain"))),
          trusted: script((element) => {
            element.src = window.trust.createScriptURL(url("trusted"));
          }),
          trustedAttribute: script((element) =>
            element.setAttribute("src", window.trust.createScriptURL(url("attribute"))),
          ),
          text:
            script((element) => {
              element.textContent = window.trust.createScript("window.textRan = true");
            }) && window.textRan,
          importing: script((element) => {
            element.textContent = window.trust.createScript(`import("${url("imported")}").catch(() => {})`);
          }),
          frame: frame(window.trust.createHTML(framed)),
          worked: await worked,
        };
      },
      { host: ANALYTICS, framed: FRAMED },
    );
    assert.deepEqual(tried, {
      plain: "TypeError",
      plainAttribute: "TypeError",
      trusted: "done",
      trustedAttribute: "done",
      text: true,
      importing: "done",
      frame: "done",
      worked: "worked",
    });
    assert.deepEqual(await settled(() => page.asked), [], "before a choice");
    assert.equal(
      await page.evaluate(() => window.framed),
      name == "listed" ? 1 : undefined,
      "a frame gets a gate of its own, or stays empty",
    );
    await page.evaluate(() => window.consentry.acceptAll());
    const released = name == "listed" ? ["/attribute.js", "/trusted.js"] : [];
    assert.deepEqual((await settled(() => page.asked)).sort(), released, "accepted");
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("one_release_that_the_browser_refuses_does_not_keep_the_others_from_theirs", async (t) => {
  const page = await visit(t, "unlisted");
  await page.evaluate((host) => {
    const script = document.createElement("script");
    script.src = window.trust.createScriptURL(`https://${host}/refused.js`);
    document.head.append(script);
    const image = document.createElement("img");
    image.src = `https://${host}/image.gif`;
    window.box.append(image);
  }, ANALYTICS);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.asked.includes("/image.gif"), "the image is released");
  assert.ok(!page.asked.includes("/refused.js"));
  assert.ok(
    page.consoleLines.some((it) => it.startsWith("error: consentry: ")),
    "the owner is told",
  );
});

for (const name in LIST)
  test(`what_the_parser_is_given_in_writing_is_held_on_a_page_with_our_policy_${name}`, async (t) => {
    site.add(`${name}-write.html`, site.pageText("writing.html", { tag: configuredTag() }));
    const page = await visit(t, name);
    await page.open(`${name}-write.html`);
    await layerShown(page, 1);
    assert.deepEqual(
      await page.evaluate(() => [
        window.plain,
        window.kept,
        window.held,
        document.querySelector("i").textContent,
        !!document.getElementById("rest"),
      ]),
      ["TypeError", "done", "done", "kept", true],
    );
    assert.deepEqual(await settled(() => page.asked), []);
  });
