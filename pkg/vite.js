// The Vite plugin: puts the tag first into the head, bakes the configuration, marks static tags, and ends the build where
// the lint finds an error. What is wrong, and how pages are marked, is said by tools.js.
import path from "node:path";
import { ConsentryError, Site } from "./tools.js";

/** @param {import("./vite.js").ConsentryOptions} [options] */
export default function consentry({
  config = "consentry.json",
  folder = "consentry",
  mark = true,
  allow = {},
} = {}) {
  let root, base, logger, site, files;
  const file = () => (typeof config == "string" ? path.resolve(root, config) : undefined);

  /** Reads the configuration and makes the files; throws where the lint refuses it. */
  function read() {
    const name = file();
    site = name ? Site.read(name) : new Site(config);
    const { fails, findings, lines } = site.lint({ allow });
    lines.forEach((line, at) => findings[at].level == "warning" && logger.warn(`consentry: ${line}`));
    if (fails)
      throw new ConsentryError(
        "refused",
        lines.filter((_, at) => findings[at].level == "error"),
      );
    files = site.bundle({ allow });
  }

  return {
    name: "consentry",

    configResolved(resolved) {
      ({ root, base, logger } = resolved);
    },

    buildStart() {
      const name = file();
      if (name) this.addWatchFile(name);
      try {
        read();
      } catch (error) {
        if (!(error instanceof ConsentryError)) throw error;
        this.error(`${name ?? "config"}\n${error.message}`);
      }
    },

    configureServer(server) {
      const prefix = `${base}${folder}/`;
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url, "http://localhost");
        const found = pathname.startsWith(prefix) && files?.get(pathname.slice(prefix.length));
        if (!found) return next();
        response.setHeader("Content-Type", TYPES[path.extname(pathname)] ?? "text/plain; charset=utf-8");
        response.setHeader("Cache-Control", "no-cache");
        response.end(found);
      });
      const changed = (name) => {
        if (name != file() && name != site?.declaredPath) return;
        try {
          read();
          server.ws.send({ type: "full-reload" });
        } catch (error) {
          logger.error(`consentry: ${error.message}`);
        }
      };
      if (file()) server.watcher.add(file());
      for (const event of ["add", "change"]) server.watcher.on(event, changed);
    },

    transformIndexHtml: {
      order: "post",
      handler(html) {
        return {
          html: mark ? site.mark(html).html : html,
          tags: [
            { tag: "script", attrs: { src: `${base}${folder}/consentry.js` }, injectTo: "head-prepend" },
          ],
        };
      },
    },

    generateBundle() {
      for (const [name, source] of files)
        this.emitFile({ type: "asset", fileName: `${folder}/${name}`, source });
    },
  };
}

const TYPES = {
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
