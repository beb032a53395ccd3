// A server of one's own: files from `dist/public`, and the page for every other address. Listens at the port that it is told.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { answer } from "./answer.jsx";

const TYPES = { ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const type = path.extname(pathname);
  if (!type) return answer(request, response);
  try {
    const file = await readFile(path.join("dist/public", pathname));
    response.setHeader("Content-Type", TYPES[type] ?? "text/plain; charset=utf-8").end(file);
  } catch {
    response.writeHead(404).end();
  }
}).listen(Number(process.argv[2]), "127.0.0.1");
