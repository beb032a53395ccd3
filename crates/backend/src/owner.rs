//! What the owner's commands do with the tokens of a ledger, whether or not a server runs on it.

use std::future::Future;
use std::path::Path;

pub use crate::access::scopes::TokenScopes;
use crate::access::tokens::{self, TokenError};
use crate::routes::now;
use consentry_ledger::Ledger;
use consentry_ledger::sqlite::SqliteLedger;

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

/// The tokens of the ledger in a directory, by name.
///
/// # Errors
/// A sentence for the operator: the ledger cannot be opened or read. So with all that follow.
pub fn list_tokens(data: &Path) -> Result<Vec<ListedToken>, String> {
    let ledger = SqliteLedger::open_to_read(data)?;
    let listed = wait_for(async { ledger.tokens().await.map_err(TokenError::Ledger) })?;
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
pub fn add_token(data: &Path, name: &str, scopes: &TokenScopes) -> Result<String, String> {
    on_any_ledger(data, async |ledger| tokens::add(ledger, name, scopes, now()).await)
}

/// Gives a token, by its name or id, a new secret and answers the new text. The old one opens nothing from now on.
///
/// # Errors
/// There is none, or it is the password.
pub fn rotate_token(data: &Path, name: &str) -> Result<String, String> {
    on_ledger(data, async |ledger| tokens::rotate(ledger, name).await)
}

/// Removes a token, by its name or id, or the password.
///
/// # Errors
/// There is none.
pub fn revoke_token(data: &Path, name: &str) -> Result<(), String> {
    on_ledger(data, async |ledger| tokens::revoke(ledger, name).await)
}

/// Sets the password with which the owner may log in. Makes the ledger where it is not there.
///
/// # Errors
/// It is too short or too long.
pub fn set_password(data: &Path, password: &str) -> Result<(), String> {
    on_any_ledger(data, async |ledger| tokens::set_password(ledger, password, now()).await)
}

/// Works on a ledger that has to be there.
fn on_ledger<T>(
    data: &Path,
    work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, TokenError>,
) -> Result<T, String> {
    if !data.is_dir() {
        return Err(format!("{}: found nothing, expected the directory of a ledger", data.display()));
    }
    on_any_ledger(data, work)
}

fn on_any_ledger<T>(
    data: &Path,
    work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, TokenError>,
) -> Result<T, String> {
    let ledger = SqliteLedger::open(data)?;
    wait_for(work(&ledger))
}

fn wait_for<T>(work: impl Future<Output = Result<T, TokenError>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    runtime.block_on(work).map_err(|error| error.to_string())
}
