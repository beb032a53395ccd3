//! Who may: tokens, the owner's password, and the sessions of those who logged in with one. Knows no route, and nothing of who
//! asks but the network of a log-in that failed, which is forgotten within minutes.

pub mod password;
pub mod scopes;
mod secret;
pub mod sessions;
pub mod tokens;

use self::password::PasswordChecks;
use self::sessions::Sessions;
use crate::rate_limit::RateLimit;

pub use self::secret::is_same;

/// How many log-ins of one network may be wrong in a minute.
const LOG_INS_A_MINUTE: u32 = 10;

/// What a server remembers of who may, until it ends.
pub struct Access {
    pub sessions: Sessions,
    /// What a network may try in vain.
    pub log_in_limit: RateLimit,
    pub passwords: PasswordChecks,
}

impl Default for Access {
    fn default() -> Access {
        let log_in_limit = RateLimit::a_minute(LOG_INS_A_MINUTE);
        Access { sessions: Sessions::default(), log_in_limit, passwords: PasswordChecks::default() }
    }
}
