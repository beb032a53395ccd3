//! The site's configuration as every command reads it: with what was declared beside it.

use std::path::Path;

use consentry::model::config::Config;
use consentry_backend::declared::{self, ReadError};

use crate::Failure;

/// The configuration in a file.
pub fn read(path: &Path) -> Result<Config, Failure> {
    declared::read(path).map_err(|error| match error {
        ReadError::Unreadable(reason) => Failure::because(reason),
        ReadError::Config(faults) => Failure::faults(&faults),
        ReadError::Declared(path, faults) => {
            let line = |fault: &consentry::model::config::Fault| {
                format!("error: {}: {} {fault}", path.display(), fault.code)
            };
            Failure(faults.iter().map(line).collect())
        }
    })
}
