// Owns the forms of a stand-in's answer: script, frame, pixel, JSON, redirect, package file, or an empty one of
// the right kind.
import { readFileSync } from "node:fs";

const UTF8 = "; charset=utf-8";
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/**
 * A request to a third party, as its stand-in reads it; `dest` is the header `sec-fetch-dest`, or empty.
 * @typedef {{method: string, host: string, path: string, query: URLSearchParams, dest: string}} Request
 *
 * What a stand-in answers: status 200, or 204 without a body, where none is named.
 * @typedef {{status?: number, type?: string, body?: string | Buffer, headers?: Record<string, string>}} Answer
 *
 * A third party and the hosts that it plays (`*.` for every host below). Where it has no answer to a request,
 * the request gets an empty one of the right kind.
 * @typedef {{name: string, hosts: string[], answer: (request: Request) => Answer | undefined}} ThirdParty
 *
 * What a stand-in's script is given: `countRun` counts one run in `window.__ran`, under the stand-in's name where
 * none is given; `setWidestCookie` sets a cookie on the widest parent domain that the browser takes, as most
 * vendors do; `randomNumber` makes a number for an invented id.
 * @typedef {object} Tools
 * @property {(name?: string) => void} countRun
 * @property {(cookie: string, value: string, days?: number) => void} setWidestCookie
 * @property {() => number} randomNumber
 */

/**
 * A script answer. `run` is browser code; it is sent as text and gets `(tools, ...args)`.
 * @param {string} name under which a run is counted
 * @param {(tools: Tools, ...args: any[]) => void} run
 * @param {...unknown} args JSON values
 * @returns {Answer}
 */
export function script(name, run, ...args) {
  const body = `(${withTools})(${[name, ...args].map((arg) => JSON.stringify(arg)).join(", ")});\n`;
  return { type: `text/javascript${UTF8}`, body: body.replace("/* run */ undefined", () => String(run)) };
}

/* c8 ignore start: runs in the browser */
function withTools(name, ...args) {
  /** @type {(tools: Tools, ...args: unknown[]) => void} */
  const run = /* run */ undefined;
  const tools = {
    countRun: (what = name) => {
      const counts = (window.__ran = window.__ran || {});
      counts[what] = (counts[what] || 0) + 1;
    },
    setWidestCookie: (cookie, value, days) => {
      const age = days ? `; max-age=${days * 86400}` : "";
      const parts = location.hostname.split(".");
      for (let from = parts.length - 1; from >= 0; from -= 1) {
        document.cookie = `${cookie}=${value}; path=/; domain=.${parts.slice(from).join(".")}${age}; samesite=lax`;
        if (document.cookie.includes(`${cookie}=`)) return;
      }
      document.cookie = `${cookie}=${value}; path=/${age}; samesite=lax`;
    },
    randomNumber: () => Math.floor(Math.random() * 2 ** 31),
  };
  run(tools, ...args);
}
/* c8 ignore stop */

/**
 * A frame's page; it sends the page around it a message that it ran, so that its runs can be counted there.
 * @param {string} name
 * @param {{title: string, text: string, run?: string}} page `run` is a script's text
 * @returns {Answer}
 */
export function frame(name, { title, text, run = "" }) {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>html{color-scheme:dark}body{margin:0;min-height:100vh;display:grid;place-content:center;gap:.4rem;padding:1rem;
box-sizing:border-box;text-align:center;font:15px/1.4 system-ui,sans-serif;background:#14181f;color:#e8ecf2}
p{margin:0;color:#b6bfcc}strong{font-size:1.1rem}</style>
<strong>${title}</strong><p>${text}</p>
<script>${run}\nparent.postMessage({ ran: ${JSON.stringify(name)} }, '*');</script></html>`;
  return { type: `text/html${UTF8}`, body };
}

/**
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export const pixel = (headers) => ({ type: "image/gif", body: GIF, headers });

/**
 * @param {unknown} value
 * @returns {Answer}
 */
export const json = (value) => ({ type: `application/json${UTF8}`, body: JSON.stringify(value) });

/**
 * The click on an affiliate's link: the network counts it and sends the visitor on.
 * @param {string} address
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export const redirect = (address, headers) => ({ status: 302, headers: { location: address, ...headers } });

/**
 * A vendor's real file from its npm package; undefined where the package has none of that name.
 * @param {string} folder
 * @param {string} name
 * @returns {Answer | undefined}
 */
export function packageFile(folder, name, type = `text/javascript${UTF8}`) {
  try {
    return { type, body: readFileSync(new URL(`../../../node_modules/${folder}/${name}`, import.meta.url)) };
  } catch {
    return undefined;
  }
}

/**
 * What a host without a stand-in answers; its scripts count a run under the host's name and do nothing else.
 * @param {Request} request
 * @returns {Answer}
 */
export function emptyAnswer({ host, path, dest }) {
  const extension = /\.(\w+)$/.exec(path)?.[1] ?? "";
  if (dest === "script" || extension === "js" || extension === "mjs") {
    return script(host, ({ countRun }) => countRun());
  }
  if (dest === "style" || extension === "css") return { type: `text/css${UTF8}`, body: "" };
  if (dest === "image" || /^(gif|png|jpe?g|webp|svg|ico)$/.test(extension)) return pixel();
  if (/frame|document|embed|object/.test(dest) || /^html?$/.test(extension)) {
    return frame(host, { title: host, text: "A stand-in for this host" });
  }
  return { status: 204 };
}
