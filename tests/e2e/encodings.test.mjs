// Pages in other encodings than UTF-8, marked by `consentry mark` before they are served. In each a browser finds
// an address that a reader of ASCII does not find: it is held, a grant releases it, and the text is what it was.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { program } from "./site.mjs";
import { UNKNOWN, configuredTag, declaredConfig, settled, startStage } from "./stage.mjs";

const ADDRESS = `https://${UNKNOWN}/hidden.gif`;
const IMAGE = `<img src=${ADDRESS}>`;

/** A style sheet in which the second byte of a character, `\`, would keep the string open. */
const styleWith = (character) =>
  `<style>i::before{content:"${character}"}p{background:url(${ADDRESS})}b::before{content:"x"}</style>`;

/**
 * The body of a page as bytes, one for each character of the string; and its text.
 * @type {Record<string, {body: string, text: string}>}
 */
const PAGES = {
  // The comment begins and ends in bytes of Japanese characters.
  "iso-2022-jp": {
    body: `\x1b$B<!--\x1b(B${IMAGE}<p>\x1b$BF|K\\8l\x1b(B</p>\x1b$B-->!\x1b(B`,
    text: "日本語",
  },
  shift_jis: { body: `${styleWith("\x95\\")}<p>\x93\xfa\x96{\x8c\xea</p>`, text: "日本語" },
  big5: { body: `${styleWith("\xa5\\")}<p>\xa4\xa4\xa4\xe5</p>`, text: "中文" },
  gbk: { body: `${styleWith("\x81\\")}<p>\xd6\xd0\xce\xc4</p>`, text: "中文" },
  gb18030: { body: `${styleWith("\x81\\")}<p>\xd6\xd0\xce\xc4\x95\x32\x82\x36</p>`, text: "中文𠀀" },
  "euc-kr": { body: `${IMAGE}<p>\xc7\xd1\xb1\xb9\xbe\xee</p>`, text: "한국어" },
};

/** The bytes of the same page in UTF-16, with a byte order mark. */
const inUtf16 = (html) => Buffer.from(`\ufeff${html}`, "utf16le");

/** What was put in, taken out again. */
const withoutMarks = (html) => html.replace(/ data-consent="auto"| type="text\/plain"|data-consent-/g, "");

/** @type {import('./stage.mjs').Stage} */
let site;
let folder;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-encodings-"));
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(declaredConfig()));
  site = await startStage({
    headers: (asked) => (/^\/in-/.test(asked) ? { "content-type": "text/html" } : undefined),
  });
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const marked = (page) =>
  execFileSync(program, ["mark", "--config", path.join(folder, "site.json"), "--host", "localhost"], {
    input: page,
  });

/** Serves the page, opens it, and gives the tab. */
async function visit(t, name, page) {
  writeFileSync(path.join(folder, name), page);
  site.addFolder(name, path.join(folder, name));
  site.reset();
  const tab = await site.visit(t);
  await tab.open(name);
  return tab;
}

const asked = () =>
  settled(
    () =>
      site
        .requests()
        .filter(({ host }) => host == UNKNOWN)
        .map((request) => request.path),
    1000,
  );

for (const label of [...Object.keys(PAGES), "utf-16le"])
  test(`what_a_page_in_${label}_hides_is_held`, async (t) => {
    const { body, text } = PAGES[label] ?? { body: `${IMAGE}<p>日本語</p>`, text: "日本語" };
    const html = (tag) => `<!doctype html><meta charset=${label}>${tag}<body>${body}`;
    const [bytes, read] = PAGES[label]
      ? [(page) => Buffer.from(page, "latin1"), (page) => page.toString("latin1")]
      : [inUtf16, (page) => page.toString("utf16le").slice(1)];
    const textOf = (tab) =>
      tab.evaluate(() => [document.characterSet, document.querySelector("p").innerText]);

    const bare = await visit(t, `in-${label}-bare.html`, bytes(html("")));
    assert.deepEqual(await asked(), ["/hidden.gif"], "without us");
    const seen = await textOf(bare);
    assert.equal(seen[1], text);

    const page = html(configuredTag());
    const result = marked(bytes(page));
    assert.equal(withoutMarks(read(result)), withoutMarks(page), "byte for byte");
    const tab = await visit(t, `in-${label}.html`, result);
    assert.deepEqual(await asked(), [], "marked");
    assert.deepEqual(await textOf(tab), seen);
    await tab.evaluate(() => window.consentry.acceptAll());
    assert.deepEqual(await asked(), ["/hidden.gif"], "released");
  });

// Which encoding the browser takes, and whether it finds the image; `mark` holds it in each.
const JAPANESE = `\x1b$B<!--\x1b(B${IMAGE}<p>a</p>\x1b$B-->!\x1b(B`;
const FILLER = `<!--${"x".repeat(1100)}-->`;
const DECLARATIONS = {
  "in the head, behind 1024 bytes": `<head>${FILLER}<meta charset=iso-2022-jp></head>`,
  "in an XML declaration": `<?xml version="1.0" encoding="iso-2022-jp"?>`,
  "behind one that is unknown": "<meta charset=unknown><meta charset=iso-2022-jp>",
};
for (const [where, start] of Object.entries(DECLARATIONS))
  test(`an_encoding_named_${where.replaceAll(" ", "_")}`, async (t) => {
    const html = (tag) => Buffer.from(`${start}${tag}<body>${JAPANESE}`, "latin1");
    const bare = await visit(t, "in-bare.html", html(""));
    assert.deepEqual(await asked(), ["/hidden.gif"], "without us");
    assert.equal(await bare.evaluate(() => document.characterSet), "ISO-2022-JP");
    await visit(t, "in-marked.html", marked(html(configuredTag())));
    assert.deepEqual(await asked(), [], "marked");
  });
