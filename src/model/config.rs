//! The site's configuration: read, checked whole, and made into values that cannot be bad. Also the two
//! parts of it that travel: what the gate needs and what the banner needs. No I/O.

mod build;
mod contradictions;
mod declare;
mod declared;
mod keys;
mod names;
mod parts;
mod places;
mod text;

use serde_json::Value;

pub use self::declare::Declaration;
pub use self::names::{
    Days, LANGUAGES, Language, LegalBasis, Names, Revision, ServiceId, SiteKey, Theme, Unknown,
};
pub(crate) use self::places::matches;
pub use self::places::{
    BackendUrl, CookieDomain, CookiePattern, HostPattern, Origin, PolicyUrl, ScriptPattern, StoragePattern,
};
pub use self::text::Text;
use super::category::Category;
pub use super::shape::Fault;
use super::shape::{Node, check, schema};

/// One site's configuration. Every key has a default: `{}` is a whole configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The site's name in receipts; there is always one where there is a backend.
    pub site: Option<SiteKey>,
    /// The owner's version; `1` by default.
    pub revision: Revision,
    /// Where receipts go, if anywhere.
    pub backend: Option<Backend>,
    /// Who is responsible.
    pub controller: Controller,
    /// Where the owner's policy is.
    pub policy_url: Option<PolicyUrl>,
    /// At least one; the first is the fallback.
    pub languages: Vec<Language>,
    /// How long a decision stands.
    pub validity: Days,
    /// The categories in use in [`Category::ALL`]'s order, necessary always among them, each with the
    /// owner's description.
    pub categories: Vec<(Category, Option<Text>)>,
    /// The declared services.
    pub services: Vec<Service>,
    /// How the banner looks.
    pub theme: Theme,
    /// What is held.
    pub gate: Gate,
    /// The cookie that tells servers the choice, if there is to be one.
    pub mirror: Option<Mirror>,
    /// Whether pages tell the backend what acts on them that nobody declared.
    pub observe: bool,
}

/// Where receipts go, and from where.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    pub url: BackendUrl,
    /// At least one.
    pub origins: Vec<Origin>,
}

/// The first-party cookie `consentry` with the choice in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirror {
    /// Whose it is beside the page's own host.
    pub domain: Option<CookieDomain>,
}

/// Who is responsible (GDPR article 13(1)(a) and (b), 13(2)(d)).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Controller {
    pub name: Option<Text>,
    pub address: Option<Text>,
    pub contact: Option<Text>,
    pub dpo: Option<Text>,
    pub authority: Option<Text>,
}

/// A declared service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub id: ServiceId,
    /// The id where nothing else is said.
    pub name: Text,
    /// One of the configuration's categories.
    pub category: Category,
    /// Consent for everything but the necessary (ePrivacy directive, article 5(3)), where nothing else
    /// may be said; for the necessary what the owner says, never consent.
    pub legal_basis: Option<LegalBasis>,
    pub purpose: Option<Text>,
    pub recipients: Vec<Text>,
    pub retention: Option<Text>,
    pub transfers: Option<Text>,
    pub hosts: Vec<HostPattern>,
    pub scripts: Vec<ScriptPattern>,
    pub cookies: Vec<Tracker<CookiePattern>>,
    pub storage: Vec<Tracker<StoragePattern>>,
}

/// A cookie or a storage key of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracker<P> {
    pub name: P,
    pub purpose: Option<Text>,
    pub duration: Option<Text>,
}

/// What is held.
#[derive(Clone, Debug, PartialEq)]
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
        // The check and the types share their rules, so that nothing can be missing here.
        build::config(&node).ok_or_else(|| vec![Fault::new("", "bad-value", "a value", "a valid one")])
    }

    /// The JSON Schema (draft 2020-12) of a configuration.
    pub fn schema() -> Value {
        schema("Consentry configuration", &keys::CONFIG)
    }

    /// The service with this id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id.as_str() == id)
    }
}
