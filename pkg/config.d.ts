// The types of a configuration, made from the table that its check reads (src/model/config/keys.rs).

/** A language that the component has texts in. */
export type Language = "en" | "ar" | "bg" | "cs" | "da" | "de" | "el" | "es" | "et" | "fi" | "fr" | "ga" | "he" | "hr" | "hu" | "is" | "it" | "lt" | "lv" | "mt" | "nb" | "nl" | "nn" | "pl" | "pt" | "ro" | "sk" | "sl" | "sv" | "tr" | "uk";

/** A text for visitors, or one for each language. */
export type VisitorText = string | { readonly [language in Language]?: string };

/** A service on the site. */
export interface ServiceConfig {
  /** Names the service in decisions, as `service:<id>`. */
  readonly id: string;
  /** What visitors read; the id by default. */
  readonly name?: VisitorText;
  /** Why it is on the site. */
  readonly category: "necessary" | "functional" | "analytics" | "advertising";
  /** The legal basis (GDPR article 6(1)); consent for all but the necessary, if left out. */
  readonly legalBasis?: "consent" | "contract" | "legal-obligation" | "legitimate-interest" | "public-task" | "vital-interests";
  /** What it does with the data (GDPR article 13(1)(c)). */
  readonly purpose?: VisitorText;
  /** Who receives the data (GDPR article 13(1)(e)). */
  readonly recipients?: VisitorText | readonly VisitorText[];
  /** How long the data are kept (GDPR article 13(2)(a)). */
  readonly retention?: VisitorText;
  /** Transfers to third countries (GDPR article 13(1)(f)). */
  readonly transfers?: VisitorText;
  /** Its hosts; each takes in all below it. */
  readonly hosts?: readonly string[];
  /** Its scripts. */
  readonly scripts?: readonly string[];
  /** The cookies that it sets. */
  readonly cookies?: readonly (string | {
    /** The cookie's name. */
    readonly name: string;
    /** What it is for. */
    readonly purpose?: VisitorText;
    /** How long it lives (Planet49, C-673/17). */
    readonly duration?: VisitorText;
    /** Whether it outlives the browser's session; told by its duration, if left out. */
    readonly kind?: "session" | "persistent";
  })[];
  /** The storage keys that it writes. */
  readonly storage?: readonly (string | {
    /** The key's name. */
    readonly name: string;
    /** What it is for. */
    readonly purpose?: VisitorText;
    /** How long it is kept. */
    readonly duration?: VisitorText;
  })[];
  /** What stands in the page in place of its held frames. */
  readonly placeholder?: {
    /** A picture of your own site; nothing is asked of the service's hosts. */
    readonly poster?: string;
    /** What the visitor misses. */
    readonly text?: VisitorText;
  };
  /** Whether it is asked for by itself: accepting everything does not grant it (GDPR article 9(2)(a)). */
  readonly separate?: boolean;
  /** Whether it is the site's own: nobody else gets its data, and the first layer does not count it among the services of other companies. */
  readonly firstParty?: boolean;
}

/** A whole configuration: what `consentry.json` holds. */
export interface ConsentryConfig {
  /** Where an editor finds the schema; nothing else reads it. */
  readonly "$schema"?: string;
  /** Names the site in receipts. Needed with `backend`. */
  readonly site?: string;
  /** Your version of this file, 1 if left out; a new one asks every visitor again, but for what `changes` says. */
  readonly revision?: string;
  /** Where receipts are sent. Without it there are none: the browser keeps the choice, and nothing proves it. */
  readonly backend?: {
    /** The address of `consentry serve`. */
    readonly url: string;
    /** The origins whose pages may send receipts. */
    readonly origins: readonly string[];
    /** How many requests a minute the backend takes from one network, 600 by default; 0 takes any number. */
    readonly rateLimit?: number;
    /** How many days the backend keeps what it recorded; it erases nothing by itself where nothing is said. */
    readonly retention?: {
      /** Receipts: the days for which you have to prove a decision, after it ended by age or the visitor's next one. */
      readonly receipts?: number;
      /** What pages observed: the days after it was last seen. */
      readonly observations?: number;
    };
  };
  /** Who is responsible (GDPR article 13(1)(a) and (b)). */
  readonly controller?: {
    /** The controller's name. */
    readonly name?: VisitorText;
    /** Its postal address. */
    readonly address?: VisitorText;
    /** How to reach it. */
    readonly contact?: VisitorText;
    /** How to reach its data protection officer. */
    readonly dpo?: VisitorText;
    /** The supervisory authority for complaints. */
    readonly authority?: VisitorText;
  };
  /** Where visitors read your policy. */
  readonly policyUrl?: string;
  /** The banner's languages, the fallback first; all of ours if left out. */
  readonly languages?: readonly ("en" | "ar" | "bg" | "cs" | "da" | "de" | "el" | "es" | "et" | "fi" | "fr" | "ga" | "he" | "hr" | "hu" | "is" | "it" | "lt" | "lv" | "mt" | "nb" | "nl" | "nn" | "pl" | "pt" | "ro" | "sk" | "sl" | "sv" | "tr" | "uk")[];
  /** The law whose rules apply; gdpr if left out. */
  readonly regime?: "gdpr";
  /** How many days a decision stands; 185 by default. */
  readonly validity?: number;
  /** The categories that you use; all four if left out. */
  readonly categories?: readonly ("necessary" | "functional" | "analytics" | "advertising" | {
    /** The category. */
    readonly id: "necessary" | "functional" | "analytics" | "advertising";
    /** What you use it for. */
    readonly description?: VisitorText;
  })[];
  /** The services on your site. */
  readonly services?: readonly ServiceConfig[];
  /** How the banner looks. */
  readonly banner?: {
    /** Its shape: a card in a corner, which is the usual one, a bar, or a card in the middle. */
    readonly layout?: "box" | "bar" | "dialog";
    /** Where it stands; each layout has places of its own, its usual one if left out. */
    readonly position?: "top" | "bottom" | "center" | "top-left" | "top-right" | "bottom-left" | "bottom-right";
    /** Light or dark; `auto`, the usual one, follows the visitor's system, `page` the page's `color-scheme`. */
    readonly theme?: "auto" | "light" | "dark" | "page";
    /** A ready set of colours; `slate` if left out. */
    readonly palette?: "slate" | "ink" | "forest" | "ocean" | "berry" | "sand";
    /** Your own colours, font and distances, in place of the palette's. */
    readonly style?: {
      /** The banner's ground. */
      readonly background?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** Its text. */
      readonly color?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** Its less important text. */
      readonly muted?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** Its lines. */
      readonly border?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** The ground of the buttons that decide. */
      readonly button?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** Their text. */
      readonly buttonColor?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** The frame around what has the focus. */
      readonly focus?: string | {
        /** On light. */
        readonly light: string;
        /** On dark. */
        readonly dark: string;
      };
      /** The font, as in `font-family`. */
      readonly font?: string;
      /** The size of the text. */
      readonly fontSize?: string;
      /** The radius of its corners. */
      readonly radius?: string;
      /** The radius of the buttons' corners. */
      readonly buttonRadius?: string;
      /** The distance around what it holds. */
      readonly space?: string;
      /** The greatest width of the card. */
      readonly width?: string;
      /** Its shadow, as in `box-shadow`. */
      readonly shadow?: string;
    };
    /** Your own wording, by language and by the text's name. */
    readonly texts?: { readonly [language in Language]?: {
      readonly reopen?: string;
      readonly title?: string;
      readonly ask?: string;
      readonly undescribed?: string;
      readonly withdrawal?: string;
      readonly more?: string;
      readonly explain?: string;
      readonly policy?: string;
      readonly saved?: string;
      readonly functionalPurpose?: string;
      readonly analyticsPurpose?: string;
      readonly advertisingPurpose?: string;
      readonly "reject-all"?: string;
      readonly "accept-all"?: string;
      readonly preferences?: string;
      readonly save?: string;
      readonly close?: string;
      readonly withdraw?: string;
      readonly preferencesIntro?: string;
      readonly decided?: string;
      readonly alwaysOn?: string;
      readonly necessary?: string;
      readonly necessaryText?: string;
      readonly functional?: string;
      readonly functionalText?: string;
      readonly analytics?: string;
      readonly analyticsText?: string;
      readonly advertising?: string;
      readonly advertisingText?: string;
      readonly notDescribed?: string;
      readonly notDescribedText?: string;
      readonly separate?: string;
      readonly search?: string;
      readonly found?: string;
      readonly services?: string;
      readonly purpose?: string;
      readonly legalBasis?: string;
      readonly consent?: string;
      readonly contract?: string;
      readonly "legal-obligation"?: string;
      readonly "legitimate-interest"?: string;
      readonly "public-task"?: string;
      readonly "vital-interests"?: string;
      readonly recipients?: string;
      readonly retention?: string;
      readonly transfers?: string;
      readonly hosts?: string;
      readonly cookies?: string;
      readonly storage?: string;
      readonly controller?: string;
      readonly dpo?: string;
      readonly authority?: string;
      readonly rights?: string;
      readonly gpc?: string;
      readonly changedTitle?: string;
      readonly changedAsk?: string;
      readonly changedNothing?: string;
      readonly understood?: string;
      readonly withdrawn?: string;
      readonly reload?: string;
      readonly records?: string;
      readonly recordsText?: string;
      readonly allRecords?: string;
      readonly noRecords?: string;
      readonly download?: string;
      readonly eraseRecords?: string;
      readonly eraseAsk?: string;
      readonly keepRecords?: string;
      readonly erased?: string;
      readonly moment?: string;
      readonly unreachable?: string;
      readonly refused?: string;
      readonly heldTitle?: string;
      readonly heldText?: string;
      readonly showOnce?: string;
      readonly allowService?: string;
      readonly yourChoice?: string;
      readonly notChosen?: string;
      readonly allowed?: string;
      readonly denied?: string;
      readonly name?: string;
      readonly kind?: string;
      readonly setBy?: string;
      readonly duration?: string;
      readonly thisSite?: string;
      readonly notStated?: string;
      readonly sessionCookie?: string;
      readonly persistentCookie?: string;
      readonly localStorage?: string;
      readonly call?: string;
      readonly deleteTitle?: string;
      readonly deleteChrome?: string;
      readonly deleteFirefox?: string;
      readonly deleteSafari?: string;
      readonly deleteEdge?: string;
      readonly print?: string;
    } };
    /** Lets the page wait behind the banner; only for the layout `dialog`. */
    readonly wall?: {
      /** Why the page cannot be used without a choice. */
      readonly reason: VisitorText;
    };
  };
  /** What is held. */
  readonly gate?: {
    /** Third-party hosts that no table knows and you have not declared: `hold`, the usual word, until a visitor grants every category; `deny` for ever; `release` does not hold them. */
    readonly unknown?: "hold" | "deny" | "release";
    /** Which cookies and keys of your own hosts are held: `tables`, the usual word, those that a table or you call a tracker's; `declared` all that you have not declared. */
    readonly names?: "tables" | "declared";
    /** More hosts of yours. */
    readonly firstParty?: readonly string[];
    /** Hosts that are never held, whatever they are for, and never listed. */
    readonly exempt?: readonly string[];
    /** Hold nothing, only report what would be held: for trying it out, as nothing is protected. */
    readonly reportOnly?: boolean;
  };
  /** Signals of the browser that are followed. */
  readonly signals?: {
    /** Global Privacy Control ends earlier grants of advertising; on by default. */
    readonly gpc?: boolean;
    /** Planned. */
    readonly dnt?: never;
    /** Planned. */
    readonly tcf?: never;
    /** Planned. */
    readonly gpp?: never;
    /** Planned. */
    readonly google?: never;
    /** Planned. */
    readonly microsoft?: never;
    /** Planned. */
    readonly meta?: never;
  };
  /** What is new since earlier revisions, the oldest first. */
  readonly changes?: readonly ({
    /** The revision that it came with. */
    readonly revision: string;
    /** The revision before it. */
    readonly previous: string;
    /** What is new, in words for visitors. */
    readonly summary: VisitorText;
    /** What is asked again: categories, and services as service:<id>. */
    readonly asks?: readonly string[];
  })[];
  /** A cookie that tells your servers the visitor's choice. */
  readonly cookie?: {
    /** Write the choice to the cookie `consentry`; without it there is none. */
    readonly mirror: boolean;
    /** The host that it is for, with all below; the page's by default. With it a choice made on one of these hosts is in force on all of them; all need the same `revision`. */
    readonly domain?: string;
  };
  /** The log of the site's receipts, which anybody can check. */
  readonly log?: {
    /** Whether strangers may read the log: hashes that tell of no visitor and no decision; on by default. */
    readonly public?: boolean;
  };
  /** Tell the backend what acts on your site that you have not declared; off by default. */
  readonly observe?: boolean;
}
