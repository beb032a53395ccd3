// Odd spellings of URLs, cookies and storage names, made at random from a seed: the gate and the browser must agree
// about which host is contacted and which name is written. The browser's own answer, on a page without us, is always
// asked first. `FUZZ_SEED` repeats a run, `FUZZ_CASES` multiplies it (default 1).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADVERTISING, ANALYTICS, NECESSARY, UNKNOWN, html, inline, settled, stage } from "./stage.mjs";

const SEED = Number(process.env.FUZZ_SEED) || 1;
const TIMES = Number(process.env.FUZZ_CASES) || 1;

let site;
before(async () => {
  site = await stage();
  console.log(`FUZZ_SEED=${SEED} FUZZ_CASES=${TIMES}`);
});
after(() => site?.close());

/** Random numbers that repeat (mulberry32), and what is made of them. */
function dice(seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let it = Math.imul(state ^ (state >>> 15), 1 | state);
    it = (it + Math.imul(it ^ (it >>> 7), 61 | it)) ^ it;
    return ((it ^ (it >>> 14)) >>> 0) / 4294967296;
  };
  const below = (end) => Math.floor(random() * end);
  const pick = (list) => list[below(list.length)];
  const maybe = (chance, make, otherwise = "") => (random() < chance ? make() : otherwise);
  const some = (end, make) => Array.from({ length: below(end + 1) }, make);
  const insert = (text, what, at = below(text.length + 1)) => text.slice(0, at) + what + text.slice(at);
  return { below, pick, maybe, some, insert };
}

// The page's own host is localhost; the rest is as the configuration of `inline()` and the table say.
const FREE = ["localhost", NECESSARY, "cdnjs.cloudflare.com"];
const isFree = (host) => FREE.some((own) => `.${host.replace(/\.$/, "")}`.endsWith(`.${own}`));
const HOSTS = [
  ...FREE,
  `sub.${NECESSARY}`,
  "a.localhost",
  UNKNOWN,
  ANALYTICS,
  ADVERTISING,
  "doubleclick.net",
  "www.google-analytics.com",
  `localhost.${UNKNOWN}`,
  `${NECESSARY}.${UNKNOWN}`,
  `not${NECESSARY}`,
  "notlocalhost",
  "local",
  "bücher-example.net",
  "xn--bcher-example-xob.net",
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f.1",
  "0177.0.0.01",
  "0x7f000001",
  "1.2.3",
  "256.1.1.1",
  "[::1]",
  "[::ffff:1.2.3.4]",
  "[2001:DB8::1]",
  "[::1",
  "",
  ".",
  "..",
  "*",
  "%",
  "a b",
];
const ODD = [
  "\t",
  "\n",
  "\r",
  " ",
  "\0",
  "\x0b",
  "\x0c",
  "\x1f",
  "\x7f",
  "\u00a0",
  "\u00ad",
  "\u200b",
  "\u200d",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00",
  "😀",
  "\\",
  "/",
  "//",
  ":",
  "@",
  "#",
  "?",
  "%",
  "%00",
  "%2f",
  "%2e",
  "[",
  "]",
  "|",
  "<",
  ">",
  '"',
  "'",
  "`",
  "^",
  "{",
  ",",
  ";",
  "&",
  "=",
  "ß",
  "İ",
  "．",
  "。",
  "／",
  "：",
  "＠",
];

/** One spelling of one URL; `id` tells cases apart where the spelling leaves it there. */
function spell({ below, pick, maybe, some, insert }, id) {
  const wide = (text) =>
    text.replace(/[a-z]/g, (it) => maybe(0.3, () => String.fromCharCode(it.charCodeAt() + 0xfee0), it));
  const percent = (text) =>
    text.replace(/[^]/g, (it) =>
      maybe(
        0.2,
        () =>
          encodeURIComponent(it.replace(/[\ud800-\udfff]/, "?")).replace(
            /^.$/,
            (one) => `%${one.charCodeAt().toString(16)}`,
          ),
        it,
      ),
    );
  const flip = (text) => text.replace(/[a-z]/g, (it) => maybe(0.4, () => it.toUpperCase(), it));
  const gap = () => maybe(0.1, () => pick(["\t", "\n", "\r", "\n\t"]));
  let host = pick(HOSTS);
  host = maybe(0.35, () => pick([wide, percent, flip, flip])(host), host);
  host =
    maybe(0.15, () => insert(host, pick(ODD)), host) +
    maybe(0.12, () => pick([".", "..", "。", "%2e", ".%00"]));
  const scheme = maybe(
    0.8,
    () =>
      flip(
        pick([
          "http",
          "https",
          "https",
          "https",
          "ws",
          "wss",
          "ftp",
          "data",
          "blob",
          "about",
          "x",
          "filesystem:https",
          "view-source:https",
        ]),
      ) +
      gap() +
      ":",
  );
  const slashes = pick([
    "//",
    "//",
    "//",
    "//",
    "//",
    "/",
    "",
    "\\\\",
    "/\\",
    "\\/",
    "///",
    "////",
    `/${gap()}/`,
    "\\",
  ]);
  const user = maybe(0.15, () =>
    pick([
      "u@",
      "u:p@",
      "localhost@",
      "localhost:80@",
      `${UNKNOWN}@`,
      `${NECESSARY}:x@`,
      "a@b@",
      "@",
      "%40@",
      ":@",
      "localhost\\@",
      "localhost#@",
      "localhost?@",
      "localhost/@",
    ]),
  );
  const port = maybe(0.2, () =>
    pick([":", ":80", ":443", ":0443", ":8080", ":65535", ":65536", ":x", ":-1", ":80:80", ": 80"]),
  );
  const place = pick([
    `/~${id}~`,
    `/~${id}~`,
    `?~${id}~`,
    `\\~${id}~`,
    `/a/../~${id}~`,
    `/%2e%2e/~${id}~`,
    `/~${id}~#x`,
    `/~${id}~?//${UNKNOWN}/`,
    `/~${id}~/https://${UNKNOWN}/`,
    `~${id}~`,
  ]);
  let text =
    maybe(0.12, () => pick(ODD)) +
    scheme +
    slashes +
    user +
    host +
    port +
    place +
    maybe(0.12, () => pick(ODD));
  if (text.length > 3) text = maybe(0.15, () => insert(text, pick(ODD)), text);
  return pick([
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => some(3, () => pick(ODD)).join("") + text,
    () => `${text}?${"x".repeat(below(5000))}`,
    () => `${pick(["", ".", "..", "/", "\\", "?", "0;url="])}~${id}~`,
    () => some(9, () => pick([...ODD, ...HOSTS, "http:", "https:"])).join(""),
  ])();
}

/** Pages with and without us, after a refusal, that note whom they ask. */
async function pages(t, body = "") {
  site.add("fuzz-plain.html", html("", body));
  site.add("fuzz-guarded.html", html(inline(), body));
  const guarded = await site.visit(t);
  await guarded.open("fuzz-guarded.html");
  await guarded.evaluate(() => consentry.rejectAll());
  const both = { plain: await site.visit(t), guarded };
  for (const [name, page] of Object.entries(both)) {
    await page.open(`fuzz-${name}.html`);
    const seen = [];
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    devtools.on("Network.requestWillBeSent", ({ request }) => seen.push(request.url));
    devtools.on("Network.webSocketCreated", ({ url }) => seen.push(url));
    /** Every URL asked for since the last time, once nothing more happens. */
    page.asked = async () => {
      await settled(() => seen.length, 400);
      // A held socket is one to port 0, which no browser contacts.
      return new Set(
        seen
          .splice(0)
          .filter(
            (url) => /^(http|ws)s?:/.test(url) && !/^wss:\/\/localhost:0|\/(consentry|fuzz-)/.test(url),
          ),
      );
    };
  }
  return both;
}

// JSON keeps what the way into the browser does not: lone surrogates.
const inside = async (page, act, ...given) =>
  JSON.parse(
    await page.evaluate(
      `(async (given) => JSON.stringify(await (${act})(...given)) ?? null)(${JSON.stringify(given).replace(/[\u007f-\uffff]/g, (it) => `\\u${it.charCodeAt().toString(16).padStart(4, "0")}`)})`,
    ),
  );

const shown = (faults) => {
  assert.equal(
    faults.length,
    0,
    `${faults.length} disagree, the first: ${JSON.stringify(faults.slice(0, 20), null, 1)
      .replace(/x{99,}/g, "x…")
      .replace(/(?<=[[\]{},])\n\s*(?=\S)|\n\s*(?=[\]}])/g, (it) => (it.length > 3 ? " " : it))}`,
  );
};

test("the_gate_and_the_browser_agree_whom_a_url_contacts", async (t) => {
  const { plain, guarded } = await pages(t);
  const roll = dice(SEED);
  const cases = Array.from({ length: 12000 * TIMES }, (_, id) => spell(roll, id));
  // A page's base changes what its relative URLs mean, from that moment.
  const bases = Array.from({ length: cases.length / 500 }, () =>
    roll.pick([
      null,
      "/",
      `https://${UNKNOWN}/a/b`,
      `https://${NECESSARY}/`,
      `//${UNKNOWN}`,
      "https:",
      "\\\\local\thost",
      "data:,",
    ]),
  );
  const rebase = `(href) => {
    const base = document.querySelector('base') || document.createElement('base');
    if (href === null) return base.remove();
    base.href = href;
    if (!base.isConnected) document.head.prepend(base);
  }`;
  const contacts = await inside(
    plain,
    `(cases, bases) => cases.map((text, at) => {
    if (at % 500 == 0) (${rebase})(bases[at / 500]);
    try {
      const { protocol, hostname } = new URL(text, document.baseURI);
      return /^(http|ws)s?:$/.test(protocol) ? hostname : null;
    } catch {
      return null;
    }
  })`,
    cases,
    bases,
  );
  // An image of an inert document asks nobody, and is held all the same.
  const held = await inside(
    guarded,
    `(cases, bases) => cases.map((text, at) => {
    if (at % 500 == 0) (${rebase})(bases[at / 500]);
    const image = document.createElement('template').content.ownerDocument.createElement('img');
    image.src = text;
    return image.hasAttribute('data-consent');
  })`,
    cases,
    bases,
  );
  const faults = cases
    .map((text, at) => ({ text, base: bases[Math.floor(at / 500)], contacts: contacts[at], held: held[at] }))
    .filter((it) => it.text && it.held != (it.contacts !== null && !isFree(it.contacts)));
  t.diagnostic(
    `${cases.length} spellings, ${contacts.filter(Boolean).length} contact somebody, ${held.filter(Boolean).length} held`,
  );
  shown(faults);
});

// Ways to contact the host that a URL names, run in the page.
const DOORS = {
  image: (url) => {
    new Image().src = url;
  },
  image_by_attribute: (url) => {
    document.createElement("img").setAttribute("src", url);
  },
  image_set: (url) => {
    document.createElement("img").srcset = url + " 1x";
  },
  images_of_a_set: (url) => {
    document.createElement("img").srcset = ",, /ok.gif\t9x," + url + "\n 1x , /ok.gif 8x,";
  },
  source_of_a_picture: (url) => {
    const p = document.createElement("picture"),
      s = document.createElement("source");
    s.srcset = url;
    p.append(s, document.createElement("img"));
    document.body.append(p);
  },
  image_input: (url) => {
    const i = document.createElement("input");
    i.type = "image";
    i.src = url;
    document.body.append(i);
  },
  image_of_svg: (url) => {
    const i = document.createElementNS("http://www.w3.org/2000/svg", "image"),
      s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    i.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", url);
    s.append(i);
    document.body.append(s);
  },
  poster: (url) => {
    const v = document.createElement("video");
    v.poster = url;
    document.body.append(v);
  },
  audio: (url) => {
    new Audio(url);
  },
  script: (url) => {
    const s = document.createElement("script");
    s.src = url;
    document.head.append(s);
  },
  script_of_svg: (url) => {
    const s = document.createElementNS("http://www.w3.org/2000/svg", "script");
    s.setAttribute("href", url);
    document.head.append(s);
  },
  stylesheet: (url) => {
    const l = document.createElement("link");
    l.rel = "stylesheet";
    l.href = url;
    document.head.append(l);
  },
  preload: (url) => {
    const l = document.createElement("link");
    l.rel = "preload";
    l.as = "image";
    l.href = url;
    document.head.append(l);
  },
  preloaded_set: (url) => {
    const l = document.createElement("link");
    l.rel = "preload";
    l.as = "image";
    l.imageSrcset = url;
    document.head.append(l);
  },
  fetch: (url) => {
    fetch(url).catch(() => {});
  },
  request: (url) => {
    fetch(new Request(url)).catch(() => {});
  },
  xhr: (url) => {
    const x = new XMLHttpRequest();
    x.open("GET", url);
    x.send();
  },
  beacon: (url) => {
    navigator.sendBeacon(url);
  },
  event_source: (url) => {
    const e = new EventSource(url);
    e.onerror = () => e.close();
  },
  socket: (url) => {
    new WebSocket(url);
  },
  frame: (url) => {
    if (/^[^a-z]*j/i.test(url)) return;
    const f = document.createElement("iframe");
    document.body.append(f);
    f.src = url;
  },
  object: (url) => {
    const o = document.createElement("object");
    o.data = url;
    document.body.append(o);
  },
  ping: (url) => {
    const a = document.createElement("a");
    a.href = "#x";
    a.ping = url;
    document.body.append(a);
    a.click();
  },
};

/** Does what `act` says with each case on both pages; gives what only one of them asks for and should not. */
async function compare(t, seed, count, make, act, isList = () => false) {
  const { plain, guarded } = await pages(t);
  const roll = dice(seed);
  const cases = Array.from({ length: count * TIMES }, (_, id) => make(roll, id));
  const all = `async (cases) => {
    const act = ${act};
    for (const [at, it] of cases.entries()) {
      try { act(...it); } catch {}
      if (at % 10 == 0) await new Promise((next) => setTimeout(next, 0));
    }
  }`;
  const [without, withUs] = [new Set(), new Set()];
  for (let at = 0; at < cases.length; at += 300) {
    const some = cases.slice(at, at + 300);
    await Promise.all(
      [
        [plain, without],
        [guarded, withUs],
      ].map(async ([page, seen]) => {
        await inside(page, all, some);
        // Styles and sets of images ask when the page is next painted.
        await page.evaluate(
          () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
        );
        for (const url of await page.asked()) seen.add(url);
        await page.evaluate(
          () => ((document.adoptedStyleSheets = []), document.body.replaceChildren(), null),
        );
      }),
    );
  }
  const hosts = new Map(
    await inside(plain, "(urls) => urls.map((url) => [url, new URL(url).hostname])", [...without, ...withUs]),
  );
  const told = (url) => cases[/~(\d+)~/.exec(url)?.[1]] ?? [];
  // The browser may go on to https by itself for a host that it knows.
  const same = (url) => without.has(url) || without.has(url.replace(/^https/, "http"));
  const faults = [
    ...[...without]
      .filter((url) => isFree(hosts.get(url)) && !withUs.has(url) && !isList(told(url)))
      .map((url) => ["held", url, told(url)]),
    ...[...withUs].filter((url) => !isFree(hosts.get(url))).map((url) => ["not held", url, told(url)]),
    ...[...withUs]
      .filter((url) => isFree(hosts.get(url)) && !same(url))
      .map((url) => ["new", url, told(url)]),
  ];
  t.diagnostic(`${cases.length} cases: ${without.size} asked for without us, ${withUs.size} with us`);
  shown(faults);
}

test("only_hosts_that_need_no_consent_are_asked_whatever_the_spelling", (t) => {
  const names = Object.keys(DOORS);
  const doors = `{${names.map((name) => `${name}: ${DOORS[name]}`).join()}}`;
  // Where there are several URLs, one that is held keeps all of them.
  const isList = ([door, url]) => !url || (/set|picture|ping/.test(door) && /[\s,]/.test(url));
  return compare(
    t,
    SEED + 1,
    900,
    (roll, id) => [names[id % names.length], spell(roll, id)],
    `(name, url) => (${doors})[name](url)`,
    isList,
  );
});

/** A plain URL, of somebody who is free or not. */
const address = ({ pick }, id) =>
  `${pick(["https://", "https://", "http://", "//"])}${pick([UNKNOWN, UNKNOWN, ANALYTICS, "doubleclick.net", NECESSARY, "cdnjs.cloudflare.com"])}/~${id}~`;

/** HTML that asks for something, as an author would never write it. */
function markUp(roll, id) {
  const { pick, maybe, insert } = roll;
  const flip = (text) => text.replace(/[a-z]/g, (it) => maybe(0.2, () => it.toUpperCase(), it));
  const space = () => pick([" ", " ", "\n", "\t", "\f", "/", " / ", "  "]);
  const encode = (text) =>
    text.replace(/[a-z:/.~]/g, (it) =>
      maybe(
        0.08,
        () =>
          pick([
            `&#${it.charCodeAt()};`,
            `&#x${it.charCodeAt().toString(16)};`,
            `&#0${it.charCodeAt()}x`.slice(0, -1) + ";",
            { ":": "&colon;", "/": "&sol;", ".": "&period;" }[it] ?? it,
            `${it}&Tab;`,
            `${it}&NewLine;`,
            `${it}\n`,
          ]),
        it,
      ),
    );
  const url = encode(address(roll, id));
  const quote = (value) =>
    pick([
      `"${value}"`,
      `"${value}"`,
      `'${value}'`,
      /[\s]/.test(value) ? `"${value}"` : value,
      ` "${value}"`,
    ]);
  const more = () =>
    maybe(
      0.3,
      () =>
        space() +
        pick([
          "alt",
          'alt=">"',
          "alt='<'",
          'alt="',
          "x=y",
          "alt=<",
          '"',
          "'",
          "=",
          "src",
          "SRC=/ok.gif",
          "data-a=//",
          "hidden",
          "width=1",
          "loading=eager",
          "/",
          "type=image",
          `data-b=https://${UNKNOWN}/`,
        ]),
    );
  const at = (name) => more() + space() + flip(name) + maybe(0.1, space) + "=" + quote(url) + more();
  const end = () => pick([">", ">", ">", "/>", " >", "\n>", ""]);
  const tag = pick([
    () => `<${flip("img")}${at("src")}${end()}`,
    () => `<${flip("img")}${at("src")}${end()}`,
    () => `<${flip("img")}${at("srcset")}${end()}`,
    () => `<${flip("image")}${at("src")}${end()}`,
    () => `<${flip("iframe")}${at("src")}${end()}</iframe>`,
    () => `<${flip("link")} rel=stylesheet${at("href")}${end()}`,
    () => `<${flip("video")}${at("poster")}${end()}</video>`,
    () => `<${flip("audio")}${at("src")}${end()}</audio>`,
    () => `<video>${maybe(0.3, () => "<p>")}<${flip("source")}${at("src")}${end()}</video>`,
    () => `<picture><${flip("source")}${at("srcset")}${end()}<img></picture>`,
    () => `<${flip("input")} type=image${at("src")}${end()}`,
    () => `<${flip("embed")}${at("src")}${end()}`,
    () => `<${flip("object")}${at("data")}${end()}</object>`,
    () => `<table${at("background")}${end()}<td>x</table>`,
    () => `<svg><${flip("image")}${at(pick(["href", "xlink:href"]))}${end()}</svg>`,
    () => `<svg><${flip("feImage")}${at("href")}${end()}</svg>`,
    () => `<p style${pick(["=", " = "])}${quote(`background:url(${url})`)}${end()}x</p>`,
    () => `<style>.x${id}{background:url(${address(roll, id)})}</style><p class=x${id}>x</p>`,
  ])();
  const around = pick([
    ...Array(12).fill((it) => it),
    (it) => `<!-- a -->${it}`,
    (it) => `<!-->${it}<!-- -->`,
    (it) => `<!--->${it}-->`,
    (it) => `<!-- --!>${it}-->`,
    (it) => `<!a>${it}`,
    (it) => `<?a>${it}`,
    (it) => `</ a>${it}`,
    (it) => `<![CDATA[>${it}]]>`,
    (it) => `<svg><![CDATA[ > ]]>${it}</svg>`,
    (it) => `<math><mtext>${it}</mtext></math>`,
    (it) => `<title></title >${it}`,
    (it) => `<textarea></textarea\n>${it}`,
    (it) => `<textarea><img src="</textarea>${it}">`,
    (it) => `<xmp></xmp/>${it}`,
    (it) => `<style></style x>${it}`,
    (it) => `<script></script x>${it}`,
    (it) => `<style><!--</style>${it}--></style>`,
    (it) => `<script><!--</script>${it}`,
    (it) => `<noembed></noembed>${it}`,
    (it) => `<noframes></noframes>${it}`,
    (it) => `<noscript>${it}</noscript>`,
    (it) => `<select>${it}</select>`,
    (it) => `<select><option>${it}</select>`,
    (it) => `<table>${it}</table>`,
    (it) => `<template>${it}</template>`,
    (it) => `<p title="<">${it}`,
    (it) => `<p title='"'>${it}<p title='"'>`,
    (it) => `<p title=">${it}">`,
    (it) => `<a"b">${it}`,
    (it) => `<${it}`,
    (it) => `<a ${it}`,
    (it) => `<p x='${it}`,
    (it) => `<style>${it}`,
    (it) => `<title>${it}`,
    (it) => `<plaintext>${it}`,
    (it) => `<p>${"<b>".repeat(20)}${it}`,
    (it) => it + it.replace(`~${id}~`, `~${id}~again`),
    (it) => `<iframe>${it}</iframe>`,
    (it) => `<div><template shadowrootmode=open>${it}</template></div>`,
  ])(tag);
  return maybe(
    0.25,
    () =>
      insert(
        around,
        pick(["<", ">", '"', "'", "=", "/", "&", "\0", "<!--", "-->", "\u00a0", "\r", "x", "<p>", "</p>"]),
      ),
    around,
  );
}

const HTML_DOORS = {
  inner: (it) => {
    const d = document.createElement("div");
    document.body.append(d);
    d.innerHTML = it;
  },
  inner_apart: (it) => {
    const d = document.createElement("div");
    d.innerHTML = it;
    document.body.append(d);
  },
  outer: (it) => {
    const d = document.createElement("div");
    document.body.append(d);
    d.outerHTML = it;
  },
  beside: (it) => {
    const d = document.createElement("div");
    document.body.append(d);
    d.insertAdjacentHTML("afterend", it);
  },
  fragment: (it) => {
    document.body.append(document.createRange().createContextualFragment(it));
  },
  template: (it) => {
    const d = document.createElement("template");
    d.innerHTML = it;
    document.body.append(d.content.cloneNode(true));
  },
  template_imported: (it) => {
    const d = document.createElement("template");
    d.innerHTML = it;
    document.body.append(document.importNode(d.content, true));
  },
  parsed: (it) => {
    document.body.append(...new DOMParser().parseFromString(it, "text/html").body.childNodes);
  },
  unsafe: (it) => {
    const d = document.createElement("div");
    document.body.append(d);
    d.setHTMLUnsafe(it);
  },
  shadow: (it) => {
    const d = document.createElement("div");
    document.body.append(d);
    d.attachShadow({ mode: "open" }).innerHTML = it;
  },
  frame: (it) => {
    const f = document.createElement("iframe");
    document.body.append(f);
    f.contentDocument.write(it);
    f.contentDocument.close();
  },
  frame_of_text: (it) => {
    const f = document.createElement("iframe");
    f.srcdoc = it;
    document.body.append(f);
  },
};

test("only_hosts_that_need_no_consent_are_asked_whatever_the_markup", (t) => {
  const names = Object.keys(HTML_DOORS);
  const doors = `{${names.map((name) => `${name}: ${HTML_DOORS[name]}`).join()}}`;
  // Rules in SVG may be written in character references, and only the parser reads those; and an address without a
  // number stands beside one that is held.
  return compare(
    t,
    SEED + 2,
    600,
    (roll, id) => [names[id % names.length], markUp(roll, id)],
    `(name, html) => (${doors})[name](html)`,
    ([, it]) => !it || /<svg><style/.test(it),
  );
});

/** Style rules for an element of the class `x` that ask for something, as an author would hardly write them. */
function rule(roll, id) {
  const { pick, maybe } = roll;
  const url = address(roll, id);
  const flip = (text) => text.replace(/[a-z]/g, (it) => maybe(0.3, () => it.toUpperCase(), it));
  const escape = (text) =>
    text.replace(/[a-z/:]/g, (it) =>
      maybe(
        0.15,
        () =>
          pick([
            `\\${it.charCodeAt().toString(16)} `,
            `\\0000${it.charCodeAt().toString(16)}`,
            /[^a-f]/.test(it) ? `\\${it}` : it,
          ]),
        it,
      ),
    );
  const odd = (text) =>
    pick([
      text,
      text,
      text,
      text.replace("//", "/\\\\"),
      text.replace("https://", "https:"),
      text.replace("//", "///"),
      text.replace("//", "\\/\\/"),
      flip(text),
      escape(text),
      text.replace("//", "/\\\n/"),
      text.replace("//", "/\\9/"),
    ]);
  const given = odd(url);
  const gap = () => maybe(0.3, () => pick([" ", "\n", "\t", "  "]));
  const value = pick([
    () => `url(${gap()}${given.replace(/\\\n/, "")}${gap()})`,
    () => `url(${gap()}"${given}"${gap()})`,
    () => `url('${given}')`,
    () => `${flip("url")}(${gap()}"${given}")`,
    () => `image-set("${given}" 1x)`,
    () => `-webkit-image-set(url("${given}") 1x)`,
    () => `image-set(${gap()}'${given}'${gap()}1x, url(/ok.gif) 2x)`,
    () => `linear-gradient(red, blue), url("${given}")`,
    () => `url("/ok.gif"), url("${given}")`,
    () => `url("data:,"), url(${given.replace(/\\\n/, "")})`,
    () => `cross-fade(url("${given}"), url("${given}"))`,
    () => `u\\72l("${given}")`,
    () => `/* " */ url("${given}")`,
    () => `/**/url(/**/"${given}")`,
    () => `var(--none, url("${given}"))`,
    () => `src("${given}")`,
  ])();
  const property = pick([
    "background",
    "background-image",
    "background-image",
    "list-style-image",
    "border-image-source",
    "-webkit-mask-image",
    "cursor",
    "content",
    "shape-outside",
    "filter",
  ]);
  return `${property}${gap()}:${gap()}${property == "cursor" ? `${value}, auto` : value}${maybe(0.2, () => " !important")}${maybe(0.3, () => ";")}`;
}

// Ways to give a rule to the browser. Those where an element asks at once have no door before it.
const RULE_DOORS = {
  attribute: (it) => {
    const d = document.createElement("div");
    d.setAttribute("style", `display: list-item; ${it}`);
    d.textContent = "x";
    document.body.append(d);
  },
  text: (it) => {
    const d = document.createElement("div");
    d.style.cssText = `display: list-item; ${it}`;
    d.textContent = "x";
    document.body.append(d);
  },
  property: (it) => {
    const d = document.createElement("div"),
      [name, ...value] = it.replace(/\s*(!important)?;?$/, "").split(":");
    d.style.display = "list-item";
    d.style.setProperty(name.trim(), value.join(":"));
    d.textContent = "x";
    document.body.append(d);
  },
  named: (it) => {
    const d = document.createElement("div"),
      [name, ...value] = it.replace(/\s*(!important)?;?$/, "").split(":");
    document.body.append(d);
    d.textContent = "x";
    d.style.display = "list-item";
    d.style[name.trim()] = value.join(":");
  },
  element: (it, at) => {
    const s = document.createElement("style");
    s.textContent = `.x${at} { display: list-item; ${it} }`;
    document.body.append(s);
    const d = document.createElement("div");
    d.className = `x${at}`;
    d.textContent = "x";
    document.body.append(d);
  },
  html: (it, at) => {
    const d = document.createElement("div");
    document.body.append(d);
    d.innerHTML = `<style>.x${at} { display: list-item; ${it} }</style><div class=x${at}>x</div>`;
  },
  inserted: (it, at) => {
    const s = document.createElement("style");
    document.body.append(s);
    s.sheet.insertRule(`.x${at} { display: list-item; ${it} }`);
    const d = document.createElement("div");
    d.className = `x${at}`;
    d.textContent = "x";
    document.body.append(d);
  },
  adopted: (it, at) => {
    const s = new CSSStyleSheet();
    s.replaceSync(`.x${at} { display: list-item; ${it} }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, s];
    const d = document.createElement("div");
    d.className = `x${at}`;
    d.textContent = "x";
    document.body.append(d);
  },
};

test("only_hosts_that_need_no_consent_are_asked_whatever_the_style", (t) => {
  const names = Object.keys(RULE_DOORS);
  const doors = `{${names.map((name) => `${name}: ${RULE_DOORS[name]}`).join()}}`;
  return compare(
    t,
    SEED + 5,
    600,
    (roll, id) => [names[id % names.length], rule(roll, id), id],
    `(name, rule, at) => (${doors})[name](rule, at)`,
  );
});

// Names: what a tracker calls its own, and what a shop could.
const TRACKERS = ["_ga", "_ga_ABC", "_fbp", "_gcl_au", "stat_id", "stat_7_x", "ad_id"];
const isTracker = (name) =>
  /^(_ga|_ga_[^]*|_fbp|_gcl_[^]*|stat_(id|key|[^]*_x)|ad_(id|key|[^]*_x))$/.test(name);
const SHOPS = [
  "cart_visits",
  "wish",
  "ga",
  "_g",
  "_ga2",
  "x_ga",
  "GA",
  "_GA",
  "stat",
  "1",
  "length",
  "__proto__",
  "ü",
  "日本",
  "__Host-x",
  "__Secure-x",
  "__host-x",
  "",
];
// Not a lone surrogate: with one the browser forgets what it was told before.
const BLANKS = [
  " ",
  "  ",
  "\t",
  " \t",
  "\n",
  "\r",
  "\r\n",
  "\0",
  "\x01",
  "\x0b",
  "\x0c",
  "\x7f",
  "\u00a0",
  "\u2028",
  "\ufeff",
  '"',
  "'",
  ",",
  "\\",
  "%20",
  "é",
];

/** One assignment to `document.cookie`. */
function bake({ below, pick, maybe, some, insert }) {
  const name = pick(pick([TRACKERS, SHOPS]));
  const blank = (chance) => maybe(chance, () => pick(BLANKS));
  const value = () =>
    pick([
      "",
      "1",
      "a=b",
      '"quoted"',
      '"',
      "a b",
      "GA1.1.2",
      "=",
      "x,y",
      "ä",
      "x".repeat(below(4400)),
      `${name}=2`,
    ]);
  const pair = pick([
    () => `${name}=${value()}`,
    () => `${name}=${value()}`,
    () => `${name}=${value()}`,
    () => `${name}=${value()}`,
    () => name,
    () => `=${name}`,
    () => `=${name}=1`,
    () => `${name} = ${value()}`,
    () => "",
  ])();
  const flip = (text) =>
    text.replace(/[a-z]/gi, (it) => maybe(0.2, () => (it < "a" ? it.toLowerCase() : it.toUpperCase()), it));
  const ages = [
    "0",
    "-1",
    "00",
    "-0",
    "+1",
    "1",
    "1.5",
    "3600",
    "99999999999",
    "1e3",
    "",
    " 0",
    '"0"',
    "0x",
    "\t0 ",
    "-",
    "--1",
    "0;",
    "a",
  ];
  const dates = [
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Thu, 01-Jan-1970 00:00:01 GMT",
    "01 jan 1970 0:0:0",
    "Thursday, 01-Jan-70 00:00:00 GMT",
    "Fri, 31 Dec 2038 23:59:59 GMT",
    "0",
    "-1",
    "now",
    "1970",
    "Jan 1 1970",
    "1970-01-01T00:00:00Z",
    "2999-01-01",
    "Thu, 32 Jan 1970 00:00:00 GMT",
    "Tue Jan 01 1980 00:00:00 GMT+0100 (CET)",
    '"Thu, 01 Jan 1970 00:00:00 GMT"',
    "",
    "1 January 1970 00:00:00",
    "Thu 01 Jan 1970 00:00:00 GMT",
    "70 01 jan 00:00:00",
    "Wed, 31 Dec 1600 00:00:00 GMT",
    "1 1 1970",
    "Thu, 01 Jan 1970",
    "01 Jan 1970 24:00:00",
  ];
  const rest = some(
    3,
    () =>
      blank(0.2) +
      pick([
        () => flip("Max-Age") + blank(0.1) + pick(["=", "=", " = ", ""]) + pick(ages),
        () => flip("Expires") + blank(0.1) + pick(["=", "=", " = "]) + pick(dates),
        () => flip("Path") + "=" + pick(["/", "", "/fuzz", "x", "/fuzz-", '"/"', "/../"]),
        () =>
          flip("Domain") + "=" + pick(["", "localhost", ".localhost", "evil.example", "com", "127.0.0.1"]),
        () => flip("SameSite") + pick(["=Lax", "=none", "=Strict", "=", ""]),
        () =>
          flip(
            pick([
              "Secure",
              "HttpOnly",
              "Partitioned",
              "Priority=High",
              "max age=0",
              "expires",
              "_ga=1",
              "=",
            ]),
          ),
      ])() +
      blank(0.1),
  );
  const text = blank(0.3) + pair + rest.map((it) => pick([";", "; ", " ;", ";;", "; ; "]) + it).join("");
  return maybe(0.2, () => insert(text, pick(BLANKS), below(Math.min(text.length, 30) + 1)), text);
}

test("the_gate_and_the_browser_agree_which_cookie_is_written_and_deleted", async (t) => {
  const roll = dice(SEED + 3);
  // Each script writes a few, some of them to delete, and reads after each.
  const scripts = Array.from({ length: 400 * TIMES }, () => {
    const again = [];
    return Array.from({ length: 1 + roll.below(5) }, () => {
      const it = roll.maybe(
        0.25,
        () =>
          (again[0] ?? "").split(";")[0] +
          roll.pick([
            "; max-age=0",
            "; Max-Age=-1",
            "; expires=Thu, 01 Jan 1970 00:00:00 GMT",
            ";EXPIRES=Thu, 01-Jan-1970 00:00:01 GMT",
            "; expires=0",
            "; path=/; max-age=0",
          ]),
        bake(roll),
      );
      again.unshift(it);
      return it;
    });
  });
  const { plain, guarded } = await pages(t);
  // What really is there is asked of the browser, not of the page.
  const run = async (page) => {
    const devtools = await page.context().newCDPSession(page);
    const found = [];
    for (const script of scripts) {
      const read = await inside(
        page,
        "(script) => script.map((it) => { document.cookie = it; return document.cookie; })",
        script,
      );
      const { cookies } = await devtools.send("Network.getCookies");
      // A script of the page deletes what it can see; the rest goes with the next line.
      await inside(
        page,
        `() => { for (const it of document.cookie.split('; ')) document.cookie = it.split('=')[0] + '=; max-age=0'; }`,
      );
      await devtools.send("Network.clearBrowserCookies");
      found.push({
        read,
        stored: cookies
          .map(({ name, value, domain, path, expires, secure, sameSite, session }) =>
            [name, value, domain, path, session || Math.round(expires / 1e4), secure, sameSite].join(" | "),
          )
          .sort(),
      });
    }
    return found;
  };
  const [without, withUs] = await Promise.all([plain, guarded].map(run));
  const tracker = (cookie) => isTracker(cookie.split(/ \| |=/)[0]);
  const faults = [];
  for (const [at, script] of scripts.entries()) {
    const expected = without[at].stored.filter((it) => !tracker(it));
    if (JSON.stringify(withUs[at].stored) != JSON.stringify(expected))
      faults.push(["stored", script, { without: without[at].stored, withUs: withUs[at].stored }]);
    const own = (read) =>
      JSON.stringify(
        read.map((it) =>
          it
            .split("; ")
            .filter((one) => !tracker(one))
            .join("; "),
        ),
      );
    if (own(withUs[at].read) != own(without[at].read))
      faults.push(["read", script, { without: without[at].read, withUs: withUs[at].read }]);
  }
  shown(faults);
});

// Ways to write, read and delete a key, by name; each tells what it gave or threw.
const KEY_WAYS = {
  set: (area, name, value) => area.setItem(name, value),
  assign: (area, name, value) => {
    area[name] = value;
  },
  reflect: (area, name, value) => Reflect.set(area, name, value),
  assign_strictly: (area, name, value) => {
    "use strict";
    area[name] = value;
  },
  merge: (area, name, value) => {
    Object.assign(area, { ["x" + name]: value });
  },
  define: (area, name, value) =>
    Reflect.defineProperty(area, name, { value, configurable: true, enumerable: true, writable: true }),
  get: (area, name) => area.getItem(name),
  read: (area, name) => typeof area[name] == "function" || String(area[name]),
  has: (area, name) => [name in area, Object.hasOwn(area, name)],
  describe: (area, name) => Object.getOwnPropertyDescriptor(area, name),
  remove: (area, name) => area.removeItem(name),
  delete: (area, name) => delete area[name],
  delete_strictly: (area, name) => {
    "use strict";
    return delete area[name];
  },
  // Our own key outlives a signing out; here it does without us too.
  clear: (area) => {
    const own = area.consentry;
    Storage.prototype.clear.call(area);
    if (own) area.consentry = own;
  },
  list: (area) => [
    Object.keys(area).sort(),
    Object.entries(area).sort().join(),
    Object.entries({ ...area }).length,
    JSON.stringify(area).length,
    area.length,
    Array.from({ length: area.length }, (_, at) => area.key(at)).sort(),
  ],
  loop: (area) => {
    const all = [];
    for (const name in area) all.push(name);
    return all.sort();
  },
  at: (area, name, value) => [area.key(value), area.key(99), area.key(-1)].map((it) => typeof it),
};

test("the_gate_and_the_browser_agree_which_key_is_written_and_deleted", async (t) => {
  const roll = dice(SEED + 4);
  const builtIn = [
    "length",
    "key",
    "getItem",
    "setItem",
    "clear",
    "toString",
    "constructor",
    "hasOwnProperty",
    "valueOf",
    "__proto__",
  ];
  const names = [
    ...SHOPS,
    ...builtIn,
    "then",
    "0",
    "-1",
    "1.5",
    "null",
    "undefined",
    " _ga",
    "_ga ",
    "\ud800",
    "a\udc00",
    "\0",
  ];
  const keys = ["ph_x_posthog", "_gcl_ls", "stat_key", "ad_key"];
  const ways = Object.keys(KEY_WAYS);
  const scripts = Array.from({ length: 1500 * TIMES }, () => {
    const used = roll
      .some(2, () => roll.pick(names))
      .concat(
        roll.maybe(0.4, () => [roll.pick(keys)], []),
        roll.pick(names),
      );
    // A property that a script defines is not held yet; and browsers list names of their own in ways of their own.
    return Array.from({ length: 2 + roll.below(8) }, () => [
      roll.pick(ways),
      roll.pick(used),
      roll.pick(["1", "", "x", "\ud800", "[object Object]", "null"]),
    ]).filter(
      ([way, name]) =>
        !(way == "define" && keys.includes(name)) &&
        !(/list|loop/.test(way) && used.some((it) => builtIn.includes(it))),
    );
  });
  const act = `(scripts, kind, own) => {
    const ways = {${ways.map((way) => `${way}: ${KEY_WAYS[way]}`).join()}};
    return scripts.map((script) => {
      const area = window[kind];
      Storage.prototype.clear.call(area);
      for (const name of Reflect.ownKeys(area)) if (name != 'consentry') delete area[name];
      if (kind == 'localStorage') Storage.prototype.setItem.call(area, 'consentry', own);
      return script.map(([way, name, value]) => {
        try { return ways[way](area, name, value) ?? null; } catch (error) { return error.name; }
      });
    });
  }`;
  const { plain, guarded } = await pages(t);
  const faults = [];
  const own = await guarded.evaluate(() => localStorage.consentry);
  for (const kind of ["localStorage", "sessionStorage"]) {
    const [without, withUs] = await Promise.all(
      [plain, guarded].map((page) => inside(page, act, scripts, kind, own)),
    );
    for (const [at, script] of scripts.entries())
      if (JSON.stringify(without[at]) != JSON.stringify(withUs[at])) {
        const step = script.findIndex(
          (_, index) => JSON.stringify(without[at][index]) != JSON.stringify(withUs[at][index]),
        );
        faults.push([
          kind,
          script.slice(0, step + 1),
          { without: without[at][step], withUs: withUs[at][step] },
        ]);
      }
  }
  shown(faults);
});
