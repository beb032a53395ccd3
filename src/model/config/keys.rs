//! The keys of a configuration, as data. A new key is a line here; the check and the published schema
//! follow by themselves.

use crate::model::shape::{Field, Kind, Rule};

use super::names::{Days, LANGUAGES, LegalBasis, Names, Revision, ServiceId, SiteKey, Theme, Unknown};
use super::places::{
    BackendUrl, CookieDomain, CookiePattern, HostPattern, Origin, PolicyUrl, ScriptPattern, StoragePattern,
};
use super::text::Text;

const CATEGORIES: &[&str] = &["necessary", "functional", "analytics", "advertising"];

/// The whole document.
pub(super) const CONFIG: Kind = Kind::Object(&[
    key("site", Kind::Text(&SITE), "Names the site in receipts. Needed with `backend`."),
    key("revision", Kind::Text(&REVISION), "Your version of this file; a new one asks every visitor again."),
    key("backend", BACKEND, "Where receipts are sent. Without it they stay in the visitor's browser."),
    key("controller", CONTROLLER, "Who is responsible (GDPR article 13(1)(a) and (b))."),
    key("policyUrl", Kind::Text(&POLICY), "Where visitors read your policy."),
    key("languages", some(&Kind::Word(LANGUAGES, &[])), "The banner's languages, the fallback first."),
    key("regime", Kind::Word(&["gdpr"], PLANNED_REGIMES), "The law whose rules apply."),
    key("validity", Kind::Whole(1, Days::MOST), "How many days a decision stands; 185 by default."),
    key("categories", some(&Kind::Either(&CATEGORY, &CATEGORY_OBJECT)), "The categories that you use."),
    key("services", any(&SERVICE), "The services on your site."),
    key("banner", Kind::Object(BANNER), "How the banner looks."),
    key("gate", Kind::Object(GATE), "What is held."),
    key("signals", Kind::Planned, "Planned."),
    key("cookie", Kind::Object(COOKIE_MIRROR), "A cookie that tells your servers the visitor's choice."),
    key(
        "observe",
        Kind::Flag,
        "Tell the backend what acts on your site that you have not declared; off by default.",
    ),
]);

/// What an owner declared in `/admin`, a document of its own.
pub(super) const DECLARED: Kind =
    Kind::Object(&[key("services", any(&SERVICE), "As in the configuration; what that says wins.")]);

const PLANNED_REGIMES: &[&str] =
    &["ccpa", "notice", "uk", "us", "usnat", "lgpd", "pipeda", "popia", "appi", "fadp", "none"];

const BACKEND: Kind = Kind::Object(&[
    needed("url", Kind::Text(&BACKEND_URL), "The address of `consentry serve`."),
    needed("origins", some(&Kind::Text(&ORIGIN)), "The origins whose pages may send receipts."),
    key("rateLimit", Kind::Planned, "Planned."),
]);

const CONTROLLER: Kind = Kind::Object(&[
    key("name", HUMAN, "The controller's name."),
    key("address", HUMAN, "Its postal address."),
    key("contact", HUMAN, "How to reach it."),
    key("dpo", HUMAN, "How to reach its data protection officer."),
    key("authority", HUMAN, "The supervisory authority for complaints."),
]);

const CATEGORY: Kind = Kind::Word(CATEGORIES, &[]);
const CATEGORY_OBJECT: Kind = Kind::Object(&[
    needed("id", CATEGORY, "The category."),
    key("description", HUMAN, "What you use it for."),
]);

const SERVICE: Kind = Kind::Object(&[
    needed("id", Kind::Text(&SERVICE_ID), "Names the service in decisions, as `service:<id>`."),
    key("name", HUMAN, "What visitors read; the id by default."),
    needed("category", CATEGORY, "Why it is on the site."),
    key("legalBasis", Kind::Word(LegalBasis::NAMES, &[]), "The legal basis (GDPR article 6(1))."),
    key("purpose", HUMAN, "What it does with the data (GDPR article 13(1)(c))."),
    key("recipients", Kind::OneOrMany(&HUMAN), "Who receives the data (GDPR article 13(1)(e))."),
    key("retention", HUMAN, "How long the data are kept (GDPR article 13(2)(a))."),
    key("transfers", HUMAN, "Transfers to third countries (GDPR article 13(1)(f))."),
    key("hosts", any(&HOST_KIND), "Its hosts; each takes in all below it."),
    key("scripts", any(&Kind::Text(&SCRIPT)), "Its scripts."),
    key("cookies", any(&Kind::Either(&COOKIE_KIND, &COOKIE_OBJECT)), "The cookies that it sets."),
    key("storage", any(&Kind::Either(&STORAGE_KIND, &STORAGE_OBJECT)), "The storage keys that it writes."),
    key("placeholder", Kind::Planned, "Planned."),
]);

const BANNER: &[Field] = &[
    key("theme", Kind::Word(Theme::NAMES, &[]), "Its colours; `auto` follows the visitor's system."),
    key("layout", Kind::Planned, "Planned."),
    key("position", Kind::Planned, "Planned."),
];

const GATE: &[Field] = &[
    key("unknown", Kind::Word(Unknown::NAMES, &[]), "Third-party hosts that nobody has declared."),
    key("names", Kind::Word(Names::NAMES, &[]), "Which first-party cookies and keys are held."),
    key("firstParty", any(&HOST_KIND), "More hosts of yours."),
    key("exempt", any(&HOST_KIND), "Hosts that the gate never touches."),
    key("reportOnly", Kind::Flag, "Hold nothing, only report what would be held."),
];

const COOKIE_MIRROR: &[Field] = &[
    needed("mirror", Kind::Flag, "Write the choice to the cookie `consentry`; without it there is none."),
    key(
        "domain",
        Kind::Text(&COOKIE_DOMAIN),
        "The host that it is for, with all below; the page's by default.",
    ),
];

const HUMAN: Kind = Kind::Either(&Kind::Text(&HUMAN_TEXT), &HUMAN_OBJECT);
const HUMAN_OBJECT: Kind = Kind::Map(LANGUAGES, &Kind::Text(&HUMAN_TEXT));
const HOST_KIND: Kind = Kind::Text(&HOST);
const COOKIE_KIND: Kind = Kind::Text(&COOKIE);
const COOKIE_OBJECT: Kind = Kind::Object(&[
    needed("name", COOKIE_KIND, "The cookie's name."),
    key("purpose", HUMAN, "What it is for."),
    key("duration", HUMAN, "How long it lives (Planet49, C-673/17)."),
]);
const STORAGE_KIND: Kind = Kind::Text(&STORAGE);
const STORAGE_OBJECT: Kind = Kind::Object(&[
    needed("name", STORAGE_KIND, "The key's name."),
    key("purpose", HUMAN, "What it is for."),
    key("duration", HUMAN, "How long it is kept."),
]);

const SITE: Rule = Rule {
    expected: "a site key of 1 to 64 lower-case letters, digits and -, not starting with -",
    holds: |text| SiteKey::new(text).is_some(),
    pattern: Some("^[a-z0-9][a-z0-9-]{0,63}$"),
};
const REVISION: Rule = Rule {
    expected: "1 to 64 printable ASCII characters without spaces",
    holds: |text| Revision::new(text).is_some(),
    pattern: Some("^[!-~]{1,64}$"),
};
const SERVICE_ID: Rule = Rule {
    expected: "an id of 1 to 64 lower-case letters, digits, - and _, not a category's name",
    holds: |text| ServiceId::new(text).is_some(),
    pattern: Some("^[a-z0-9][a-z0-9_-]{0,63}$"),
};
const BACKEND_URL: Rule = Rule {
    expected: "an http or https URL in lower case, without credentials, query and fragment",
    holds: |text| BackendUrl::new(text).is_some(),
    pattern: Some("^https?://[^?#@\\s]+$"),
};
const ORIGIN: Rule = Rule {
    expected: "an origin such as https://www.example.com: lower-case, no path, no default port",
    holds: |text| Origin::new(text).is_some(),
    pattern: Some("^https?://[^/?#@\\sA-Z]+$"),
};
const POLICY: Rule = Rule {
    expected: "an http or https URL, or a path such as /privacy",
    holds: |text| PolicyUrl::new(text).is_some(),
    pattern: Some("^(https?://|/)\\S*$"),
};
const HOST: Rule = Rule {
    expected: "a host such as example.com or *.example.com in lower-case ASCII (xn--… for others), \
               without scheme, port and path",
    holds: |text| HostPattern::new(text).is_some(),
    pattern: Some("^(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*$"),
};
const COOKIE_DOMAIN: Rule = Rule {
    expected: "a host with a dot in it such as example.com, in lower-case ASCII, no address and without a dot first",
    holds: |text| CookieDomain::new(text).is_some(),
    pattern: Some("^[a-z0-9_-]+(\\.[a-z0-9_-]+)+$"),
};
const SCRIPT: Rule = Rule {
    expected: "an http or https URL, or a path starting with /, in ASCII without query and fragment; \
               /* at its end takes in all below",
    holds: |text| ScriptPattern::new(text).is_some(),
    pattern: Some("^(https?://|/)[^?#\\s]+$"),
};
const COOKIE: Rule = Rule {
    expected: "a cookie's name with at most one *, without spaces, ; and =",
    holds: |text| CookiePattern::new(text).is_some(),
    pattern: Some("^[^*;=\\s]*\\*?[^*;=\\s]*$"),
};
const STORAGE: Rule = Rule {
    expected: "a storage key with at most one *",
    holds: |text| StoragePattern::new(text).is_some(),
    pattern: Some("^[^*]*\\*?[^*]*$"),
};
const HUMAN_TEXT: Rule =
    Rule { expected: "a text of 1 to 2000 characters", holds: Text::holds, pattern: None };

const fn key(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, needed: false, doc }
}
const fn needed(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, needed: true, doc }
}
const fn any(of: &'static Kind) -> Kind {
    Kind::List { of, least: 0, most: usize::MAX }
}
const fn some(of: &'static Kind) -> Kind {
    Kind::List { of, least: 1, most: usize::MAX }
}
