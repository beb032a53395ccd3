//! The keys of a configuration, as data. A new key is a line here; the check and the published schema
//! follow by themselves.

use consentry_policy::numbers::CATEGORY_NAMES;

use crate::model::category::Category;
use crate::model::shape::{Field, Shape, TextRule};

use super::addresses::{BackendUrl, CookieDomain, Origin, OwnPath, PolicyUrl};
use super::look::{CssValue, HexColor};
use super::patterns::{CookiePattern, HostPattern, ScriptPattern, StoragePattern};
use super::text::Text;
use super::values::{
    CookieKind, Days, LANGUAGES, Layout, LegalBasis, Names, Palette, Position, Revision, Scope, ServiceId,
    SiteKey, TEXT_NAMES, Theme, Unknown,
};
use super::{Backend, Retention};

/// The names of the categories, without "unclassified", which nobody declares.
const CATEGORIES: &[&str] = CATEGORY_NAMES.split_at(Category::ALL.len()).0;

/// The whole document.
pub(super) const CONFIG: Shape = Shape::Object(&[
    key("$schema", Shape::Text(&HUMAN_TEXT), "Where an editor finds the schema; nothing else reads it."),
    key("site", Shape::Text(&SITE), "Names the site in receipts. Needed with `backend`."),
    key(
        "revision",
        Shape::Text(&REVISION),
        "Your version of this file, 1 if left out; a new one asks every visitor again, but for what `changes` says.",
    ),
    key(
        "backend",
        BACKEND,
        "Where receipts are sent. Without it there are none: the browser keeps the choice, and nothing proves it.",
    ),
    key("controller", CONTROLLER, "Who is responsible (GDPR article 13(1)(a) and (b))."),
    key("policyUrl", Shape::Text(&POLICY), "Where visitors read your policy."),
    key(
        "languages",
        some(&Shape::Word(LANGUAGES, &[])),
        "The banner's languages, the fallback first; all of ours if left out.",
    ),
    key("regime", Shape::Word(&["gdpr"], PLANNED_REGIMES), "The law whose rules apply; gdpr if left out."),
    key("validity", Shape::Whole(1, Days::MOST), "How many days a decision stands; 185 by default."),
    key(
        "categories",
        some(&Shape::Either(&CATEGORY, &CATEGORY_OBJECT)),
        "The categories that you use; all four if left out.",
    ),
    key("services", any(&SERVICE), "The services on your site."),
    key("banner", Shape::Object(BANNER), "How the banner looks."),
    key("gate", Shape::Object(GATE), "What is held."),
    key("signals", Shape::Object(SIGNALS), "Signals of the browser that are followed."),
    key("changes", any(&CHANGE), "What is new since earlier revisions, the oldest first."),
    key("cookie", Shape::Object(COOKIE_MIRROR), "A cookie that tells your servers the visitor's choice."),
    key("log", Shape::Object(LOG), "The log of the site's receipts, which anybody can check."),
    key(
        "observe",
        Shape::Flag,
        "Tell the backend what acts on your site that you have not declared; off by default.",
    ),
]);

/// What an owner declared in `/admin`, a document of its own.
pub(super) const DECLARED: Shape =
    Shape::Object(&[key("services", any(&SERVICE), "As in the configuration; what that says wins.")]);

const PLANNED_REGIMES: &[&str] =
    &["ccpa", "notice", "uk", "us", "usnat", "lgpd", "pipeda", "popia", "appi", "fadp", "none"];

const BACKEND: Shape = Shape::Object(&[
    needed("url", Shape::Text(&BACKEND_URL), "The address of `consentry serve`."),
    needed("origins", some(&Shape::Text(&ORIGIN)), "The origins whose pages may send receipts."),
    key(
        "rateLimit",
        Shape::Whole(0, Backend::MOST_RATE_LIMIT),
        "How many requests a minute the backend takes from one network, 600 by default; 0 takes any number.",
    ),
    key(
        "retention",
        Shape::Object(RETENTION),
        "How many days the backend keeps what it recorded; it erases nothing by itself where nothing is said.",
    ),
]);

const RETENTION: &[Field] = &[
    key(
        "receipts",
        Shape::Whole(1, Retention::MOST_DAYS),
        "Receipts: the days for which you have to prove a decision, after it ended by age or the visitor's next one.",
    ),
    key(
        "observations",
        Shape::Whole(1, Retention::MOST_DAYS),
        "What pages observed: the days after it was last seen.",
    ),
];

const CONTROLLER: Shape = Shape::Object(&[
    key("name", HUMAN, "The controller's name."),
    key("address", HUMAN, "Its postal address."),
    key("contact", HUMAN, "How to reach it."),
    key("dpo", HUMAN, "How to reach its data protection officer."),
    key("authority", HUMAN, "The supervisory authority for complaints."),
]);

const CATEGORY: Shape = Shape::Word(CATEGORIES, &[]);
const CATEGORY_OBJECT: Shape = Shape::Object(&[
    needed("id", CATEGORY, "The category."),
    key("description", HUMAN, "What you use it for."),
]);

const SERVICE: Shape = Shape::Object(&[
    needed("id", Shape::Text(&SERVICE_ID), "Names the service in decisions, as `service:<id>`."),
    key("name", HUMAN, "What visitors read; the id by default."),
    needed("category", CATEGORY, "Why it is on the site."),
    key(
        "legalBasis",
        Shape::Word(LegalBasis::NAMES, &[]),
        "The legal basis (GDPR article 6(1)); consent for all but the necessary, if left out.",
    ),
    key("purpose", HUMAN, "What it does with the data (GDPR article 13(1)(c))."),
    key("recipients", Shape::OneOrMany(&HUMAN), "Who receives the data (GDPR article 13(1)(e))."),
    key("retention", HUMAN, "How long the data are kept (GDPR article 13(2)(a))."),
    key("transfers", HUMAN, "Transfers to third countries (GDPR article 13(1)(f))."),
    key("hosts", any(&HOST_SHAPE), "Its hosts; each takes in all below it."),
    key("scripts", any(&Shape::Text(&SCRIPT)), "Its scripts."),
    key("cookies", any(&Shape::Either(&COOKIE_SHAPE, &COOKIE_OBJECT)), "The cookies that it sets."),
    key("storage", any(&Shape::Either(&STORAGE_SHAPE, &STORAGE_OBJECT)), "The storage keys that it writes."),
    key("placeholder", PLACEHOLDER, "What stands in the page in place of its held frames."),
    key(
        "separate",
        Shape::Flag,
        "Whether it is asked for by itself: accepting everything does not grant it (GDPR article 9(2)(a)).",
    ),
    key(
        "firstParty",
        Shape::Flag,
        "Whether it is the site's own: nobody else gets its data, and the first layer does not count it among the services of \
         other companies.",
    ),
]);

const PLACEHOLDER: Shape = Shape::Object(&[
    key(
        "poster",
        Shape::Text(&OWN_PATH),
        "A picture of your own site; nothing is asked of the service's hosts.",
    ),
    key("text", HUMAN, "What the visitor misses."),
]);

/// What is new in a revision. A visitor who chose under an earlier one keeps that choice, but for what is asked.
const CHANGE: Shape = Shape::Object(&[
    needed("revision", Shape::Text(&REVISION), "The revision that it came with."),
    needed("previous", Shape::Text(&REVISION), "The revision before it."),
    needed("summary", HUMAN, "What is new, in words for visitors."),
    key("asks", any(&Shape::Text(&SCOPE)), "What is asked again: categories, and services as service:<id>."),
]);

const LOG: &[Field] = &[key(
    "public",
    Shape::Flag,
    "Whether strangers may read the log: hashes that tell of no visitor and no decision; on by default.",
)];

const SIGNALS: &[Field] = &[
    key("gpc", Shape::Flag, "Global Privacy Control ends earlier grants of advertising; on by default."),
    key("dnt", Shape::Planned, "Planned."),
    key("tcf", Shape::Planned, "Planned."),
    key("gpp", Shape::Planned, "Planned."),
    key("google", Shape::Planned, "Planned."),
    key("microsoft", Shape::Planned, "Planned."),
    key("meta", Shape::Planned, "Planned."),
];

const BANNER: &[Field] = &[
    key(
        "layout",
        Shape::Word(Layout::NAMES, &[]),
        "Its shape: a card in a corner, which is the usual one, a bar, or a card in the middle.",
    ),
    key(
        "position",
        Shape::Word(Position::NAMES, &[]),
        "Where it stands; each layout has places of its own, its usual one if left out.",
    ),
    key(
        "theme",
        Shape::Word(Theme::NAMES, &[]),
        "Light or dark; `auto`, the usual one, follows the visitor's system, `page` the page's `color-scheme`.",
    ),
    key("palette", Shape::Word(Palette::NAMES, &[]), "A ready set of colours; `slate` if left out."),
    key("style", Shape::Object(STYLE), "Your own colours, font and distances, in place of the palette's."),
    key("texts", Shape::Map(LANGUAGES, &OWN_TEXTS), "Your own wording, by language and by the text's name."),
    key("wall", WALL, "Lets the page wait behind the banner; only for the layout `dialog`."),
];

const WALL: Shape =
    Shape::Object(&[needed("reason", HUMAN, "Why the page cannot be used without a choice.")]);

/// The names of the component's texts, each with another wording.
const OWN_TEXTS: Shape = Shape::Map(TEXT_NAMES, &Shape::Text(&HUMAN_TEXT));

/// The keys of [`super::look::Style`].
const STYLE: &[Field] = &[
    key("background", COLOR, "The banner's ground."),
    key("color", COLOR, "Its text."),
    key("muted", COLOR, "Its less important text."),
    key("border", COLOR, "Its lines."),
    key("button", COLOR, "The ground of the buttons that decide."),
    key("buttonColor", COLOR, "Their text."),
    key("focus", COLOR, "The frame around what has the focus."),
    key("font", CSS, "The font, as in `font-family`."),
    key("fontSize", CSS, "The size of the text."),
    key("radius", CSS, "The radius of its corners."),
    key("buttonRadius", CSS, "The radius of the buttons' corners."),
    key("space", CSS, "The distance around what it holds."),
    key("width", CSS, "The greatest width of the card."),
    key("shadow", CSS, "Its shadow, as in `box-shadow`."),
];

const COLOR: Shape = Shape::Either(&Shape::Text(&HEX_COLOR), &COLOR_OBJECT);
const COLOR_OBJECT: Shape = Shape::Object(&[
    needed("light", Shape::Text(&HEX_COLOR), "On light."),
    needed("dark", Shape::Text(&HEX_COLOR), "On dark."),
]);
const CSS: Shape = Shape::Text(&CSS_VALUE);

const GATE: &[Field] = &[
    key(
        "unknown",
        Shape::Word(Unknown::NAMES, &[]),
        "Third-party hosts that no table knows and you have not declared: `hold`, the usual word, until a visitor grants every category; `deny` for ever; `release` does not hold them.",
    ),
    key(
        "names",
        Shape::Word(Names::NAMES, &[]),
        "Which cookies and keys of your own hosts are held: `tables`, the usual word, those that a table or you call a tracker's; `declared` all that you have not declared.",
    ),
    key("firstParty", any(&HOST_SHAPE), "More hosts of yours."),
    key("exempt", any(&HOST_SHAPE), "Hosts that are never held, whatever they are for, and never listed."),
    key(
        "reportOnly",
        Shape::Flag,
        "Hold nothing, only report what would be held: for trying it out, as nothing is protected.",
    ),
];

const COOKIE_MIRROR: &[Field] = &[
    needed("mirror", Shape::Flag, "Write the choice to the cookie `consentry`; without it there is none."),
    key(
        "domain",
        Shape::Text(&COOKIE_DOMAIN),
        "The host that it is for, with all below; the page's by default. With it a choice made on one of these hosts is in force on all of them; all need the same `revision`.",
    ),
];

const HUMAN: Shape = Shape::Either(&Shape::Text(&HUMAN_TEXT), &HUMAN_OBJECT);
const HUMAN_OBJECT: Shape = Shape::Map(LANGUAGES, &Shape::Text(&HUMAN_TEXT));
const HOST_SHAPE: Shape = Shape::Text(&HOST);
const COOKIE_SHAPE: Shape = Shape::Text(&COOKIE);
const COOKIE_OBJECT: Shape = Shape::Object(&[
    needed("name", COOKIE_SHAPE, "The cookie's name."),
    key("purpose", HUMAN, "What it is for."),
    key("duration", HUMAN, "How long it lives (Planet49, C-673/17)."),
    key(
        "kind",
        Shape::Word(CookieKind::NAMES, &[]),
        "Whether it outlives the browser's session; told by its duration, if left out.",
    ),
]);
const STORAGE_SHAPE: Shape = Shape::Text(&STORAGE);
const STORAGE_OBJECT: Shape = Shape::Object(&[
    needed("name", STORAGE_SHAPE, "The key's name."),
    key("purpose", HUMAN, "What it is for."),
    key("duration", HUMAN, "How long it is kept."),
]);

const SITE: TextRule = TextRule {
    expected: "a site key of 1 to 64 lower-case letters, digits and -, not starting with -",
    holds: |text| SiteKey::new(text).is_some(),
    pattern: Some("^[a-z0-9][a-z0-9-]{0,63}$"),
};
const REVISION: TextRule = TextRule {
    expected: "1 to 64 printable ASCII characters without spaces",
    holds: |text| Revision::new(text).is_some(),
    pattern: Some("^[!-~]{1,64}$"),
};
const SERVICE_ID: TextRule = TextRule {
    expected: "an id of 1 to 64 lower-case letters, digits, - and _, not a category's name",
    holds: |text| ServiceId::new(text).is_some(),
    pattern: Some("^[a-z0-9][a-z0-9_-]{0,63}$"),
};
const BACKEND_URL: TextRule = TextRule {
    expected: "an http or https URL in lower case, without credentials, query and fragment",
    holds: |text| BackendUrl::new(text).is_some(),
    pattern: Some("^https?://[^?#@\\s]+$"),
};
const ORIGIN: TextRule = TextRule {
    expected: "an origin such as https://www.example.com: lower-case, no path, no default port",
    holds: |text| Origin::new(text).is_some(),
    pattern: Some("^https?://[^/?#@\\sA-Z]+$"),
};
const POLICY: TextRule = TextRule {
    expected: "an http or https URL, or a path such as /privacy",
    holds: |text| PolicyUrl::new(text).is_some(),
    pattern: Some("^(https?://|/)\\S*$"),
};
const HOST: TextRule = TextRule {
    expected: "a host such as example.com or *.example.com in lower-case ASCII (xn--… for others), \
               without scheme, port and path",
    holds: |text| HostPattern::new(text).is_some(),
    pattern: Some("^(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*$"),
};
const COOKIE_DOMAIN: TextRule = TextRule {
    expected: "a host with a dot in it such as example.com, in lower-case ASCII, no address and \
               without a dot first",
    holds: |text| CookieDomain::new(text).is_some(),
    pattern: Some("^[a-z0-9_-]+(\\.[a-z0-9_-]+)+$"),
};
const SCRIPT: TextRule = TextRule {
    expected: "an http or https URL, or a path starting with /, in ASCII without query and fragment; \
               /* at its end takes in all below",
    holds: |text| ScriptPattern::new(text).is_some(),
    pattern: Some("^(https?://|/)[^?#\\s]+$"),
};
const COOKIE: TextRule = TextRule {
    expected: "a cookie's name with at most one *, without spaces, ; and =",
    holds: |text| CookiePattern::new(text).is_some(),
    pattern: Some("^[^*;=\\s]*\\*?[^*;=\\s]*$"),
};
const STORAGE: TextRule = TextRule {
    expected: "a storage key with at most one *",
    holds: |text| StoragePattern::new(text).is_some(),
    pattern: Some("^[^*]*\\*?[^*]*$"),
};
const HEX_COLOR: TextRule = TextRule {
    expected: "a colour such as #1d4ed8",
    holds: |text| HexColor::new(text).is_some(),
    pattern: Some("^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
};
const CSS_VALUE: TextRule = TextRule {
    expected: "a value of CSS without ; { } < > \\ @ ! and without an address, each bracket and quote closed",
    holds: |text| CssValue::new(text).is_some(),
    pattern: Some("^[^;{}<>\\\\@!]{1,200}$"),
};
const OWN_PATH: TextRule = TextRule {
    expected: "a path on your site such as /posters/film.jpg",
    holds: |text| OwnPath::new(text).is_some(),
    pattern: Some("^/[^/\\s][^\\s]*$"),
};
const SCOPE: TextRule = TextRule {
    expected: "a category that needs consent, or a service as service:<id>",
    holds: |text| Scope::new(text).is_some(),
    pattern: Some("^(functional|analytics|advertising|service:[a-z0-9][a-z0-9_-]{0,63})$"),
};
const HUMAN_TEXT: TextRule =
    TextRule { expected: "a text of 1 to 2000 characters", holds: Text::holds, pattern: None };

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { name, shape, needed: false, doc }
}
const fn needed(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { name, shape, needed: true, doc }
}
const fn any(of: &'static Shape) -> Shape {
    Shape::List { of, least: 0, most: usize::MAX }
}
const fn some(of: &'static Shape) -> Shape {
    Shape::List { of, least: 1, most: usize::MAX }
}
