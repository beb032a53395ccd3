//! A site's configuration as files: `site.json`, a folder with one such file for each site, and
//! `<site>.declared.json` beside it with what the owner declared in `/admin`. Reads, joins, watches and saves
//! them. What they mean together is said in `consentry::model::config`.
//!
//! ```text
//! watched_sites (all sites, read again when their files change) ─> site ─> site_files (one site's two files)
//! site_files ─> read_error, replace_file (a file is written whole or not at all)
//! ```
//! A configuration in which the lint finds errors that nobody allowed is not given out to be used.
//! Must know no server and no database: `consentry bundle`, `mark` and `csp` read their configuration here,
//! and need neither.

mod read_error;
mod replace_file;
mod site;
mod site_files;
mod watched_sites;

pub use read_error::{DeclareError, ReadError};
pub use replace_file::replace_file;
pub use site::Site;
pub use site_files::{SiteFiles, read_configuration};
pub use watched_sites::{CurrentSites, SitesByKey, WatchedSites};
