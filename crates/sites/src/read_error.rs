//! Why a site's files could not be read, joined or saved, with the file and the place in it. Prints nothing
//! itself.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use consentry::lint::Report;
use consentry::model::config::Fault;

/// Why a site's files gave no configuration.
#[derive(Debug)]
pub enum ReadError {
    /// The file cannot be read.
    Unreadable { path: PathBuf, error: io::Error },
    /// The configuration can be read, and has these faults.
    Configuration { path: PathBuf, faults: Vec<Fault> },
    /// The declared document can be read, and has these faults.
    Declared { path: PathBuf, faults: Vec<Fault> },
    /// The configuration has no fault, and must not be put to use: the lint finds these errors, which are not allowed.
    Refused { path: PathBuf, reports: Vec<Report> },
}

impl ReadError {
    /// One line for each thing that is wrong. Each line begins with the file's path.
    pub fn lines(&self) -> Vec<String> {
        match self {
            ReadError::Unreadable { path, error } => {
                vec![format!("{}: expected a readable file, found: {error}", path.display())]
            }
            ReadError::Configuration { path, faults } | ReadError::Declared { path, faults } => {
                faults.iter().map(|fault| fault_line(path, fault)).collect()
            }
            ReadError::Refused { path, reports } => {
                let line = |report: &Report| {
                    format!(
                        "{}: {} {}, or --allow with a reason",
                        path.display(),
                        report.rule.id,
                        report.finding
                    )
                };
                reports.iter().map(line).collect()
            }
        }
    }
}

/// `shop.json: bad-value services[0].category: found …, expected …`.
fn fault_line(path: &Path, fault: &Fault) -> String {
    format!("{}: {} {fault}", path.display(), fault.code)
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl std::error::Error for ReadError {}

/// Why a declaration was not saved. Nothing was changed.
#[derive(Debug)]
pub enum DeclareError {
    /// No file has a site with this key.
    UnknownSite(String),
    /// The file of the site has another key by now.
    KeyChanged { path: PathBuf, site: String },
    /// The files are not good as they are, or would not be with the declaration.
    Read(ReadError),
    /// The declared document cannot be written.
    Unwritable { path: PathBuf, error: io::Error },
}

impl DeclareError {
    /// One line for each thing that is wrong.
    pub fn lines(&self) -> Vec<String> {
        match self {
            DeclareError::UnknownSite(site) => {
                vec![format!("found no site \"{site}\", expected a known one")]
            }
            DeclareError::KeyChanged { path, site } => {
                vec![format!("{}: site: found another key, expected \"{site}\"", path.display())]
            }
            DeclareError::Read(error) => error.lines(),
            DeclareError::Unwritable { path, error } => {
                vec![format!("{}: cannot be written: {error}", path.display())]
            }
        }
    }
}

impl From<ReadError> for DeclareError {
    fn from(error: ReadError) -> DeclareError {
        DeclareError::Read(error)
    }
}

impl fmt::Display for DeclareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl std::error::Error for DeclareError {}
