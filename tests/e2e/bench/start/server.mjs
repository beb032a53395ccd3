// Owns the measured site: one page for each variant, its scripts, style sheets and images, compressed ahead
// of time, and its third parties' stand-ins under their real names. It knows no figure.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { browserFlags } from "../../../../www/demo/browser-flags.mjs";
import { makeCertificate } from "../../../../www/demo/certificate.mjs";
import { picture, products, script, styleSheet } from "./filler.mjs";

const page = path.join(path.dirname(fileURLToPath(import.meta.url)), "page");
const fileOf = (name) => readFileSync(path.join(page, name));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
};

const THIRD_PARTIES = {
  "https://cdn.jsdelivr.net/npm/carousel@4.2.0/carousel.min.js": "carousel.min.js",
  "https://www.google-analytics.com/analytics.js": "analytics.js",
};

/** An answer as it is sent: everything but images is compressed as well as can be. */
function answer(name, content) {
  const type = TYPES[path.extname(name)] ?? "application/octet-stream";
  const plain = Buffer.from(content);
  const headers = {
    "content-type": type,
    "cache-control": name.endsWith(".html") ? "no-cache" : "max-age=86400",
    "access-control-allow-origin": "*",
  };
  if (type.startsWith("image/")) return { headers, body: plain };
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  return { headers: { ...headers, "content-encoding": "br" }, body: brotliCompressSync(plain, { params }) };
}

/** The site's own files, all but the page itself. */
function siteFiles() {
  const files = {
    "base.css": styleSheet(1, 160),
    "shop.css": `header, nav ul, .grid { display: flex; flex-wrap: wrap; gap: 1rem }
      .card { width: 14rem }\n${styleSheet(2, 220)}`,
    "library.js": script(3, 120),
    "menu.js": fileOf("menu.js"),
    "shop.js": `${fileOf("shop.js")}\n${script(4, 60)}`,
    "late.js": script(5, 90),
    "products.json": JSON.stringify(products(6, 24)),
    "hero.png": picture(7, 640, 280, 4),
  };
  for (let at = 1; at < 4; at += 1) files[`story-${at}.png`] = picture(10 + at, 240, 160, 4);
  for (let at = 0; at < 6; at += 1) files[`product-${at}.png`] = picture(20 + at, 120, 90, 4);
  return files;
}

/** Begins to listen on a port that the system chooses. @param {import("node:net").Server} server */
async function listen(server) {
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(server)));
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

/**
 * Starts the site on loopback.
 * @param {ReturnType<typeof import("./variants.mjs").variants>} variants
 * @returns {Promise<{rules: string, spki: string, page: (variant: string) => string, own: (variant: string)
 *   => string, close: () => Promise<void>}>} `page` is a variant's page, `own` how the addresses of its own
 *   files begin
 */
export async function startServer(variants) {
  const answers = new Map();
  const shared = Object.entries(siteFiles()).map(([name, content]) => [name, answer(name, content)]);
  for (const [variant, { files, head, body, marked }] of Object.entries(variants)) {
    const html = fileOf("index.html")
      .toString()
      .replace("<!-- head of the variant -->", head)
      .replace("<!-- body of the variant -->", body)
      .replace('"text/plain" marked', `"text/plain" ${marked}`);
    answers.set(`/${variant}/`, answer("index.html", html));
    for (const [name, ready] of shared) answers.set(`/${variant}/${name}`, ready);
    for (const [name, content] of files) answers.set(`/${variant}/consent/${name}`, answer(name, content));
  }
  for (const [url, name] of Object.entries(THIRD_PARTIES)) answers.set(url, answer(name, fileOf(name)));

  const reply = (scheme) => (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const found = answers.get(pathname) ?? answers.get(`${scheme}://${request.headers.host}${pathname}`);
    response.writeHead(found ? 200 : 404, found?.headers);
    response.end(found?.body);
  };
  const thirdParties = Object.keys(THIRD_PARTIES).map((url) => new URL(url).hostname);
  const { key, cert, spki } = await makeCertificate(thirdParties);
  const keepAliveTimeout = 60_000; // Milliseconds: longer than any visit lasts.
  const plain = http.createServer({ keepAliveTimeout }, reply("http"));
  const secure = https.createServer({ key, cert, keepAliveTimeout }, reply("https"));
  const [port, tlsPort] = await Promise.all([plain, secure].map(listen));
  const { rules } = browserFlags({ port, tlsPort, spki });
  return {
    rules,
    spki,
    page: (variant) => `http://localhost:${port}/${variant}/`,
    own: (variant) => `http://localhost:${port}/${variant}/consent/`,
    async close() {
      for (const server of [plain, secure]) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}
