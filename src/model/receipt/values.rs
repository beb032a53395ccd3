//! The names in a receipt, none of which can be bad.

use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::model::category::Category;
use crate::model::checked_types::checked;
use crate::model::config::ServiceId;

/// Lower-case hexadecimal digits.
fn hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

checked! {
    /// A UUID of version 7 in lower case (RFC 9562 sections 4 and 5.7).
    ReceiptId: |text: &str| {
        let groups: Vec<_> = text.split('-').collect();
        let lengths = groups.iter().map(|group| group.len());
        lengths.eq([8, 4, 4, 4, 12])
            && groups.iter().all(|group| hex(group))
            && groups[2].starts_with('7')
            && groups[3].starts_with(['8', '9', 'a', 'b'])
    };
    /// The first 32 hexadecimal digits of SHA-256 over the visitor's secret; random for a refusal by a
    /// visitor who has never granted.
    Subject: |text: &str| text.len() == 32 && hex(text);
    /// `sha256:` and 64 hexadecimal digits: the hash of exactly what was shown.
    NoticeHash: |text: &str| text.strip_prefix("sha256:").is_some_and(|rest| rest.len() == 64 && hex(rest));
    /// A language tag in whatever case the page wrote it, `sv`, `en-gb` or `zh-Hant-TW`, up to 35
    /// characters (BCP 47: RFC 5646 sections 2.1.1 and 4.4.1). Strict about form only: a receipt is not lost
    /// for a language that we have never heard of.
    LanguageTag: |text: &str| {
        let mut subtags = text.split('-');
        let primary = subtags.next().unwrap_or_default();
        text.len() <= 35
            && (2..=8).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_alphabetic())
            && subtags.all(|tag| {
                (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric())
            })
    };
}

/// What a decision is about: a category, or one service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Category(Category),
    Service(ServiceId),
}

impl Scope {
    /// Reads `analytics` or `service:youtube`. The necessary is never decided about.
    pub fn parse(text: &str) -> Option<Scope> {
        match text.strip_prefix("service:") {
            Some(id) => ServiceId::new(id).map(Scope::Service),
            None => Category::named(text).filter(|c| *c != Category::Necessary).map(Scope::Category),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Category(category) => category.fmt(f),
            Scope::Service(id) => write!(f, "service:{id}"),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
