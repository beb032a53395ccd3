//! The site's configuration as every command reads it: with what was declared beside it. Turns what is wrong
//! with the files into lines to print.

use std::path::Path;

use consentry::lint::Allowed;
use consentry::model::config::Config;
use consentry_sites::{ReadError, SiteFiles};

use crate::Failure;

/// The configuration in a file, with what was declared beside it.
pub fn read(path: &Path) -> Result<Config, Failure> {
    consentry_sites::read_configuration(path).map_err(failure)
}

/// The same for a command that puts it to use: errors of the lint are refused that are not allowed. With the reasons
/// that it needed.
pub fn read_for_use(path: &Path, allowed: &Allowed) -> Result<(Config, Allowed), Failure> {
    let files = SiteFiles::read(path).map_err(failure)?;
    let reasons = files.reasons_needed(allowed).map_err(failure)?;
    Ok((files.join().map_err(failure)?, reasons))
}

/// The owner named the configuration in the command, so that its lines need not.
pub fn failure(error: ReadError) -> Failure {
    match error {
        ReadError::Configuration { faults, .. } => Failure::faults(&faults),
        ReadError::Refused { reports, .. } => {
            let mut lines: Vec<_> = reports.iter().map(|report| report.line()).collect();
            lines.push(
                "error: refused: mend these, or pass --allow RULE=REASON for those that may be".to_owned(),
            );
            Failure(lines)
        }
        other => Failure::lines(other.lines()),
    }
}
