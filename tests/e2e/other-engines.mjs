// Firefox and WebKitGTK for the tests, in place of Chromium, with those few methods of playwright-core's browsers,
// contexts and pages that the tests of all engines use. Both reach the servers that play the third parties through a
// proxy of the tests' own, since neither can map a host name to a port. It must not hold expectations.
import { spawn } from "node:child_process";
import http from "node:http";
import net from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** @typedef {{port: number, tlsPort: number}} Servers where the stand-ins answer, on loopback */

/**
 * A proxy that leads every host to the stand-ins.
 * @param {Servers} servers
 * @returns {Promise<import('node:http').Server>}
 */
async function startProxy({ port, tlsPort }) {
  const proxy = http.createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url);
    const { method, headers } = request;
    const onward = http.request(
      { port, path: pathname + search, method, headers: { ...headers, host } },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  proxy.on("connect", (request, socket) => {
    const isPlain = request.url.endsWith(":80");
    const onward = net.connect(isPlain ? port : tlsPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ])
      one.on("error", () => other.destroy());
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", () => resolve(null)));
  return proxy;
}

const portOf = (server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port;

/**
 * Starts the named browser, behind such a proxy.
 * @param {"firefox" | "webkit"} engine
 * @param {Servers} servers
 * @returns {Promise<any>}
 */
export async function launchEngine(engine, servers) {
  const proxy = await startProxy(servers);
  const browser = await { firefox: launchFirefox, webkit: launchWebKit }[engine](portOf(proxy));
  const close = async () => {
    await browser.close();
    proxy.closeAllConnections();
    proxy.close();
  };
  return { newContext: browser.newContext, close };
}

async function launchFirefox(proxyPort) {
  const { default: puppeteer } = await import("puppeteer-core");
  const proxy = { http: "127.0.0.1", http_port: proxyPort, ssl: "127.0.0.1", ssl_port: proxyPort };
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr",
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      "network.proxy.type": 1,
      ...Object.fromEntries(Object.entries(proxy).map(([name, value]) => [`network.proxy.${name}`, value])),
      "browser.send_pings": true,
      // Requests of a page of HTTP are not made secure ones.
      "dom.security.https_first": false,
      "security.mixed_content.upgrade_display_content": false,
    },
  });
  /** @param {{viewport?: {width: number, height: number}}} [settings] */
  const newContext = async ({ viewport } = {}) => {
    const context = await browser.createBrowserContext();
    const openPage = context.newPage.bind(context);
    const newPage = async () => {
      const page = await openPage();
      // A Firefox that does not know how a screen is turned has taken the size.
      if (viewport)
        await page.setViewport(viewport).catch((error) => {
          if (!/setScreenOrientationOverride/.test(error.message)) throw error;
        });
      const listen = page.on.bind(page);
      return Object.assign(page, {
        // Firefox reports loads that fail, and cookies for too wide a domain, as if they were exceptions.
        on: (name, listener) =>
          listen(name, (/** @type {any} */ event) => {
            if (!LOAD_FAILURE.test(event.message)) listener(event);
          }),
        context: () => context,
        waitForTimeout: wait,
      });
    };
    const end = context.close.bind(context);
    return Object.assign(context, { newPage, close: once(end) });
  };
  return { newContext, close: () => browser.close() };
}

function once(act) {
  let done;
  return () => (done ??= act());
}

const LOAD_FAILURE =
  /^(Cookie “|Security Error: Content|Firefox can’t|The resource|The stylesheet|Script from|Loading script|None of the|Cross-Origin|downloadable font)/;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

// WebKit's driver allows one session, and so one context, at a time: the next one waits for its end.
async function launchWebKit(proxyPort) {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-webkit-"));
  const port = await freePort();
  const driver = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${port}`], {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder },
  });
  const ask = async (method, address, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${address}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const { value } = await response.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await retry(() => ask("GET", "/status"));
  /** @param {{viewport?: {width: number, height: number}}} [settings] */
  const newContext = async ({ viewport } = {}) => {
    const session = await retry(() =>
      ask("POST", "/session", {
        capabilities: {
          alwaysMatch: {
            acceptInsecureCerts: true,
            "webkitgtk:browserOptions": {
              binary: process.env.WEBKIT || MINI_BROWSER,
              args: [
                "--automation",
                "--ignore-tls-errors",
                `--proxy=http://127.0.0.1:${proxyPort}`,
                "--ignore-host=localhost",
                "--ignore-host=127.0.0.1",
              ],
            },
          },
        },
      }),
    );
    const here = `/session/${session.sessionId}`;
    await ask("POST", here + "/timeouts", { script: 30_000, pageLoad: 60_000 });
    if (viewport) await ask("POST", here + "/window/rect", viewport);
    const context = {
      newPage: async () => webKitPage(ask, here, context),
      cookies: () => ask("GET", here + "/cookie"),
      close: once(() => ask("DELETE", here)),
    };
    return context;
  };
  const close = async () => {
    process.kill(-driver.pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { newContext, close };
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", () => resolve(null)));
  const port = portOf(server);
  server.close();
  return port;
}

// Ten seconds.
async function retry(attempt) {
  for (let tries = 1; ; tries += 1)
    try {
      return await attempt();
    } catch (error) {
      if (tries == 100) throw error;
      await wait(100);
    }
}

// Keys as WebDriver writes them (WebDriver standard, 17.4.2).
const KEYS = { Tab: "\uE004", Enter: "\uE007", " ": " " };

// A page of WebKit. Its driver reports no events, so `on` does nothing.
function webKitPage(ask, here, context) {
  let address = "about:blank";
  const act = (type, actions) => ask("POST", here + "/actions", { actions: [{ type, id: type, actions }] });
  const page = {
    context: () => context,
    on: () => page,
    url: () => address,
    goto: (url) => ask("POST", here + "/url", { url: (address = url) }),
    reload: () => ask("POST", here + "/refresh", {}),
    waitForTimeout: wait,
    close: async () => {},
    keyboard: {
      press: (key) =>
        act(
          "key",
          ["keyDown", "keyUp"].map((type) => ({ type, value: KEYS[key] })),
        ),
    },
    mouse: {
      click: (x, y) =>
        act("pointer", [
          { type: "pointerMove", x: Math.round(x), y: Math.round(y), origin: "viewport" },
          { type: "pointerDown", button: 0 },
          { type: "pointerUp", button: 0 },
        ]),
    },
    async evaluate(code, argument) {
      const expression = typeof code == "function" ? `(${code})(arguments[0])` : `(${code})`;
      const script = `const done = arguments[arguments.length - 1];
        Promise.resolve().then(() => ${expression}).then(
          (value) => done({ value }),
          (error) => done({ error: String(error) + (error && error.stack) }),
        );`;
      const { value, error } = await ask("POST", here + "/execute/async", {
        script,
        args: argument === undefined ? [] : [argument],
      });
      if (error) throw new Error(`page.evaluate: ${error}`);
      return value;
    },
  };
  return page;
}
