/** What the build puts in place of these names (crates/xtask/src/build). */

/** The gate's compiled rules as text; rust.js says how. */
declare const WASM: string;
/** The gate's table of known hosts and names: kinds of pattern, category, patterns with spaces between. */
declare const RULES: [number, number, string][];
/** The doors of workers that are made of text, as text (worker.js). */
declare const WORKER: string;
/** The languages that there are texts in, as BCP 47 tags with spaces between. */
declare const LANGUAGES: string;
/** The first layer's texts by language, packed as crates/notice says; further ones are fetched. */
declare const TEXTS: Record<string, string>;
/** The style of the first layer. */
declare const STYLE: string;
/** The configuration that `consentry bundle` baked in. */
declare const CONFIG: object | null;
/** Where the files beside ours are, seen from it, up to what follows `consentry-` in their names. */
declare const BESIDE: string;
/** Which full tables the build has: eight hex digits. */
declare const TABLES: string;

interface Window {
  // Newer than 2020, or of some browsers alone: asked for before they are used.
  WeakRef?: any;
  trustedTypes?: any;
  CSSStyleSheet?: any;
  BroadcastChannel?: any;
  consentry?: any;
}
declare const trustedTypes: any;
declare const WeakRef: any;
