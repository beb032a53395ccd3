//! Who may: tokens, the owner's password, and the sessions of those who logged in with one. Knows no route, and nothing of who
//! asks but the network of a log-in that failed, which is forgotten within minutes.

pub mod log_in_rate;
pub mod password;
pub mod scopes;
mod secret;
pub mod sessions;
pub mod tokens;

use self::log_in_rate::LogInRate;
use self::password::PasswordChecks;
use self::sessions::Sessions;

pub use self::secret::is_same;

/// What a server remembers of who may, until it ends.
#[derive(Default)]
pub struct Access {
    pub sessions: Sessions,
    pub log_in_rate: LogInRate,
    pub passwords: PasswordChecks,
}
