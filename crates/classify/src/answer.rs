//! An answer with its reason.

use std::borrow::Cow;

use consentry_policy::category::Category;

/// Which evidence decided, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerRule {
    /// The owner's declaration.
    Declared,
    /// Our own line on what the registries get wrong, or on what the gate must know at once.
    Override,
    /// The name or the host is in a table.
    Exact,
    /// A table has a pattern for it, or a host above it.
    Pattern,
    /// The table knows who set it.
    Vendor,
    /// The model's guess from what the name and its attributes look like.
    Learned,
    /// Nothing is known.
    Unclassified,
}

impl AnswerRule {
    /// As `classify()` and the command line write it.
    pub const fn name(self) -> &'static str {
        match self {
            AnswerRule::Declared => "declared",
            AnswerRule::Override => "override",
            AnswerRule::Exact => "exact",
            AnswerRule::Pattern => "pattern",
            AnswerRule::Vendor => "vendor",
            AnswerRule::Learned => "learned",
            AnswerRule::Unclassified => "unclassified",
        }
    }
}

/// What something is for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `None` is unclassified.
    pub category: Option<Category>,
    /// How sure, in hundredths: 0 to 100.
    pub confidence: u8,
    pub rule: AnswerRule,
    /// The line's pattern that fits; empty where none does.
    pub pattern: Cow<'static, str>,
    /// Whose it is, as far as anybody knows: a company, a product, or the domain that it belongs to.
    pub vendor: String,
    /// Who says so: a table's name, `model`, or nothing.
    pub source: Cow<'static, str>,
}

impl Answer {
    /// The category's name, `unclassified` where there is none.
    pub fn category_name(&self) -> &'static str {
        self.category.map_or("unclassified", Category::name)
    }

    /// The answer where nothing is known, with the vendor if that much is.
    pub fn unclassified(vendor: String, source: &'static str) -> Answer {
        Answer {
            category: None,
            confidence: 0,
            rule: AnswerRule::Unclassified,
            pattern: Cow::Borrowed(""),
            vendor,
            source: Cow::Borrowed(source),
        }
    }
}
