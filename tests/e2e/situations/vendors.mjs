// The vendors of the situations, each under its real host's name. What a vendor answers lies as files in a folder of
// that name; what depends on the question is made here.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../site.mjs";

const folder = path.join(import.meta.dirname, "vendors");

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
};

const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

// A tenth of a second of silence: a header of 44 bytes (RIFF, one channel of 8 bits at 8000 Hz), then the samples.
const SAMPLES = 800;
const sound = Buffer.alloc(44 + SAMPLES, 0x80);
sound.write("RIFF\0\0\0\0WAVEfmt ");
sound.writeUInt32LE(36 + SAMPLES, 4);
for (const [offset, value] of [
  [16, 16],
  [24, 8000],
  [28, 8000],
])
  sound.writeUInt32LE(value, offset);
for (const [offset, value] of [
  [20, 1],
  [22, 1],
  [32, 1],
  [34, 8],
])
  sound.writeUInt16LE(value, offset);
sound.write("data", 36);
sound.writeUInt32LE(SAMPLES, 40);

// One puzzle, as easy as can be, that expires in five minutes.
const PUZZLE = Buffer.from([
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  1,
  1,
  1,
  1,
  1,
  ...Array(8).fill(0),
  ...Array(8).fill(7),
]);

const ANSWERS = {
  // Libraries that look for a module loader, one without a name for it and one with.
  "cdn.vendor-example.net": ({ path: asked }) => {
    const library = { "/papaparse.js": "papaparse/papaparse.js", "/jquery.js": "jquery/dist/jquery.js" }[
      asked
    ];
    return (
      library && {
        type: "text/javascript",
        body: readFileSync(path.join(root, "node_modules", library)),
      }
    );
  },
  "api.friendlycaptcha.com": () => ({
    type: "application/json",
    body: JSON.stringify({ data: { puzzle: "signed." + PUZZLE.toString("base64") } }),
  }),
  // It calls who asked for it.
  "maps.googleapis.com": ({ query }) => ({
    type: "text/javascript",
    body:
      readFileSync(path.join(folder, "maps.googleapis.com/api.js"), "utf8") + query.get("callback") + "();",
  }),
  "weather.jsonp-example.net": ({ query }) => ({
    type: "text/javascript",
    body: query.get("callback") + '({ "text": "sunny" });',
  }),
};

/**
 * @param {{host: string, path: string, query: URLSearchParams}} request
 * @returns {{type: string, body: string | Buffer} | undefined}
 */
export function answerAsVendorOfSituation(request) {
  const answer = ANSWERS[request.host]?.(request);
  if (answer) return answer;
  if (request.path.endsWith(".png")) return { type: "image/gif", body: PIXEL };
  if (request.path.endsWith(".pdf")) return { type: "application/octet-stream", body: "manual" };
  if (request.path.endsWith(".wav")) return { type: "audio/wav", body: sound };
  // A script's address may end in no name of a file, or in a version.
  for (const file of [request.path, request.path + ".js", "/" + path.basename(request.path)]) {
    const type = TYPES[path.extname(file)];
    if (type && existsSync(path.join(folder, request.host, file)))
      return { type, body: readFileSync(path.join(folder, request.host, file)) };
  }
  return undefined;
}
