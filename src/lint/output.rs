//! How findings are told, whoever asks for them: as lines for people, as JSON, and as SARIF.
//!
//! ```text
//! sarif ─> entry ─> key_lines
//! ```

mod entry;
mod key_lines;
mod sarif;

pub use self::entry::{ConfigurationFile, Entry};
pub use self::sarif::log as sarif_log;
