//! Who is logged in, in memory alone: the hash of each session's id, and which token it was begun with. A session ends after
//! twelve hours, when its owner logs out, with the server, and when its token is revoked or has another secret.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::secret::{digest, is_same, random_hex};
use consentry_ledger::StoredToken;

/// How long a session lasts.
pub const LENGTH: Duration = Duration::from_secs(12 * 60 * 60);
/// How many there may be; one more ends the oldest.
const MOST: usize = 1000;

struct Session {
    token: String,
    /// The token's hash when it was begun.
    hash: String,
    until: Instant,
}

/// All sessions.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session of whoever has shown this token, and answers its id: 256 random bits that only the browser keeps.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn begin(&self, token: &StoredToken, now: Instant) -> Result<String, String> {
        let id = random_hex::<32>()?;
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.until > now);
        if sessions.len() >= MOST {
            let oldest = sessions.iter().min_by_key(|(_, session)| session.until);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                sessions.remove(&oldest);
            }
        }
        let (token, hash) = (token.id.clone(), token.hash.clone());
        sessions.insert(digest(&id), Session { token, hash, until: now + LENGTH });
        Ok(id)
    }

    /// Which of the tokens, as they are stored now, this session was begun with; nothing where it has ended.
    pub fn token(&self, id: &str, tokens: Vec<StoredToken>, now: Instant) -> Option<StoredToken> {
        let key = digest(id);
        let mut sessions = self.lock();
        let session = sessions.get(&key).filter(|session| session.until > now)?;
        let is_its = |token: &StoredToken| token.id == session.token && is_same(&token.hash, &session.hash);
        let token = tokens.into_iter().find(is_its);
        if token.is_none() {
            sessions.remove(&key);
        }
        token
    }

    /// Ends a session.
    pub fn end(&self, id: &str) {
        self.lock().remove(&digest(id));
    }
}

/// What the forms of a session's pages carry, which no page from elsewhere can know: the session's id hashed with a word of its
/// own, so that it tells neither the id nor what is kept of it.
pub fn form_key(id: &str) -> String {
    digest(&format!("form {id}"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{LENGTH, MOST, Sessions, form_key};
    use consentry_ledger::StoredToken;

    fn token(hash: &str) -> StoredToken {
        let [id, name, scopes, made] = ["1", "n", "admin", "2026-11-21"].map(str::to_owned);
        StoredToken { id, name, scopes, hash: hash.to_owned(), made }
    }

    #[test]
    fn a_session_lasts_twelve_hours_and_no_longer_than_its_token() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let stored = token("one");
        let id = sessions.begin(&stored, now).unwrap();
        let found = |after: Duration, tokens: Vec<StoredToken>| sessions.token(&id, tokens, now + after);
        let almost = LENGTH - Duration::from_secs(1);
        assert_eq!(found(almost, vec![token("other"), stored.clone()]), Some(stored.clone()));
        assert_eq!(found(LENGTH, vec![stored.clone()]), None);
        assert_eq!(found(almost, vec![token("rotated")]), None);
        assert_eq!(found(almost, vec![stored.clone()]), None, "it has ended with the old secret");
        let id = sessions.begin(&stored, now).unwrap();
        sessions.end(&id);
        assert_eq!(sessions.token(&id, vec![stored], now), None);
    }

    #[test]
    fn neither_its_id_nor_the_key_of_its_forms_is_kept() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let id = sessions.begin(&token("one"), now).unwrap();
        let kept: Vec<_> = sessions.lock().keys().cloned().collect();
        assert!(kept.len() == 1 && kept[0] != id && kept[0] != form_key(&id) && form_key(&id) != id);
    }

    #[test]
    fn there_are_no_more_than_may_be_and_the_oldest_ends_first() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let ids: Vec<_> = (0..=MOST as u64)
            .map(|second| sessions.begin(&token("one"), now + Duration::from_secs(second)).unwrap())
            .collect();
        assert_eq!(sessions.lock().len(), MOST);
        assert_eq!(sessions.token(&ids[0], vec![token("one")], now), None);
        assert!(sessions.token(&ids[1], vec![token("one")], now).is_some());
    }
}
