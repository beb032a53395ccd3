// Owns the demo's two local servers (HTTP and HTTPS): pages on their own hosts, third parties' stand-ins on
// all others. It must never listen beyond this machine, nor record more of a request than time, method, host,
// path and which of the demo's sites asked.
import http from "node:http";
import https from "node:https";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { makeCertificate } from "./certificate.mjs";
import { browserFlags } from "./browser-flags.mjs";
import { isPageHost, PAGE_HOSTS, pageHandler } from "./pages.mjs";
import { requestRecorder } from "./request-recorder.mjs";
import { SITES, siteOfHost } from "./sites.mjs";
import { answerThirdParty, thirdPartyHosts } from "./third-parties/index.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * Starts the demo: all its sites, each on hosts of its own, with a start page on all other hosts of this machine; or
 * one site on all of these hosts, where folders of pages are named.
 * @param {object} [options]
 * @param {number} [options.port] HTTP port, 0 = any free one
 * @param {number} [options.tlsPort] HTTPS port, 0 = any free one
 * @param {string} [options.components] folder with a folder for each site, of consentry.js and the files beside it
 * @param {string} [options.component] the same for one site, where `pages` are named
 * @param {string} [options.backend] address of the backend whose receipts the panel shows
 * @param {string} [options.token] a token that opens the backend's receipts; the start page tells it to its reader
 * @param {string|string[]} [options.pages] folders with the pages of one site, the first that has a file serves it
 * @param {(request: import("./third-parties/stand-in.mjs").Request) =>
 *   import("./third-parties/stand-in.mjs").Answer | undefined} [options.thirdParty]
 *   asked before the stand-ins, so that a test can play any host
 * @param {(path: string) => object|undefined} [options.headers] further response headers of the pages' own hosts
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<{url: string, port: number, tlsPort: number, spki: string, rules: string, flags: string[],
 *   hosts: string[], requests: () => object[], reset: () => void, close: () => Promise<void>}>}
 */
export async function start({
  port = 8080,
  tlsPort = 8443,
  components,
  component,
  backend = "http://127.0.0.1:8787",
  token,
  pages,
  thirdParty,
  headers,
  log = () => {},
} = {}) {
  const hosts = thirdPartyHosts();
  const certificate = await makeCertificate([...PAGE_HOSTS, ...hosts]);
  const servedAt = pages
    ? () => ({ pages: [pages].flat(), component })
    : (host) => {
        const site = siteOfHost(host);
        if (!site) return { pages: [path.join(here, "start")] };
        return {
          site,
          pages: [path.join(here, site.name)],
          component: components && path.join(components, site.name),
        };
      };
  const recorder = requestRecorder((host) => (pages ? undefined : siteOfHost(host)?.name));
  const page = pageHandler({ servedAt, shared: here, backend, token, recorder, headers });

  const handle = async (req, res) => {
    try {
      const host = hostOf(req.headers.host);
      const url = new URL(req.url.startsWith("/") ? `http://host${req.url}` : req.url);
      if (isPageHost(host)) return await page(req, res, host, url);
      if (!isBrowsersOwn(req)) {
        recorder.add(req, host, url.pathname);
        log(`third party  ${req.method} ${host}${url.pathname}`);
      }
      req.resume();
      answerThirdParty(req, res, { host, url, override: thirdParty });
    } catch (error) {
      log(`fault  ${error.message}`);
      if (!res.headersSent) res.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      res.end(`found: ${error.message}, expected: an answer\n`);
    }
  };

  const servers = [];
  const listen = async (make, wanted) => {
    const server = await listening(make(), wanted, "127.0.0.1");
    servers.push(server);
    const { port: got } = /** @type {import("node:net").AddressInfo} */ (server.address());
    // A browser may try the IPv6 loopback first; a machine without one is fine.
    await listening(make(), got, "::1").then(
      (six) => servers.push(six),
      () => {},
    );
    return got;
  };
  const close = () =>
    Promise.all(
      servers.map(
        (server) =>
          new Promise((done) => {
            server.close(done);
            server.closeAllConnections();
          }),
      ),
    ).then(() => {});

  try {
    const gotPort = await listen(() => http.createServer(handle), port);
    const gotTls = await listen(
      () => https.createServer({ key: certificate.key, cert: certificate.cert }, handle),
      tlsPort,
    );
    const reach = { port: gotPort, tlsPort: gotTls, spki: certificate.spki };
    return {
      url: `http://localhost:${gotPort}/`,
      ...reach,
      ...browserFlags(reach),
      hosts,
      requests: () => recorder.requests(),
      reset: () => recorder.reset(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

// The browser's housekeeping (updates, account lists) meets the stand-ins too; no page can send these
// headers.
function isBrowsersOwn({ headers }) {
  return (
    (headers["sec-fetch-site"] === "none" && headers["sec-fetch-dest"] === "empty") ||
    "x-goog-update-updater" in headers
  );
}

function hostOf(header = "") {
  return header
    .toLowerCase()
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

function listening(server, port, address) {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, address, () => done(server));
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      "tls-port": { type: "string", default: "8443" },
      components: { type: "string" },
      component: { type: "string" },
      backend: { type: "string", default: "http://127.0.0.1:8787" },
      pages: { type: "string", multiple: true },
      verbose: { type: "boolean", default: false },
    },
  });
  const demo = await start({
    port: Number(values.port),
    tlsPort: Number(values["tls-port"]),
    components: values.components,
    component: values.component,
    backend: values.backend,
    token: process.env.CONSENTRY_TOKEN,
    ...(values.pages && { pages: values.pages }),
    log: values.verbose ? console.log : undefined,
  }).catch((error) => {
    console.error(`the demo cannot start: ${error.message}`);
    process.exit(1);
  });
  console.log(`the demo     ${demo.url}`);
  if (!values.pages)
    for (const { name } of SITES)
      console.log(
        `${name.padEnd(12)} http://${name}.localhost:${demo.port}/   https://www.${name}.test:${demo.tlsPort}/`,
      );
  console.log("A browser started with these flags meets the stand-ins instead of the real third parties:");
  console.log(`  ${demo.flags.map((flag) => `'${flag}'`).join(" ")}`);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => demo.close().then(() => process.exit(0)));
}
