// Pages that do nothing that needs consent: what they can observe is the same, event by event, without us and with us
// in each state of the visitor's choice. Each page writes an ordered log, and the logs are compared.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "./browser.mjs";
import { NECESSARY, html, inline, stage } from "./stage.mjs";

const LIBRARY = "cdnjs.cloudflare.com";
const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../node_modules");

/** Answers what files cannot: events, sockets, forms. On the page's own host name, at a port of its own. */
async function talker() {
  const server = createServer((request, response) => {
    const allow = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
      "access-control-allow-methods": "*",
      "cache-control": "no-store",
    };
    if (request.method == "OPTIONS") return response.writeHead(204, allow).end();
    if (request.url == "/events")
      return response
        .writeHead(200, { ...allow, "content-type": "text/event-stream" })
        .end("retry: 60000\nid: 1\ndata: one\n\nevent: named\ndata: two\ndata: lines\n\n");
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () =>
      response
        .writeHead(200, { ...allow, "content-type": "application/json", "x-a": "1" })
        .end(
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
    socket.write(
      `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n${protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : ""}\r\n`,
    );
    socket.on("error", () => {});
    socket.on("data", (frame) => {
      const length = frame[1] & 127;
      const text = frame.subarray(6, 6 + length).map((byte, at) => byte ^ frame[2 + (at % 4)]);
      socket.write(Buffer.concat([Buffer.from([frame[0], length]), text]));
      if ((frame[0] & 15) == 8) socket.end();
    });
  });
  await new Promise((done) => server.listen(0, done));
  return { port: server.address().port, close: () => (server.closeAllConnections(), server.close()) };
}

let site;
let talk;
const states = { "no choice": null };
before(async () => {
  talk = await talker();
  site = await stage({
    headers: (asked) =>
      /nonce/.test(asked)
        ? {
            "content-security-policy": "script-src 'nonce-abc' 'wasm-unsafe-eval'; style-src 'unsafe-inline'",
          }
        : undefined,
    thirdParty: ({ host, path: asked }) => {
      if (![NECESSARY, LIBRARY].includes(host)) return undefined;
      if (asked.endsWith(".js"))
        return {
          type: "text/javascript",
          body: `log(${JSON.stringify(asked)}, document.currentScript && document.currentScript.src)`,
        };
      if (asked.endsWith(".html"))
        return {
          type: "text/html",
          body: `<script>parent.postMessage(${JSON.stringify(asked)}, '*')</script>`,
        };
      if (asked.endsWith(".css")) return { type: "text/css", body: "p { color: rgb(1, 2, 3) }" };
      return { type: "application/json", body: JSON.stringify(asked) };
    },
  });
  const page = await site.tab(await site.browser.newContext());
  site.add("choose.html", html(inline()));
  for (const [state, choose] of [
    ["rejected", () => consentry.rejectAll()],
    ["accepted", () => consentry.acceptAll()],
  ]) {
    await page.open("choose.html");
    await page.evaluate(choose);
    states[state] = await page.evaluate(() => localStorage.getItem("consentry"));
  }
  await page.context().close();
});
after(async () => {
  await site?.close();
  talk?.close();
});

// Before everything else of a page: `log` writes down, `thrown` tells what a call threw, `end` says that all is done.
const LOGGER = () => `<script>
  window.entries = [];
  window.talk = 'localhost:${talk.port}';
  window.plain = (it) => typeof it == 'string' ? it.replace(/blob:http[^\\s"']*/g, 'blob:') : Array.isArray(it) ? it.map(plain)
    : it === undefined ? 'undefined' : typeof it == 'function' ? 'function' : it instanceof Node ? it.nodeName + (it.id ? '#' + it.id : '') : it;
  window.log = (...given) => { entries.push(given.map(plain)); };
  window.thrown = (act) => { try { return ['gave', plain(act())]; } catch (error) { return ['threw', error.name, error.message, error.constructor === (window[error.constructor.name])]; } };
  window.heard = (target, ...types) => { for (const type of types) target.addEventListener(type, (event) => log(type, event.target === window ? 'window' : event.target, event.constructor.name, event.isTrusted, event.bubbles, event.cancelable)); };
  window.once = (target, ...types) => new Promise((done) => { for (const type of types) target.addEventListener(type, done, { once: true }); });
  window.end = () => { log('end'); window.ended = true; };
</script>`;

/** A page of `run`, an async function that the page runs when it is parsed; or of markup that calls `end()` itself. */
const PAGES = {};
const doing = (name, run, { head = "", body = "", files = {} } = {}) =>
  (PAGES[name] = {
    head,
    body: `${body}<script>(${run})().catch((error) => log('failed', error.name, error.message)).then(end)</script>`,
    files,
  });
const marked = (name, head, body = "", files = {}) => (PAGES[name] = { head, body, files });

/** What the page logged. `tag`: ours, or nothing. */
async function logOf(t, name, tag, choice) {
  const { head, body, files } = PAGES[name];
  // A page of the site that is shown in a frame has the tag too.
  for (const [file, text] of Object.entries(files))
    site.add(file, file.endsWith(".html") ? text.replace(/^(<!doctype html>)?/, (it) => it + tag) : text);
  const file = `${name}.html`;
  const text = html(tag + LOGGER() + head, body);
  site.add(file, /nonce/.test(name) ? text.replaceAll("<script", '<script nonce="abc"') : text);
  const page = await site.visit(t);
  if (tag && choice)
    await page.addInitScript((it) => {
      try {
        if (self == top) localStorage.setItem("consentry", it);
      } catch {
        /* none here */
      }
    }, choice);
  await page.open(file);
  await until(() => page.evaluate(() => window.ended), `${name} ends`).catch(async (error) => {
    throw new Error(`${error.message}; log: ${JSON.stringify(await page.evaluate(() => window.entries))}`);
  });
  const log = await page.evaluate(() => entries);
  const lines = [...log.map((it) => JSON.stringify(it)), ...page.faults];
  await page.context().close();
  return lines;
}

const said = (name) =>
  `log('${name}', document.currentScript && document.currentScript.getAttribute('src'));`;
const SAID = 'log("integral")';
const INTEGRITY = createHash("sha384").update(SAID).digest("base64");

marked(
  "scripts_of_the_page_run_in_order",
  `
  <script>
    heard(document, 'readystatechange', 'DOMContentLoaded'); heard(window, 'DOMContentLoaded', 'load', 'pageshow');
    document.addEventListener('readystatechange', () => log(document.readyState));
    window.later = []; onload = () => setTimeout(() => { log(later.sort()); end(); }, 50);
  </script>
  <script src="/h-sync.js" onload="log('sync loaded')"></script>
  <script defer src="/h-deferred.js" onload="log('deferred loaded')"></script>
  <script async src="/h-async.js" onload="later.push('async loaded')"></script>
  <script type="module" src="/h-module.js"></script>
  <script type="module">log('inline module', document.currentScript, typeof import.meta.url); import('/h-imported.js').then((it) => later.push('imported ' + it.default));</script>
  <script type="module" async>later.push('async module')</script>
  <script nomodule>log('nomodule')</script>
  <script id="now">log('inline', document.currentScript === document.getElementById('now'), document.currentScript.text.length)</script>
  <script type="text/template" id="t"><b>x</b></script><script>log(t.textContent, t.innerHTML, t.type)</script>
  <script src="/h-missing.js" onerror="log('missing', event.type)"></script>
  <script src="data:text/javascript,log('data')"></script>
  <script src="" onerror="log('empty', event.type)"></script>
  <script language="vbscript">log('never')</script>
  <script>throw new Error('of the page')</script>
  <script src="/h-sync.js"></script>`,
  '<p>x</p><script src="/h-last.js"></script>',
  {
    "h-sync.js": said("sync"),
    "h-deferred.js": said("deferred"),
    "h-async.js": "later.push('async', document.currentScript.async);",
    "h-last.js": said("last"),
    "h-module.js": "import it from './h-imported.js'; log('module', it, document.currentScript);",
    "h-imported.js": "log('imported'); export default 7;",
  },
);

marked(
  "integrity_is_checked",
  `
  <script integrity="sha384-${INTEGRITY}" src="/h-integral.js" onload="log('good', this.integrity)" onerror="log('bad')"></script>
  <script integrity="sha384-${INTEGRITY}" src="/h-sync.js" onload="log('good')" onerror="log('bad')"></script>
  <script integrity="sha384-${INTEGRITY}" crossorigin src="https://${LIBRARY}/x.js" onload="log('good')" onerror="log('bad', this.crossOrigin)"></script>
  <script>
    const s = document.createElement('script'); s.integrity = 'sha384-${INTEGRITY}'; s.src = '/h-integral.js'; s.onload = () => { log('made good', s.outerHTML); more(); }; document.head.append(s);
    const more = () => { const s = document.createElement('script'); s.integrity = 'sha384-${INTEGRITY}'; s.src = '/h-sync.js'; s.onerror = () => { log('made bad'); end(); }; document.head.append(s); };
  </script>`,
  "",
  { "h-integral.js": SAID },
);

marked(
  "a_nonce_lets_scripts_run_and_no_others",
  `
  <script>document.addEventListener('securitypolicyviolation', (event) => log('violation', event.violatedDirective, event.blockedURI));</script>
  <script src="/h-sync.js"></script><SCRIPT>log('never')</SCRIPT>
  <script>
    const made = (text, nonce) => { const s = document.createElement('script'); s.nonce = nonce; s.textContent = text; document.head.append(s); return s.nonce; };
    log(made('log("with")', 'abc'), made('log("without")', ''), document.querySelector('script').getAttribute('nonce'), document.querySelector('script').nonce);
    setTimeout(end, 50);
  </script>`,
);

doing(
  "scripts_made_by_scripts",
  async () => {
    const make = (set) =>
      new Promise((done) => {
        const s = document.createElement("script");
        set(s);
        s.onload = s.onerror = (event) => {
          log(event.type, s.outerHTML, s.src.slice(-9), s.async, s.type);
          done();
        };
        log(document.head.appendChild(s) === s);
      });
    await make((s) => {
      s.src = "/h-sync.js";
    });
    await make((s) => {
      s.setAttribute("src", "/h-sync.js");
      s.async = false;
    });
    await make((s) => {
      s.type = "module";
      s.src = "/h-imported.js";
    });
    await make((s) => {
      s.src = "/h-missing.js";
    });
    await Promise.all(
      [1, 2, 3].map((at) =>
        make((s) => {
          s.async = false;
          s.src = `/h-sync.js?${at}`;
        }),
      ),
    );
    const text = (how) => {
      const s = document.createElement("script");
      s.append("log('text', document.currentScript && document.currentScript.id)");
      s.id = how;
      return s;
    };
    document.body.appendChild(text("append"));
    document.body.prepend(text("prepend"));
    document.body.insertBefore(text("before"), null);
    const d = document.createElement("div");
    d.append(text("held apart"), text("second"));
    log("not yet");
    document.body.append(d);
    log("now");
    d.innerHTML = '<script>log("never")</scr' + "ipt>";
    log(d.innerHTML, d.firstChild.text);
    const clone = document.querySelector("#append").cloneNode(true);
    document.body.append(clone);
    const f = document.createDocumentFragment();
    f.append(text("fragment"), text("fragment 2"));
    document.body.append(f, "text", text("after text"));
    document.body.append(
      document
        .createRange()
        .createContextualFragment('<script>log("contextual", document.currentScript !== null)</scr' + "ipt>"),
    );
    const empty = document.createElement("script");
    document.body.append(empty);
    log("empty");
    empty.text = 'log("filled")';
    log("filled?");
    const late = document.createElement("script");
    document.body.append(late);
    late.src = "/h-sync.js?late";
    await new Promise((done) => (late.onload = done));
    log(late.src.slice(-5));
    const foreign = document.createElementNS("http://www.w3.org/2000/svg", "script");
    foreign.textContent = 'log("svg", document.currentScript)';
    document.body.append(foreign);
    const typed = document.createElement("script");
    typed.type = "text/plain";
    typed.textContent = 'log("never")';
    document.body.append(typed);
    log(typed.type);
    log(
      (0, eval)("document.currentScript"),
      new Function("return 1")(),
      await new Promise((done) => {
        window.told = done;
        setTimeout('told("timer")', 0);
      }),
    );
  },
  { files: { "h-sync.js": said("sync"), "h-imported.js": "log('imported'); export default 7;" } },
);

doing(
  "fetch_and_its_failures",
  async () => {
    const told = async (promise) => {
      try {
        const it = await promise;
        return [
          it.status,
          it.type,
          it.ok,
          it.redirected,
          it.url.replace(/^blob.*|.*[/:]/, "").slice(0, 9),
          (await it.text()).length % 3000 < 99,
        ];
      } catch (error) {
        return [error.name, error.message, error instanceof TypeError || error instanceof DOMException];
      }
    };
    log(
      await told(fetch("/h-file.txt")),
      await told(fetch(new URL("/h-file.txt", location))),
      await told(fetch(new Request("/h-file.txt", { headers: { "x-a": "b" } }))),
    );
    log(
      await told(fetch("/h-missing.txt")),
      await told(fetch(`http://${talk}/echo`, { method: "POST", body: "body", headers: { "x-b": "1" } })),
    );
    log(
      await (
        await fetch(`http://${talk}/echo`, { method: "PUT", body: new URLSearchParams({ a: "b c" }) })
      ).json(),
    );
    const form = new FormData();
    form.append("a", new Blob(["x"], { type: "text/plain" }), "x.txt");
    log(
      await (
        await fetch(`http://${talk}/echo`, { method: "POST", body: form })
      )
        .json()
        .then((it) => [it.method, it.type.split(";")[0]]),
    );
    log(
      await told(fetch(`http://${talk}/echo`, { mode: "no-cors" })),
      await told(fetch(`http://${talk}/echo`, { mode: "same-origin" })),
      await told(fetch("data:text/plain,x")),
      await told(fetch(URL.createObjectURL(new Blob(["x"])))),
    );
    for (const bad of [
      "http://",
      "http://u:p@localhost/",
      "x:y",
      "about:blank",
      "javascript:1",
      "http://localhost:1/",
    ])
      log(bad, await told(fetch(bad)));
    log(
      await told(fetch("/h-file.txt", { method: "TRACE" })),
      await told(fetch("/h-file.txt", { method: "GET", body: "x" })),
      await told(fetch()),
      await told(fetch("/h-file.txt", { signal: AbortSignal.abort() })),
      await told(fetch("/h-file.txt", { signal: AbortSignal.abort(new Error("mine")) })),
    );
    log(
      await told(fetch("/h-file.txt", { integrity: "sha256-x" })),
      await told(fetch(null)),
      await told(fetch(undefined)),
      ...(await Promise.all(
        ["", "#x", "?x"].map((it) => fetch(it).then(({ status, type }) => [status, type])),
      )),
    );
    const abort = new AbortController();
    const waiting = told(fetch("/h-file.txt", { signal: abort.signal }));
    abort.abort();
    log(await waiting);
    log(
      thrown(() => fetch("/h-file.txt") instanceof Promise),
      thrown(() => window.fetch.call(undefined, "/h-file.txt") instanceof Promise),
      await told(window.fetch.call({}, "/h-file.txt")),
    );
    for (const Given of [Request, Response, Headers])
      log(
        thrown(() => new Given("http://")),
        thrown(() => Given("x")),
      );
    const order = [];
    const one = fetch("/h-file.txt").then(() => order.push("fetched"));
    Promise.resolve().then(() => order.push("micro"));
    order.push("sync");
    await one;
    log(order);
    const error = await fetch("x:y").catch((it) => it);
    log(error.stack.split("\n")[0]);
  },
  { files: { "h-file.txt": "twelve bytes" } },
);

doing(
  "requests_by_xhr",
  async () => {
    const ask = (open, send = (x) => x.send()) =>
      new Promise((done) => {
        const x = new XMLHttpRequest(),
          all = [];
        for (const type of [
          "readystatechange",
          "loadstart",
          "progress",
          "load",
          "error",
          "abort",
          "timeout",
          "loadend",
        ])
          x.addEventListener(type, (event) => all.push(type + x.readyState + (event.total ?? "")));
        for (const type of ["loadstart", "load", "loadend"])
          x.upload.addEventListener(type, () => all.push(`upload ${type}`));
        x.addEventListener("loadend", () =>
          setTimeout(() =>
            done([
              all,
              x.status,
              x.statusText,
              x.responseURL.slice(-11),
              thrown(() => x.responseText.length),
              x.getResponseHeader("content-type"),
            ]),
          ),
        );
        log(thrown(() => open(x)));
        log(thrown(() => send(x)));
        if (x.readyState < 2 && all.length == 1 && all[0] == "readystatechange1") done([all]);
      });
    log(
      await ask((x) => x.open("GET", "/h-file.txt")),
      await ask((x) => x.open("get", new URL("/h-file.txt", location), true)),
      await ask((x) => x.open("GET", "/h-missing.txt")),
    );
    log(
      await ask(
        (x) => x.open("POST", `http://${talk}/echo`),
        (x) => {
          x.setRequestHeader("x-a", "1");
          x.send("body");
        },
      ),
      await ask((x) => {
        x.open("GET", "/h-file.txt");
        x.responseType = "blob";
      }),
      await ask((x) => x.open("GET", "/h-file.txt", false)),
    );
    log(
      await ask((x) => x.open("GET", "http://localhost:1/")),
      await ask(
        (x) => x.open("GET", "/h-file.txt"),
        (x) => {
          x.send();
          x.abort();
        },
      ),
    );
    const x = new XMLHttpRequest();
    for (const given of [
      [],
      ["GET"],
      ["GET", "http://"],
      ["G T", "/"],
      ["TRACE", "/"],
      ["GET", "/h-file.txt", true, "u", "p"],
      ["GET", undefined],
      ["GET", null],
    ])
      log(thrown(() => x.open(...given)));
    log(
      thrown(() => XMLHttpRequest.prototype.open.call({}, "GET", "/")),
      thrown(() => XMLHttpRequest()),
      x instanceof XMLHttpRequest,
      Object.prototype.toString.call(x),
      XMLHttpRequest.DONE,
    );
    class Mine extends XMLHttpRequest {
      open(...given) {
        log("mine", given.length);
        return super.open(...given);
      }
    }
    const mine = new Mine();
    mine.open("GET", "/h-file.txt");
    mine.send();
    await once(mine, "load");
    log(mine.responseText, mine instanceof Mine, mine.constructor.name);
    log(
      navigator.sendBeacon("/h-file.txt", "x"),
      thrown(() => navigator.sendBeacon()),
      thrown(() => navigator.sendBeacon("x:y")),
      thrown(() => navigator.sendBeacon("http://")),
      thrown(() => Navigator.prototype.sendBeacon.call({}, "/")),
    );
  },
  { files: { "h-file.txt": "twelve bytes" } },
);

doing(
  "workers",
  async () => {
    const speak = (worker) =>
      new Promise((done) => {
        const port = worker.port || worker;
        port.onmessage = ({ data }) => done(plain(data));
        worker.onerror = (event) => {
          log(event.type, event.constructor.name, event.message, event.cancelable);
          done("error");
        };
        port.postMessage({ hello: [1, new Map([["a", new Date(0)]])] });
      });
    const text = `onmessage = async (event) => { const file = await fetch(new URL('/h-file.txt', ${JSON.stringify(location.origin)})).then((it) => it.text()).catch((error) => error.message); let imported; try { importScripts(${JSON.stringify(location.origin)} + '/h-import.js'); imported = self.was; } catch (error) { imported = error.name; } (event.source || self).postMessage([location.href.slice(0, 5), file, imported, event.data, typeof document, self.constructor.name, fetch.name, fetch.length, Reflect.ownKeys(self).length > 50]); };`;
    log("file", await speak(new Worker("/h-worker.js")));
    log("named", await speak(new Worker("/h-worker.js", { name: "x" })));
    log("url", await speak(new Worker(new URL("/h-worker.js", location))));
    log("blob", await speak(new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })))));
    log("data", await speak(new Worker(`data:text/javascript,${encodeURIComponent(text)}`)));
    log("module", await speak(new Worker("/h-worker-module.js", { type: "module" })));
    log(
      "blob module",
      await speak(
        new Worker(
          URL.createObjectURL(
            new Blob(
              [
                `import it from ${JSON.stringify(location.origin)} + ''`.slice(0, 0) +
                  `import it from '${location.origin}/h-imported.js'; onmessage = () => postMessage(it)`,
              ],
              { type: "text/javascript" },
            ),
          ),
          { type: "module" },
        ),
      ),
    );
    const shared = new SharedWorker("/h-shared.js");
    log("shared", await speak(shared), shared instanceof SharedWorker);
    log("missing", await speak(new Worker("/h-missing.js")));
    log("throwing", await speak(new Worker("/h-throwing.js")));
    const gone = URL.createObjectURL(new Blob(['postMessage("revoked late")']));
    const worker = new Worker(gone);
    URL.revokeObjectURL(gone);
    log(await new Promise((done) => (worker.onmessage = ({ data }) => done(data))));
    log(thrown(() => new Worker("blob:nowhere"))[1]);
    for (const given of [[], ["http://"], ["https://localhost:1/x.js"], ["/h-worker.js", { type: "x" }]])
      log(thrown(() => new Worker(...given) instanceof Worker));
    log(thrown(() => Worker("/h-worker.js")));
    class Mine extends Worker {
      constructor(url) {
        super(url);
        this.mine = true;
      }
    }
    const mine = new Mine("/h-worker.js");
    log(mine instanceof Mine, mine.mine, mine.constructor.name, await speak(mine));
    mine.terminate();
    log(
      URL.createObjectURL(new Blob([])).slice(0, 10),
      thrown(() => URL.createObjectURL()),
      thrown(() => URL.createObjectURL({})),
      thrown(() => URL.revokeObjectURL()),
      URL.createObjectURL.name,
      URL.revokeObjectURL.length,
    );
  },
  {
    files: {
      "h-file.txt": "twelve bytes",
      "h-import.js": 'self.was = "imported";',
      "h-imported.js": "export default 7;",
      "h-worker.js": `onmessage = async (event) => { importScripts('/h-import.js'); postMessage([location.pathname, self.name, await (await fetch('/h-file.txt')).text(), self.was, event.data]); };`,
      "h-worker-module.js": `import it from './h-imported.js'; onmessage = () => postMessage([it, import.meta.url.slice(-19)]);`,
      "h-shared.js":
        'onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(["shared", data]); };',
      "h-throwing.js": 'throw new Error("in a worker")',
    },
  },
);

doing(
  "a_service_worker_and_fetches_through_it",
  async () => {
    const registration = await navigator.serviceWorker.register("/h-service.js", { scope: "./" });
    log(registration.constructor.name, registration.scope.slice(-1));
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await once(navigator.serviceWorker, "controllerchange");
    log(await (await fetch("/h-made-up.txt")).text(), await (await fetch("/h-file.txt")).text());
    const image = new Image();
    image.src = "/h-made-up.svg";
    await once(image, "load");
    log(image.width);
    const s = document.createElement("script");
    s.src = "/h-made-up.js";
    document.head.append(s);
    await once(s, "load");
    const x = new XMLHttpRequest();
    x.open("GET", "/h-made-up.txt");
    x.send();
    await once(x, "load");
    log(x.responseText);
    const channel = new MessageChannel();
    navigator.serviceWorker.controller.postMessage("ping", [channel.port2]);
    log(await new Promise((done) => (channel.port1.onmessage = ({ data }) => done(data))));
    log(
      await registration.unregister(),
      thrown(() => navigator.serviceWorker.register() instanceof Promise),
    );
  },
  {
    files: {
      "h-file.txt": "twelve bytes",
      "h-service.js": `addEventListener('install', () => skipWaiting()); addEventListener('activate', (event) => event.waitUntil(clients.claim())); addEventListener('message', (event) => event.ports[0].postMessage('pong'));
    addEventListener('fetch', (event) => { const { pathname } = new URL(event.request.url); if (!pathname.includes('made-up')) return;
      const type = { txt: 'text/plain', js: 'text/javascript', svg: 'image/svg+xml' }[pathname.split('.')[1]];
      event.respondWith(new Response(type.includes('svg') ? '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>' : type.includes('java') ? 'log("made up", document.currentScript.src.slice(-10))' : 'made up ' + event.request.destination + event.request.mode, { headers: { 'content-type': type } })); });`,
    },
  },
);

doing(
  "streams",
  async () => {
    const read = async (stream) => {
      const all = [];
      for await (const part of stream) all.push(typeof part == "string" ? part : part.length);
      return all;
    };
    const response = await fetch("/h-file.txt");
    log(
      response.body instanceof ReadableStream,
      response.bodyUsed,
      (await read(response.body)).reduce((a, b) => a + b),
      response.bodyUsed,
    );
    const made = new ReadableStream({
      start(controller) {
        controller.enqueue("a");
        controller.enqueue("b");
        controller.close();
      },
    });
    log(
      await read(
        made.pipeThrough(
          new TransformStream({ transform: (part, controller) => controller.enqueue(part + part) }),
        ),
      ),
    );
    log(await read((await fetch("/h-file.txt")).body.pipeThrough(new TextDecoderStream())));
    const [one, two] = (await fetch("/h-file.txt")).body.tee();
    log((await read(one)).length == (await read(two)).length);
    log(
      await new Response(
        new Blob(["abc"])
          .stream()
          .pipeThrough(new CompressionStream("gzip"))
          .pipeThrough(new DecompressionStream("gzip")),
      ).text(),
    );
    const clone = (await fetch("/h-file.txt")).clone();
    log(await clone.arrayBuffer().then((it) => it.byteLength));
  },
  { files: { "h-file.txt": "twelve bytes" } },
);

doing("events_from_the_server", async () => {
  const source = new EventSource(`http://${talk}/events`);
  heard(source, "open", "error");
  log(
    source.readyState,
    source.url.replace(/\d+/, ""),
    source.withCredentials,
    source instanceof EventSource,
    EventSource.CLOSED,
  );
  log(
    await new Promise((done) => {
      const all = [];
      source.onmessage = ({ data, lastEventId, origin }) => all.push(data, lastEventId, origin.slice(0, 16));
      source.addEventListener("named", ({ data }) => {
        all.push(data);
        done(all);
      });
    }),
  );
  await once(source, "error");
  log(source.readyState);
  source.close();
  log(source.readyState);
  class Mine extends EventSource {}
  const mine = new Mine("/h-missing.txt", { withCredentials: true });
  log(mine instanceof Mine, mine.constructor.name, mine.withCredentials);
  await once(mine, "error");
  log(mine.readyState);
  for (const given of [[], ["http://"], ["/h-x", { withCredentials: 1 }], ["x:y"]])
    log(
      thrown(() => {
        const it = new EventSource(...given);
        it.close();
        return it.withCredentials;
      }),
    );
  log(
    thrown(() => EventSource("/x")),
    EventSource.name,
    EventSource.length,
    Object.getOwnPropertyNames(EventSource).sort(),
    Object.getPrototypeOf(EventSource) === EventTarget,
    EventSource.prototype.constructor === EventSource,
  );
});

doing("sockets", async () => {
  const socket = new WebSocket(`ws://${talk}/s`, ["one", "two"]);
  heard(socket, "open", "close", "error");
  log(
    socket.readyState,
    socket.protocol,
    socket.binaryType,
    socket.bufferedAmount,
    thrown(() => socket.send("early")),
  );
  await once(socket, "open");
  log(socket.protocol, socket.url.replace(/\d+/, ""));
  socket.send("hello");
  const { data, origin } = await once(socket, "message");
  log(data, origin.slice(0, 14));
  socket.close(1000, "bye");
  const close = await once(socket, "close");
  log(close.code, close.wasClean, socket.readyState);
  class Mine extends WebSocket {
    constructor(url) {
      super(url);
      this.mine = 1;
    }
    send(it) {
      super.send(it + it);
    }
  }
  const mine = new Mine(`ws://${talk}/m`);
  log(
    mine instanceof Mine,
    mine instanceof WebSocket,
    mine.mine,
    mine.constructor.name,
    Object.prototype.toString.call(mine),
  );
  await once(mine, "open");
  mine.send("ab");
  log((await once(mine, "message")).data);
  mine.close();
  for (const given of [
    [],
    ["http://"],
    ["x:y"],
    ["ws://u:p@localhost:1/#x"],
    ["ws://localhost:1/", "a b"],
    ["ws://localhost:1/", ["a", "a"]],
  ])
    log(thrown(() => new WebSocket(...given).url));
  log(
    thrown(() => WebSocket("ws://localhost/")),
    WebSocket.name,
    WebSocket.length,
    Object.getOwnPropertyNames(WebSocket).sort(),
    WebSocket.OPEN,
    WebSocket.prototype.constructor === WebSocket,
    Object.getPrototypeOf(WebSocket) === EventTarget,
  );
});

doing(
  "frames",
  async () => {
    const frame = (set) => {
      const f = document.createElement("iframe");
      set(f);
      document.body.append(f);
      return f;
    };
    const loaded = (frame) => new Promise((done) => (frame.onload = () => done(frame)));
    const empty = frame(() => {});
    log(
      empty.contentWindow.location.href,
      empty.contentDocument.body.outerHTML,
      empty.contentDocument.readyState,
      empty.contentWindow.parent === window,
      window.length,
      frames[0] === empty.contentWindow,
      empty.contentWindow.Array === Array,
    );
    empty.contentDocument.body.innerHTML = '<p id="a">x</p>';
    log(
      empty.contentDocument.getElementById("a").textContent,
      empty.contentDocument.a === undefined,
      empty.contentWindow.a.id,
    );
    empty.contentDocument.open();
    empty.contentDocument.write(
      '<p>written<script>parent.log("in a frame", document.currentScript !== null, location.href)</scr' +
        "ipt>",
    );
    empty.contentDocument.close();
    log(empty.contentDocument.body.innerHTML);
    const own = frame((f) => {
      f.src = "/h-inner.html";
    });
    await loaded(own);
    log(
      own.src.slice(-12),
      own.getAttribute("src"),
      own.contentDocument.title,
      own.contentWindow.marker,
      own.contentWindow.frameElement === own,
    );
    own.contentWindow.postMessage({ a: [1, new Date(0)] }, "*");
    const { data, source, origin } = await once(window, "message");
    log(data, source === own.contentWindow, origin === location.origin);
    own.contentWindow.location = "/h-inner.html?again";
    await loaded(own);
    log(own.contentWindow.location.search, own.src.slice(-12));
    const text = frame((f) => {
      f.srcdoc = '<!doctype html><title>t</title><p id="p">of text</p>';
    });
    await loaded(text);
    log(
      text.srcdoc,
      text.contentDocument.title,
      text.contentDocument.compatMode,
      text.contentWindow.location.href,
      text.outerHTML,
    );
    const script = frame((f) => {
      f.srcdoc =
        '<script>parent.postMessage(["from text", document.URL, document.readyState, document.scripts.length > 0], "*")</scr' +
        "ipt>";
    });
    log((await Promise.all([once(window, "message"), loaded(script)]))[0].data);
    const blob = frame((f) => {
      f.src = URL.createObjectURL(
        new Blob(["<!doctype html><title>b</title><p>x</p>"], { type: "text/html" }),
      );
    });
    await loaded(blob);
    log(
      blob.contentDocument.title,
      blob.contentDocument.compatMode,
      blob.src.slice(0, 5),
      blob.contentWindow.location.href.slice(0, 5),
    );
    const js = frame((f) => {
      f.src = 'javascript:"<p>of script</p>"';
    });
    await loaded(js);
    log(js.contentDocument.body.innerHTML, js.src);
    const data2 = frame((f) => {
      f.src = 'data:text/html,<script>parent.postMessage("data " + origin, "*")</scr' + "ipt>";
    });
    log((await once(window, "message")).data, data2.contentDocument);
    const boxed = frame((f) => {
      f.sandbox = "allow-scripts";
      f.srcdoc = '<script>parent.postMessage(["boxed", origin], "*")</scr' + "ipt>";
    });
    log(
      (await once(window, "message")).data,
      thrown(() => boxed.contentWindow.document),
      thrown(() => boxed.contentWindow.postMessage("x", "*")),
      boxed.contentWindow === frames[frames.length - 1],
      thrown(() => boxed.contentWindow.closed),
      boxed.contentDocument,
    );
    const image = frame((f) => {
      f.src = "/h-image.svg";
    });
    await loaded(image);
    log(image.contentDocument.documentElement.localName);
    const missing = frame((f) => {
      f.src = "/h-missing.html";
    });
    await loaded(missing);
    log(missing.contentDocument.body.textContent.trim());
    const named = frame((f) => {
      f.name = "target";
    });
    log(
      window.target === named.contentWindow,
      open("/h-inner.html?opened", "target") === named.contentWindow,
    );
    await loaded(named);
    log(named.contentWindow.location.search);
    own.remove();
    log(own.contentWindow, own.contentDocument, window.length);
    document.body.append(own);
    await loaded(own);
    log(own.contentDocument.title);
    const lazy = frame((f) => {
      f.loading = "lazy";
      f.src = "/h-inner.html";
      f.allow = "fullscreen";
      f.title = "x";
    });
    await loaded(lazy);
    log(lazy.outerHTML);
    const object = document.createElement("object");
    object.data = "/h-inner.html";
    document.body.append(object);
    await once(object, "load");
    log(object.contentDocument.title, object.outerHTML);
    const Inner = empty.contentWindow;
    log(
      Inner.Image === Image,
      new Inner.Image() instanceof Inner.HTMLImageElement,
      new Inner.Image() instanceof HTMLImageElement,
      Inner.document.createElement("p") instanceof HTMLElement,
      Inner.XMLHttpRequest === XMLHttpRequest,
      new Inner.XMLHttpRequest() instanceof Inner.XMLHttpRequest,
    );
    log(
      await Inner.fetch("/h-inner.html").then((it) => [
        it.status,
        it instanceof Inner.Response,
        it instanceof Response,
      ]),
      thrown(() => Inner.document.createElement("p").appendChild("x")).slice(0, 3),
    );
  },
  {
    files: {
      "h-inner.html":
        '<!doctype html><title>inner</title><script>var marker = document.currentScript !== null; onmessage = ({ data, source }) => source.postMessage(["heard", data], "*");</script><p>inner</p>',
      "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
    },
  },
);

marked(
  "frames_written_in_the_page",
  `<script>window.all = []; const tell = (it) => all.push([it.id, it.contentDocument && it.contentDocument.title, it.outerHTML]);</script>`,
  `
  <iframe id="one" src="/h-inner.html" onload="tell(this)"></iframe><iframe id="two" srcdoc="<title>two</title><img src='/h-image.svg'>" onload="tell(this)"></iframe><iframe id="three" onload="tell(this)"></iframe>
  <iframe id="four" src="about:blank" onload="tell(this)"></iframe><object id="five" data="/h-image.svg" onload="tell(this)"></object><embed id="six" src="/h-image.svg"><iframe id="seven" srcdoc="<title>seven</title><b>x</b>" onload="tell(this)"></iframe>
  <script>onload = () => setTimeout(() => { log(all.map(String).sort()); log([...document.querySelectorAll('iframe,object,embed')].map((it) => it.outerHTML)); end(); }, 100);</script>`,
  {
    "h-inner.html": "<!doctype html><title>inner</title><p>inner</p>",
    "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
  },
);

doing("cookies_and_storage_of_a_shop", async () => {
  const cookie = (text) => {
    const gave = thrown(() => (document.cookie = text));
    log(gave, document.cookie);
  };
  for (const text of [
    "cart_visits=1",
    "wish=a=b; path=/",
    "wish=c; max-age=60",
    "plain",
    "=bare",
    "x=ü",
    'x="q"; expires=Fri, 31 Dec 2038 23:59:59 GMT',
    "cart_visits=; max-age=0",
    "wish=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/",
    "a=1; domain=evil.example",
    "__Host-a=1; secure; path=/",
    null,
    undefined,
    7,
    { toString: () => "object=1" },
  ])
    cookie(text);
  log(
    thrown(() => (document.cookie = Symbol.iterator))[1],
    thrown(() => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call({})),
    thrown(() => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set.call({}, "x")),
    "cookie" in document,
    Object.hasOwn(document, "cookie"),
  );
  for (const area of [localStorage, sessionStorage]) {
    const shown = () =>
      Object.keys(area)
        .filter((it) => it != "consentry")
        .sort();
    area.setItem("cart_visits", "1");
    area.wish = { toString: () => "w" };
    area["with space"] = null;
    area[""] = "";
    area[7] = 8;
    log(
      shown(),
      area.wish,
      area.getItem("wish"),
      area["with space"],
      area[""],
      area[7],
      area["7"],
      area.nothing,
      area.getItem("nothing"),
      "wish" in area,
      "nothing" in area,
      Object.hasOwn(area, "wish"),
      area.hasOwnProperty("wish"),
      area.propertyIsEnumerable("wish"),
    );
    log(
      JSON.parse(JSON.stringify(area)).wish,
      Object.entries(area)
        .filter(([it]) => it != "consentry")
        .sort(),
      Object.getOwnPropertyDescriptor(area, "wish"),
      Object.getOwnPropertyDescriptor(area, "nothing"),
      { ...area }.wish,
      Object.assign({}, area).cart_visits,
      (() => {
        const all = [];
        for (const it in area) if (it != "consentry") all.push(it);
        return all.sort();
      })(),
    );
    log(
      delete area.wish,
      delete area.wish,
      area.wish,
      area.removeItem("cart_visits"),
      area.cart_visits,
      area.removeItem("nothing"),
      shown(),
    );
    log(
      area.length - ("consentry" in area),
      typeof area.key(0),
      area.key(99),
      area.key(-1),
      area.key("x") === area.key(0),
      [...Array(area.length).keys()]
        .map((it) => area.key(it))
        .filter((it) => it != "consentry")
        .sort(),
    );
    log(
      thrown(() => area.getItem()),
      thrown(() => area.setItem("x")),
      thrown(() => area.key()),
      thrown(() => area.removeItem()),
      thrown(() => Storage.prototype.getItem.call({}, "x")),
      thrown(() => new Storage()),
      thrown(() => area.setItem("big", "x".repeat(6e6)))[1],
    );
    log(
      area instanceof Storage,
      Object.prototype.toString.call(area),
      String(area),
      area.constructor === Storage,
      Object.getPrototypeOf(area) === Storage.prototype,
      Object.isExtensible(area),
      area === window[area === localStorage ? "localStorage" : "sessionStorage"],
      typeof area,
      Symbol.toStringTag in area,
      area[Symbol.iterator],
    );
    log(
      Storage.prototype.getItem.call(area, "7"),
      Reflect.get(area, "7"),
      Reflect.set(area, "r", 1),
      Reflect.has(area, "r"),
      Reflect.ownKeys(area)
        .filter((it) => it != "consentry")
        .sort(),
      Reflect.deleteProperty(area, "r"),
      Object.values(area).length == shown().length + ("consentry" in area),
    );
    Storage.prototype.extra = "e";
    log(area.extra, "extra" in area, Object.keys(area).includes("extra"));
    delete Storage.prototype.extra;
    log(
      Reflect.defineProperty(area, "defined", {
        value: "d",
        writable: true,
        enumerable: true,
        configurable: true,
      }),
      area.getItem("defined"),
      structuredClone({ ...area }).defined,
      thrown(() => structuredClone(area))[1],
    );
    for (const name of shown()) area.removeItem(name);
    log(shown());
  }
  log(
    thrown(() => {
      "use strict";
      window.localStorage = 1;
      return window.localStorage === 1;
    }),
    Object.getOwnPropertyDescriptor(window, "localStorage").enumerable,
    localStorage === window.localStorage,
    Object.is(localStorage, localStorage),
  );
});

doing(
  "storage_events_between_frames",
  async () => {
    const f = document.createElement("iframe");
    f.src = "/h-inner.html";
    document.body.append(f);
    await new Promise((done) => (f.onload = done));
    const heard = [];
    addEventListener("storage", (event) =>
      heard.push([
        event.key,
        event.oldValue,
        event.newValue,
        event.url.slice(-12),
        event.storageArea === localStorage,
        event.storageArea === sessionStorage,
        event.constructor.name,
      ]),
    );
    const other = f.contentWindow;
    other.localStorage.setItem("wish", "1");
    other.localStorage.wish = "2";
    delete other.localStorage.wish;
    other.sessionStorage.cart = "x";
    other.localStorage.setItem("wish", "3");
    localStorage.setItem("mine", "1");
    log(localStorage.wish, other.localStorage.mine, other.localStorage.getItem("mine"));
    while (heard.length < 5) await new Promise((done) => setTimeout(done, 10));
    log(heard.map(String).sort());
    localStorage.removeItem("wish");
    localStorage.removeItem("mine");
    sessionStorage.clear();
    const made = new StorageEvent("storage", { key: "k", storageArea: sessionStorage });
    log(
      made.key,
      made.storageArea === sessionStorage,
      thrown(() => new StorageEvent("storage", { storageArea: {} })),
    );
  },
  { files: { "h-inner.html": "<!doctype html><title>inner</title>" } },
);

doing(
  "databases_and_caches",
  async () => {
    const asked = (request) =>
      new Promise((done) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => done(request.error.name);
      });
    const opening = indexedDB.open("shop", 2);
    log(opening instanceof IDBOpenDBRequest, opening.readyState);
    opening.onupgradeneeded = ({ oldVersion, newVersion }) => {
      log("upgrade", oldVersion, newVersion);
      opening.result.createObjectStore("items", { keyPath: "id" });
    };
    const db = await asked(opening);
    log(db.name, db.version, [...db.objectStoreNames]);
    const transaction = db.transaction("items", "readwrite");
    transaction.objectStore("items").put({ id: 1, at: new Date(0) });
    await new Promise((done) => (transaction.oncomplete = done));
    log(
      (await asked(db.transaction("items").objectStore("items").getAll())).length,
      await asked(indexedDB.open("shop", 1)),
      (await indexedDB.databases()).map((it) => it.name),
    );
    db.close();
    log(await asked(indexedDB.deleteDatabase("shop")));
    for (const given of [[], ["x", 0], ["x", -1], ["x", "y"]]) log(thrown(() => indexedDB.open(...given)));
    log(
      thrown(() => IDBFactory.prototype.open.call({}, "x")),
      indexedDB.cmp(1, 2),
    );
    const cache = await caches.open("v1");
    await cache.add("/h-file.txt");
    log(
      await (await cache.match("/h-file.txt")).text(),
      await caches.keys(),
      await caches.has("v1"),
      (await caches.match("/h-file.txt")).status,
      await caches.delete("v1"),
      await caches.open().catch((error) => [error.name, error.message]),
      caches.open("x") instanceof Promise,
    );
    const told = async (promise) => {
      try {
        return (await promise) ?? "nothing";
      } catch (error) {
        return [error.name, error.message];
      }
    };
    const names = async () =>
      (await cookieStore.getAll()).map((it) => [it.name, it.value, it.path, it.sameSite, typeof it.expires]);
    const changes = [];
    cookieStore.onchange = ({ changed, deleted }) =>
      changes.push(
        changed.map((it) => it.name),
        deleted.map((it) => it.name),
      );
    log(
      await told(cookieStore.set("wish", "1")),
      await names(),
      await told(cookieStore.set({ name: "cart", value: "2", expires: Date.now() + 1e6, path: "/" })),
      await told(cookieStore.get("cart").then((it) => it.value)),
      await told(cookieStore.get("none")),
      await told(cookieStore.get({ name: "wish" }).then((it) => it.value)),
      await told(cookieStore.getAll("wish").then((it) => it.length)),
      await told(cookieStore.getAll({ name: "cart" }).then((it) => it.length)),
    );
    log(
      await told(cookieStore.delete("wish")),
      await told(cookieStore.delete({ name: "cart", path: "/" })),
      await names(),
      await told(cookieStore.set()),
      await told(cookieStore.set("a")),
      await told(cookieStore.set("a;", "b")),
      await told(cookieStore.set({ name: "x" })),
      await told(cookieStore.get()),
      await told(cookieStore.delete()),
      await told(cookieStore.set({ name: "a", value: "b", domain: "evil.example" })),
    );
    log(
      cookieStore instanceof CookieStore,
      thrown(() => CookieStore.prototype.get.call({}, "x") instanceof Promise),
      await told(CookieStore.prototype.set.call({}, "x", "y")),
    );
  },
  { files: { "h-file.txt": "twelve bytes" } },
);

doing("history_and_location", async () => {
  heard(window, "popstate", "hashchange");
  history.pushState({ a: 1 }, "", "?one");
  log(location.search, history.state, history.length > 1);
  history.replaceState(null, "", "?two#x");
  log(location.href.slice(-6));
  history.back();
  const { state } = await once(window, "popstate");
  log(state, location.search);
  location.hash = "y";
  await once(window, "hashchange");
  log(location.hash);
  const base = document.createElement("base");
  base.href = "/deeper/";
  document.head.append(base);
  const i = new Image();
  i.src = "x.gif";
  log(document.baseURI.slice(-8), i.src.slice(-13), new Request("y").url.slice(-9));
  base.href = "/other/";
  i.src = "x.gif";
  log(i.src.slice(-12));
  base.remove();
  i.src = "x.gif";
  log(i.src.slice(-6), i.getAttribute("src"));
});

doing(
  "custom_elements",
  async () => {
    class Own extends HTMLElement {
      static observedAttributes = ["a", "src", "style"];
      constructor() {
        super();
        log("constructor", this.isConnected, this.getAttributeNames(), this.childNodes.length);
      }
      connectedCallback() {
        log("connected", this.id, this.isConnected, this.childNodes.length, this.parentNode);
      }
      disconnectedCallback() {
        log("disconnected", this.id);
      }
      adoptedCallback() {
        log("adopted", this.id);
      }
      attributeChangedCallback(name, before, now) {
        log("attribute", name, before, now);
      }
    }
    const early = document.createElement("own-late");
    early.id = "early";
    document.body.append(early);
    customElements.define("own-late", class extends Own {});
    log("upgraded");
    customElements.define("own-element", Own);
    class Button extends HTMLButtonElement {
      connectedCallback() {
        log("button");
      }
    }
    customElements.define("own-button", Button, { extends: "button" });
    class Picture extends HTMLImageElement {
      static observedAttributes = ["src"];
      attributeChangedCallback(...given) {
        log("image", ...given.slice(0, 3));
      }
      connectedCallback() {
        log("image connected", this.src.slice(-12));
      }
    }
    customElements.define("own-image", Picture, { extends: "img" });
    const make = (id) => {
      const it = document.createElement("own-element");
      it.id = id;
      return it;
    };
    const d = document.createElement("div");
    log("apart");
    d.appendChild(make("in apart"));
    d.innerHTML += '<own-element id="text" a="1"><i>x</i></own-element>';
    log("into the page");
    document.body.appendChild(d);
    d.innerHTML =
      '<own-element id="one" a="1" src="/h-x"></own-element><own-element id="two"><own-element id="three"></own-element></own-element>';
    log("after html");
    d.append(make("appended"), "text", make("second"));
    d.prepend(make("first"));
    log("after append");
    const f = document.createDocumentFragment();
    f.append(make("f1"), make("f2"));
    d.appendChild(f);
    log("after fragment");
    d.insertAdjacentHTML("beforeend", '<own-element id="beside">');
    d.replaceChildren(make("only"));
    log("after replacing");
    d.firstChild.setAttribute("a", "x");
    d.firstChild.setAttribute("src", "/h-y");
    d.firstChild.setAttributeNS(null, "a", "y");
    d.firstChild.removeAttribute("a");
    d.firstChild.toggleAttribute("a");
    d.firstChild.style.color = "red";
    const a = document.createAttribute("a");
    a.value = "node";
    d.firstChild.setAttributeNode(a);
    a.value = "value";
    d.firstChild.attributes.a.value = "again";
    a.nodeValue = "node value";
    a.textContent = "text content";
    log(d.innerHTML);
    d.before(d.firstChild);
    document.body.insertBefore(d.previousSibling, null);
    document.body.lastChild.remove();
    log("moved");
    const t = document.createElement("template");
    t.innerHTML = '<own-element id="template" a="2"></own-element>';
    log("template");
    d.append(t.content.cloneNode(true));
    log("cloned");
    d.append(document.importNode(t.content, true));
    log("imported");
    d.append(t.content);
    log("itself");
    d.append(make("copied").cloneNode(true));
    new DOMParser()
      .parseFromString('<own-element id="parsed">', "text/html")
      .body.childNodes.forEach((it) => d.append(it));
    d.append(document.createRange().createContextualFragment('<own-element id="range">'));
    d.append(new Own(), new Button(), Object.assign(new Picture(), { src: "/h-image.svg" }));
    d.innerHTML = '<button is="own-button"></button><img is="own-image" src="/h-image.svg">';
    log(
      d.firstChild instanceof Button,
      d.lastChild instanceof Picture,
      d.lastChild instanceof HTMLImageElement,
    );
    const s = document.createElement("div").attachShadow({ mode: "open" });
    s.innerHTML = '<own-element id="shadow">';
    d.append(s.host);
    d.attachShadow({ mode: "closed" }).append(make("in shadow"));
    const other = document.implementation.createHTMLDocument("");
    other.body.append(make("other"));
    log("other");
    d.append(other.body.firstChild);
    customElements.define(
      "own-bad",
      class extends HTMLElement {
        connectedCallback() {
          throw new Error("of the element");
        }
      },
    );
    addEventListener("error", (event) => log(event.message), { once: true });
    d.append(document.createElement("own-bad"));
    log("after bad");
  },
  { files: { "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>' } },
);

doing(
  "what_an_observer_of_the_page_sees",
  async () => {
    const place = document.createElement("div");
    document.body.append(place);
    const told = (records) =>
      records.map((it) =>
        [
          it.type,
          it.target,
          it.attributeName,
          it.oldValue,
          [...it.addedNodes].map(plain).join(),
          [...it.removedNodes].map(plain).join(),
          it.previousSibling && it.previousSibling.nodeName,
          it.nextSibling && it.nextSibling.nodeName,
        ].map(plain),
      );
    const observer = new MutationObserver((records, self) => log("seen", told(records), self === observer));
    observer.observe(place, {
      childList: true,
      attributes: true,
      characterData: true,
      subtree: true,
      attributeOldValue: true,
      characterDataOldValue: true,
    });
    const acts = {
      append: () => place.append("text", document.createElement("p")),
      child: () => place.appendChild(document.createElement("img")),
      source: () => {
        place.lastChild.src = "/h-image.svg";
        place.lastChild.srcset = "/h-image.svg 1x";
      },
      attribute: () => place.lastChild.setAttribute("alt", "x"),
      source_again: () => place.lastChild.setAttribute("src", "/h-image.svg"),
      html: () => {
        place.innerHTML =
          '<p>a</p><img src="/h-image.svg"><script src="/h-never.js"></scr' +
          'ipt><iframe srcdoc="x"></iframe>';
      },
      outer: () => {
        place.firstChild.outerHTML = "<b>1</b><i>2</i>";
      },
      beside: () => place.insertAdjacentHTML("afterbegin", "<u>x</u>"),
      style: () => {
        place.firstChild.style.color = "red";
        place.firstChild.style.cssText = "color: blue; background: url(/h-image.svg)";
        place.firstChild.style.setProperty("top", "1px");
      },
      style_attribute: () => place.firstChild.setAttribute("style", 'background: url("/h-image.svg")'),
      text: () => {
        place.lastChild.textContent = "x";
        place.firstChild.firstChild.data = "y";
        place.firstChild.firstChild.nodeValue = "z";
      },
      move: () => place.append(place.firstChild),
      replace: () => place.replaceChild(document.createElement("hr"), place.firstChild),
      replace_all: () => place.replaceChildren("a", "b"),
      script: () => {
        const s = document.createElement("script");
        s.textContent = "1";
        place.append(s);
      },
      style_element: () => {
        const s = document.createElement("style");
        s.textContent = "p { color: red }";
        place.append(s);
        s.append(" b { background: url(/h-image.svg) }");
        s.textContent = "";
      },
      frame: () => {
        const f = document.createElement("iframe");
        f.src = "/h-inner.html";
        place.append(f);
        f.src = "about:blank";
      },
      fragment: () => place.append(document.createRange().createContextualFragment("<p>1</p><p>2</p>")),
      normalize: () => {
        place.append("1", "2");
        place.normalize();
      },
      node: () => {
        const a = document.createAttribute("title");
        a.value = "t";
        place.setAttributeNode(a);
        a.value = "u";
      },
      remove: () => place.lastChild.remove(),
      clear: () => {
        place.textContent = "";
      },
      link: () => {
        const l = document.createElement("link");
        l.rel = "stylesheet";
        l.href = "/h-style.css";
        place.append(l);
      },
      anchor: () => {
        const a = document.createElement("a");
        a.href = "https://elsewhere.example/";
        a.ping = "/h-ping";
        place.append(a);
      },
      template: () => {
        const t = document.createElement("template");
        t.innerHTML = '<img src="/h-image.svg">';
        place.append(t, t.content.cloneNode(true));
      },
      svg: () => {
        place.innerHTML = '<svg><image href="/h-image.svg"/><use xlink:href="#x"/></svg>';
      },
      records: () => {
        place.append("r");
        log("taken", told(observer.takeRecords()));
      },
      inert: () => {
        const d = document.createElement("div");
        d.innerHTML = "<p>not in the page</p>";
        d.append("x");
      },
    };
    for (const [name, act] of Object.entries(acts)) {
      log(name);
      act();
      await new Promise((done) => setTimeout(done, 0));
    }
    const order = [];
    new MutationObserver(() => order.push("observer")).observe(place, { childList: true });
    queueMicrotask(() => order.push("before"));
    place.append("x");
    queueMicrotask(() => order.push("after"));
    order.push("sync");
    await null;
    await null;
    await null;
    log(order);
    const removed = [];
    new MutationObserver((records) => {
      for (const it of records)
        for (const node of it.addedNodes)
          if (node.localName == "em") {
            removed.push(node.isConnected);
            node.remove();
          }
    }).observe(document.documentElement, { childList: true, subtree: true });
    place.append(document.createElement("em"));
    await null;
    log(removed, place.querySelector("em"));
  },
  {
    files: {
      "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
      "h-style.css": "u { color: red }",
      "h-inner.html": "x",
    },
  },
);

doing(
  "nodes_ranges_templates_and_shadow_roots",
  async () => {
    const d = document.createElement("div");
    document.body.append(d);
    const p = (text) => Object.assign(document.createElement("p"), { textContent: text });
    log(
      d.appendChild(p("1")).textContent,
      d.insertBefore(p("0"), d.firstChild).textContent,
      d.replaceChild(p("2"), d.lastChild).textContent,
      d.append(p("3")),
      d.prepend("a", p("b")),
      d.firstChild.before("c"),
      d.lastChild.after(p("d"), "e"),
      d.lastChild.replaceWith("f", "g"),
      d.insertAdjacentElement("beforeend", p("h")).textContent,
      d.insertAdjacentElement("beforebegin", p("x")).textContent,
      d.insertAdjacentText("afterbegin", "t"),
      d.removeChild(d.lastChild).textContent,
      d.innerHTML,
    );
    if (d.moveBefore) log(d.moveBefore(d.lastChild, d.firstChild), d.innerHTML);
    for (const act of [
      () => d.appendChild(),
      () => d.appendChild(null),
      () => d.appendChild("x"),
      () => d.appendChild(document),
      () => d.appendChild(d),
      () => d.firstChild.appendChild(d),
      () => d.insertBefore(p("x")),
      () => d.insertBefore(p("x"), p("y")),
      () => d.replaceChild(p("x"), p("y")),
      () => d.removeChild(p("x")),
      () => d.append(d),
      () => d.append(null, undefined, 7).innerHTML,
      () => d.insertAdjacentElement("nowhere", p("x")),
      () => d.insertAdjacentElement("beforebegin"),
      () => document.append(p("x")),
      () => document.appendChild(document.createTextNode("x")),
      () => d.insertAdjacentHTML("x", "<p>"),
      () => d.insertAdjacentHTML("beforeend"),
      () => Node.prototype.appendChild.call({}, d),
      () => Element.prototype.append.call(null),
      () => d.setAttribute("x"),
      () => d.setAttribute(),
      () => d.setAttribute("<", "y"),
      () => d.setAttribute("", "y"),
      () => d.setAttributeNS("x", "xmlns", "y"),
      () => d.setAttributeNS(),
      () => d.setAttributeNS(null, "a:b", "c"),
      () => d.setAttributeNode(),
      () => d.setAttributeNode({}),
      () => d.attributes.setNamedItem(),
      () => d.getAttribute(),
      () => Element.prototype.setAttribute.call({}, "a", "b"),
      () => d.attachShadow(),
      () => document.createElement("img").attachShadow({ mode: "open" }),
      () => d.attachShadow({ mode: "x" }),
      () => document.createRange().insertNode(),
      () => document.createRange().createContextualFragment(),
      () => (document.createElement("p").outerHTML = "<b>"),
      () => (document.documentElement.outerHTML = 1 && document.appendChild(d)),
      () => document.importNode(document),
      () => document.adoptNode(document),
      () => document.importNode(),
      () => Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src").set.call(d, "x"),
      () => Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src").get.call(d),
      () => Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML").set.call({}, "x"),
      () => HTMLImageElement.prototype.src,
      () => document.execCommand(),
      () => new MutationObserver(),
      () => HTMLFormElement.prototype.submit.call(d),
      () => d.setHTMLUnsafe(),
      () => ((d.firstChild.textContent = null), d.firstChild.textContent),
      () => ((d.innerHTML = null), d.innerHTML),
      () => ((d.innerHTML = undefined), d.innerHTML),
      () => ((d.innerHTML = 7), d.innerHTML),
      () => ((d.innerHTML = { toString: () => "<b>o</b>" }), d.innerHTML),
    ])
      log(String(act).slice(6), thrown(act));
    const range = document.createRange();
    d.innerHTML = "<p>one</p><p>two</p>";
    range.selectNode(d.lastChild);
    range.insertNode(p("inserted"));
    log(d.innerHTML, range.toString(), range.startOffset, range.endOffset);
    range.selectNodeContents(d.firstChild);
    range.surroundContents(document.createElement("b"));
    log(
      d.innerHTML,
      range.cloneContents().textContent,
      range.extractContents().childNodes.length,
      d.innerHTML,
    );
    range.setStart(d, 1);
    range.setEnd(d, 2);
    log(
      range.deleteContents(),
      d.innerHTML,
      range.createContextualFragment("<tr><td>x").textContent,
      range.createContextualFragment("") instanceof DocumentFragment,
    );
    const t = document.createElement("template");
    t.innerHTML =
      '<tr><td><img src="/h-image.svg" srcset="/h-image.svg 2x"></td></tr><script src="/h-never.js"></scr' +
      "ipt>";
    log(
      t.innerHTML,
      t.content.childNodes.length,
      t.content.ownerDocument === document,
      t.content.querySelector("img").complete,
      document.importNode(t.content, true).querySelector("img").outerHTML,
      t.cloneNode(true).innerHTML,
      t.cloneNode().innerHTML,
    );
    const root = d.attachShadow({ mode: "open", delegatesFocus: true });
    root.innerHTML = "<slot></slot><style>p { color: red }</style>";
    log(
      d.shadowRoot === root,
      root.mode,
      root.host === d,
      root.innerHTML,
      d.innerHTML,
      getComputedStyle(d).display,
      thrown(() => d.attachShadow({ mode: "open" })),
      root.append(p("in")),
      root.lastChild.getRootNode() === root,
      d.getHTML({ serializableShadowRoots: true }).length,
      root.adoptedStyleSheets.length,
    );
    const e = document.createElement("div");
    e.setHTMLUnsafe('<p><template shadowrootmode="open"><b>x</b></template></p>');
    log(e.firstChild.shadowRoot && e.firstChild.shadowRoot.innerHTML, e.innerHTML);
    const other = document.implementation.createHTMLDocument("other");
    other.body.innerHTML = '<img src="/h-image.svg"><p>x</p>';
    const adopted = document.adoptNode(other.body.lastChild);
    log(
      adopted.ownerDocument === document,
      other.body.innerHTML,
      document.importNode(other.body, true).innerHTML,
      other.images[0].src.slice(-12),
      new DOMParser().parseFromString('<img src="/h-image.svg">', "text/html").images[0].outerHTML,
      new XMLSerializer().serializeToString(p("x")),
      new DOMParser().parseFromString("<a/>", "text/xml").documentElement.outerHTML,
    );
    const i = document.createElement("img");
    for (const name of ["src", "srcset", "sizes", "alt"]) {
      i.setAttribute(name, "x");
      log(
        name,
        i.getAttribute(name),
        i[name].slice(-1),
        i.attributes[name].value,
        i.hasAttribute(name),
        i.getAttributeNode(name).nodeValue,
        i.removeAttribute(name),
        i[name],
        i.getAttribute(name),
      );
    }
    i.setAttribute("SRC", "/y");
    i.setAttributeNS("urn:x", "x:src", "z");
    log(
      i.outerHTML,
      i.getAttributeNames(),
      i.getAttributeNS("urn:x", "src"),
      i.toggleAttribute("src"),
      i.cloneNode().outerHTML,
      i.isEqualNode(i.cloneNode()),
    );
    const a = document.createAttribute("src");
    a.value = "/z";
    log(
      i.setAttributeNode(a),
      i.getAttribute("src"),
      i.setAttributeNode(a) === a,
      i.removeAttributeNode(a) === a,
      i.outerHTML,
      thrown(() => document.createElement("img").setAttributeNode(a)),
      thrown(() => document.createElement("img").setAttributeNode(a)),
    );
  },
  { files: { "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>' } },
);

marked(
  "written_while_parsing",
  `<script>
  log(document.write('<p id="one">one</p>'), document.getElementById('one').textContent); document.write('<p id="tw', 'o">', 'two'); log(document.getElementById('two').outerHTML); document.write('</p>'); document.writeln('<b>line</b>');
  document.write('<scr' + 'ipt>log("written", document.currentScript.textContent.length); document.write("<i id=deep>deep</i>"); log(document.getElementById("deep") !== null);</scr' + 'ipt>'); log('after');
  document.write('<script src="/h-sync.js"></scr' + 'ipt><p id="later">later</p>'); log(document.getElementById('later')); document.write('<im'); document.write('g id="pieces" src="/h-image.svg" al'); document.write('t="x">'); document.write('<!-- comment '); document.write('-->'); document.write('<style>p { color: red }</style><textarea><p></textarea><title>w</title>'); document.write('&am'); document.write('p;'); document.write(1, null, undefined); document.write(); document.write('');
  </script><script>log(document.getElementById('pieces').outerHTML, document.getElementById('later').textContent);</script>`,
  `<div id="d"><script>document.write('<p>in place'); log(d.innerHTML);</script></div><table><script>document.write('<tr><td>x')</script></table><svg><script>document.write('<circle r="1"/>')</script></svg>
  <script>log(document.body.innerHTML.replace(/<script[^]*?<.script>/g, '')); addEventListener('load', end);</script>`,
  {
    "h-sync.js": said("sync") + 'document.write("<u>by file</u>");',
    "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
  },
);

doing(
  "editing_and_selection",
  async () => {
    const d = document.createElement("div");
    d.contentEditable = true;
    d.innerHTML = "<p>one two</p>";
    document.body.append(d);
    d.focus();
    heard(d, "beforeinput", "input");
    getSelection().selectAllChildren(d.firstChild);
    log(
      document.execCommand("bold"),
      d.innerHTML,
      document.queryCommandState("bold"),
      document.execCommand("insertHTML", false, '<i>three</i><img src="/h-image.svg">'),
      d.innerHTML,
      document.execCommand("insertText", false, "four"),
      d.innerHTML,
      document.execCommand("undo"),
      d.innerHTML,
      document.execCommand("insertImage", false, "/h-image.svg"),
      d.innerHTML,
      document.execCommand("nothing"),
      document.execCommand("insertHTML"),
      document.execCommand("createLink", false, "https://elsewhere.example/"),
      d.innerHTML,
      getSelection().toString(),
    );
  },
  { files: { "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>' } },
);

doing(
  "forms",
  async () => {
    const f = document.createElement("iframe");
    f.name = "sink";
    document.body.append(f);
    const loaded = () => new Promise((done) => (f.onload = done));
    const form = document.createElement("form");
    form.innerHTML = '<input name="a" value="b c"><button name="s" value="1">x</button>';
    form.target = "sink";
    form.action = "/h-inner.html";
    document.body.append(form);
    await new Promise((done) => setTimeout(done));
    heard(form, "submit", "formdata");
    log(form.submit());
    await loaded();
    log(f.contentWindow.location.search);
    form.querySelector("button").click();
    await loaded();
    log(f.contentWindow.location.search);
    form.requestSubmit();
    await loaded();
    log(f.contentWindow.location.search);
    form.method = "post";
    form.action = `http://${talk}/echo`;
    form.submit();
    await loaded();
    log(thrown(() => f.contentWindow.location.href));
    form.onsubmit = (event) => {
      log("own", event.defaultPrevented, event.submitter);
      event.preventDefault();
    };
    form.requestSubmit();
    form.querySelector("button").click();
    form.onsubmit = null;
    const other = document.createElement("button");
    other.formAction = "/h-inner.html?";
    other.formMethod = "get";
    other.setAttribute("formtarget", "sink");
    form.append(other);
    other.click();
    await loaded();
    log(
      f.contentWindow.location.search,
      thrown(() => form.requestSubmit(f)),
      thrown(() => form.submit.call({})),
      [...new FormData(form)],
      form.checkValidity(),
    );
    form.innerHTML = '<input name="submit"><input name="action">';
    log(form.submit.name, form.action.name, form.getAttribute("target"));
    HTMLFormElement.prototype.submit.call(form);
    await loaded();
    log("submitted");
    const dialog = document.createElement("dialog");
    dialog.innerHTML = '<form method="dialog"><button value="v">x</button></form>';
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("button").click();
    log(dialog.open, dialog.returnValue);
    const i = document.createElement("input");
    i.type = "image";
    i.src = "/h-image.svg";
    form.append(i);
    await once(i, "load");
    log(i.outerHTML, i.width > 0);
    i.src = "/h-missing.gif";
    await once(i, "error");
    log("error");
  },
  {
    files: {
      "h-inner.html": "<!doctype html><title>inner</title>",
      "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
    },
  },
);

doing(
  "styles",
  async () => {
    const p = document.createElement("p");
    p.textContent = "x";
    document.body.append(p);
    const s = document.createElement("style");
    s.textContent =
      'p { color: rgb(1, 2, 3); background: url("/h-image.svg") } @font-face { font-family: f; src: url(/h-font.woff) } @import "/h-style.css";';
    document.head.append(s);
    log(getComputedStyle(p).color, s.textContent, s.sheet.cssRules.length);
    log(
      s.sheet.insertRule("p { margin: 7px; background: url(/h-image.svg) }"),
      s.sheet.insertRule("b { c: d }", 1),
      s.sheet.cssRules[0].cssText,
      s.sheet.cssRules[0].style.backgroundImage,
      s.sheet.deleteRule(0),
      s.sheet.addRule && s.sheet.addRule("i", "color: red"),
      thrown(() => s.sheet.insertRule("p {", 99)),
      thrown(() => s.sheet.insertRule()),
      thrown(() => s.sheet.insertRule("x y z")),
      thrown(() => CSSStyleSheet.prototype.insertRule.call({}, "p {}")),
    );
    p.style.cssText = "top: 1px; background-image: url(/h-image.svg)";
    log(
      p.style.cssText,
      p.getAttribute("style"),
      p.style.length,
      p.style.setProperty("left", "2px"),
      p.style.setProperty("left", "3px", "important"),
      p.style.getPropertyPriority("left"),
      p.style.removeProperty("top"),
      p.style.setProperty("x", "y"),
      p.style.setProperty("left", null),
      thrown(() => p.style.setProperty()),
      thrown(() => p.style.setProperty("left")),
      p.style.cssText,
      ((p.style = "color: green"), p.style.color),
      p.style instanceof CSSStyleDeclaration,
    );
    p.style.backgroundImage = 'url("/h-image.svg")';
    p.style["--x"] = "1";
    p.style.setProperty("--x", " url(/a)b ");
    log(p.style.getPropertyValue("--x"), p.outerHTML);
    const sheet = new CSSStyleSheet({ media: "all" });
    log(
      sheet.replaceSync("p { color: rgb(4, 5, 6) }"),
      await sheet.replace('p { padding: 9px } @import "x";').then((it) => it === sheet),
    );
    document.adoptedStyleSheets = [sheet];
    log(
      getComputedStyle(p).padding,
      document.adoptedStyleSheets.length,
      document.adoptedStyleSheets[0] === sheet,
      document.adoptedStyleSheets.push(new CSSStyleSheet()),
      thrown(() => (document.adoptedStyleSheets = [1])),
      thrown(() => sheet.replaceSync()),
      await sheet.replace().catch((error) => error.name),
      await CSSStyleSheet.prototype.replace.call({}, "").catch((error) => [error.name, error.message]),
    );
    document.adoptedStyleSheets = [];
    const l = document.createElement("link");
    l.rel = "stylesheet";
    l.href = "/h-style.css";
    document.head.append(l);
    await once(l, "load");
    log(getComputedStyle(p).textIndent, l.sheet.cssRules.length, l.outerHTML, l.disabled);
    const bad = document.createElement("link");
    bad.rel = "stylesheet";
    bad.href = "/h-missing.css";
    document.head.append(bad);
    await once(bad, "error");
    log("missing");
    const late = document.createElement("link");
    late.href = "/h-style.css?late";
    document.head.append(late);
    late.rel = "stylesheet";
    await once(late, "load");
    log("late", late.outerHTML);
    for (const rel of [
      "preload",
      "modulepreload",
      "prefetch",
      "icon",
      "canonical",
      "alternate",
      "preconnect",
      "dns-prefetch",
      "next",
    ]) {
      const it = document.createElement("link");
      it.rel = rel;
      if (rel == "preload") it.as = "image";
      it.href =
        rel == "canonical" || rel == "alternate" || rel == "next"
          ? "https://elsewhere.example/"
          : "/h-image.svg";
      document.head.append(it);
      log(it.outerHTML);
    }
    const font = new FontFace("f", "url(/h-missing.woff)", { weight: "700" });
    log(
      font.family,
      font.status,
      font.weight,
      font instanceof FontFace,
      await font.load().catch((error) => [error.name, error.message]),
      font.status,
      document.fonts.add(font) === document.fonts,
      document.fonts.has(font),
      thrown(() => new FontFace()),
      thrown(() => new FontFace("x")),
      thrown(() => FontFace("x", "y")),
      (() => {
        const it = new FontFace("x", ";;");
        it.loaded.catch(() => {});
        return it.status;
      })(),
      new FontFace("b", new ArrayBuffer(4)).status,
    );
    class Mine extends FontFace {}
    const mine = new Mine("m", "local(Arial)");
    log(mine instanceof Mine, mine.constructor.name, FontFace.name, FontFace.length);
    s.textContent = "";
    s.append("p { color: rgb(7, 8, 9) }");
    log(getComputedStyle(p).color);
    s.firstChild.data = "p { color: rgb(9, 9, 9) }";
    log(getComputedStyle(p).color, s.innerHTML);
    s.innerHTML =
      'a[href^="https://elsewhere.example"], a[href=\'//x\'] { content: "//x" } /* https://elsewhere.example/ */';
    log(s.textContent, s.sheet.cssRules[0].selectorText);
    s.remove();
    s.media = "print";
    log(s.sheet);
  },
  {
    files: {
      "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
      "h-style.css": "p { text-indent: 3px }",
    },
  },
);

doing(
  "images_and_media",
  async () => {
    const told = (it) =>
      new Promise((done) => {
        it.onload =
          it.onerror =
          it.onloadeddata =
          it.onabort =
            (event) =>
              done([
                event.type,
                it.outerHTML,
                (it.currentSrc || "").replace(/^blob:.*/, "blob:").slice(-12),
                it.naturalWidth,
              ]);
      });
    const image = (set) => {
      const it = new Image();
      const done = told(it);
      set(it);
      return done;
    };
    log(
      await image((it) => {
        it.src = "/h-image.svg";
      }),
      await image((it) => {
        it.src = "/h-missing.gif";
      }),
      await image((it) => {
        it.srcset = "/h-image.svg 1x, /h-missing.gif 9x";
      }),
      await image((it) => {
        it.setAttribute("src", "/h-image.svg");
      }),
      await image((it) => {
        it.src = URL.createObjectURL(
          new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: "image/svg+xml" }),
        );
      }),
      await image((it) => {
        it.src = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
      }),
      await image((it) => {
        it.src = "";
        it.src = "http://";
      }),
      new Image(3, 4).outerHTML,
      thrown(() => Image()),
      Image.name,
      Image.length,
      new Image() instanceof Image,
      Image.prototype === HTMLImageElement.prototype,
    );
    const i = new Image();
    i.src = "/h-image.svg?decoded";
    log(await i.decode(), i.complete, i.width);
    i.crossOrigin = "";
    i.loading = "lazy";
    i.referrerPolicy = "no-referrer";
    log(i.outerHTML);
    i.removeAttribute("src");
    log(i.src, i.complete);
    const picture = document.createElement("picture");
    picture.innerHTML = '<source srcset="/h-image.svg?source" media="all"><img src="/h-image.svg?fallback">';
    document.body.append(picture);
    const [, inner] = picture.children;
    if (!inner.complete) await once(inner, "load");
    log(inner.currentSrc.slice(-10), picture.innerHTML);
    const d = document.createElement("div");
    d.innerHTML =
      '<img src="/h-image.svg?html" onload="this.told = event.type" onerror="this.told = event.type"><img src="/h-missing.gif?html" onerror="this.told = event.type">';
    await Promise.all([...d.children].map((it) => once(it, "load", "error")));
    log(
      [...d.children].map((it) => it.told),
      d.innerHTML,
    );
    document.body.append(d);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.innerHTML = '<image href="/h-image.svg?svg" width="9" height="9"/><use href="#x"/><a href="#y"/>';
    document.body.append(svg);
    await once(svg.firstChild, "load");
    log(svg.innerHTML, svg.firstChild.href.baseVal);
    svg.firstChild.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", "/h-image.svg?xlink");
    svg.firstChild.removeAttribute("href");
    log(svg.firstChild.outerHTML, svg.firstChild.href.baseVal);
    svg.firstChild.href.baseVal = "/h-image.svg?base";
    log(svg.firstChild.outerHTML);
    const v = document.createElement("video");
    const source = document.createElement("source");
    source.src = "/h-missing.webm";
    const failed = once(source, "error");
    v.append(source);
    v.poster = "/h-image.svg";
    document.body.append(v);
    await failed;
    log(v.outerHTML, v.networkState);
    v.src = "/h-missing.mp4";
    await once(v, "error");
    log(v.error.code, v.src.slice(-14));
    const audio = new Audio("/h-missing.ogg");
    await once(audio, "error");
    log(
      audio.outerHTML,
      audio instanceof Audio,
      audio instanceof HTMLAudioElement,
      Audio.name,
      new Audio().outerHTML,
      thrown(() => Audio()),
    );
    const track = document.createElement("track");
    track.src = "/h-x.vtt";
    v.append(track);
    log(track.outerHTML, v.textTracks.length);
    const canvas = document.createElement("canvas").getContext("2d");
    const drawn = new Image();
    drawn.src = "/h-image.svg?drawn";
    await once(drawn, "load");
    canvas.drawImage(drawn, 0, 0);
    log(
      canvas.canvas.toDataURL().length > 99,
      (await createImageBitmap(drawn, { resizeWidth: 2, resizeHeight: 2 })).width,
    );
    const a = document.createElement("a");
    a.href = "https://elsewhere.example/?_ga=1";
    a.ping = "/h-ping";
    log(a.outerHTML, a.host, a.ping);
    const table = document.createElement("table");
    table.setAttribute("background", "/h-image.svg");
    document.body.append(table);
    document.body.background = "/h-image.svg";
    log(table.outerHTML, document.body.getAttribute("background"));
  },
  { files: { "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>' } },
);

// What a script can ask the browser's own functions. Whose text is asked for sees ours in place of `[native code]`.
doing("shapes_of_what_the_browser_offers", () => {
  const seen = new Set(),
    shape = (name, owner) => {
      for (const key of Reflect.ownKeys(owner)) {
        const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(owner, key);
        const told = (it) => (typeof it == "function" ? `${it.name}/${it.length}` : typeof it);
        log(name, String(key), told(value), told(get), told(set), JSON.stringify(flags));
      }
    };
  for (const key of Object.getOwnPropertyNames(window).sort()) {
    if (/^(consentry|entries|talk|plain|log|thrown|heard|once|end|ended|\d+|__playwright.*)$/.test(key))
      continue;
    const { value, get, ...flags } = Object.getOwnPropertyDescriptor(window, key);
    log(
      key,
      typeof value,
      value && value.name,
      value && value.length,
      get && get.name,
      JSON.stringify(flags),
    );
    if (typeof value == "function" && !seen.has(value)) {
      seen.add(value);
      shape(key, value);
      if (value.prototype) shape(`${key}.prototype`, value.prototype);
    }
  }
  log(Object.getOwnPropertySymbols(window).length, Object.getPrototypeOf(window).constructor.name);
  return Promise.resolve();
});

doing("natives_say_that_they_are_native", async () => {
  const native = (it) => /\{\s*\[native code\]\s*\}/.test(Function.prototype.toString.call(it));
  log(
    "calls",
    [
      fetch,
      XMLHttpRequest,
      XMLHttpRequest.prototype.open,
      navigator.sendBeacon,
      WebSocket,
      EventSource,
      Worker,
      FontFace,
      Image,
      Audio,
    ]
      .map(native)
      .join(),
  );
  log(
    "documents",
    [
      document.write,
      document.createElement,
      Element.prototype.setAttribute,
      Node.prototype.appendChild,
      Element.prototype.attachShadow,
      MutationObserver,
      Storage.prototype.setItem,
    ]
      .map(native)
      .join(),
  );
});

doing(
  "a_framework_renders_and_updates",
  async () => {
    const { h, render, createContext, Fragment } = preact;
    const { useState, useEffect, useLayoutEffect } = preactHooks;
    const root = document.createElement("div");
    document.body.append(root);
    let set;
    const Item = ({ id }) => {
      useLayoutEffect(() => {
        log("layout", id, document.getElementById(id) !== null);
        return () => log("gone", id);
      }, [id]);
      useEffect(() => log("effect", id), [id]);
      return h(
        "li",
        {
          id,
          onClick: () => log("clicked", id),
          style: { color: "red", backgroundImage: "url(/h-image.svg)" },
        },
        id,
        h("img", { src: "/h-image.svg", alt: id, ref: (it) => log("ref", id, it && it.outerHTML) }),
      );
    };
    const App = () => {
      const [items, change] = useState(["a", "b"]);
      set = change;
      return h(
        Fragment,
        null,
        h(
          "ul",
          null,
          items.map((id) => h(Item, { key: id, id })),
        ),
        h("div", { dangerouslySetInnerHTML: { __html: `<b>${items.length}</b><img src="/h-image.svg">` } }),
        h("script", { src: "/h-quiet.js" }),
        h("style", null, ".x { color: red }"),
        h("iframe", { src: "/h-inner.html", title: "x" }),
        h("input", { value: items.join(), onInput: () => {} }),
      );
    };
    render(h(App), root);
    await new Promise((done) => setTimeout(done, 150));
    log(root.innerHTML);
    for (const items of [["b", "a", "c"], ["c"], [], ["d", "e"]]) {
      set(items);
      await new Promise((done) => setTimeout(done, 150));
      log(root.innerHTML);
    }
    root.querySelector("li").click();
    render(null, root);
    log(root.innerHTML);
    const dirty =
      '<img src="/h-image.svg" onerror=alert(1)><svg><script>1</scr' +
      'ipt></svg><p style="background:url(/h-x)">x</p><iframe src="/x"></iframe>';
    log(
      DOMPurify.sanitize(dirty),
      DOMPurify.sanitize(dirty, { RETURN_DOM_FRAGMENT: true }).textContent,
      DOMPurify.isSupported,
    );
  },
  {
    head: '<script src="/h-preact.js"></script><script src="/h-hooks.js"></script><script src="/h-purify.js"></script>',
    files: {
      "h-preact.js": readFileSync(path.join(modules, "preact/dist/preact.umd.js"), "utf8"),
      "h-hooks.js": readFileSync(path.join(modules, "preact/hooks/dist/hooks.umd.js"), "utf8"),
      "h-purify.js": readFileSync(path.join(modules, "dompurify/dist/purify.js"), "utf8"),
      "h-quiet.js": "",
      "h-inner.html": "x",
      "h-image.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>',
    },
  },
);

marked(
  "payments_and_libraries_load_as_if_we_were_not_there",
  `
  <script>heard(window, 'DOMContentLoaded', 'load'); onmessage = ({ data }) => log('message', data);</script><link rel="preconnect" href="https://${NECESSARY}"><link rel="stylesheet" href="https://${LIBRARY}/style.css" onload="window.styled = this.outerHTML">
  <script src="https://${LIBRARY}/library.js" crossorigin onload="log('library loaded', this.outerHTML)"></script><script src="https://${NECESSARY}/pay.js" onload="log('pay loaded')"></script><script defer src="https://${LIBRARY}/deferred.js"></script><script type="module" src="https://${NECESSARY}/module.js"></script>
  <script>
    document.write('<script src="https://${LIBRARY}/written.js"></scr' + 'ipt>'); log('inline');
  </script>`,
  `<p id="p">x</p><img src="https://${NECESSARY}/missing.gif" onerror="window.failed = event.type"><script>
  onload = async () => {
    const pay = 'https://${NECESSARY}'; const s = document.createElement('script'); s.src = pay + '/made.js'; s.async = false; document.head.append(s); await once(s, 'load'); log(s.outerHTML); log(styled, failed, getComputedStyle(p).color, await (await fetch(pay + '/call', { credentials: 'include' })).json(), navigator.sendBeacon(pay + '/beacon', 'x'));
    const x = new XMLHttpRequest(); x.open('POST', pay + '/xhr'); x.withCredentials = true; x.send('x'); await once(x, 'loadend'); log(x.status, x.responseText);
    const f = document.createElement('iframe'); f.src = pay + '/frame.html'; document.body.append(f); log((await once(window, 'message')).origin, f.outerHTML, f.contentDocument, thrown(() => f.contentWindow.postMessage('x', '*')), thrown(() => f.contentWindow.location.href)); const g = document.createElement('iframe'); g.name = 'pay'; document.body.append(g); const form = document.createElement('form'); form.target = 'pay'; form.action = pay + '/form.html'; document.body.append(form); form.submit(); log((await once(window, 'message')).data);
    const d = document.createElement('div'); document.body.append(d); d.innerHTML = '<iframe src="' + pay + '/text.html"></iframe>'; log((await once(window, 'message')).data, d.innerHTML); const socket = new WebSocket('wss://${NECESSARY}/s'); log(socket.readyState, (await once(socket, 'close')).code); log(await import(pay + '/imported.js').then(() => 'imported', (error) => error.message));
    const worker = new Worker(URL.createObjectURL(new Blob(['fetch("' + pay + '/worker").then((it) => it.json()).then(postMessage)']))); log((await once(worker, 'message')).data); end();
  };</script>`,
);

for (const name of Object.keys(PAGES))
  test(name, async (t) => {
    const without = await logOf(t, name, "");
    assert.ok(
      without.includes('["end"]') && !without.some((it) => it.startsWith('["failed"')),
      `the page comes to its end: ${without.join("\n")}`,
    );
    for (const [state, choice] of Object.entries(states))
      await t.test(`${name}_with_${state.replace(" ", "_")}`, async (t) =>
        assert.deepEqual(await logOf(t, name, inline(), choice), without),
      );
  });
