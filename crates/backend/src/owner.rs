//! What the owner's commands do with a ledger, whether or not a server runs on it: here with its tokens.

pub mod erasures;
pub mod webhooks;

use std::future::Future;

pub use crate::access::scopes::TokenScopes;
use crate::access::tokens::{self, TokenError};
use crate::routes::now;
use consentry::model::config::SiteKey;
use consentry_ledger::Ledger;
use consentry_ledger::place::Place;

/// What may be shown of a token.
pub struct ListedToken {
    /// What stands in the token itself.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it allows.
    pub scopes: String,
    /// The day when it was made, `YYYY-MM-DD` in UTC.
    pub made: String,
}

/// The tokens of the ledger in a place, by name.
///
/// # Errors
/// A sentence for the operator: the ledger cannot be opened or read. So with all that follow.
pub fn list_tokens(place: impl Into<Place>) -> Result<Vec<ListedToken>, String> {
    let place = place.into();
    let listed = wait_for(async {
        let ledger = place.open_to_read().await?;
        ledger.tokens().await.map_err(|error| error.to_string())
    })?;
    let shown = listed.into_iter().map(|token| ListedToken {
        id: token.id,
        name: token.name,
        scopes: token.scopes,
        made: token.made,
    });
    Ok(shown.collect())
}

/// Makes a token and answers its text, which nobody can read again. Makes the ledger where it is not there.
///
/// # Errors
/// The name is taken, or none.
pub fn add_token(place: impl Into<Place>, name: &str, scopes: &TokenScopes) -> Result<String, String> {
    on_any_ledger(place, async |ledger| tokens::add(ledger, name, scopes, now()).await)
}

/// Gives a token, by its name or id, a new secret and answers the new text. The old one opens nothing from now on.
///
/// # Errors
/// There is none, or it is the password.
pub fn rotate_token(place: impl Into<Place>, name: &str) -> Result<String, String> {
    on_ledger(place, async |ledger| tokens::rotate(ledger, name).await)
}

/// Removes a token, by its name or id, or the password.
///
/// # Errors
/// There is none.
pub fn revoke_token(place: impl Into<Place>, name: &str) -> Result<(), String> {
    on_ledger(place, async |ledger| tokens::revoke(ledger, name).await)
}

/// Sets the password with which the owner may log in. Makes the ledger where it is not there.
///
/// # Errors
/// It is too short or too long.
pub fn set_password(place: impl Into<Place>, password: &str) -> Result<(), String> {
    on_any_ledger(place, async |ledger| tokens::set_password(ledger, password, now()).await)
}

/// Refuses a site that has no receipts and never had any: its key is taken for a wrong one.
///
/// # Errors
/// A sentence for the operator: it is such a site, or the ledger cannot be read.
pub async fn check_has_receipts(ledger: &dyn Ledger, site: &SiteKey) -> Result<(), String> {
    let logs = ledger.logs().await.map_err(|error| error.to_string())?;
    if logs.iter().any(|(known, _)| known == site) {
        return Ok(());
    }
    let known: Vec<_> = logs.iter().map(|(site, _)| site.as_str()).collect();
    let known = if known.is_empty() { "no receipts at all".to_owned() } else { known.join(", ") };
    Err(format!("found no receipts of the site \"{site}\", expected one that has some: {known}"))
}

/// Works on a ledger that has to be there.
fn on_ledger<T>(
    place: impl Into<Place>,
    work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, TokenError>,
) -> Result<T, String> {
    let place = place.into();
    place.check()?;
    on_any_ledger(place, work)
}

fn on_any_ledger<T>(
    place: impl Into<Place>,
    work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, TokenError>,
) -> Result<T, String> {
    let place = place.into();
    wait_for(async {
        let ledger = place.open().await?;
        work(ledger.as_ref()).await.map_err(|error| error.to_string())
    })
}

fn wait_for<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().map_err(|error| error.to_string())?.block_on(work)
}
