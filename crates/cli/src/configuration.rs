//! The site's configuration as every command reads it: with what was declared beside it. Turns what is wrong
//! with the files into lines to print.

use std::path::Path;

use consentry::model::config::Config;
use consentry_sites::ReadError;

use crate::Failure;

/// The configuration in a file, with what was declared beside it.
pub fn read(path: &Path) -> Result<Config, Failure> {
    consentry_sites::read_configuration(path).map_err(|error| match error {
        // The owner named this file in the command, so that its lines need not.
        ReadError::Configuration { faults, .. } => Failure::faults(&faults),
        other => Failure::lines(other.lines()),
    })
}
