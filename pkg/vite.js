// The Vite plugin: puts the tag first into the head, bakes the configuration, marks static tags, and ends the build where
// the configuration is refused. What is wrong, and how pages are marked, is said by tools.js.
import path from "node:path";
import { ConsentryError, Site } from "./tools.js";

/** @param {import("./vite.js").ConsentryOptions} [options] */
export default function consentry(options = {}) {
  const { config = "consentry.json", folder = "consentry", mark = true, allow = {} } = options;
  const place = folder.split("/").filter(Boolean).join("/");
  if (!place)
    throw new ConsentryError("bad-value", [`folder: found "${folder}", expected the name of a folder`]);
  let root, base, logger, isServing, isForServer;
  /** @type {{ site: Site, files: Map<string, Uint8Array> }} */
  let built;

  const file = () => (typeof config == "string" ? path.resolve(root, config) : undefined);

  /** Reads the configuration and makes the files, both or none; throws where it is refused. */
  function build() {
    // Where the built files have a host of their own, that is the site's too.
    const hosts = /^(https?:)?\/\//.test(base) ? [new URL(base, "https://localhost").hostname] : [];
    const name = file();
    const site = name ? Site.read(name, { hosts }) : new Site(config, { hosts });
    const files = site.bundle({ allow });
    const { findings, lines } = site.lint({ allow });
    lines.forEach((line, at) => findings[at].level == "warning" && logger.warn(`consentry: ${line}`));
    built = { site, files };
  }

  /** What is wrong, if it is the owner's affair. */
  function told(error) {
    if (!(error instanceof ConsentryError)) throw error;
    return `consentry: ${file() ?? "config"}\n${error.message}`;
  }

  /** Where a page finds the script. */
  function addressFrom(pagePath) {
    const script = `${place}/consentry.js`;
    if (base && base != "./") return base + script;
    const relative = path.posix.relative(path.posix.dirname(pagePath), `/${script}`);
    return relative.startsWith(".") ? relative : `./${relative}`;
  }

  return {
    name: "consentry",
    // Its tag goes in last, and so comes first.
    enforce: "post",

    configResolved(resolved) {
      ({ root, base, logger } = resolved);
      isServing = resolved.command == "serve";
      isForServer = Boolean(resolved.build.ssr);
    },

    buildStart() {
      if (file()) this.addWatchFile(file());
      try {
        build();
        if (file() && built.site.declaredPath) this.addWatchFile(built.site.declaredPath);
      } catch (error) {
        if (isServing) logger.error(told(error));
        else this.error(told(error));
      }
    },

    configureServer(server) {
      const prefix = `${base}${place}/`;
      server.middlewares.use((request, response, next) => {
        const [address] = request.url.split("?");
        const found = address.startsWith(prefix) && built?.files.get(address.slice(prefix.length));
        if (!found) return next();
        response.setHeader("Content-Type", TYPES[path.extname(address)] ?? "text/plain; charset=utf-8");
        response.setHeader("Cache-Control", "no-cache");
        response.end(found);
      });
      if (!file()) return;
      const isOurs = (name) => name == file() || name == built?.site.declaredPath;
      const changed = (name) => {
        if (!isOurs(path.resolve(name))) return;
        try {
          build();
          server.ws.send({ type: "full-reload" });
        } catch (error) {
          const message = told(error);
          logger.error(message);
          server.ws.send({ type: "error", err: { message, stack: "" } });
        }
      };
      for (const event of ["add", "change", "unlink"]) server.watcher.on(event, changed);
    },

    transformIndexHtml: {
      order: "post",
      handler(html, { path: pagePath }) {
        if (!built) return html;
        return {
          html: mark ? built.site.mark(html).html : html,
          tags: [{ tag: "script", attrs: { src: addressFrom(pagePath) }, injectTo: "head-prepend" }],
        };
      },
    },

    generateBundle() {
      // A build for servers has no pages. Before Vite 6 there are no environments.
      const { environment } = this;
      if (environment ? environment.config.consumer == "server" : isForServer) return;
      for (const [name, source] of built.files)
        this.emitFile({ type: "asset", fileName: `${place}/${name}`, source });
    },
  };
}

const TYPES = {
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
