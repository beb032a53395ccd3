//! The four categories a tracker can have. What belongs to none of them is unclassified, which is the
//! absence of a [`Category`], never one of its values.

use core::fmt;

/// Why a tracker is on a page, in the order in which a visitor is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Needed for what the visitor asked for: no consent (ePrivacy directive, article 5(3)).
    Necessary = 0,
    /// Remembers choices that the service can do without.
    Functional = 1,
    /// Measures how the site is used.
    Analytics = 2,
    /// Chooses, limits or measures advertising.
    Advertising = 3,
}

impl Category {
    /// Every category, the necessary one first.
    pub const ALL: [Category; 4] =
        [Category::Necessary, Category::Functional, Category::Analytics, Category::Advertising];

    /// The name used in configurations, receipts and the JavaScript API.
    pub const fn name(self) -> &'static str {
        match self {
            Category::Necessary => "necessary",
            Category::Functional => "functional",
            Category::Analytics => "analytics",
            Category::Advertising => "advertising",
        }
    }

    /// Its number in verdicts, [`class`](crate::verdict::class), and its place in [`Category::ALL`].
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The category with this name, if there is one.
    pub fn named(name: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.name() == name)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
