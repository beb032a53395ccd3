// A server in front of a site that loses one request: it resets the connection of the first request for a
// file, and passes on everything else. It must not hold expectations: what should be the case is said in the
// tests alone.
import http from "node:http";

/**
 * @typedef {object} LosingServer
 * @property {string} origin
 * @property {(port: number) => void} passOnTo the port of the site behind it, on this machine
 * @property {(file: string|null) => void} loseOnce whose next request is lost, by its name without a folder;
 *   starts counting anew
 * @property {() => string[]} asked the names of all files asked for since, the lost one included
 * @property {() => boolean} hasLost whether that request came and was lost
 * @property {() => void} close
 */

/** @returns {Promise<LosingServer>} */
export async function startLosingServer() {
  let port = 0;
  let toLose = null;
  let asked = [];
  const server = http.createServer((request, response) => {
    const file = new URL(request.url, "http://localhost").pathname.split("/").pop();
    asked.push(file);
    if (file == toLose) {
      toLose = null;
      // Every answer closes its connection, so that this is the connection's first request: a browser asks
      // again by itself where an old connection breaks.
      return void request.socket.resetAndDestroy();
    }
    const { method, url, headers } = request;
    const behind = http.request({ host: "127.0.0.1", port, method, path: url, headers }, (found) => {
      response.writeHead(found.statusCode, { ...found.headers, connection: "close" });
      found.pipe(response);
    });
    behind.on("error", () => response.destroy());
    request.pipe(behind);
  });
  await new Promise((done) => server.listen(0, () => done(null)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${address.port}`,
    passOnTo: (behindPort) => void (port = behindPort),
    loseOnce: (file) => {
      toLose = file;
      asked = [];
    },
    asked: () => [...asked],
    hasLost: () => toLose === null,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
