//! The record of one decision, as pages send it and the backend stores it: its only form in JSON, checked
//! when it is read and canonical when it is written. Makes no receipts by itself: no clock, no randomness.

mod clock_flag;
mod keys;
mod time;
mod values;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

pub use self::clock_flag::ClockFlag;
pub use self::keys::MOST_SERVICES;
use self::keys::RECEIPT;
pub use self::time::Time;
pub use self::values::{LanguageTag, NoticeHash, ReceiptId, Scope, Subject};
use super::checked_types::words;
use super::config::{Days, Revision, SiteKey};
use super::layer::Layer;
use super::shape::{Fault, Node, check, schema};

/// For how many days a decision may stand: longer than any configuration lets it, and some for clocks that were set.
const MOST_DAYS: u64 = Days::MOST + 5;

/// One decision, or the end of one. Appended, never edited (GDPR article 7(1): the controller must be
/// able to demonstrate it). It holds no address, no user agent and no page path.
/// Read one by [`Receipt::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: ReceiptId,
    pub site: SiteKey,
    pub subject: Subject,
    /// The visitor's clock. The ledger adds its own.
    pub time: Time,
    pub action: Action,
    /// As sent; each scope once, and in one of the two lists only.
    pub granted: Vec<Scope>,
    pub denied: Vec<Scope>,
    /// The configuration's revision.
    pub revision: Revision,
    /// What was shown; nothing only where nothing had to be.
    pub notice: Option<NoticeHash>,
    pub language: LanguageTag,
    /// Where the decision was made.
    pub layer: Layer,
    /// When the decision ends by age; after `time`.
    pub valid_until: Time,
    /// The receipt that this one replaces.
    pub previous: Option<ReceiptId>,
}

words! {
    /// What happened.
    Action {
        AcceptAll = "accept-all",
        RejectAll = "reject-all",
        Save = "save",
        /// As easy as granting (GDPR article 7(3)).
        Withdraw = "withdraw",
        /// Age or a new revision ended the decision.
        Expire = "expire",
        /// Global Privacy Control ended grants of advertising.
        Gpc = "gpc",
        /// A program decided: it proves no human act (GDPR article 4(11)).
        Api = "api",
    }
}

impl Action {
    /// Whether it is worth nothing without knowing what was shown (GDPR articles 4(11) and 7(1): informed).
    /// Withdrawing needs no information: a control on the owner's page does it with nothing of ours shown.
    pub fn needs_notice(self) -> bool {
        matches!(self, Action::AcceptAll | Action::RejectAll | Action::Save)
    }
}

impl Receipt {
    /// Reads one receipt.
    ///
    /// # Errors
    /// Bad syntax alone, else everything that is wrong; unknown keys and keys said twice are wrong.
    pub fn parse(json: &str) -> Result<Receipt, Vec<Fault>> {
        Receipt::read(&Node::parse(json).map_err(|fault| vec![fault])?, "")
    }

    /// The same for a document already read; `path` is where it stands in a larger one, such as `[3]`.
    ///
    /// # Errors
    /// As [`Receipt::parse`].
    pub fn read(node: &Node, path: &str) -> Result<Receipt, Vec<Fault>> {
        let mut faults = Vec::new();
        check(&RECEIPT, path, node, &mut faults);
        if faults.is_empty() {
            contradictions(node, path, &mut faults);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        // Of what was checked every value can be made.
        from_checked(node).ok_or_else(|| vec![Fault::new(path, "bad-value", node.excerpt(), "a receipt")])
    }

    /// What keeps a receipt that comes now from being stored: no configuration lets a decision stand for so long. One that was
    /// stored before this rule stays a receipt. `path` is where the receipt stands in a larger document.
    pub fn lasts_too_long(&self, path: &str) -> Option<Fault> {
        let dot = if path.is_empty() { "" } else { "." };
        let latest = Time::from_millis(self.time.millis() + MOST_DAYS * 86_400_000);
        let found = format!("\"{}\"", self.valid_until);
        let expected = "a time after `time`, by at most 400 days";
        (self.valid_until > latest)
            .then(|| Fault::new(format!("{path}{dot}validUntil"), "contradiction", found, expected))
    }

    /// The receipt's one form, as [`Receipt::to_text`] writes it.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The receipt's one form as a text without spaces: keys in the contract's order. Equal receipts are equal bytes.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The JSON Schema (draft 2020-12) of a receipt.
    pub fn schema() -> Value {
        schema("Consentry receipt", &RECEIPT)
    }
}

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut receipt = serializer.serialize_struct("Receipt", 14)?;
        receipt.serialize_field("v", &1)?;
        receipt.serialize_field("id", &self.id)?;
        receipt.serialize_field("site", &self.site)?;
        receipt.serialize_field("subject", &self.subject)?;
        receipt.serialize_field("time", &self.time)?;
        receipt.serialize_field("action", &self.action)?;
        receipt.serialize_field("granted", &self.granted)?;
        receipt.serialize_field("denied", &self.denied)?;
        receipt.serialize_field("revision", &self.revision)?;
        receipt.serialize_field("notice", &self.notice)?;
        receipt.serialize_field("language", &self.language)?;
        receipt.serialize_field("layer", &self.layer.number())?;
        receipt.serialize_field("validUntil", &self.valid_until)?;
        receipt.serialize_field("previous", &self.previous)?;
        receipt.end()
    }
}

/// The receipt of a node that keeps every rule.
fn from_checked(node: &Node) -> Option<Receipt> {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let scopes = |key| scopes(node, key).map(Scope::parse).collect::<Option<Vec<_>>>();
    Some(Receipt {
        id: ReceiptId::new(text("id")?)?,
        site: SiteKey::new(text("site")?)?,
        subject: Subject::new(text("subject")?)?,
        time: Time::parse(text("time")?)?,
        action: Action::named(text("action")?)?,
        granted: scopes("granted")?,
        denied: scopes("denied")?,
        revision: Revision::new(text("revision")?)?,
        notice: text("notice").and_then(NoticeHash::new),
        language: LanguageTag::new(text("language")?)?,
        layer: Layer::from_number(node.get("layer")?.whole()?)?,
        valid_until: Time::parse(text("validUntil")?)?,
        previous: text("previous").and_then(ReceiptId::new),
    })
}

/// What no single key shows; every key is good by itself.
fn contradictions(node: &Node, path: &str, faults: &mut Vec<Fault>) {
    let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
    let dot = if path.is_empty() { "" } else { "." };
    let mut wrong = |key: &str, found: &str, expected: &str| {
        let found = if found.is_empty() { "null".to_owned() } else { format!("\"{found}\"") };
        faults.push(Fault::new(format!("{path}{dot}{key}"), "contradiction", found, expected));
    };
    let granted: std::collections::HashSet<_> = scopes(node, "granted").collect();
    for (at, scope) in scopes(node, "denied").enumerate() {
        if granted.contains(scope) {
            wrong(&format!("denied[{at}]"), scope, "each scope in one of granted and denied");
        }
    }
    for key in ["granted", "denied"] {
        if scopes(node, key).filter(|scope| scope.starts_with("service:")).count() > MOST_SERVICES {
            wrong(key, "more", "at most 1000 services");
        }
    }
    if Time::parse(text("validUntil")) <= Time::parse(text("time")) {
        wrong("validUntil", text("validUntil"), "a time after `time`");
    }
    let notice = text("notice");
    if notice.is_empty() && Action::named(text("action")).is_some_and(Action::needs_notice) {
        wrong("notice", notice, "a hash: only withdraw, expire, gpc and api can happen with nothing shown");
    }
    if notice.is_empty() && node.get("layer").and_then(Node::whole) != Some(0) {
        wrong("notice", notice, "a hash, or layer 0 when nothing was shown");
    }
    if text("previous") == text("id") {
        wrong("previous", text("previous"), "another receipt's id");
    }
}

fn scopes<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a str> {
    node.get(key).map_or(&[][..], Node::items).iter().filter_map(Node::text)
}
