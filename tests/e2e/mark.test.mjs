// Static ways to act, marked by `consentry mark` before the page is served: in no state that denies does a request leave,
// the preload scanner's included, and a grant releases each, scripts once and in order. Then the same under the policy
// that `consentry csp` prints, for what neither a mark nor a script sees. Each way is first shown to act without us.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  ADVERTISING,
  ANALYTICS,
  COUNT_FRAMES,
  NECESSARY,
  UNKNOWN,
  declared,
  html,
  inline,
  settled,
  stage,
  vendor,
  visitAfter,
} from "./stage.mjs";

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../target/release/consentry");
const OWN = "localhost";
let site, folder, policy, reported;
const redirects = ({ host, path: asked }) =>
  host == NECESSARY && asked.startsWith("/to/")
    ? { status: 302, headers: { location: `https://${asked.slice(4)}` }, type: "text/plain", body: "" }
    : asked.endsWith(".css")
      ? { type: "text/css", body: "" }
      : vendor({ host, path: asked });
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-mark-"));
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(declared()));
  site = await stage({
    thirdParty: redirects,
    headers: (asked) =>
      policy && /^\/(policy|worker)/.test(asked)
        ? { "content-security-policy": policy, ...reported }
        : undefined,
  });
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (command, args, input) =>
  execFileSync(program, [command, "--config", path.join(folder, "site.json"), "--host", OWN, ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
const mark = (page) => run("mark", [], page);

const entity = (text) => [...text].map((c) => `&#${c.charCodeAt(0)};`).join("");
const escaped = (text) => [...text].map((c) => `\\${c.charCodeAt(0).toString(16)} `).join("");
const base64 = (text) => Buffer.from(text).toString("base64");
const attr = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

// Scripts that run; each `(url) => markup`.
const SCRIPTS = {
  plain: (url) => `<script src="${url}"></script>`,
  asynchronous: (url) => `<script async src='${url}'></script>`,
  deferred: (url) => `<script defer src=${url} ></script>`,
  module: (url) => `<script type="module" src="${url}"></script>`,
  module_in_capitals: (url) => `<script type="MODULE" src="${url}"></script>`,
  in_capitals: (url) => `<SCRIPT SRC="${url}"></SCRIPT>`,
  typed: (url) => `<script type=" text/JavaScript " src="${url}"></script>`,
  twice_named: (url) => `<script src="${url}" src="/own.js"></script>`,
  in_entities: (url) => `<script src="${entity(url)}"></script>`,
  with_backslashes: (url) => `<script src="${url.replace("https://", "HTTPS:\\\\")}"></script>`,
  over_lines: (url) => `<script\r\nsrc\t=\n" ${url.slice(0, 9)}\n${url.slice(9)} "\f></script>`,
  after_a_slash: (url) => `<script/src="${url}"/></script>`,
  in_svg: (url) => `<svg><script href="${url}"></script></svg>`,
  in_svg_linked: (url) => `<svg><script xlink:href="${url}"/></svg>`,
  after_an_odd_comment: (url) => `<!----!><script src="${url}"></script><!-- <!-- --!>`,
  after_a_bogus_comment: (url) => `<?php echo "?><script src="${url}"></script>`,
  after_a_script_in_a_comment: (url) =>
    `<script><!--<script></script>--></script><script src="${url}"></script>`,
  after_an_open_text: (url) => `<title>a<script></title><script src="${url}"></script>`,
  after_a_closed_svg: (url) => `<svg/><script>'<!--'</script><script src="${url}"></script>`,
  in_a_table: (url) => `<table><tr><table><td><script src="${url}"></script></table></table>`,
  in_a_select: (url) => `<select><option>a<script src="${url}"></script></select>`,
  inline_import: (url) => `<script type="module">import "${url}"</script>`,
  inline_import_after_a_pattern: (url) => `<script type="module">const a=/["'\`]/g;import"${url}"</script>`,
  inline_import_after_a_template: (url) =>
    `<script type="module">const b=\`it's \${"'"} \`;import"${url}"</script>`,
  inline_import_with_a_comment: (url) => `<script type="module">import /* a */ "${url}"</script>`,
  inline_import_in_escapes: (url) =>
    `<script type="module">import "${url.replace("https", "h\\x74tps").replace("//", "\\u002f/")}"</script>`,
  import_in_a_data_module: (url) =>
    `<script type="module" src="data:text/javascript,import%20'${url}'"></script>`,
  mapped_import: (url) =>
    `<script type="importmap">{"imports":{"mapped":"${url}","own":"/own.js"}}</script><script type="module">import "mapped"</script>`,
};
const FRAMES = {
  frame: (url) => `<iframe src="${url}"></iframe>`,
  frame_in_a_frame_of_text: (url) => `<iframe srcdoc="${attr(`<iframe src="${url}"></iframe>`)}"></iframe>`,
  frame_of_text_in_text: (url) =>
    `<iframe srcdoc='${entity(`<iframe srcdoc="${attr(`<iframe src=${url}></iframe>`)}">`)}'></iframe>`,
  frame_of_data: (url) => `<iframe src="data:text/html,<iframe src=${url}></iframe>"></iframe>`,
  object: (url) => `<object data="${url}" type="text/html"></object>`,
  embed: (url) => `<embed src="${url}" type="text/html">`,
};
const sheet = (name, css) => `<style>${css.replaceAll("SELF", `#m_${name}`)}</style><p id="m_${name}">x</p>`;
const LOADS = {
  image: (url) => `<img src="${url}" alt="">`,
  image_by_its_old_name: (url) => `<image src=${url}>`,
  image_set: (url) =>
    `<img srcset="data:, 1x,${url} 1.0x, /blank.html 9x" sizes=1px alt="">`.replace("data:, 1x,", ""),
  image_set_without_spaces: (url) => `<img srcset="/own.gif 9x,${url} 1x" alt="">`,
  picture: (url) => `<picture><source srcset="${url}"><img src="data:," alt=""></picture>`,
  poster: (url) => `<video poster="${url}"></video>`,
  video: (url) => `<video src="${url}" preload="auto"></video>`,
  audio_source: (url) => `<audio preload="auto"><source src="${url}"></audio>`,
  image_input: (url) => `<input type="IMAGE" src="${url}">`,
  background: (url) => `<table background="${url}"><tr><td>x</table>`,
  row_background: (url) => `<table><tr background="${url}"><td>x</table>`,
  svg_image: (url) => `<svg><image href="${url}" width="9" height="9"/></svg>`,
  svg_image_set_by_animation: (url) =>
    `<svg><image width="9" height="9"><set attributeName="href" to="${url}"/></image></svg>`,
  svg_image_animated: (url) =>
    `<svg><image width="9" height="9"><animate attributeName="href" values="data:,;${url}" dur="1s" fill="freeze"/></image></svg>`,
  svg_filter_image: (url) =>
    `<svg><filter id="f"><feImage href="${url}"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
  image_in_svg_text: (url) => `<svg><desc><img src="${url}" alt=""></desc></svg>`,
  image_in_math: (url) => `<math><mtext><img src="${url}" alt=""></mtext></math>`,
  image_out_of_svg: (url) => `<svg><g><style><img src="${url}" alt=""></style></g></svg>`,
  image_in_a_shadow_root: (url) =>
    `<div><template shadowrootmode="open"><img src="${url}" alt=""></template></div>`,
  image_in_a_frame_of_text: (url) => `<iframe srcdoc="<img src='${url}'>"></iframe>`,
  image_in_a_frame_of_data: (url) =>
    `<iframe src="data:text/html;base64,${base64(`<img src="${url}">`)}"></iframe>`,
  image_in_entities_in_a_frame_of_data: (url) =>
    `<iframe src="data:text/html,${encodeURIComponent(`<img src="${entity(url)}">`)}"></iframe>`,
  image_in_a_frame_of_script: (url) => `<iframe src="javascript:'<img src=${url}>'"></iframe>`,
  refresh_in_a_frame_of_text: (url) =>
    `<iframe srcdoc="<meta http-equiv=refresh content='0; url=${url}'>"></iframe>`,
  stylesheet: (url) => `<link rel="stylesheet" href="${url}">`,
  stylesheet_of_data: (url) => `<link rel="stylesheet" href="data:text/css,@import '${url}';">`,
  preload: (url) => `<link rel="preload" as="image" href="${url}">`,
  preload_set: (url) => `<link rel="preload" as="image" imagesrcset="${url}">`,
  module_preload: (url) => `<link rel="modulepreload" href="${url}">`,
  prefetch: (url) => `<link rel="prefetch" href="${url}">`,
  style_attribute: (url) => `<p style="background: url('${url}')">x</p>`,
  style_attribute_in_entities: (url) => `<p style="background:url(${entity(url)})">x</p>`,
  style_attribute_in_escapes: (url) => `<p style="background:u\\72l('${escaped(url)}')">x</p>`,
  style_attribute_image_set: (url) => `<p style="background:image-set('${url}' 1x)">x</p>`,
  style_over_a_broken_line: (url) => `<p style="background:url('${url.replace("//", "/\\\r\n/")}')">x</p>`,
  sheet_import: (url) => `<style>@import "${url}";</style>`,
  sheet_import_in_capitals: (url) => `<style>@IMPORT URL(${url}) screen;</style>`,
  sheet_import_in_escapes: (url) => `<style>@\\69 mport "${escaped(url)}";</style>`,
  sheet_import_after_a_comment: (url) => `<style>/* ; */@import/**/'${url}';</style>`,
  sheet_import_of_data: (url) => `<style>@import "data:text/css,@import '${url}'";</style>`,
  sheet_import_of_another_type: (url) => `<style type="text/x-less">@import "${url}";</style>`,
  sheet_in_svg: (url) => `<svg><style>@im<!-- -->port <![CDATA["${url}"]]>;</style></svg>`,
  sheet_rule: (url) => sheet("rule", `SELF{background:url( "${url}" )}`),
  sheet_rule_in_escapes: (url) => sheet("escaped", `SELF{background:\\75\\72\\6c(${escaped(url)})}`),
  sheet_font: (url) => sheet("font", `@font-face{font-family:m;src:url(${url})}SELF{font-family:m}`),
  sheet_variable: (url) => sheet("variable", `SELF{--u:url(${url});background:var(--u)}`),
  sheet_never_closed: (url) => sheet("open", `SELF{background:url(${url}`),
  speculation: (url) =>
    `<script type="speculationrules">{"prefetch":[{"urls":["${url}"],"eagerness":"immediate"}]}</script>`,
};
const WAYS = { ...SCRIPTS, ...FRAMES, ...LOADS };
const ending = (way) =>
  way in SCRIPTS
    ? ".js"
    : way in FRAMES
      ? ".html"
      : /style|sheet(?!_rule|_font|_var|_never)/.test(way)
        ? ".css"
        : ".gif";
const pageOf = (tag, host) =>
  html(
    tag + COUNT_FRAMES,
    Object.entries(WAYS)
      .map(([way, it]) => it(`https://${host}/${way}${ending(way)}`))
      .join("\n"),
  );

async function visit(t, name, choose) {
  const page = await visitAfter(site, t, choose);
  await page.open(name);
  return page;
}
const arrived = async (quiet = 1000) =>
  new Set(
    (
      await settled(
        () =>
          site
            .requests()
            .filter(({ host }) => /-example/.test(host))
            .map((it) => it.path),
        quiet,
      )
    ).map((it) => it.slice(1).split(".")[0]),
  );

test("without_us_every_static_way_acts", async (t) => {
  site.add("mark-bare.html", pageOf("", UNKNOWN));
  await visit(t, "mark-bare.html");
  const seen = await arrived();
  for (const way in WAYS) await t.test(`${way}_acts_without_us`, () => assert.ok(seen.has(way)));
});

for (const [state, host, choose] of [
  ["before_a_choice", UNKNOWN],
  ["before_a_choice_declared", ANALYTICS],
  ["after_reject", UNKNOWN, () => consentry.rejectAll()],
  ["after_withdraw", ANALYTICS, () => consentry.acceptAll().then(() => consentry.withdraw())],
  ["after_a_grant_of_another_category", ADVERTISING, () => consentry.save({ analytics: true })],
])
  test(`nothing_leaves_a_marked_page_${state}`, async (t) => {
    site.add("marked.html", mark(pageOf(inline(), host)));
    const page = await visit(t, "marked.html", choose);
    const seen = await arrived();
    for (const way in WAYS) await t.test(`${way}_${state}`, () => assert.ok(!seen.has(way)));
    assert.deepEqual(
      page.faults.filter((it) => !it.includes("mapped")),
      [],
    );
  });

// What the gate does not bring back on the page: what a browser asks for only while it parses, and an import map, which
// the gate leaves without its addresses. And, last, a sheet in another language, which no browser applies: only its
// preload scanner asked.
const NEXT_PAGE = [
  "mapped_import",
  "audio_source",
  "svg_image_set_by_animation",
  "preload_set",
  "speculation",
  "sheet_import_of_another_type",
];

test("a_grant_releases_what_was_marked_once_and_in_order", async (t) => {
  site.add("marked.html", mark(pageOf(inline(), UNKNOWN)));
  const page = await visit(t, "marked.html");
  await page.evaluate(() => consentry.acceptAll());
  const seen = await arrived(3000); // frames load theirs one after the other
  for (const way in WAYS)
    if (!NEXT_PAGE.includes(way)) await t.test(`${way}_on_accept`, () => assert.ok(seen.has(way)));
  const { ran, log } = await page.evaluate(() => ({ ran: { ...window.__ran }, log: window.__log }));
  const scripts = Object.keys(SCRIPTS).filter((way) => !NEXT_PAGE.includes(way));
  for (const way of scripts) await t.test(`${way}_once`, () => assert.equal(ran[way], 1));
  const inOrder = Object.keys(SCRIPTS).filter((way) => !/asynchronous|import|module|in_svg/.test(way));
  assert.deepEqual(
    log.filter((way) => inOrder.includes(way)),
    inOrder,
  );
  await page.evaluate(() => consentry.withdraw());
  await page.evaluate(() => consentry.acceptAll());
  await arrived();
  const again = await page.evaluate(() => window.__ran);
  for (const way of scripts) assert.equal(again[way], 1, `${way}, not twice`);
});

// What neither a mark nor a script sees: files of the site's own that ask others, and redirects. A worker obeys the policy
// that its own file came with.
const own = (name, text) => {
  site.add(name, text);
  return `/${name}`;
};
const HIDDEN = {
  import_in_a_file: (url) => `<script type="module" src="${own("imports.js", `import "${url}";`)}"></script>`,
  dynamic_import_in_a_file: (url) =>
    `<script type="module" src="${own("later.js", `import(["${url}"][0]).catch(() => {});`)}"></script>`,
  worker_with_a_file: (url) =>
    `<script>new Worker("${own("worker.js", `fetch("${url}", { mode: "no-cors" }).catch(() => {}); importScripts("${url}");`)}").onerror = (it) => it.preventDefault()</script>`,
  import_in_a_sheet: (url) => `<link rel="stylesheet" href="${own("imports.css", `@import "${url}";`)}">`,
  image_in_a_sheet: (url) =>
    `<link rel="stylesheet" href="${own("images.css", `#m_hidden { background: url(${url}) }`)}"><p id="m_hidden">x</p>`,
  font_in_a_sheet: (url) =>
    `<link rel="stylesheet" href="${own("fonts.css", `@font-face { font-family: h; src: url(${url}) } #m_font { font-family: h }`)}"><p id="m_font">x</p>`,
  redirected_image: (url) => `<img src="https://${NECESSARY}/to/${url.slice(8)}" alt="">`,
  redirected_script: (url) => `<script src="https://${NECESSARY}/to/${url.slice(8)}"></script>`,
  redirected_frame: (url) => `<iframe src="https://${NECESSARY}/to/${url.slice(8)}"></iframe>`,
  frame_whose_code_hides_it: (url) =>
    `<iframe src="javascript:'<img src='+atob('${base64(url)}')+'>'"></iframe>`,
};
const hiddenPage = (tag, host) =>
  html(
    tag,
    Object.entries(HIDDEN)
      .map(([way, it]) => it(`https://${host}/${way}`))
      .join("\n"),
  );

for (const [state, host, granted, acts] of [
  ["without_us", UNKNOWN, null, true],
  ["without_a_grant", UNKNOWN, "", false],
  ["with_a_grant_for_another_category", ADVERTISING, "analytics", false],
  ["with_its_grant", ANALYTICS, "analytics", true],
  ["with_every_grant", UNKNOWN, "functional,analytics,advertising", true],
])
  test(`what_only_the_policy_sees_${state}`, async (t) => {
    policy = granted === null ? "" : run("csp", ["--granted", granted]).trim();
    site.add("policy.html", granted === null ? hiddenPage("", host) : mark(hiddenPage(inline(), host)));
    const choices = Object.fromEntries(
      (granted || "")
        .split(",")
        .filter(Boolean)
        .map((name) => [name, true]),
    );
    const page = await site.visit(t);
    if (granted) {
      site.add("choose.html", html(inline()));
      await page.open("choose.html");
      await page.evaluate((it) => consentry.save(it), choices);
    }
    site.reset();
    await page.open("policy.html");
    const seen = await settled(
      () =>
        site
          .requests()
          .filter((it) => it.host == host)
          .map((it) => it.path),
      1000,
    );
    for (const way in HIDDEN)
      await t.test(`${way}_${state}`, () => assert.equal(seen.includes(`/${way}`), acts));
    policy = "";
  });

// A site that sends a policy of its own: both hold, and neither widens the other.
const NONCE = "bm9uY2U";
test("beside_a_policy_of_nonces_the_banner_comes_and_what_both_allow_acts", async (t) => {
  const ownPolicy = `script-src 'nonce-${NONCE}' 'strict-dynamic' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'`;
  const tag = `<script nonce="${NONCE}" src="/consentry.js"></script>`;
  const script = (host, name) => `<script nonce="${NONCE}" src="https://${host}/${name}.js"></script>`;
  site.add(
    "policy-nonce.html",
    mark(
      html(
        inline(undefined, tag).replace("<script type", `<script nonce="${NONCE}" type`) +
          script(NECESSARY, "needed") +
          script(ANALYTICS, "counted") +
          `<script src="https://${NECESSARY}/without-nonce.js"></script>` +
          `<script nonce="${NONCE}">for (const host of ["${NECESSARY}", "${UNKNOWN}"]) { const s = document.createElement("script"); s.src = "https://" + host + "/made.js"; document.head.append(s) }</script>`,
      ),
    ),
  );
  const ours = run("csp", []).trim();
  for (const [name, headers, more, ran] of [
    ["both enforced", [ownPolicy, ours], {}, { needed: 1, made: 1 }],
    [
      "theirs only reports",
      ours,
      { "content-security-policy-report-only": ownPolicy },
      { needed: 1, made: 1, "without-nonce": 1 },
    ],
  ]) {
    [policy, reported] = [headers, more];
    const page = await visit(t, "policy-nonce.html");
    const found = await settled(() => page.evaluate(() => ({ ...window.__ran })));
    assert.deepEqual(found, ran, name);
    assert.ok(await page.locator("consentry-banner").count(), name);
    assert.deepEqual(
      site.requests().filter(({ host }) => [ANALYTICS, UNKNOWN].includes(host)),
      [],
      name,
    );
    await page.locator('consentry-banner [data-consentry="preferences"]').first().click();
    await page.locator('consentry-banner dialog [data-consentry-category="analytics"]').waitFor();
    assert.deepEqual(
      page.said.filter((it) => /violat/.test(it) && !/without-nonce/.test(it)),
      [],
      name,
    );
  }
  policy = reported = undefined;
});
