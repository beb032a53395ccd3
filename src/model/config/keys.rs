//! The keys of a configuration, as data. A new key is a line here; the check and the published schema
//! follow by themselves.

use consentry_policy::numbers::CATEGORY_NAMES;

use crate::model::category::Category;
use crate::model::shape::{Field, Shape, TextRule};

use super::addresses::{BackendUrl, CookieDomain, Origin, PolicyUrl};
use super::patterns::{CookiePattern, HostPattern, ScriptPattern, StoragePattern};
use super::text::Text;
use super::values::{Days, LANGUAGES, LegalBasis, Names, Revision, ServiceId, SiteKey, Theme, Unknown};

/// The names of the categories, without "unclassified", which nobody declares.
const CATEGORIES: &[&str] = CATEGORY_NAMES.split_at(Category::ALL.len()).0;

/// The whole document.
pub(super) const CONFIG: Shape = Shape::Object(&[
    key("site", Shape::Text(&SITE), "Names the site in receipts. Needed with `backend`."),
    key("revision", Shape::Text(&REVISION), "Your version of this file; a new one asks every visitor again."),
    key("backend", BACKEND, "Where receipts are sent. Without it they stay in the visitor's browser."),
    key("controller", CONTROLLER, "Who is responsible (GDPR article 13(1)(a) and (b))."),
    key("policyUrl", Shape::Text(&POLICY), "Where visitors read your policy."),
    key("languages", some(&Shape::Word(LANGUAGES, &[])), "The banner's languages, the fallback first."),
    key("regime", Shape::Word(&["gdpr"], PLANNED_REGIMES), "The law whose rules apply."),
    key("validity", Shape::Whole(1, Days::MOST), "How many days a decision stands; 185 by default."),
    key("categories", some(&Shape::Either(&CATEGORY, &CATEGORY_OBJECT)), "The categories that you use."),
    key("services", any(&SERVICE), "The services on your site."),
    key("banner", Shape::Object(BANNER), "How the banner looks."),
    key("gate", Shape::Object(GATE), "What is held."),
    key("signals", Shape::Planned, "Planned."),
    key("cookie", Shape::Object(COOKIE_MIRROR), "A cookie that tells your servers the visitor's choice."),
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
    key("rateLimit", Shape::Planned, "Planned."),
]);

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
    key("legalBasis", Shape::Word(LegalBasis::NAMES, &[]), "The legal basis (GDPR article 6(1))."),
    key("purpose", HUMAN, "What it does with the data (GDPR article 13(1)(c))."),
    key("recipients", Shape::OneOrMany(&HUMAN), "Who receives the data (GDPR article 13(1)(e))."),
    key("retention", HUMAN, "How long the data are kept (GDPR article 13(2)(a))."),
    key("transfers", HUMAN, "Transfers to third countries (GDPR article 13(1)(f))."),
    key("hosts", any(&HOST_SHAPE), "Its hosts; each takes in all below it."),
    key("scripts", any(&Shape::Text(&SCRIPT)), "Its scripts."),
    key("cookies", any(&Shape::Either(&COOKIE_SHAPE, &COOKIE_OBJECT)), "The cookies that it sets."),
    key("storage", any(&Shape::Either(&STORAGE_SHAPE, &STORAGE_OBJECT)), "The storage keys that it writes."),
    key("placeholder", Shape::Planned, "Planned."),
]);

const BANNER: &[Field] = &[
    key("theme", Shape::Word(Theme::NAMES, &[]), "Its colours; `auto` follows the visitor's system."),
    key("layout", Shape::Planned, "Planned."),
    key("position", Shape::Planned, "Planned."),
];

const GATE: &[Field] = &[
    key("unknown", Shape::Word(Unknown::NAMES, &[]), "Third-party hosts that nobody has declared."),
    key("names", Shape::Word(Names::NAMES, &[]), "Which first-party cookies and keys are held."),
    key("firstParty", any(&HOST_SHAPE), "More hosts of yours."),
    key("exempt", any(&HOST_SHAPE), "Hosts that the gate never touches."),
    key("reportOnly", Shape::Flag, "Hold nothing, only report what would be held."),
];

const COOKIE_MIRROR: &[Field] = &[
    needed("mirror", Shape::Flag, "Write the choice to the cookie `consentry`; without it there is none."),
    key(
        "domain",
        Shape::Text(&COOKIE_DOMAIN),
        "The host that it is for, with all below; the page's by default.",
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
