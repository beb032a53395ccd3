/** What the build puts in place of these names (crates/xtask/src/build). */

/** The gate's compiled rules, two hex digits a byte. */
declare const WASM: string;
/** The gate's table of known hosts and names. */
declare const RULES: string;
/** The label of the button that opens the preferences again, by language. */
declare const LABELS: Record<string, string>;
/** The configuration that `consentry bundle` baked in. */
declare const CONFIG: object | null;
/** Which full tables the build has: eight hex digits. */
declare const TABLES: string;
