//! What a rule is: data with one function. A rule's file declares one and nothing else that others may use.

use super::finding::Finding;
use super::subject::Subject;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The law, or what the component promises, is broken: `bundle` and `serve` refuse it.
    Error,
    /// It may be, or good practice is.
    Warning,
    /// Worth knowing.
    Info,
}

impl Level {
    /// As it is printed.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "info",
        }
    }

    /// The same, but an error is a warning.
    pub(super) const fn at_most_a_warning(self) -> Level {
        match self {
            Level::Error => Level::Warning,
            other => other,
        }
    }
}

/// A rule of the lint.
#[derive(Debug)]
pub struct Rule {
    /// Its name for owners; it never changes.
    pub id: &'static str,
    pub level: Level,
    /// The assertion of www/docs/checklist.md that it checks.
    pub assertion: &'static str,
    /// The paragraph that it comes from.
    pub source: &'static str,
    /// Completes "It finds …".
    pub finds: &'static str,
    pub check: fn(&Subject<'_>) -> Vec<Finding>,
    /// Nothing is found here,
    pub good: Example,
    /// and here something is.
    pub bad: Example,
}

/// A small site to try a rule on.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The configuration.
    pub config: &'static str,
    /// A page of it, if the rule reads pages.
    pub html: Option<&'static str>,
    /// What a browser saw, as `in-page.js` tells it, if the rule reads that.
    pub visit: Option<&'static str>,
}

impl Example {
    /// A configuration alone.
    pub const fn config(config: &'static str) -> Example {
        Example { config, html: None, visit: None }
    }

    /// A page of a site with this configuration.
    pub const fn page(config: &'static str, html: &'static str) -> Example {
        Example { config, html: Some(html), visit: None }
    }

    /// A visit to a site with this configuration.
    pub const fn visit(config: &'static str, visit: &'static str) -> Example {
        Example { config, html: None, visit: Some(visit) }
    }
}
