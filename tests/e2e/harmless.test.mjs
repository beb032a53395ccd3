// Pages that do nothing that needs consent: what they can observe is the same, event by event, without us and
// with us in each state of the visitor's choice. Each page in `harmless` writes an ordered log, and the logs
// are compared. What a page needs beside it lies in the folder of its name.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "./browser.mjs";
import { root } from "./site.mjs";
import { NECESSARY, configuredTag, startStage, wholePage } from "./stage.mjs";

const LIBRARY_HOST = "cdnjs.cloudflare.com";
const folder = fileURLToPath(new URL("harmless", import.meta.url));
const library = (file) => readFileSync(path.join(root, "node_modules", file), "utf8");

/** Answers what files cannot: events, sockets, forms. On the page's own host name, at a port of its own. */
async function startTalkServer() {
  const server = createServer((request, response) => {
    const anyOrigin = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
      "access-control-allow-methods": "*",
      "cache-control": "no-store",
    };
    if (request.method == "OPTIONS") return response.writeHead(204, anyOrigin).end();
    if (request.url == "/events")
      return response
        .writeHead(200, { ...anyOrigin, "content-type": "text/event-stream" })
        .end("retry: 60000\nid: 1\ndata: one\n\nevent: named\ndata: two\ndata: lines\n\n");
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () =>
      response.writeHead(200, { ...anyOrigin, "content-type": "application/json", "x-a": "1" }).end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          type: request.headers["content-type"],
          body: String(Buffer.concat(parts)).replace(/-{4,}\w+/g, "----"),
        }),
      ),
    );
  });
  // A socket that says back what it hears, for texts below 126 bytes (RFC 6455, 5.2).
  server.on("upgrade", (request, socket) => {
    const key = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    const protocol = request.headers["sec-websocket-protocol"]?.split(",")[0];
    const headers = [
      "HTTP/1.1 101 x",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${key}`,
      ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
    ];
    socket.write(headers.join("\r\n") + "\r\n\r\n");
    socket.on("error", () => {});
    socket.on("data", (frame) => {
      const length = frame[1] & 127;
      const text = frame.subarray(6, 6 + length).map((byte, index) => byte ^ frame[2 + (index % 4)]);
      socket.write(Buffer.concat([Buffer.from([frame[0], length]), text]));
      if ((frame[0] & 15) == 8) socket.end();
    });
  });
  await new Promise((done) => server.listen(0, () => done(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, close };
}

/** @type {import('./stage.mjs').Stage} */
let site;
/** @type {Awaited<ReturnType<typeof startTalkServer>>} */
let talkServer;
/** What is stored of the visitor's choice, by the state's name. */
const states = { no_choice: null };
before(async () => {
  talkServer = await startTalkServer();
  site = await startStage({
    headers: (asked) =>
      /nonce/.test(asked)
        ? {
            "content-security-policy": "script-src 'nonce-abc' 'wasm-unsafe-eval'; style-src 'unsafe-inline'",
          }
        : undefined,
    thirdParty: answerWithoutConsent,
    pages: {
      "h-preact.js": library("preact/dist/preact.umd.js"),
      "h-hooks.js": library("preact/hooks/dist/hooks.umd.js"),
      "h-purify.js": library("dompurify/dist/purify.js"),
    },
  });
  const page = await site.openTab(await site.browser.newContext());
  site.add("choose.html", wholePage(configuredTag()));
  for (const [state, choose] of /** @type {[string, () => any][]} */ ([
    ["rejected", () => window.consentry.rejectAll()],
    ["accepted", () => window.consentry.acceptAll()],
  ])) {
    await page.open("choose.html");
    await page.evaluate(choose);
    states[state] = await page.evaluate(() => localStorage.getItem("consentry"));
  }
  await page.context().close();
});
after(async () => {
  await site?.close();
  talkServer?.close();
});

/** What the hosts answer that need no consent: their scripts write an entry in the page's log. */
function answerWithoutConsent({ host, path: asked }) {
  if (![NECESSARY, LIBRARY_HOST].includes(host)) return undefined;
  const name = JSON.stringify(asked);
  if (asked.endsWith(".js"))
    return {
      type: "text/javascript",
      body: `log(${name}, document.currentScript && document.currentScript.src)`,
    };
  if (asked.endsWith(".html"))
    return { type: "text/html", body: `<script>parent.postMessage(${name}, '*')</script>` };
  if (asked.endsWith(".css")) return { type: "text/css", body: "p { color: rgb(1, 2, 3) }" };
  return { type: "application/json", body: name };
}

/** The text of a page of `harmless`. */
function textOf(name, tag) {
  const logger = readFileSync(path.join(folder, "logger.js"), "utf8").replace(
    "{{talk}}",
    `localhost:${talkServer.port}`,
  );
  const nonce = /nonce/.test(name) ? ' nonce="abc"' : "";
  return readFileSync(path.join(folder, `${name}.html`), "utf8")
    .replace("{{tag}}", () => (nonce ? tag.replaceAll("<script", `<script${nonce}`) : tag))
    .replace("{{logger}}", () => `<script${nonce}>${logger}</script>`);
}

/**
 * Writes the files that a page needs beside it. A page of the site that is shown in a frame has our tag too.
 */
function addFilesOf(name, tag) {
  const filesFolder = path.join(folder, name);
  if (!existsSync(filesFolder)) return;
  for (const file of readdirSync(filesFolder)) {
    const text = readFileSync(path.join(filesFolder, file), "utf8");
    site.add(
      file,
      file.endsWith(".html") ? text.replace(/^(<!doctype html>)?/, (start) => start + tag) : text,
    );
  }
}

/**
 * What a page logged, a line an entry, and its uncaught errors.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 * @param {string} tag ours, or nothing
 * @param {string} [choice] what is stored of the visitor's choice
 */
async function logOf(t, name, tag, choice) {
  addFilesOf(name, tag);
  const file = `${name}.html`;
  site.add(file, textOf(name, tag));
  const page = await site.visit(t);
  if (tag && choice) {
    await page.open("blank.html");
    await page.evaluate((stored) => localStorage.setItem("consentry", stored), choice);
  }
  await page.open(file);
  await until(() => page.evaluate(() => window.ended), `${name} ends`).catch(async (error) => {
    throw new Error(`${error.message}; log: ${JSON.stringify(await page.evaluate(() => window.entries))}`);
  });
  const entries = await page.evaluate(() => window.entries);
  const lines = [...entries.map((entry) => JSON.stringify(entry)), ...page.uncaughtErrors].map((line) =>
    // In Firefox a stack names the door that a call went through.
    process.env.ENGINE == "firefox" ? line.replace(/"[^"]*@http[^"]*"/g, '"stack"') : line,
  );
  await page.context().close();
  return lines;
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".html"))
  .map((file) => file.replace(/\.html$/, ""));
for (const name of names)
  test(name, async (t) => {
    const withoutUs = await logOf(t, name, "");
    const ends = withoutUs.includes('["end"]') && !withoutUs.some((line) => line.startsWith('["failed"'));
    // The pages use what Chromium offers.
    if (!ends && process.env.ENGINE) return t.skip("without us this engine does not come to the page's end");
    assert.ok(ends, `the page comes to its end: ${withoutUs.join("\n")}`);
    for (const [state, choice] of Object.entries(states))
      await t.test(`${name}_with_${state}`, async (subtest) =>
        assert.deepEqual(await logOf(subtest, name, configuredTag(), choice), withoutUs),
      );
  });
