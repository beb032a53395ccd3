/** What tells a visitor's categories apart. `necessary` needs no consent. */
export type Category = "necessary" | "functional" | "analytics" | "advertising";

export type { ConsentryConfig, Language, ServiceConfig, VisitorText } from "./config.js";

/** What can be granted by itself: a category, or one service by its id in the configuration. */
export type Scope = Exclude<Category, "necessary"> | `service:${string}`;

/** A choice in force. */
export interface Consent {
  /** UUIDv7; null for a visitor who has only ever refused, and keeps no identifier. */
  readonly id: string | null;
  /** The configuration's `revision` that was decided on. */
  readonly revision: string;
  /** When it was made: ISO 8601, UTC. */
  readonly time: string;
  /** Until when it stands: ISO 8601, UTC. */
  readonly expires: string;
  /** What made it: the banner or preferences, a script, the end of an earlier one, or Global Privacy Control. */
  readonly source: "banner" | "api" | "expire" | "gpc";
  readonly granted: readonly Scope[];
  readonly denied: readonly Scope[];
  /** True where the browser sends Global Privacy Control and the site follows it. */
  readonly gpc?: true;
}

/** What happened to a request, an element, a cookie or a key. */
export interface Note {
  /** Held, let go, left the page before the gate could act, or still there after a withdrawal. */
  state: "held" | "released" | "leaked" | "left";
  /** By what it acts: `script`, `fetch`, `cookie`, `localStorage` and so on. */
  door: string;
  /** The address, or the name of the cookie or key. */
  target: string;
  category: Category | "unclassified";
  /** The id of the service that declares it, if one does. */
  service: string | null;
  /** Who says what it is: `unknown`, `table`, `declared` or `first-party`. */
  reason: string;
}

/**
 * What is still there after a withdrawal. Of a cookie that only the backend could have expired the category is null and the
 * reason is `no-answer` or `stays`.
 */
export type Leftover = Omit<Note, "category"> & { category: Note["category"] | null };

/** What something is for, and why. */
export interface Classification {
  category: Category | "unclassified";
  /** From 0 to 1. */
  confidence: number;
  /** The kind of evidence that decided. */
  rule: string;
  /** The pattern that matched; empty where none did. */
  pattern: string;
  vendor: string;
  /** Whose table said so. */
  source: string;
}

/** What `report()` tells. */
export interface Report {
  held: Note[];
  released: Note[];
  /** What may not be there now and is. */
  left: Leftover[];
  /** Requests of static tags that left before any script could act: mark these in the HTML. */
  leaked: Note[];
  /** What was held because nobody described it, with what the full tables say of it. */
  unknown: (Note & { answer?: Classification })[];
}

/** One of the visitor's receipts, as the backend has it. */
export interface Receipt {
  readonly v: 1;
  /** UUIDv7. */
  readonly id: string;
  readonly site: string;
  /** The hash of the visitor's secret: 32 hexadecimal digits. */
  readonly subject: string;
  /** When it was decided, by the visitor's clock: ISO 8601, UTC. */
  readonly time: string;
  readonly action: "accept-all" | "reject-all" | "save" | "withdraw" | "expire" | "gpc" | "api";
  readonly granted: readonly Scope[];
  readonly denied: readonly Scope[];
  /** The configuration's `revision` that was decided on. */
  readonly revision: string;
  /** The hash of what was shown; null where nothing was. */
  readonly notice: string | null;
  readonly language: string;
  /** The layer that it was decided in: 0 none, 1 the banner, 2 the preferences. */
  readonly layer: 0 | 1 | 2;
  readonly validUntil: string;
  /** The receipt before it, or null. */
  readonly previous: string | null;
  /** When the backend received it: ISO 8601, UTC. */
  readonly received: string;
  /** What is odd about `time`, where something is. */
  readonly clock?: string;
  /** Whether the backend has the notice itself. */
  readonly noticeKnown?: boolean;
}

/** A form in which records can be taken away. */
export type ExportFormat = "json" | "csv" | "xlsx" | "ts27560";

/** What listeners are given, by event. */
export interface ConsentryEvents {
  /** The page has been parsed, and the configuration is there. A listener that comes later is called too. */
  ready: void;
  /** A layer is shown: 1 is the banner, 2 the preferences. */
  shown: 1 | 2;
  /** No layer is shown any more. */
  hidden: 0;
  /** A decision was made, here or in another tab; null where a choice has ended. */
  consent: Consent | null;
  /** Nothing is granted any more; where a part is taken back, `consent` alone tells it. Null where a choice has ended. */
  withdrawn: Consent | null;
  /** Something was held. */
  held: Note;
  /** Something that was held was let go. */
  released: Note;
  /** The backend has acknowledged a receipt: its id. */
  reported: string;
}

/** The error of a call; its message begins with its `code`. */
export interface ConsentryCallError extends Error {
  /**
   * `unknown-name`, `invalid-value`, `unknown-kind` or `not-started`; of a visitor's records also `no-records`, `no-backend`,
   * `offline`, `try-later` or `refused`.
   */
  code: string;
}

/** The object of the page, `window.consentry`. */
export interface Consentry {
  /** The choice in force; null before there is one. */
  readonly consent: Consent | null;
  /**
   * Whether something may act now.
   * @param name a category, or a service's id with or without `service:` before it
   */
  allowed(name: string): boolean;
  /** Grants every category, as a script's decision, which proves no act of the visitor. */
  acceptAll(): Promise<Consent | null>;
  /** Refuses every category. */
  rejectAll(): Promise<Consent | null>;
  /**
   * Decides some; what is not named stays as it is.
   * @throws {ConsentryCallError} `unknown-name`, `invalid-value`
   */
  save(changes: Partial<Record<Scope, boolean>>): Promise<Consent | null>;
  /** Refuses everything, erases what trackers left, and holds them again at once. */
  withdraw(): Promise<Consent | null>;
  /** Shows the banner. */
  show(): Promise<void>;
  /** Shows the preferences. */
  showPreferences(): Promise<void>;
  /** Takes both away. Decides nothing. */
  hide(): Promise<void>;
  /**
   * Listens to an event; the same events go to `document` as `consentry:<event>`.
   * @returns what ends it
   */
  on<Name extends keyof ConsentryEvents>(
    event: Name,
    listener: (detail: ConsentryEvents[Name]) => void,
  ): () => void;
  /**
   * What a cookie, a storage key or a URL is for, the site's own word first.
   * @throws {ConsentryCallError} `unknown-kind`
   */
  classify(kind: "cookie" | "storage" | "url", value: string): Promise<Classification>;
  /** What was held and released, and why; what is left; what left before us; what nobody described. */
  report(): Promise<Report>;
  /**
   * The visitor's receipts that the backend has, the oldest first. Empty, and nobody is asked, where this browser keeps no secret:
   * for a visitor who has only ever refused.
   * @throws {ConsentryCallError} `no-backend`, `offline`, `try-later`, `refused`
   */
  receipts(): Promise<Receipt[]>;
  /**
   * The same as a file with a name.
   * @param format `json` if left out
   * @throws {ConsentryCallError} `invalid-value`, `no-records`, `no-backend`, `offline`, `try-later`, `refused`
   */
  exportData(format?: ExportFormat): Promise<File>;
  /**
   * Erases the visitor's receipts. What was granted is withdrawn at once, even where the backend cannot be reached; once it has
   * erased them, the browser keeps only a refusal without an identifier.
   * @returns how many receipts were erased
   * @throws {ConsentryCallError} `no-backend`, `offline`, `try-later`, `refused`: nothing is erased, and it can be called again
   */
  erase(): Promise<number>;
  readonly version: string;
}

/**
 * The page's own object. On a server, in a worker and on a page without the tag it is one that grants nothing: `consent` is
 * null, `allowed` is true for `necessary` alone, and what decides or shows rejects with the code `not-started`. After `start()`
 * it does what the page's own does.
 */
export const consentry: Consentry;

/**
 * Starts Consentry late, for pages whose head cannot be changed. What ran before is not undone.
 * @param address of `consentry.js`, with the files that the bundle has written beside it
 * @throws {ConsentryCallError} `not-started`, where the script cannot be had
 */
export function start(address: string | URL): Promise<Consentry>;

declare global {
  interface Window {
    /** Absent on a page without the tag. */
    readonly consentry: Consentry;
  }
  interface DocumentEventMap {
    "consentry:ready": CustomEvent<null>;
    "consentry:shown": CustomEvent<1 | 2>;
    "consentry:hidden": CustomEvent<0>;
    "consentry:consent": CustomEvent<Consent | null>;
    "consentry:withdrawn": CustomEvent<Consent | null>;
    "consentry:held": CustomEvent<Note>;
    "consentry:released": CustomEvent<Note>;
    "consentry:reported": CustomEvent<string>;
  }
}
