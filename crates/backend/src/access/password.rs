//! The owner's password: kept as a hash that is slow to make (argon2id), and compared one at a time, so that a flood of wrong ones
//! takes one processor at most and leaves the others to visitors.

use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// How many characters a password has at least (NIST SP 800-63B-4 asks for 15 where nothing else is asked).
const MIN_CHARACTERS: usize = 15;
/// How many bytes it may have.
const MAX_BYTES: usize = 1024;
/// How long a log-in waits for its turn.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The hash of a password with a new salt, as a PHC string.
///
/// # Errors
/// A sentence for the owner: it is too short or too long, or there are no random numbers.
pub fn hash(password: &str) -> Result<String, String> {
    let characters = password.chars().count();
    if characters < MIN_CHARACTERS || password.len() > MAX_BYTES {
        return Err(format!(
            "password: found {characters} characters, expected {MIN_CHARACTERS} or more, and at most {MAX_BYTES} bytes"
        ));
    }
    let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| format!("the password could not be hashed: {error}"))
}

/// Whether this is the password of a hash. Takes some 20 ms of a processor, and 19 MiB.
fn is_right(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    password.len() <= MAX_BYTES && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

/// Compares passwords, one after the other.
pub struct PasswordChecks(Semaphore);

impl Default for PasswordChecks {
    fn default() -> PasswordChecks {
        PasswordChecks(Semaphore::new(1))
    }
}

impl PasswordChecks {
    /// Whether this is the password of a hash; nothing where too many wait to know it.
    pub async fn is_right(&self, password: String, hash: String) -> Option<bool> {
        let _turn = tokio::time::timeout(MAX_WAIT, self.0.acquire()).await.ok()?.ok()?;
        tokio::task::spawn_blocking(move || is_right(&password, &hash)).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{hash, is_right};

    #[test]
    fn a_password_is_kept_as_a_slow_hash_with_a_salt_of_its_own() {
        let password = "correct horse battery";
        let (one, other) = (hash(password).unwrap(), hash(password).unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && one != other);
        assert!(is_right(password, &one) && is_right(password, &other));
        for wrong in ["", "correct horse batterz", &one] {
            assert!(!is_right(wrong, &one), "{wrong}");
        }
        assert!(!is_right(password, "") && !is_right(password, "$argon2id$"));
    }

    #[test]
    fn a_password_that_is_soon_guessed_is_refused() {
        assert!(hash("fourteen chars").unwrap_err().contains("found 14 characters, expected 15 or more"));
        assert!(hash(&"x".repeat(1025)).unwrap_err().contains("at most 1024 bytes"));
    }
}
