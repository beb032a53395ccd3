//! The record of one decision, exactly as the contract writes it: its only form in JSON, checked when it
//! is read and canonical when it is written. Makes no receipts by itself: no clock, no randomness.

mod keys;
mod names;
mod time;

use serde_json::{Value, json};

use self::keys::{MOST_SERVICES, RECEIPT};
pub use self::names::{LanguageTag, NoticeHash, ReceiptId, Scope, Subject};
pub use self::time::Time;
use super::checked::words;
use super::config::{Revision, SiteKey};
use super::shape::{Fault, Node, check, schema};

/// One decision, or the end of one. Appended, never edited (GDPR article 7(1): the controller must be
/// able to demonstrate it). It holds no address, no user agent and no page path.
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

/// Where the decision was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Nothing of ours was shown: 0.
    None,
    /// The banner: 1.
    Banner,
    /// The preferences: 2.
    Preferences,
}

impl Layer {
    /// The layer as it is written.
    pub const fn number(self) -> u64 {
        match self {
            Layer::None => 0,
            Layer::Banner => 1,
            Layer::Preferences => 2,
        }
    }

    /// The layer with this number.
    pub const fn numbered(number: u64) -> Option<Layer> {
        match number {
            0 => Some(Layer::None),
            1 => Some(Layer::Banner),
            2 => Some(Layer::Preferences),
            _ => None,
        }
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
        build(node).ok_or_else(|| vec![Fault::new(path, "bad-value", "a value", "a valid one")])
    }

    /// The receipt's one form: keys in the contract's order. Equal receipts are equal bytes.
    pub fn to_json(&self) -> Value {
        let scopes = |list: &[Scope]| list.iter().map(Scope::to_string).collect::<Vec<_>>();
        json!({
            "v": 1,
            "id": self.id.as_str(),
            "site": self.site.as_str(),
            "subject": self.subject.as_str(),
            "time": self.time.to_string(),
            "action": self.action.name(),
            "granted": scopes(&self.granted),
            "denied": scopes(&self.denied),
            "revision": self.revision.as_str(),
            "notice": self.notice.as_ref().map(NoticeHash::as_str),
            "language": self.language.as_str(),
            "layer": self.layer.number(),
            "validUntil": self.valid_until.to_string(),
            "previous": self.previous.as_ref().map(ReceiptId::as_str),
        })
    }

    /// The JSON Schema (draft 2020-12) of a receipt.
    pub fn schema() -> Value {
        schema("Consentry receipt", &RECEIPT)
    }
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

/// `None` means that the check and a type disagree, which is a defect of ours.
fn build(node: &Node) -> Option<Receipt> {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let lists = |key: &str| scopes(node, key).map(Scope::parse).collect::<Option<Vec<_>>>();
    Some(Receipt {
        id: ReceiptId::new(text("id")?)?,
        site: SiteKey::new(text("site")?)?,
        subject: Subject::new(text("subject")?)?,
        time: Time::parse(text("time")?)?,
        action: Action::named(text("action")?)?,
        granted: lists("granted")?,
        denied: lists("denied")?,
        revision: Revision::new(text("revision")?)?,
        notice: text("notice").map_or(Some(None), |hash| NoticeHash::new(hash).map(Some))?,
        language: LanguageTag::new(text("language")?)?,
        layer: Layer::numbered(node.get("layer")?.whole()?)?,
        valid_until: Time::parse(text("validUntil")?)?,
        previous: text("previous").map_or(Some(None), |id| ReceiptId::new(id).map(Some))?,
    })
}
