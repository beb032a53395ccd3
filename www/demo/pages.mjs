// Owns what the pages' own hosts answer: the site's files, the component's files, the panel, and the small API by
// which the panel and the start page learn what happened.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { hostsOf, SITES } from "./sites.mjs";
import { siteStates } from "./site-states.mjs";

/** Host names that are the demo's own; every other name is a third party. */
export const PAGE_HOSTS = [
  "localhost",
  "127.0.0.1",
  "::1",
  "*.localhost",
  ...SITES.flatMap(hostsOf).filter((host) => !host.endsWith(".localhost")),
];

const MIME = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml; charset=utf-8",
  ".png": "image/png",
};
const COMPONENT_FILE = /^consentry[\w.-]*\.(?:js|mjs|wasm|json|css|txt)$/;
const SHARED_FILE = /^(?:panel(?:-words)?|rights)\.(?:js|css|html)$/;

/** @param {string} host lower-case, without port */
export function isPageHost(host) {
  return PAGE_HOSTS.some((pattern) =>
    pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern,
  );
}

/**
 * What is served at a host: a site of the demo, or pages without one; `component` is the folder with consentry.js.
 * @typedef {{site?: import("./sites.mjs").Site, pages: string[], component?: string}} Served
 */

/**
 * @param {object} demo
 * @param {(host: string) => Served} demo.servedAt
 * @param {string} demo.shared the folder of the panel
 * @param {string} demo.backend
 * @param {string} [demo.token] what opens the backend's `/admin`
 * @param {import("./request-recorder.mjs").Recorder} demo.recorder
 * @param {(path: string) => object|undefined} [demo.headers] further response headers
 * @returns {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse, host: string,
 *   url: URL) => Promise<void>}
 */
export function pageHandler({ servedAt, shared, backend, token, recorder, headers }) {
  const states = siteStates();
  const api = {
    "GET /demo/requests": (site) => recorder.requests(site?.name),
    "GET /demo/receipts": async (site) => {
      const receipts = await receiptsOf(backend, token);
      return Array.isArray(receipts) && site ? receipts.filter((it) => it.site === site.name) : receipts;
    },
    "GET /demo/overview": async (_, { port }) =>
      overview(recorder, states, await receiptsOf(backend, token), port),
    // For the start page alone: what runs on a site's page could ask, too.
    "GET /demo/admin": (site) => (site || !token ? null : { url: `${backend}/admin`, token }),
    "POST /demo/state": async (site, _, req) => void (site && states.set(site.name, await bodyOf(req))),
    "POST /demo/reset": (site) => {
      states.forget(site?.name);
      recorder.reset(site?.name);
    },
  };

  return async (req, res, host, url) => {
    const served = servedAt(host);
    const answer = api[`${req.method} ${url.pathname}`];
    if (answer) {
      const value = await answer(served.site, { port: portOf(req) }, req);
      if (value !== undefined) return sendJson(res, 200, value);
      res.writeHead(204, { "cache-control": "no-store" });
      return void res.end();
    }
    if (await served.site?.answer?.(req, res, url)) return;
    if (req.method !== "GET" && req.method !== "HEAD") {
      return sendJson(res, 405, { code: "method", message: `found: ${req.method}, expected: GET` });
    }
    const body = await findFile(decoded(url.pathname), { ...served, shared });
    if (!body)
      return send(res, 404, "text/plain; charset=utf-8", `found: nothing at ${url.pathname}\n`, req.method);
    for (const [name, value] of Object.entries(headers?.(url.pathname) ?? {})) res.setHeader(name, value);
    send(res, 200, body.type, body.bytes, req.method);
  };
}

/** The port at which the browser asked, with the colon before it; empty where it is the usual one. */
const portOf = (req) => /:\d+$/.exec(req.headers.host ?? "")?.[0] ?? "";

/** What the start page shows of each site: what left for other hosts, what its pages tell, what the ledger holds. */
function overview(recorder, states, receipts, port) {
  return {
    backend: Array.isArray(receipts) ? null : receipts.message,
    sites: SITES.map(({ name, title, language, about, layout }) => {
      const requests = recorder.requests(name);
      const own = Array.isArray(receipts) ? receipts.filter(({ site }) => site === name) : [];
      return {
        ...{ name, title, language, about, layout },
        url: `http://${name}.localhost${port}/`,
        requests: requests.length,
        hosts: [...new Set(requests.map(({ host }) => host))].sort(),
        state: states.of(name),
        receipts: own.length,
        latest: own[0] ? { action: own[0].action, time: own[0].time, granted: own[0].granted } : null,
      };
    }),
  };
}

const MOST_BYTES = 20_000;

/** A small JSON body; undefined where it is none. */
async function bodyOf(req) {
  let text = "";
  for await (const part of req) {
    text += part;
    if (text.length > MOST_BYTES) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The path in plain characters; a broken escape names no file. */
function decoded(pathname) {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return "/\0";
  }
}

/**
 * The file that a path names, of the panel, the component or the first folder of pages that has it.
 * @param {string} pathname
 * @param {{pages: string[], shared: string, component?: string}} folders
 * @returns {Promise<{bytes: Buffer, type: string} | undefined>}
 */
async function findFile(pathname, { pages, shared, component }) {
  let name = pathname.replace(/^\/+/, "");
  if (name === "" || name.endsWith("/")) name += "index.html";
  const sharedName = name.startsWith("demo/") ? name.slice("demo/".length) : "";
  if (sharedName) return SHARED_FILE.test(sharedName) ? readWithin(shared, sharedName) : undefined;
  if (component && COMPONENT_FILE.test(name)) {
    const file = await readWithin(component, name);
    if (file) return file;
  }
  for (const folder of pages) {
    const file =
      (await readWithin(folder, name)) ??
      (path.extname(name) ? undefined : await readWithin(folder, `${name}.html`));
    if (file) return file;
  }
  return undefined;
}

/** A file of a folder; undefined where there is none, or where the name leads out of the folder. */
async function readWithin(folder, name) {
  const root = path.resolve(folder);
  const file = path.resolve(root, name);
  if (!file.startsWith(root + path.sep) || name.includes("\0")) return undefined;
  const type = MIME[path.extname(file)] ?? "application/octet-stream";
  return readFile(file).then(
    (bytes) => ({ bytes, type }),
    () => undefined,
  );
}

/**
 * The receipts that the backend lists for its owner, the newest first; or what is wrong, as an object.
 * Not an error status: the panel asks again and again, and a console full of red helps nobody.
 */
async function receiptsOf(backend, token) {
  const address = `${backend.replace(/\/$/, "")}/admin/receipts.json?limit=1000`;
  try {
    const headers = token ? { authorization: `Bearer ${token}` } : undefined;
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(3000) });
    if (!answer.ok) throw new Error(`found: status ${answer.status}, expected: 200`);
    const found = await answer.json();
    const receipts = Array.isArray(found) ? found : found.receipts;
    return receipts.map((entry) => entry.receipt ?? entry);
  } catch (error) {
    return {
      code: "backend",
      message: `the backend gave no receipts (${error.cause?.code ?? error.message})`,
    };
  }
}

function sendJson(res, status, value) {
  send(res, status, MIME[".json"], JSON.stringify(value));
}

function send(res, status, type, body, method = "GET") {
  const bytes = Buffer.from(body);
  res.writeHead(status, {
    "content-type": String(res.getHeader("content-type") ?? type),
    "content-length": bytes.length,
    "cache-control": res.getHeader("cache-control") ?? "no-store",
    "x-content-type-options": "nosniff",
  });
  res.end(method === "HEAD" ? undefined : bytes);
}
