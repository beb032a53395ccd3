/** One fault of a configuration. */
export interface Fault {
  /**
   * `syntax`, `duplicate-key`, `unknown-key`, `missing`, `wrong-type`, `bad-value`, `duplicate`, `contradiction` or
   * `not-available`.
   */
  code: string;
  /** `services[2].category`; empty for the whole document. */
  path: string;
  found: string;
  expected: string;
}

/** One finding of the lint. */
export interface Finding {
  level: "error" | "warning" | "info";
  /** The rule's id, or the code of a fault. */
  rule: string;
  /** Where it is: a key, or a line of a page. */
  path: string;
  file: string | null;
  line: number | null;
  found: string;
  expected: string;
  /** The paragraph that the rule comes from. */
  source: string;
  /** Why the owner lets it pass, if so. */
  allowed: string | null;
}

export interface LintResult {
  /** Whether there is an error that nobody allowed. */
  fails: boolean;
  findings: Finding[];
  /** The same as lines for people. */
  lines: string[];
  /** The same as SARIF 2.1.0. */
  sarif: object;
}

/** Reasons for which errors of the lint may pass, by the ids of its rules. */
export type Allow = Record<string, string>;

/** What a configuration, a page or a name is refused for. */
export class ConsentryError extends Error {
  constructor(code: string, lines: string[]);
  /**
   * `unreadable`: a file; `invalid-config`: the configuration has faults; `refused`: the lint finds errors that are not
   * allowed; `bad-value`: something that was given beside it; `incomplete`: a file of this package is missing.
   */
  readonly code: string;
  /** One for each thing that is wrong. */
  readonly lines: string[];
}

/**
 * Every fault of a configuration; none where it is a good one.
 * @param config the configuration, or its JSON text
 */
export function validate(config: object | string): Fault[];

/** What of another consent manager's configuration is not carried over, or should be looked at. */
export interface Remark {
  /** Where it stands in the other configuration: `services[2].optOut`. */
  path: string;
  found: string;
  /** What to do about it. */
  advice: string;
}

/**
 * Turns the configuration of Klaro (0.7 or older) or of vanilla-cookieconsent (3 or 2) into one for Consentry. What is
 * returned is valid; only the keys that the other one speaks of are in it.
 * @param config the other configuration as it is given to that manager, functions and regular expressions included, or its
 * JSON text, in which they stand as `"[function]"` and `"/source/flags"`
 * @throws {ConsentryError} `bad-value`: it is of neither
 */
export function convert(config: object | string): { config: object; remarks: Remark[] };

/** The JSON Schema of a configuration, made from the types that read it. */
export function configSchema(): object;

/** Whose work the classifier's tables and model are made from. */
export function tablesNotices(): string;

/** A built file of the component by its name, or undefined. */
export function componentFile(name: string): Uint8Array | undefined;

export interface SiteOptions {
  /** How messages name the configuration. */
  path?: string;
  /** Hosts that serve the site, beside those of `backend.origins`. */
  hosts?: readonly string[];
}

/** A site's configuration, and what can be done with it. */
export class Site {
  /**
   * Reads a configuration, with `<site>.declared.json` beside it if that is there.
   * @throws {ConsentryError} `unreadable`
   */
  static read(file: string, options?: Pick<SiteOptions, "hosts">): Site;

  /**
   * A bad configuration is no error here: `lint()` tells what is wrong with it.
   * @throws {ConsentryError} `bad-value`: a host is none
   */
  constructor(config: object | string, options?: SiteOptions);

  /**
   * A site of which nothing is known: the built-in rules apply, and the lint looks at its pages alone.
   * @throws {ConsentryError} `bad-value`
   */
  static unconfigured(options?: Pick<SiteOptions, "hosts">): Site;

  /** Where the document of services declared in `/admin` lies, whether or not there is one. */
  readonly declaredPath: string | undefined;

  /** Adds a page to what is linted; whether `fix()` would change it. */
  addPage(name: string, html: string | Uint8Array): boolean;

  /**
   * What the rules find.
   * @throws {ConsentryError} `bad-value`: `allow` names no rule or no reason
   */
  lint(options?: { allow?: Allow }): LintResult;

  /**
   * The files that a site puts beside its pages, `consentry.js` first, by name.
   * @throws {ConsentryError} `invalid-config`; `refused`, not for what was declared in `/admin`; `bad-value`
   */
  bundle(options?: { allow?: Allow }): Map<string, Uint8Array>;

  /**
   * A page with its static tags of other hosts held, in the form that it was given, and how many are.
   * @param html text, or bytes in any encoding of the web
   * @throws {ConsentryError} `invalid-config`; `bad-value`: `charset` is no encoding
   */
  mark<Html extends string | Uint8Array>(
    html: Html,
    options?: { charset?: string },
  ): { html: Html extends string ? string : Uint8Array; held: number };

  /**
   * The same as the lint asks for it: also where `gate.reportOnly` lets everything pass.
   * @throws {ConsentryError} `invalid-config`
   */
  fix(html: Uint8Array): { html: Uint8Array; held: number };

  /**
   * The Content-Security-Policy for a visitor with these grants.
   * @throws {ConsentryError} `invalid-config`; `bad-value`: a name is not in the configuration
   */
  csp(options?: { granted?: readonly string[]; denied?: readonly string[] }): string;

  /**
   * What `<consentry-declaration>` shows, as HTML to stand inside it.
   * @throws {ConsentryError} `invalid-config`; `bad-value`: the site has no such language
   */
  declaration(language?: string): string;

  /**
   * What a cookie, a storage key or a URL is for, the site's own word first.
   * @throws {ConsentryError} `invalid-config`; `bad-value`: `kind` is another
   */
  classify(
    kind: "cookie" | "storage" | "url",
    name: string,
    options?: { domain?: string },
  ): import("./index.js").Classification;
}
