// Owns what the pages' own hosts answer: the site's files, the component's files, the panel and its small
// API.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Host names that are the demo's own; every other name is a third party. */
export const PAGE_HOSTS = [
  "localhost",
  "127.0.0.1",
  "::1",
  "traxmate.test",
  "www.traxmate.test",
  "*.localhost",
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
const PANEL_FILE = /^panel\.(?:js|css|html)$/;

/** @param {string} host lower-case, without port */
export function isPageHost(host) {
  return PAGE_HOSTS.some((pattern) =>
    pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern,
  );
}

/**
 * @param {{pages: string[], shared: string, component?: string, backend: string,
 *   recorder: {requests: () => object[], reset: () => void}, headers?: (path: string) => object|undefined}} demo
 * @returns {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse, url: URL) => Promise<void>}
 */
export function pageHandler({ pages, shared, component, backend, recorder, headers }) {
  return async (req, res, url) => {
    const route = `${req.method} ${url.pathname}`;
    if (route === "GET /demo/requests") return sendJson(res, 200, recorder.requests());
    if (route === "POST /demo/reset") {
      recorder.reset();
      res.writeHead(204, { "cache-control": "no-store" });
      return void res.end();
    }
    if (route === "GET /demo/receipts") return relayReceipts(res, backend);
    if (req.method !== "GET" && req.method !== "HEAD") {
      return sendJson(res, 405, { code: "method", message: `found: ${req.method}, expected: GET` });
    }
    const body = await findFile(decoded(url.pathname), { pages, shared, component });
    if (!body)
      return send(res, 404, "text/plain; charset=utf-8", `found: nothing at ${url.pathname}\n`, req.method);
    for (const [name, value] of Object.entries(headers?.(url.pathname) ?? {})) res.setHeader(name, value);
    send(res, 200, body.type, body.bytes, req.method);
  };
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
 * @returns {Promise<{bytes: Buffer, type: string} | undefined>}
 */
async function findFile(pathname, { pages, shared, component }) {
  let name = pathname.replace(/^\/+/, "");
  if (name === "" || name.endsWith("/")) name += "index.html";
  const panel = name.startsWith("demo/") ? name.slice("demo/".length) : "";
  if (panel) return PANEL_FILE.test(panel) ? readWithin(shared, panel) : undefined;
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

/** Answers with the receipts that the backend lists for its owner. */
async function relayReceipts(res, backend) {
  const address = `${backend.replace(/\/$/, "")}/admin/receipts.json`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(3000) });
    if (!answer.ok) throw new Error(`found: status ${answer.status}, expected: 200`);
    sendJson(res, 200, await answer.json());
  } catch (error) {
    // Not an error status: the panel asks again and again, and a console full of red helps nobody.
    sendJson(res, 200, {
      code: "backend",
      message: `the backend gave no receipts (${error.cause?.code ?? error.message})`,
    });
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
