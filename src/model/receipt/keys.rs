//! The keys of a receipt, as data: the check and the published schema follow from them.

use consentry_policy::numbers::GRANTABLE_NAMES;

use crate::model::config::{Revision, SiteKey};
use crate::model::shape::{Field, Shape, TextRule};

use super::{Action, LanguageTag, NoticeHash, ReceiptId, Scope, Subject, Time};

/// Most services in one list; the categories beside them cannot be many.
pub const MOST_SERVICES: usize = 1000;

/// The whole document.
pub(super) const RECEIPT: Shape = Shape::Object(&[
    field("v", Shape::Whole(1, 1), "The form's version."),
    field("id", Shape::Text(&ID), "Made by the page; the same receipt sent twice is one receipt."),
    field("site", Shape::Text(&SITE), "The site key."),
    field("subject", Shape::Text(&SUBJECT), "Hash of the visitor's secret, or random."),
    field("time", Shape::Text(&TIME), "When it was decided, by the visitor's clock."),
    field("action", Shape::Word(Action::NAMES, &[]), "What happened."),
    field("granted", SCOPES, "What was granted."),
    field("denied", SCOPES, "What was denied."),
    field("revision", Shape::Text(&REVISION), "The configuration's revision."),
    field("notice", Shape::OrNull(&Shape::Text(&NOTICE)), "Hash of exactly what was shown."),
    field("language", Shape::Text(&LANGUAGE), "The language that it was shown in."),
    field("layer", Shape::Whole(0, 2), "0 nothing shown, 1 banner, 2 preferences."),
    field("validUntil", Shape::Text(&TIME), "When the decision ends by age."),
    field("previous", Shape::OrNull(&Shape::Text(&ID)), "The receipt that this one replaces."),
]);

const SCOPES: Shape =
    Shape::List { of: &Shape::Text(&SCOPE), least: 0, most: MOST_SERVICES + GRANTABLE_NAMES.len() };
const ID: TextRule = TextRule {
    expected: "a UUID of version 7 in lower case",
    holds: |text| ReceiptId::new(text).is_some(),
    pattern: Some("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
};
const SITE: TextRule = TextRule {
    expected: "a site key",
    holds: |text| SiteKey::new(text).is_some(),
    pattern: Some("^[a-z0-9][a-z0-9-]{0,63}$"),
};
const SUBJECT: TextRule = TextRule {
    expected: "32 lower-case hexadecimal digits",
    holds: |text| Subject::new(text).is_some(),
    pattern: Some("^[0-9a-f]{32}$"),
};
const TIME: TextRule = TextRule {
    expected: "a time such as 2026-11-21T20:00:00.000Z",
    holds: |text| Time::parse(text).is_some(),
    pattern: Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"),
};
const SCOPE: TextRule = TextRule {
    expected: "functional, analytics, advertising or service:<id>",
    holds: |text| Scope::parse(text).is_some(),
    pattern: Some("^(functional|analytics|advertising|service:[a-z0-9][a-z0-9_-]{0,63})$"),
};
const REVISION: TextRule = TextRule {
    expected: "1 to 64 printable ASCII characters without spaces",
    holds: |text| Revision::new(text).is_some(),
    pattern: Some("^[!-~]{1,64}$"),
};
const NOTICE: TextRule = TextRule {
    expected: "sha256: and 64 lower-case hexadecimal digits",
    holds: |text| NoticeHash::new(text).is_some(),
    pattern: Some("^sha256:[0-9a-f]{64}$"),
};
const LANGUAGE: TextRule = TextRule {
    expected: "a language such as sv or en-GB, at most 35 characters",
    holds: |text| LanguageTag::new(text).is_some(),
    pattern: Some("^(?=.{2,35}$)[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"),
};

const fn field(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { name, shape, needed: true, doc }
}
