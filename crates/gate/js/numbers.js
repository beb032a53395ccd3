// The numbers and names that the gate's Rust and its JavaScript share; what each means is described in
// crates/policy. Made by `cargo xtask build` from crates/policy/src/numbers.rs; not edited by hand.

export const EVENT_FOUND = 0;
export const EVENT_MISSING = 1;
export const EVENT_LAPSED = 2;
export const EVENT_DECIDED = 3;
export const EVENT_FOLLOWED = 4;

export const EFFECT_STORE = 1;
export const EFFECT_HOLD = 2;
export const EFFECT_ERASE = 4;
export const EFFECT_RELEASE = 8;
export const EFFECT_REPORT = 16;
export const EFFECT_ASK = 32;

export const PATTERN_HOST = 1;
export const PATTERN_COOKIE = 2;
export const PATTERN_STORAGE = 4;

export const CLASS_NECESSARY = 0;
export const CLASS_FUNCTIONAL = 1;
export const CLASS_ANALYTICS = 2;
export const CLASS_ADVERTISING = 3;
export const CLASS_UNCLASSIFIED = 4;

export const SOURCE_DEFAULT = 0;
export const SOURCE_TABLE = 1;
export const SOURCE_OWNER = 2;
export const SOURCE_FIRST_PARTY = 3;

export const UNKNOWN_HOLD = 0;
export const UNKNOWN_DENY = 1;
export const UNKNOWN_RELEASE = 2;

export const DECISION_NONE = 0;
export const DECISION_DENIED = 1;
export const DECISION_GRANTED = 2;

export const VERDICT_CLASS_MASK = 7;
export const VERDICT_SOURCE_SHIFT = 3;
export const VERDICT_SOURCE_MASK = 3;
export const VERDICT_SERVICE_SHIFT = 5;

export const LIMIT_SERVICES = 1023;
export const LIMIT_RULES = 7168;

export const LINE_DIRECTION = 0;
export const LINE_REOPEN = 1;
export const LINE_TITLE = 2;
export const LINE_ASK = 3;
export const LINE_UNDESCRIBED = 4;
export const LINE_WITHDRAWAL = 5;
export const LINE_MORE = 6;
export const LINE_EXPLAIN = 7;
export const LINE_POLICY = 8;
export const LINE_SAVED = 9;
export const LINE_FUNCTIONAL_PURPOSE = 10;
export const LINE_ANALYTICS_PURPOSE = 11;
export const LINE_ADVERTISING_PURPOSE = 12;
export const LINE_REJECT_ALL = 13;
export const LINE_ACCEPT_ALL = 14;
export const LINE_PREFERENCES = 15;

// What a verdict's category is called, by its number.
export const CATEGORY_NAMES = ["necessary", "functional", "analytics", "advertising", "unclassified"];

// What a verdict's source is called, by its number.
export const SOURCE_NAMES = ["unknown", "table", "declared", "first-party"];

// The set of effects of each event, by its number, where nothing is granted.
export const EFFECTS_WITHOUT_GRANTS = [6, 34, 55, 23, 6];
