import type { Plugin } from "vite";
import type { ConsentryConfig } from "./config.js";
import type { Allow } from "./tools.js";

export interface ConsentryOptions {
  /** The configuration, or the file that it is in, from the root of the project. By default `consentry.json`. */
  config?: string | ConsentryConfig;
  /** The folder of the bundle below the site's base, which may not be empty. By default `consentry`. */
  folder?: string;
  /** Whether static tags of other hosts in HTML files are held before any browser reads them. By default true. */
  mark?: boolean;
  /** Reasons for which errors of the lint may pass, by the ids of its rules. */
  allow?: Allow;
}

/**
 * Puts Consentry's tag first into the head of every HTML file that Vite builds or serves, writes the bundle beside the built
 * files, serves it in development, and ends the build with every error of the configuration. In development an error is
 * told, and the last good configuration stays. Frameworks that write their HTML themselves do not ask a plugin: put
 * `headHtml()` of `consentry/head.js` into their template.
 */
export default function consentry(options?: ConsentryOptions): Plugin;
