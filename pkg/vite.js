// The Vite plugin: puts Consentry's script first into <head>, bakes the configuration into it, marks third parties' tags in the
// HTML so that they wait for consent, and ends the build where the configuration is refused. What is wrong, and how pages are
// marked, is decided in tools.js.
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

  const configFile = () => (typeof config == "string" ? path.resolve(root, config) : undefined);

  /** Reads the configuration and makes the files. Keeps what was built before, and throws, where it is refused. */
  function build() {
    // Where the application's files lie on a host of their own, that is the site's too.
    const hosts = /^(https?:)?\/\//.test(base) ? [new URL(base, "https://localhost").hostname] : [];
    const name = configFile();
    const site = name ? Site.read(name, { hosts }) : new Site(config, { hosts });
    const files = site.bundle({ allow });
    // What is an error, and was not allowed, has ended it by now.
    const { findings, lines } = site.lint({ allow });
    lines.forEach((line, at) => findings[at].level == "warning" && logger.warn(`consentry: ${line}`));
    built = { site, files };
  }

  /** The message of an error that the site's owner can mend; any other is thrown on. */
  function messageOf(error) {
    if (!(error instanceof ConsentryError)) throw error;
    return `consentry: ${configFile() ?? "config"}\n${error.message}`;
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
    // After all other plugins, so that its tag ends up in front of theirs.
    enforce: "post",

    configResolved(resolved) {
      ({ root, base, logger } = resolved);
      isServing = resolved.command == "serve";
      isForServer = Boolean(resolved.build.ssr);
    },

    buildStart() {
      if (configFile()) this.addWatchFile(configFile());
      try {
        build();
        if (configFile() && built.site.declaredPath) this.addWatchFile(built.site.declaredPath);
      } catch (error) {
        if (isServing) logger.error(messageOf(error));
        else this.error(messageOf(error));
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
      if (!configFile()) return;
      // Before the first good build nobody knows what the document of declared services is called.
      const isDeclared = (name) =>
        name.endsWith(".declared.json") && path.dirname(name) == path.dirname(configFile());
      const isOurs = (name) => name == configFile() || isDeclared(name);
      const changed = (name) => {
        if (!isOurs(path.resolve(name))) return;
        try {
          build();
          server.ws.send({ type: "full-reload" });
        } catch (error) {
          const message = messageOf(error);
          logger.error(message);
          server.ws.send({ type: "error", err: { message, stack: "" } });
        }
      };
      for (const event of ["add", "change", "unlink"]) server.watcher.on(event, changed);
    },

    transformIndexHtml: {
      order: "post",
      handler(html, { path: pagePath }) {
        if (!built) return html; // in development, where the configuration was never a good one, as the console says
        return {
          html: mark ? built.site.mark(html).html : html,
          tags: [{ tag: "script", attrs: { src: addressFrom(pagePath) }, injectTo: "head-prepend" }],
        };
      },
    },

    generateBundle(_, bundle) {
      // A build for servers has no pages. Vite before 6 has no environments, but `build.ssr`.
      const { environment } = this;
      if (environment ? environment.config.consumer == "server" : isForServer) return;
      for (const [name, source] of built.files)
        this.emitFile({ type: "asset", fileName: `${place}/${name}`, source });
      // Vite takes the first text that looks like a head, even in a comment.
      for (const [name, { source }] of Object.entries(bundle))
        if (name.endsWith(".html") && !withoutComments(source).includes(`${place}/consentry.js"`))
          this.error(`consentry: ${name}: found no place for its script, expected <head> in no comment`);
    },
  };
}

const withoutComments = (html) => String(html).replace(/<!--[^]*?-->/g, "");

const TYPES = {
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
