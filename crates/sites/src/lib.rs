//! A site's configuration as files: `site.json`, a folder with one such file for each site, and
//! `<site>.declared.json` beside it with what the owner declared in `/admin`. Reads, joins, watches and saves
//! them. What they mean together is said in `consentry::model::config`.
//!
//! ```text
//! watched_sites (all sites, read again when their files change) ─> site ─> site_files (one site's two files)
//! watched_sites ─> last_good (what each file said when it was last put in force)
//! site_files, last_good ─> read_error, replace_file (a file is written whole or not at all)
//! ```
//! A configuration in which the lint finds errors that nobody allowed is not given out to be used.
//! Must know no server and no database: `consentry bundle`, `mark` and `csp` read their configuration here,
//! and need neither.

mod last_good;
mod read_error;
mod replace_file;
mod site;
mod site_files;
mod watched_sites;

pub use last_good::{LAST_GOOD, last_good_configuration};
pub use read_error::{DeclareError, ReadError};
pub use replace_file::{replace_file, replace_files};
pub use site::Site;
pub use site_files::{SiteFiles, read_configuration};
pub use watched_sites::{BrokenFile, CurrentSites, SitesByKey, WatchedSites, read_configurations};
