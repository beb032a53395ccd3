//! What is wrong with a JSON document: one value per fault, so that all of them are reported at once.

use std::fmt;

/// One thing that is wrong, where it is, what was found and what would have been right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `services[2].category`; empty for the whole document; `line 3 column 7` when it is not JSON.
    pub path: String,
    /// Stable: `syntax`, `duplicate-key`, `unknown-key`, `missing`, `wrong-type`, `bad-value`,
    /// `duplicate`, `contradiction` or `not-available`.
    pub code: &'static str,
    /// What stands there, shortened.
    pub found: String,
    /// What may stand there.
    pub expected: String,
}

impl Fault {
    /// A fault at `path`.
    pub fn new(
        path: impl Into<String>,
        code: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Fault {
        Fault { path: path.into(), code, found: found.into(), expected: expected.into() }
    }

    /// Where it is, in words when it is the whole document.
    pub fn place(&self) -> &str {
        if self.path.is_empty() { "document" } else { &self.path }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}", self.place(), self.found, self.expected)
    }
}

impl std::error::Error for Fault {}
