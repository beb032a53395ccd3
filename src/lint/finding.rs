//! One thing that a rule found: where, what, and what would have been right.

use std::fmt;

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A key of the configuration: `services[2].purpose`.
    Key(String),
    /// A line of a page, from 1.
    Line { page: String, line: usize },
    /// A page as a browser saw it.
    Address(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Key(path) => f.write_str(path),
            Place::Line { page, line } => write!(f, "{page}:{line}"),
            Place::Address(address) => f.write_str(address),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub place: Place,
    /// Completes "found …".
    pub found: String,
    /// Completes "expected …".
    pub expected: String,
}

impl Finding {
    /// At a key of the configuration.
    pub fn at(path: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Finding {
        Finding { place: Place::Key(path.into()), found: found.into(), expected: expected.into() }
    }

    /// Nothing at a key of the configuration, where something was expected.
    pub fn missing(path: impl Into<String>, expected: impl Into<String>) -> Finding {
        Finding::at(path, "nothing", expected)
    }

    /// In a line of a page.
    pub fn in_page(
        page: &str,
        line: usize,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Finding {
        let place = Place::Line { page: page.to_owned(), line };
        Finding { place, found: found.into(), expected: expected.into() }
    }

    /// On a page that a browser saw.
    pub fn seen(address: &str, found: impl Into<String>, expected: impl Into<String>) -> Finding {
        let place = Place::Address(address.to_owned());
        Finding { place, found: found.into(), expected: expected.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}", self.place, self.found, self.expected)
    }
}
