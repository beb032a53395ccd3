// The gate in a real browser: every way to act, in every state of the visitor's choice; order; marks by hand; and that
// what needs no consent goes on as if we were not there. Each way is first shown to act on the same page without us.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import {
  ADVERTISING,
  ANALYTICS,
  COUNT_FRAMES,
  NECESSARY,
  UNKNOWN,
  html,
  inline,
  reallyStored,
  settled,
  stage,
  visitAfter,
} from "./stage.mjs";

let site;
before(async () => {
  site = await stage();
});
after(() => site?.close());

// Each way: the markup that acts on `url`. `leaves`: the browser asks for it before any script can act. `call`: it is
// never in the document, so that a grant does not reach back to it.
const code = (body) => (url) =>
  `<script>(function () { var url = ${JSON.stringify(url)}; ${body} })()</script>`;
const made = (body) => code(`var s = document.createElement('script'); ${body}`);
const SCRIPTS = {
  static_script: { html: (url) => `<script src="${url}"></script>`, leaves: true },
  static_async_script: { html: (url) => `<script async src="${url}"></script>`, leaves: true },
  static_deferred_script: { html: (url) => `<script defer src="${url}"></script>`, leaves: true },
  static_module: { html: (url) => `<script type="module" src="${url}"></script>`, leaves: true },
  script_with_source_before_insertion: { html: made("s.src = url; document.head.appendChild(s);") },
  script_with_source_after_insertion: { html: made("document.head.appendChild(s); s.src = url;") },
  script_with_url_object: { html: made("s.src = new URL(url); document.head.appendChild(s);") },
  script_by_attribute: { html: made("s.setAttribute('src', url); document.head.appendChild(s);") },
  script_by_attribute_in_capitals: {
    html: made("document.head.appendChild(s); s.setAttribute('SRC', url);"),
  },
  script_by_attribute_with_namespace: {
    html: made("s.setAttributeNS(null, 'src', url); document.head.appendChild(s);"),
  },
  script_module_made: { html: made("s.type = 'module'; s.src = url; document.head.appendChild(s);") },
  script_appended: { html: made("s.src = url; document.head.append(s);") },
  script_prepended: { html: made("s.src = url; document.head.prepend(s);") },
  script_inserted_before: { html: made("s.src = url; document.currentScript.before(s);") },
  script_inserted_after: { html: made("s.src = url; document.currentScript.after(s);") },
  script_replacing: {
    html: made(
      "s.src = url; var p = document.createElement('p'); document.head.append(p); p.replaceWith(s);",
    ),
  },
  script_replacing_child: {
    html: made(
      "s.src = url; var p = document.createElement('p'); document.head.append(p); document.head.replaceChild(s, p);",
    ),
  },
  script_replacing_children: {
    html: made(
      "s.src = url; var p = document.createElement('p'); document.head.append(p); p.replaceChildren(s);",
    ),
  },
  script_inserted_adjacent: {
    html: made("s.src = url; document.head.insertAdjacentElement('beforeend', s);"),
  },
  script_inserted_by_range: {
    html: made(
      "s.src = url; var r = document.createRange(); r.selectNode(document.currentScript); r.insertNode(s);",
    ),
  },
  script_in_a_fragment: {
    html: made(
      "s.src = url; var f = document.createDocumentFragment(); f.append(s); document.head.append(f);",
    ),
  },
  script_in_a_shadow_root: {
    html: made(
      "s.src = url; var d = document.createElement('div'); document.documentElement.append(d); d.attachShadow({ mode: 'closed' }).append(s);",
    ),
  },
  script_cloned: { html: made("s.src = url; document.head.append(s.cloneNode(true));") },
  script_from_another_document: {
    html: made(
      "var d = document.implementation.createHTMLDocument(''), o = d.createElement('script'); o.setAttribute('src', url); document.head.append(o);",
    ),
  },
  script_from_a_template: {
    html: (url) =>
      `<template id="t"><script src="${url}"></scr` +
      `ipt></template><script>document.head.append(document.getElementById('t').content.cloneNode(true))</script>`,
  },
  script_in_contextual_fragment: {
    html: code(
      "document.head.append(document.createRange().createContextualFragment('<script src=\"' + url + '\"></scr' + 'ipt>'));",
    ),
  },
  script_written: { html: code("document.write('<script src=\"' + url + '\"></scr' + 'ipt>');") },
  script_written_with_line: {
    html: code("document.writeln('<script async src=\"' + url + '\"></scr' + 'ipt>');"),
  },
  vendor_snippet: {
    html: (url) =>
      `<script>(function (w, d, s, l) { w[l] = w[l] || []; var f = d.getElementsByTagName(s)[0], j = d.createElement(s); j.async = true; j.src = '${url}'; f.parentNode.insertBefore(j, f); })(window, document, 'script', 'layer')</script>`,
  },
};
const framed = (body) => code(`var f = document.createElement('iframe'); ${body}`);
const FRAMES = {
  static_frame: { html: (url) => `<iframe src="${url}"></iframe>`, leaves: true },
  frame_with_source_before_insertion: { html: framed("f.src = url; document.documentElement.append(f);") },
  frame_with_source_after_insertion: { html: framed("document.documentElement.append(f); f.src = url;") },
  frame_by_attribute: { html: framed("f.setAttribute('src', url); document.documentElement.append(f);") },
  frame_by_inner_html: {
    html: code(
      "var d = document.createElement('div'); document.documentElement.append(d); d.innerHTML = '<p><iframe src=\"' + url + '\"></iframe>';",
    ),
  },
  frame_by_adjacent_html: {
    html: code("document.head.insertAdjacentHTML('beforeend', '<iframe src=\"' + url + '\"></iframe>');"),
  },
};
const IMAGES = {
  image_object: { html: code("new Image().src = url;"), call: true },
  image_element: {
    html: code("var i = document.createElement('img'); i.src = url; document.documentElement.append(i);"),
  },
  image_by_attribute: { html: code("document.createElement('img').setAttribute('src', url);"), call: true },
  image_set: {
    html: code("document.createElement('img').srcset = '/blank.html 2x, ' + url + ' 1x';"),
    call: true,
  },
  image_by_inner_html: {
    html: code("document.createElement('div').innerHTML = '<img src=\"' + url + '\">';"),
    call: true,
  },
  image_by_outer_html: {
    html: code(
      "var d = document.createElement('div'); d.innerHTML = '<p></p>'; d.firstChild.outerHTML = '<img src=\"' + url + '\">';",
    ),
    call: true,
  },
  stylesheet_link: {
    html: code(
      "var l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; document.head.append(l);",
    ),
  },
  preload_link: {
    html: code(
      "var l = document.createElement('link'); l.href = url; l.rel = 'preload'; l.as = 'fetch'; document.head.append(l);",
    ),
  },
};
const styled = (body) =>
  code(
    `var p = document.createElement('p'); p.textContent = 'x'; document.documentElement.append(p); ${body}`,
  );
const STYLES = {
  style_element: {
    html: (url) => `<style>.style_element { background: url(${url}) }</style><p class="style_element">x</p>`,
    leaves: true,
  },
  style_import: { html: (url) => `<style>@import "${url}";</style>`, leaves: true },
  style_attribute: { html: (url) => `<p style="background: url('${url}')">x</p>`, leaves: true },
  style_attribute_by_inner_html: {
    html: code(
      "var d = document.createElement('div'); document.documentElement.append(d); d.innerHTML = '<p style=\"background-image:url(' + url + ')\">x</p>';",
    ),
  },
  style_element_made: {
    html: styled(
      "var s = document.createElement('style'); s.textContent = '.made { background: url(\"' + url + '\") }'; p.className = 'made'; document.head.append(s);",
    ),
  },
  style_element_filled_later: {
    html: styled(
      "var s = document.createElement('style'); document.head.append(s); s.append('.filled { background: url(' + url + ') } '); p.className = 'filled';",
    ),
  },
  style_element_importing: {
    html: code(
      "var s = document.createElement('style'); s.innerHTML = '@import url(' + url + ')'; document.head.append(s);",
    ),
  },
  style_property: { html: styled("p.style.backgroundImage = 'url(' + url + ')';") },
  style_set_property: { html: styled("p.style.setProperty('background-image', 'url(' + url + ')');") },
  style_text: { html: styled("p.style.cssText = 'background: url(' + url + ')';") },
  style_set_attribute: {
    html: styled("p.setAttribute('style', 'list-style-image: url(' + url + '); display: list-item');"),
  },
  style_rule_inserted: {
    html: styled(
      "var s = document.createElement('style'); document.head.append(s); s.sheet.insertRule('.inserted { background: url(' + url + ') }'); p.className = 'inserted';",
    ),
    call: true,
  },
  style_sheet_adopted: {
    html: styled(
      "var s = new CSSStyleSheet(); s.replaceSync('.adopted { background: url(' + url + ') }'); document.adoptedStyleSheets.push(s); p.className = 'adopted';",
    ),
    call: true,
  },
  font_face: {
    html: code("new FontFace('x', 'url(' + url + ')').load().catch(function () {});"),
    call: true,
  },
};
const MORE = {
  static_image: { html: (url) => `<img src="${url}" alt="">`, leaves: true },
  static_image_set: { html: (url) => `<img srcset="${url} 1x" alt="">`, leaves: true },
  static_picture: {
    html: (url) => `<picture><source srcset="${url}"><img src="data:," alt=""></picture>`,
    leaves: true,
  },
  static_poster: { html: (url) => `<video poster="${url}"></video>`, leaves: true },
  static_background: { html: (url) => `<table background="${url}"><tr><td>x</table>`, leaves: true },
  static_svg_image: { html: (url) => `<svg><image href="${url}" width="9" height="9"/></svg>`, leaves: true },
  image_with_an_odd_url: {
    html: code(
      "var i = document.createElement('img'); i.src = url.replace('https://', 'HTTPS:/\\\t/'); document.documentElement.append(i);",
    ),
  },
  image_by_attribute_node: {
    html: code(
      "var i = document.createElement('img'), a = document.createAttribute('src'); a.value = url; i.setAttributeNode(a); document.documentElement.append(i);",
    ),
  },
  image_by_attribute_value: {
    html: code(
      "var i = document.createElement('img'); document.documentElement.append(i); i.setAttribute('src', 'data:,'); i.attributes.src.value = url;",
    ),
  },
  image_by_named_item: {
    html: code(
      "var i = document.createElement('img'), a = document.createAttribute('src'); a.value = url; document.documentElement.append(i); i.attributes.setNamedItem(a);",
    ),
  },
  image_imported: {
    html: code(
      "document.importNode(new DOMParser().parseFromString('<img src=\"' + url + '\">', 'text/html').images[0], true);",
    ),
    call: true,
  },
  image_by_unsafe_html: {
    html: code(
      "var d = document.createElement('div'); document.documentElement.append(d); d.setHTMLUnsafe('<div><template shadowrootmode=\"open\"><img src=\"' + url + '\"></template></div>');",
    ),
  },
  image_in_svg: {
    html: code(
      "var i = document.createElementNS('http://www.w3.org/2000/svg', 'image'), s = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); i.setAttribute('href', url); s.append(i); document.documentElement.append(s);",
    ),
  },
  poster: {
    html: code(
      "var v = document.createElement('video'); v.poster = url; document.documentElement.append(v);",
    ),
  },
  video_source: {
    html: code(
      "var v = document.createElement('video'), s = document.createElement('source'); s.src = url; v.append(s); document.documentElement.append(v); v.load();",
    ),
  },
  body_background: {
    html: code(
      "var b = document.createElement('table'); b.setAttribute('background', url); b.innerHTML = '<tr><td>x'; document.documentElement.append(b);",
    ),
  },
  link_without_rel_yet: {
    html: code(
      "var l = document.createElement('link'); l.href = url; document.head.append(l); l.rel = 'stylesheet';",
    ),
  },
  ping: {
    html: code(
      "var a = document.createElement('a'); a.href = '#x'; a.ping = url; document.documentElement.append(a); a.click();",
    ),
    call: true,
  },
  form_into_a_frame: {
    html: code(
      "var f = document.createElement('iframe'), g = document.createElement('form'); f.name = 'sink'; g.target = 'sink'; g.action = url; g.method = 'post'; document.documentElement.append(f, g); g.submit();",
    ),
    call: true,
  },
  write_in_pieces: {
    html: code(
      "document.write('<im'); document.write('g src=\"' + url + '\" al'); document.write('t=\"\">');",
    ),
  },
  inline_import: { html: (url) => `<script type="module">import "${url}"</script>` },
  inline_dynamic_import: {
    html: (url) => `<script>import("${url}").catch(function () {})</script>`,
    call: true,
  },
  evaluated: { html: code("(0, eval)('new Image().src = ' + JSON.stringify(url)); "), call: true },
  string_timer: { html: code("setTimeout('new Image().src = ' + JSON.stringify(url), 0);"), call: true },
  handler: {
    html: (url) =>
      `<img src="data:,x" alt="" onerror="fetch('${url}', { mode: 'no-cors' }).catch(function () {})">`,
    call: true,
  },
};
const blank = "var f = document.createElement('iframe'); document.documentElement.append(f); ";
const REALMS = {
  fetch_of_a_frame: request(
    `${blank} f.contentWindow.fetch(url, { mode: 'no-cors' }).catch(function () {});`,
  ),
  fetch_of_the_first_frame: request(
    `document.documentElement.append(document.createElement('iframe')); frames[frames.length - 1].fetch(url, { mode: 'no-cors' }).catch(function () {});`,
  ),
  image_of_a_frame: request(`${blank} new f.contentWindow.Image().src = url;`),
  beacon_of_a_frame: request(`${blank} f.contentWindow.navigator.sendBeacon(url);`),
  xhr_of_a_frame: request(
    `${blank} var x = new f.contentWindow.XMLHttpRequest(); x.open('GET', url); x.send();`,
  ),
  native_of_a_frame: request(
    `${blank} f.contentWindow.fetch.call(window, url, { mode: 'no-cors' }).catch(function () {});`,
  ),
  setter_of_a_frame: request(
    `${blank} Object.getOwnPropertyDescriptor(f.contentWindow.HTMLImageElement.prototype, 'src').set.call(new Image(), url);`,
  ),
  written_into_a_frame: {
    html: code(`${blank} f.contentDocument.write('<img src="' + url + '">'); f.contentDocument.close();`),
  },
  script_text_in_a_frame: request(
    `${blank} var s = f.contentDocument.createElement('script'); s.text = 'new Image().src = "' + url + '"'; f.contentDocument.body.append(s);`,
  ),
  frame_of_text: request(
    "var f = document.createElement('iframe'); f.srcdoc = '<script>new Image().src = \"' + url + '\"</scr' + 'ipt>'; document.documentElement.append(f);",
  ),
  frame_of_a_blob: request(
    "var f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob(['<script>new Image().src = \"' + url + '\"</scr' + 'ipt>'], { type: 'text/html' })); document.documentElement.append(f);",
  ),
  frame_of_script: {
    html: code(
      "var f = document.createElement('iframe'); f.src = 'javascript:\\'<img src=\"' + url + '\">\\''; document.documentElement.append(f);",
    ),
  },
  frame_of_data: {
    html: code(
      "var f = document.createElement('iframe'); f.src = 'data:text/html,' + encodeURIComponent('<img src=\"' + url + '\">'); document.documentElement.append(f);",
    ),
  },
  worker_of_a_blob: request(
    "new Worker(URL.createObjectURL(new Blob(['fetch(\"' + url + '\", { mode: \"no-cors\" }).catch(function () {})'])));",
  ),
  worker_importing: request(
    "new Worker(URL.createObjectURL(new Blob(['importScripts(\"' + url + '\")']))).onerror = function (e) { e.preventDefault(); };",
  ),
  worker_of_data: request(
    "new Worker('data:text/javascript,' + encodeURIComponent('fetch(\"' + url + '\", { mode: \"no-cors\" }).catch(function () {})'));",
  ),
};
function request(body) {
  return { html: code(body), call: true };
}
const CALLS = {
  fetch_of_text: request("fetch(url, { mode: 'no-cors' }).catch(function () {});"),
  fetch_of_url: request("fetch(new URL(url)).catch(function () {});"),
  fetch_of_request: request("fetch(new Request(url)).catch(function () {});"),
  xhr: request("var x = new XMLHttpRequest(); x.open('GET', url); x.send();"),
  xhr_synchronous: request(
    "var x = new XMLHttpRequest(); x.open('GET', url, false); try { x.send(); } catch (e) {}",
  ),
  beacon: request("navigator.sendBeacon(url, 'x');"),
  event_source: request("var e = new EventSource(url); e.onerror = function () { e.close(); };"),
  web_socket: request("new WebSocket(url.replace('https', 'wss'));"),
  audio: request("new Audio(url);"),
};
const WAYS = { ...SCRIPTS, ...FRAMES, ...IMAGES, ...STYLES, ...MORE, ...CALLS, ...REALMS };
const ending = (way) =>
  way in SCRIPTS || way == "inline_import"
    ? ".js"
    : way in FRAMES
      ? ".html"
      : way in IMAGES || way in MORE
        ? ".gif"
        : ".json";

const pageOf = (tag, host) =>
  html(
    tag +
      COUNT_FRAMES +
      Object.entries(WAYS)
        .map(([way, it]) => it.html(`https://${host}/${way}${ending(way)}`))
        .join("\n"),
  );

/** How often each way acted: scripts and frames that ran, other requests that arrived; and which requests arrived at all. */
async function observe(page) {
  const { ran, arrived } = await settled(
    async () => ({
      ran: await page.evaluate(() => ({ ...window.__ran })),
      arrived: site
        .requests()
        .filter(({ host }) => /-example/.test(host))
        .map((it) => it.path.slice(1).split(".")[0]),
    }),
    700,
  );
  const count = (way) => arrived.filter((it) => it == way).length;
  const acted = (way) =>
    way in SCRIPTS || way in FRAMES ? ran[way] || 0 : WAYS[way].leaves ? Math.min(1, count(way)) : count(way);
  return { acted, arrived: (way) => count(way) > 0 };
}

/** A page of ways after `choose` was done on an earlier page. */
async function waysAfter(t, choose, host, tag = inline()) {
  const page = await visitAfter(site, t, choose);
  site.add(`ways-${host}-${tag.length}.html`, pageOf(tag, host));
  await page.open(`ways-${host}-${tag.length}.html`);
  return page;
}

const silently = (way, { acted, arrived }) => {
  if (way in SCRIPTS || way in FRAMES || !WAYS[way].leaves)
    assert.equal(acted(way), 0, `${way} does not act`);
  if (!WAYS[way].leaves) assert.ok(!arrived(way), "no request");
};
const once = (way, { acted }) => assert.equal(acted(way), 1);

test("without_us_every_way_acts", async (t) => {
  const page = await waysAfter(t, null, UNKNOWN, "");
  const seen = await observe(page);
  for (const way in WAYS) await t.test(`${way}_acts_without_us`, () => once(way, seen));
});

const decisions = {
  none: null,
  reject: () => consentry.rejectAll(),
  accept: () => consentry.acceptAll(),
  analytics: () => consentry.save({ analytics: true }),
  all_but_one_service: () => consentry.acceptAll().then(() => consentry.save({ "service:stats": false })),
  withdraw: () => consentry.acceptAll().then(() => consentry.withdraw()),
};
for (const [state, choose, host, expected] of [
  ["before_a_choice", "none", UNKNOWN, silently],
  ["before_a_choice_declared", "none", ANALYTICS, silently],
  ["after_reject", "reject", UNKNOWN, silently],
  ["after_withdraw", "withdraw", UNKNOWN, silently],
  ["after_accept", "accept", UNKNOWN, once],
  ["after_analytics_for_an_analytics_host", "analytics", ANALYTICS, once],
  ["after_analytics_for_an_advertising_host", "analytics", ADVERTISING, silently],
  ["after_analytics_for_an_unknown_host", "analytics", UNKNOWN, silently],
  ["after_all_but_its_service", "all_but_one_service", ANALYTICS, silently],
  ["as_necessary_before_a_choice", "none", NECESSARY, once],
])
  test(`ways_${state}`, async (t) => {
    const page = await waysAfter(t, decisions[choose], host);
    const seen = await observe(page);
    for (const way in WAYS) await t.test(`${way}_${state}`, () => expected(way, seen));
    assert.deepEqual(page.faults, []);
  });

test("accepting_releases_on_the_page_once_through_withdraw_and_accept_again", async (t) => {
  const page = await waysAfter(t, null, UNKNOWN);
  const still = await observe(page);
  for (const way in WAYS) silently(way, still);
  await page.evaluate(() => consentry.acceptAll());
  const seen = await observe(page);
  for (const way in WAYS)
    await t.test(`${way}_on_accept`, () =>
      WAYS[way].call ? assert.equal(seen.acted(way), 0, "not replayed") : once(way, seen),
    );
  await page.evaluate(() => consentry.withdraw());
  await page.evaluate(() => consentry.acceptAll());
  const again = await observe(page);
  for (const way in WAYS)
    if (!WAYS[way].call && !/frame/.test(way)) await t.test(`${way}_not_twice`, () => once(way, again));
});

test("what_comes_after_a_withdrawal_on_the_same_page_is_held", async (t) => {
  site.add("late.html", html(inline() + COUNT_FRAMES));
  const page = await site.visit(t);
  await page.open("late.html");
  await page.evaluate(() => consentry.acceptAll());
  await page.evaluate(() => consentry.withdraw());
  site.reset();
  const dynamic = Object.entries(WAYS).filter(
    ([way, it]) =>
      !it.leaves &&
      it.html("").startsWith("<script>") &&
      !/write|written|snippet|template|currentScript|dynamic_import/.test(way + it.html("")),
  );
  for (const [way, it] of dynamic) {
    const body = /^<script>([^]*)<\/script>$/.exec(it.html(`https://${UNKNOWN}/${way}${ending(way)}`))[1];
    await page.evaluate(body);
  }
  const seen = await observe(page);
  for (const [way] of dynamic) silently(way, seen);
});

test("a_frame_stops_when_its_grant_is_withdrawn", async (t) => {
  site.add(
    "framed.html",
    html(
      inline() + COUNT_FRAMES,
      `<p><iframe src="https://${ANALYTICS}/frame.html" title="x"></iframe><b>after</b></p>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("framed.html");
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.frame == 1), "the frame runs");
  await page.evaluate(() => consentry.withdraw());
  await until(() => page.frames().every((frame) => !frame.url().includes(ANALYTICS)), "no frame of theirs");
  assert.equal(
    await page.evaluate(() => document.querySelector("p").children[0].localName),
    "iframe",
    "it keeps its place",
  );
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran.frame == 2), "the frame is back");
});

// Cookies and keys: [how, name, script] by category.
const names = {
  analytics: ["_ga", "_ga_ABC1", "stat_id", "stat_1_x"],
  advertising: ["_fbp", "_gcl_au", "ad_id", "ad_2_x"],
};
const keys = { analytics: ["ph_k_posthog", "stat_key"], advertising: ["_gcl_ls", "ad_key"] };
const writing = Object.keys(names)
  .map((category) =>
    [
      ...names[category].map((name) => `document.cookie = '${name}=v.1=2; path=/; max-age=86400';`),
      ...keys[category].flatMap((key) => [
        `localStorage.setItem('${key}', 'v');`,
        `sessionStorage['${key}'] = 'v';`,
        `localStorage['p_' + '${key}'] = 'first party';`,
      ]),
      `localStorage._hjid = 'v'; sessionStorage.setItem('_hjid', 'v');`,
    ].join(""),
  )
  .join("");
const readingBack = () => ({
  cookies: document.cookie.split("; ").filter(Boolean).sort(),
  local: Object.keys(localStorage)
    .filter((key) => key != "consentry")
    .sort(),
  session: Object.keys(sessionStorage).sort(),
});
const all = {
  cookies: Object.values(names)
    .flat()
    .map((name) => `${name}=v.1=2`)
    .sort(),
  local: [
    ...Object.values(keys).flat(),
    "_hjid",
    ...Object.values(keys)
      .flat()
      .map((key) => `p_${key}`),
  ].sort(),
  session: [...Object.values(keys).flat(), "_hjid"].sort(),
};
const firstParty = { cookies: [], local: all.local.filter((key) => key.startsWith("p_")), session: [] };
const only = (category) => ({
  cookies: names[category].map((name) => `${name}=v.1=2`).sort(),
  local: [...keys[category], ...firstParty.local, ...(category == "analytics" ? ["_hjid"] : [])].sort(),
  session: [...keys[category], ...(category == "analytics" ? ["_hjid"] : [])].sort(),
});
const kept = async (page) => {
  const { cookies, local, session } = await reallyStored(page);
  return {
    cookies,
    local: Object.keys(local)
      .filter((key) => key != "consentry")
      .sort(),
    session: Object.keys(session).sort(),
  };
};
for (const [state, tag, choose, stored] of [
  ["without_us", "", null, all],
  ["before_a_choice", inline(), null, firstParty],
  ["after_reject", inline(), () => consentry.rejectAll(), firstParty],
  ["after_accept", inline(), () => consentry.acceptAll(), all],
  ["after_analytics", inline(), () => consentry.save({ analytics: true }), only("analytics")],
  ["after_advertising", inline(), () => consentry.save({ advertising: true }), only("advertising")],
  ["after_withdraw", inline(), () => consentry.acceptAll().then(() => consentry.withdraw()), firstParty],
])
  test(`names_written_are_read_back_and_kept_only_by_grant_${state}`, async (t) => {
    site.add("names.html", html(tag));
    const page = await site.visit(t);
    await page.open("names.html");
    if (choose) await page.evaluate(choose);
    await page.evaluate(writing);
    assert.deepEqual(await page.evaluate(readingBack), all, "the page reads back what it wrote");
    assert.equal(
      await page.evaluate(() =>
        [
          localStorage.getItem("_hjid"),
          localStorage._hjid,
          "_hjid" in localStorage,
          localStorage.length > 0,
        ].join(),
      ),
      "v,v,true,true",
    );
    assert.deepEqual(await kept(page), stored);
  });

test("a_grant_keeps_what_was_written_before_it", async (t) => {
  site.add("names.html", html(inline()));
  const page = await site.visit(t);
  await page.open("names.html");
  await page.evaluate(writing);
  await page.evaluate(() => consentry.save({ analytics: true }));
  assert.deepEqual(await page.evaluate(readingBack), all);
  assert.deepEqual(await kept(page), only("analytics"));
});

test("what_a_page_deletes_is_gone_from_its_view_too", async (t) => {
  site.add("names.html", html(inline()));
  const page = await site.visit(t);
  await page.open("names.html");
  await page.evaluate(writing);
  const left = await page.evaluate(() => {
    document.cookie = "_ga=; max-age=0; path=/";
    document.cookie = "_fbp=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/";
    localStorage.removeItem("_hjid");
    delete localStorage.stat_key;
    sessionStorage.clear();
    return [
      /_ga=|_fbp=/.test(document.cookie),
      localStorage.getItem("_hjid"),
      localStorage.stat_key,
      sessionStorage.length,
    ];
  });
  assert.deepEqual(
    left,
    [false, null, undefined, 0].map((it) => it ?? null).map((it, at) => (at == 2 ? undefined : it)),
  );
});

// How a held call fails: as one to a host that cannot be reached.
test("a_held_call_fails_as_an_unreachable_host_does", async (t) => {
  site.add("calls.html", html(inline()));
  const page = await site.visit(t);
  await page.open("calls.html");
  const told = await page.evaluate(async (url) => {
    const events = [];
    const request = new XMLHttpRequest();
    const done = new Promise((end) => (request.onloadend = end));
    for (const type of ["loadstart", "error", "load", "loadend"])
      request.addEventListener(type, () => events.push(type));
    request.open("POST", url);
    request.setRequestHeader("x-a", "1");
    request.send("body");
    await done;
    const synchronous = new XMLHttpRequest();
    synchronous.open("GET", url, false);
    let thrown = null;
    try {
      synchronous.send();
    } catch (error) {
      thrown = error.name;
    }
    const fetched = await fetch(url).catch((error) => `${error.name} ${error instanceof TypeError}`);
    const image = await new Promise((end) => {
      const it = new Image();
      it.onload = () => end("load");
      it.onerror = () => end(`error ${it.src == url}`);
      it.src = url;
    });
    const holder = document.createElement("div");
    document.body.append(holder);
    const parsed = await new Promise((end) => {
      window.__fail = () => end("error");
      holder.innerHTML = `<img src="${url}" onerror="__fail()">`;
    });
    const socket = new WebSocket(url.replace("https", "wss"));
    const closed = new Promise(
      (end) =>
        (socket.onclose = ({ code }) => end(`${code} ${socket.readyState} ${socket instanceof WebSocket}`)),
    );
    const source = new EventSource(url);
    const ended = new Promise((end) => (source.onerror = () => end(source.readyState)));
    return {
      socket: await closed,
      source: await ended,
      events,
      state: request.readyState,
      status: request.status,
      thrown,
      fetched,
      image,
      parsed,
      beacon: navigator.sendBeacon(url, "x"),
    };
  }, `https://${UNKNOWN}/call.json`);
  assert.deepEqual(told, {
    socket: "1006 3 true",
    source: 2,
    events: ["loadstart", "error", "loadend"],
    state: 4,
    status: 0,
    thrown: "NetworkError",
    fetched: "TypeError true",
    image: "error true",
    parsed: "error",
    beacon: true,
  });
});

// Order. `quick` is async and answered only once `second` has run: it must hold nobody up.
const ORDER = (host, marked) => `
  <script>window.__log = []</script>
  <script async src="https://${host}/quick.js"></script>
  <script src="https://${host}/slow.js" onload="__log.push('slow loaded')"></script>
  <script id="between" ${marked ? 'type="text/plain" data-consent="analytics"' : ""}>__log.push('inline ' + (document.currentScript === document.getElementById('between')));</script>
  <script src="https://${host}/second.js" onload="__second()"></script>`;

async function orderOf(t, head, act) {
  const page = await site.visit(t);
  site.add("order.html", html(head));
  let second;
  const secondRan = new Promise((done) => (second = done));
  await page.exposeFunction("__second", () => second());
  await page.route("**/quick.js", async (route) => {
    await Promise.race([secondRan, new Promise((done) => setTimeout(done, 3000))]);
    await route.fallback();
  });
  await page.route("**/slow.js", async (route) => {
    await new Promise((done) => setTimeout(done, 200));
    await route.fallback();
  });
  await page.goto(new URL("order.html", site.url).href);
  await act?.(page);
  await until(() => page.evaluate(() => window.__log?.length >= 5), "all five happened");
  const log = await settled(() => page.evaluate(() => __log));
  return { log, page };
}
const IN_ORDER = ["slow", "slow loaded", "inline true", "second", "quick"];

test("held_scripts_run_in_document_order_once_as_without_us", async (t) => {
  const plain = await orderOf(t, ORDER(ANALYTICS, false));
  assert.deepEqual(plain.log, IN_ORDER, "without us");
  const ours = await orderOf(t, inline() + ORDER(ANALYTICS, true), (page) =>
    page.evaluate(() => consentry.acceptAll()),
  );
  assert.deepEqual(ours.log, IN_ORDER, "released");
  assert.equal(
    await ours.page.evaluate(() => __current.second),
    `https://${ANALYTICS}/second.js`,
    "currentScript",
  );
});

test("with_a_stored_grant_the_next_page_runs_them_in_order", async (t) => {
  const { log, page } = await orderOf(
    t,
    inline() +
      ORDER(ANALYTICS, true).replaceAll("<script src=", '<script type="text/plain" data-consent="auto" src='),
    (it) => it.evaluate(() => consentry.acceptAll()).then(() => it.reload()),
  );
  assert.deepEqual(log, IN_ORDER);
  assert.deepEqual(page.faults, []);
});

const MARKS = (host) => `
  <script>window.__log = []</script>
  <script type="text/plain" data-consent="analytics" src="https://${host}/category.js"></script>
  <script type="text/plain" data-consent="service:stats">__log.push('service')</script>
  <script type="text/plain" data-consent="auto" src="https://${host}/auto.js"></script>
  <script type="text/plain" data-consent="auto" data-consent-src="https://${host}/moved.js"></script>
  <script data-consent="analytics">__log.push('half')</script>
  <script data-consent="analytics" src="https://${host}/half-external.js"></script>
  <script type="text/plain" data-consent="analytics" data-consent-type="module">__log.push('module')</script>`;
const MARKED = ["category", "service", "auto", "moved", "half", "half-external"];
const MARKED_BODY = (host) => `
  <iframe data-consent="service:stats" data-consent-src="https://${host}/frame.html"></iframe>
  <img data-consent="analytics" data-consent-src="https://${host}/image.gif" alt="">
  <iframe data-consent="advertising" data-consent-src="https://${host}/other.html"></iframe>`;

test("marks_by_hand_hold_and_release_in_order", async (t) => {
  site.add("marks.html", html(inline() + COUNT_FRAMES + MARKS(ANALYTICS), MARKED_BODY(ANALYTICS)));
  const page = await site.visit(t);
  site.reset();
  await page.open("marks.html");
  const asked = () =>
    site
      .requests()
      .map((it) => it.path)
      .sort();
  await settled(asked);
  assert.deepEqual(await page.evaluate(() => __log), []);
  assert.deepEqual(
    asked().filter((it) => it != "/half-external.js"),
    [],
    "nothing marked is asked for",
  );
  await page.evaluate(() => consentry.save({ analytics: true }));
  const log = await settled(() => page.evaluate(() => __log));
  assert.deepEqual(
    log.filter((it) => it != "module"),
    MARKED,
  );
  assert.deepEqual([...log].sort(), [...MARKED, "module"].sort());
  assert.ok(
    asked().includes("/frame.html") && asked().includes("/image.gif") && !asked().includes("/other.html"),
  );
  assert.equal(await page.evaluate(() => __ran.frame), 1);
  // The next page, by the stored grant.
  await page.open("marks.html");
  const next = await settled(() => page.evaluate(() => __log));
  assert.deepEqual(
    next.filter((it) => it != "module"),
    MARKED,
  );
  assert.deepEqual(page.faults, []);
});

// What needs no consent.
const HARMLESS = `
  <script>
    window.log = []; window.later = [];
    addEventListener('error', function (e) { log.push('error ' + e.message); }, true);
    log.push('one'); document.cookie = 'cart_visits=1; path=/'; document.cookie = 'wish=a=b; path=/';
    log.push(document.cookie);
    localStorage.setItem('wish', 'x'); localStorage.cart = 'y'; sessionStorage.hint = 1;
    log.push(JSON.stringify(localStorage), Object.keys(localStorage).sort().join(), localStorage.length, 'cart' in localStorage,
      localStorage.nothing === undefined, localStorage.getItem('nothing'), delete localStorage.cart, localStorage.getItem('cart'),
      localStorage.key(9), Object.prototype.toString.call(localStorage), localStorage instanceof Storage,
      sessionStorage.hint, typeof localStorage.setItem, JSON.stringify(Object.getOwnPropertyDescriptor(localStorage, 'wish')));
    try { localStorage.setItem('one'); } catch (e) { log.push(e.name); }
    try { document.createElement('div').appendChild('text'); } catch (e) { log.push(e.name); }
    try { document.createElement('div').appendChild(); } catch (e) { log.push(e.name); }
  </script>
  <script src="/own.js" onload="log.push('own loaded ' + this.src.slice(-7) + this.type + this.getAttribute('src'))"></script>
  <script>log.push('two')</script>
  <script defer src="/deferred.js"></script>
  <script type="module">log.push('module')</script>
  <script src="https://code.jquery.com/library.js"></script>
  <script src="https://${NECESSARY}/pay.js" onload="log.push('pay loaded')"></script>
  <script>
    var s = document.createElement('script'); s.onload = function () { later.push('made loaded ' + this.outerHTML); }; s.src = '/made.js'; s.async = false;
    document.head.appendChild(s);
    var t = document.createElement('script'); t.textContent = "log.push('text ' + (document.currentScript === t))"; document.head.append(t);
    var d = document.createElement('div'); d.innerHTML = '<p>a<img src="/missing.gif" onerror="window.failed = true"></p>'; log.push(d.innerHTML);
    d.insertAdjacentHTML('beforeend', '<b>x</b>'); log.push(d.outerHTML);
    document.write('<script>log.push("written")</scr' + 'ipt>');
    log.push('three', navigator.sendBeacon('/beacon', 'x'));
  </script>`;
const CALLING = async (necessary) => {
  const told = [];
  const response = await fetch("/blank.html", { headers: { "x-a": "1" } });
  told.push(
    response.status,
    (await fetch(new Request("/own.js", { method: "HEAD" }))).status,
    (await fetch(new URL(`https://${necessary}/x`))).status,
  );
  told.push(
    await fetch("http://").catch((error) => error.name),
    await fetch().catch((error) => error.message),
  );
  for (const url of ["/own.js", `https://${necessary}/y`]) {
    const request = new XMLHttpRequest();
    const events = [];
    await new Promise((end) => {
      request.onreadystatechange = () => events.push(request.readyState);
      request.onload = () => events.push("load");
      request.onloadend = end;
      request.open("GET", url);
      request.send();
    });
    told.push(events.join(), request.status);
  }
  const synchronous = new XMLHttpRequest();
  synchronous.open("GET", "/own.js", false);
  synchronous.send();
  told.push(synchronous.status, fetch.length, navigator.sendBeacon.length);
  const frame = document.createElement("iframe");
  frame.src = "/blank.html";
  await new Promise((end) => {
    frame.onload = end;
    document.body.append(frame);
  });
  told.push(frame.src.endsWith("/blank.html"), frame.contentDocument.title);
  return told;
};

test("what_needs_no_consent_is_the_same_with_and_without_us", async (t) => {
  // A script made by script runs whenever it arrives, with or without us: it has a log of its own.
  for (const name of ["own", "deferred", "made"])
    site.add(
      `${name}.js`,
      `${name == "made" ? "later" : "log"}.push(${JSON.stringify(name)} + ' ' + (document.currentScript && document.currentScript.src.slice(-8)))`,
    );
  site.add("plain.html", html(HARMLESS));
  site.add("guarded.html", html(inline() + HARMLESS));
  const [plain, guarded] = await Promise.all(
    ["plain.html", "guarded.html"].map(async (name) => {
      const page = await site.visit(t);
      await page.open(name);
      const log = await settled(() => page.evaluate(() => ({ log, later, failed: window.failed })));
      const called = await page.evaluate(CALLING, NECESSARY);
      const { cookies, local, session } = await reallyStored(page);
      return { log, called, cookies, local, session, faults: page.faults };
    }),
  );
  assert.ok(
    plain.log.log.includes("pay loaded") &&
      plain.log.later.includes('made loaded <script src="/made.js"></script>'),
    "the page does what it says",
  );
  assert.deepEqual(guarded, plain);
});
