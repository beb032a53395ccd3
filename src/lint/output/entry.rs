//! One line of what `consentry lint` prints, whichever way it is printed: a finding of a rule, or a fault of the
//! configuration.

use serde_json::{Value, json};

use super::key_lines::KeyLines;
use crate::lint::{Allowed, Level, Place, Report};
use crate::model::config::Fault;

/// A finding with everything that is printed of it.
pub struct Entry {
    pub level: Level,
    /// The rule's id, or the fault's code.
    pub id: String,
    /// Where it is: a key, a line of a page, an address.
    pub place: String,
    /// The file that it lies in, if it lies in one.
    pub file: Option<String>,
    pub line: Option<usize>,
    pub found: String,
    pub expected: String,
    /// The paragraph that the rule comes from.
    pub source: &'static str,
    /// Why the owner lets it pass.
    pub allowed: Option<String>,
}

/// The configuration's file, and the document beside it, with the lines of their keys.
#[derive(Default)]
pub struct ConfigurationFile {
    path: Option<String>,
    lines: KeyLines,
    declared_path: Option<String>,
}

impl ConfigurationFile {
    /// Says where the document of declared services lies.
    pub fn set_declared_path(&mut self, path: String) {
        self.declared_path = Some(path);
    }

    /// A file at `path` with this content; `declared_path` is that of the document beside it.
    pub fn new(path: String, json: &str, declared_path: Option<String>) -> ConfigurationFile {
        ConfigurationFile { path: Some(path), lines: KeyLines::of(json), declared_path }
    }
}

impl Entry {
    /// A finding of a rule.
    pub fn of(report: &Report, config: &ConfigurationFile, allowed: &Allowed) -> Entry {
        let finding = &report.finding;
        let (file, line) = match &finding.place {
            Place::Key(key) if key.starts_with("declared.") => (config.declared_path.clone(), None),
            Place::Key(key) => (config.path.clone(), config.lines.line_of(key)),
            Place::Line { page, line } => (Some(page.clone()), Some(*line)),
            Place::Address(_) => (None, None),
        };
        Entry {
            level: report.level,
            id: report.rule.id.to_owned(),
            place: finding.place.to_string(),
            file,
            line,
            found: finding.found.clone(),
            expected: finding.expected.clone(),
            source: report.rule.source,
            allowed: allowed.reason(report.rule.id).map(str::to_owned),
        }
    }

    /// A fault of a configuration.
    pub fn of_fault(fault: &Fault, config: &ConfigurationFile) -> Entry {
        Entry {
            level: Level::Error,
            id: fault.code.to_owned(),
            place: fault.place().to_owned(),
            file: config.path.clone(),
            line: config.lines.line_of(&fault.path),
            found: fault.found.clone(),
            expected: fault.expected.clone(),
            source: "",
            allowed: None,
        }
    }

    /// Whether the lint fails for it: it is an error that nobody allowed.
    pub fn fails(&self) -> bool {
        self.level == Level::Error && self.allowed.is_none()
    }

    /// For people.
    pub fn line(&self) -> String {
        let Entry { id, place, found, expected, .. } = self;
        let line = format!("{} {id} {place}: found {found}, expected {expected}", self.level.name());
        let source = if self.source.is_empty() { String::new() } else { format!(" ({})", self.source) };
        match &self.allowed {
            Some(reason) => format!("{line}{source}; allowed: {reason}"),
            None => line + &source,
        }
    }

    /// For programs. What is not known is null.
    pub fn to_json(&self) -> Value {
        json!({
            "level": self.level.name(), "rule": self.id, "path": self.place, "file": self.file, "line": self.line,
            "found": self.found, "expected": self.expected, "source": self.source, "allowed": self.allowed,
        })
    }
}
