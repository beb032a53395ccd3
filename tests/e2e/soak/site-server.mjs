// Serves the sites of the soak from its own node_modules. Each HTML page gets one script first in its head: our tag, or an empty
// script in its place, so that what a page counts or puts before the first script is the same. It must not change
// anything else of what a package ships, but for the marks of `consentry mark`.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { built, program } from "../site.mjs";

/** The header by which a browser's context says that its pages have our tag. */
export const WITH_US = "x-with-us";

const TYPES = {
  ".css": "text/css",
  ".gif": "image/gif",
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** @param {string} html */
function withScriptFirst(html, src) {
  const script = `<script src="${src}"></script>`;
  for (const start of [/<head(\s[^>]*)?>/i, /<html(\s[^>]*)?>/i, /<!doctype[^>]*>/i])
    if (start.test(html)) return html.replace(start, (found) => found + script);
  return html; // a part of a page
}

/**
 * @param {string[]} packages whose files are served, each in the folder of its name
 * @returns {Promise<{url: string, host: string, close: () => void}>}
 */
export async function startSites(packages) {
  const markedPages = new Map();
  const pageOf = (html, file, withUs) => {
    if (!withUs) return withScriptFirst(html, "/nothing.js");
    if (!markedPages.has(file)) {
      const input = withScriptFirst(html, "/consentry.js");
      markedPages.set(file, execFileSync(program, ["mark"], { input, encoding: "utf8" }));
    }
    return markedPages.get(file);
  };
  const answer = async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    let name = decodeURIComponent(pathname).replace(/^\/+/, "");
    if (name.endsWith("/")) name += "index.html";
    const ofPackage = packages.some((folder) => name.startsWith(`${folder}/`)) && !name.includes("..");
    const file = ofPackage
      ? path.join(import.meta.dirname, "node_modules", name)
      : path.join(built, path.basename(name));
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    const found =
      name == "choose.html"
        ? Buffer.from("<!doctype html><head></head>")
        : /^(nothing.js|favicon.ico)$/.test(name)
          ? Buffer.from("")
          : await readFile(file).catch(() => null);
    if (!found) return response.writeHead(404, { "content-type": "text/plain" }).end("nothing here");
    const body = /html/.test(type) ? pageOf(found.toString(), file, request.headers[WITH_US]) : found;
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(error.message));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://localhost:${port}/`, host: `localhost:${port}`, close };
}
