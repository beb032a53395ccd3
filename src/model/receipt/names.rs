//! The names in a receipt, none of which can be bad.

use std::fmt;

use crate::model::category::Category;
use crate::model::checked::checked;
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
    /// A language and perhaps a region, `sv` or `sv-SE` (BCP 47: RFC 5646 sections 2.2.1 and 2.2.4).
    LanguageTag: |text: &str| {
        let (language, region) = text.split_once('-').map_or((text, None), |(l, r)| (l, Some(r)));
        (2..=3).contains(&language.len())
            && language.bytes().all(|b| b.is_ascii_lowercase())
            && region.is_none_or(|region| match region.len() {
                2 => region.bytes().all(|b| b.is_ascii_uppercase()),
                3 => region.bytes().all(|b| b.is_ascii_digit()),
                _ => false,
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
