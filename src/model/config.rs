//! The site's configuration: read, checked whole, and made into values that cannot be bad. Also the two
//! parts of it that travel: what the gate needs and what the banner needs. No I/O.

mod addresses;
mod contradictions;
mod declared_document;
mod keys;
pub mod look;
mod page_json;
mod patterns;
mod shorthands;
mod text;
mod values;

use serde::Deserialize;
use serde_json::{Value, json};

pub use self::addresses::{BackendUrl, CookieDomain, Origin, OwnPath, PolicyUrl};
use self::patterns::lies_within;
pub(crate) use self::patterns::matches;
pub use self::patterns::{CookiePattern, HostPattern, ScriptPattern, StoragePattern};
pub use self::text::Text;
#[cfg(feature = "owner")]
pub use self::values::DECIDING_LABELS;
pub use self::values::{
    CookieKind, Days, LANGUAGES, Language, Layout, LegalBasis, Names, Palette, Position, Revision, Scope,
    ServiceId, SiteKey, TEXT_NAMES, Theme, Unknown,
};
use super::category::Category;
pub use super::shape::Fault;
use super::shape::{DescribedKey, Node, check, schema, typed};

/// One site's configuration. Every key has a default: `{}` is a whole configuration.
/// Read one by [`Config::parse`]: serde alone builds the values and sees no contradiction between them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The site's name in receipts; there is always one where there is a backend.
    pub site: Option<SiteKey>,
    /// The owner's version; `1` by default.
    #[serde(default = "Revision::first")]
    pub revision: Revision,
    /// Where receipts go, if anywhere.
    pub backend: Option<Backend>,
    /// Who is responsible.
    #[serde(default)]
    pub controller: Controller,
    /// Where the owner's policy is.
    pub policy_url: Option<PolicyUrl>,
    /// At least one; the first is the fallback.
    #[serde(default = "Language::all")]
    pub languages: Vec<Language>,
    /// How long a decision stands.
    #[serde(default)]
    pub validity: Days,
    /// The categories in use in the order in which they are written, necessary always among them, each with the
    /// owner's description.
    #[serde(default = "shorthands::every_category", deserialize_with = "shorthands::categories")]
    pub categories: Vec<(Category, Option<Text>)>,
    /// The declared services.
    #[serde(default, deserialize_with = "shorthands::services")]
    pub services: Vec<Service>,
    /// How the banner looks and what it says.
    #[serde(default)]
    pub banner: Banner,
    /// Signals of the browser that are followed.
    #[serde(default)]
    pub signals: Signals,
    /// What is new since earlier revisions, the oldest first.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// What is held.
    #[serde(default)]
    pub gate: Gate,
    /// The cookie that tells servers the choice, if there is to be one.
    #[serde(rename = "cookie", default, deserialize_with = "shorthands::mirror")]
    pub mirror: Option<Mirror>,
    /// Who may read the log of the site's receipts.
    #[serde(default)]
    pub log: Log,
    /// Whether pages tell the backend what acts on them that nobody declared.
    #[serde(default)]
    pub observe: bool,
}

/// Where receipts go, and from where.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Backend {
    pub url: BackendUrl,
    /// At least one.
    pub origins: Vec<Origin>,
    /// How many requests a minute one truncated address may make; 0 for any number.
    #[serde(default = "Backend::usual_rate_limit")]
    pub rate_limit: u32,
    /// How long records are kept.
    #[serde(default)]
    pub retention: Retention,
}

/// How many days records are kept; for ever where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct Retention {
    /// Receipts, after they ended.
    pub receipts: Option<u32>,
    /// What pages observed, after it was last seen.
    pub observations: Option<u32>,
}

impl Retention {
    /// The longest period, about a hundred years.
    pub const MOST_DAYS: u64 = 36_500;
}

impl Backend {
    /// The highest limit: what is more is as good as none.
    pub const MOST_RATE_LIMIT: u64 = 1_000_000;

    /// The limit where the owner says none.
    pub fn usual_rate_limit() -> u32 {
        600
    }
}

/// The first-party cookie `consentry` with the choice in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirror {
    /// Whose it is beside the page's own host.
    pub domain: Option<CookieDomain>,
}

/// Who is responsible (GDPR article 13(1)(a) and (b), 13(2)(d)).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Controller {
    pub name: Option<Text>,
    pub address: Option<Text>,
    pub contact: Option<Text>,
    pub dpo: Option<Text>,
    pub authority: Option<Text>,
}

/// A declared service.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    pub id: ServiceId,
    /// The id where nothing else is said.
    #[serde(default = "shorthands::no_name")]
    pub name: Text,
    /// One of the configuration's categories.
    #[serde(deserialize_with = "shorthands::category")]
    pub category: Category,
    /// Consent for everything but the necessary (ePrivacy directive, article 5(3)), where nothing else
    /// may be said; for the necessary what the owner says, never consent.
    pub legal_basis: Option<LegalBasis>,
    pub purpose: Option<Text>,
    #[serde(default, deserialize_with = "shorthands::one_or_many")]
    pub recipients: Vec<Text>,
    pub retention: Option<Text>,
    pub transfers: Option<Text>,
    #[serde(default)]
    pub hosts: Vec<HostPattern>,
    #[serde(default)]
    pub scripts: Vec<ScriptPattern>,
    #[serde(default, deserialize_with = "shorthands::trackers")]
    pub cookies: Vec<Tracker<CookiePattern>>,
    #[serde(default, deserialize_with = "shorthands::trackers")]
    pub storage: Vec<Tracker<StoragePattern>>,
    /// What stands in place of its held frames.
    #[serde(default)]
    pub placeholder: Placeholder,
    /// Whether accepting everything leaves it denied, because it is asked for by itself.
    #[serde(default)]
    pub separate: bool,
    /// Whether it is the site's own: nobody else gets its data, and the first layer does not count it among those of other
    /// companies.
    #[serde(default)]
    pub first_party: bool,
}

/// What stands in place of a held frame.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Placeholder {
    pub poster: Option<OwnPath>,
    /// What the visitor misses.
    pub text: Option<Text>,
}

/// A cookie or a storage key of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracker<P> {
    pub name: P,
    pub purpose: Option<Text>,
    pub duration: Option<Text>,
    /// Of a cookie.
    pub kind: Option<CookieKind>,
}

/// A cookie or a storage key, whichever it is.
#[derive(Clone, Copy, Debug)]
pub struct CookieOrKey<'a> {
    /// The list that it stands in, `cookies` or `storage`, and its place there.
    pub list: &'static str,
    pub at: usize,
    pub name: &'a str,
    pub purpose: Option<&'a Text>,
    pub duration: Option<&'a Text>,
    pub kind: Option<CookieKind>,
}

impl Service {
    /// Its cookies, then its storage keys.
    pub fn trackers(&self) -> impl Iterator<Item = CookieOrKey<'_>> {
        let cookies =
            self.cookies.iter().enumerate().map(|(at, it)| it.named("cookies", at, it.name.as_str()));
        let storage =
            self.storage.iter().enumerate().map(|(at, it)| it.named("storage", at, it.name.as_str()));
        cookies.chain(storage)
    }

    /// The hosts of others that it contacts: those that it names, and those of its scripts.
    pub fn foreign_hosts(&self, config: &Config) -> impl Iterator<Item = &str> {
        let hosts = self.hosts.iter().map(HostPattern::as_str);
        let scripts = self.scripts.iter().filter_map(ScriptPattern::host);
        hosts.chain(scripts).filter(|host| !config.is_own_host(host))
    }
}

impl<P> Tracker<P> {
    fn named<'a>(&'a self, list: &'static str, at: usize, name: &'a str) -> CookieOrKey<'a> {
        let (purpose, duration) = (self.purpose.as_ref(), self.duration.as_ref());
        CookieOrKey { list, at, name, purpose, duration, kind: self.kind }
    }
}

impl CookieOrKey<'_> {
    /// Its path in its service: `cookies[2]`.
    pub fn path(&self) -> String {
        format!("{}[{}]", self.list, self.at)
    }
}

/// The owner's wording by the text's name.
pub type OwnTexts = Vec<(String, String)>;

/// How the banner looks and what it says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Banner {
    pub layout: Layout,
    /// The layout's usual place where nothing is said.
    pub position: Option<Position>,
    pub theme: Theme,
    pub palette: Palette,
    pub style: look::Style,
    /// The owner's wording, by language and by the text's name.
    #[serde(deserialize_with = "shorthands::own_texts")]
    pub texts: Vec<(Language, OwnTexts)>,
    /// Why the page waits behind the banner, if it does.
    #[serde(deserialize_with = "shorthands::wall")]
    pub wall: Option<Text>,
}

/// Signals of the browser that are followed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Signals {
    /// Global Privacy Control.
    pub gpc: bool,
}

impl Default for Signals {
    fn default() -> Signals {
        Signals { gpc: true }
    }
}

/// The Merkle log of a site's receipts at the backend.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Log {
    /// Whether everybody may read it.
    pub public: bool,
}

impl Default for Log {
    fn default() -> Log {
        Log { public: true }
    }
}

/// What is new in a revision: who chose under the one before keeps that choice, but for what is asked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Change {
    pub revision: Revision,
    pub previous: Revision,
    pub summary: Text,
    #[serde(default)]
    pub asks: Vec<Scope>,
}

/// What is held.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Gate {
    pub unknown: Unknown,
    pub names: Names,
    pub first_party: Vec<HostPattern>,
    pub exempt: Vec<HostPattern>,
    /// Hold nothing, only report.
    pub report_only: bool,
}

impl Config {
    /// Reads a configuration, or names everything that is wrong with it.
    ///
    /// # Errors
    /// At least one fault: bad syntax alone, else every wrong key, value and contradiction.
    pub fn parse(json: &str) -> Result<Config, Vec<Fault>> {
        let node = Node::parse(json).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        check(&keys::CONFIG, "", &node, &mut faults);
        contradictions::find(&node, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        typed(&node, "")
    }

    /// The JSON Schema (draft 2020-12) of a configuration.
    pub fn schema() -> Value {
        let mut schema = schema("Consentry configuration", &keys::CONFIG);
        // What `contradictions` asks for, as far as a schema can say it.
        schema["dependentRequired"] = json!({ "backend": ["site"] });
        schema
    }

    /// Every key of a configuration that is built, in the schema's order.
    pub fn keys() -> Vec<DescribedKey> {
        super::shape::keys(&keys::CONFIG)
    }

    /// Whether a host is the site's own, as far as the configuration says.
    fn is_own_host(&self, host: &str) -> bool {
        let backend = self.backend.iter();
        let served = backend.flat_map(|it| it.origins.iter().map(Origin::host).chain([it.url.host()]));
        let served = served.map(|own| own.strip_prefix("www.").unwrap_or(own));
        let mut own = served.chain(self.gate.first_party.iter().map(HostPattern::as_str));
        own.any(|own| lies_within(host, own))
    }

    /// The service with this id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id.as_str() == id)
    }
}
