//! Tokens in a ledger: made, rotated, revoked and found by what a request presents. A token's text is shown once, by whoever
//! calls; what is kept of it is its hash.

use std::fmt;

use consentry::model::receipt::Time;

use super::password;
use super::scopes::TokenScopes;
use super::secret::{digest, is_same, random_hex};
use consentry_ledger::{Ledger, LedgerError, StoredToken};

/// How every token begins, so that programs that look for leaked secrets find it.
const PREFIX: &str = "consentry_";
/// The id and the name under which the owner's password is kept. No token has either.
pub const PASSWORD: &str = "password";
/// What the token is called that the first start makes.
const FIRST_NAME: &str = "first";
/// How many characters a token's name may have.
const MAX_NAME: usize = 64;

/// Why a token was not made or changed. Made for the owner to read.
#[derive(Debug)]
pub enum TokenError {
    /// What was asked for cannot be.
    Refused(String),
    /// The store failed.
    Ledger(LedgerError),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenError::Refused(reason) => f.write_str(reason),
            TokenError::Ledger(error) => error.fmt(f),
        }
    }
}

impl From<LedgerError> for TokenError {
    fn from(error: LedgerError) -> TokenError {
        TokenError::Ledger(error)
    }
}

/// Makes a token and answers its text.
pub async fn add(
    ledger: &dyn Ledger,
    name: &str,
    scopes: &TokenScopes,
    made: Time,
) -> Result<String, TokenError> {
    let length = name.chars().count();
    if !(1..=MAX_NAME).contains(&length) || name.trim() != name || name.contains(char::is_control) {
        let expected = format!("expected 1 to {MAX_NAME} characters without spaces around them");
        return Err(TokenError::Refused(format!("name: found {name:?}, {expected}")));
    }
    let id = random_hex::<4>().map_err(TokenError::Refused)?;
    let text = new_text(&id)?;
    let (name, hash, scopes, made) = (name.to_owned(), digest(&text), scopes.to_string(), made.day());
    let is_new = name != PASSWORD
        && ledger.add_token(StoredToken { id, name: name.clone(), scopes, hash, made }).await?;
    match is_new {
        true => Ok(text),
        false => Err(TokenError::Refused(format!(
            "name: found {name:?}, which is taken, expected another: `rotate` gives a token a new secret"
        ))),
    }
}

/// Makes a token that may do everything, where there is no such token yet, and answers its text.
pub async fn make_first(ledger: &dyn Ledger, made: Time) -> Result<Option<String>, TokenError> {
    let tokens = ledger.tokens().await?;
    let admin = TokenScopes::admin();
    if tokens.iter().any(|token| TokenScopes::stored(&token.scopes) == admin) {
        return Ok(None);
    }
    let taken = |name: &str| tokens.iter().any(|token| token.name == name);
    let names = std::iter::once(FIRST_NAME.to_owned()).chain((2..).map(|n| format!("{FIRST_NAME}-{n}")));
    match names.into_iter().find(|name| !taken(name)) {
        Some(name) => add(ledger, &name, &admin, made).await.map(Some),
        None => Ok(None),
    }
}

/// Gives a token, by its name or id, a new secret and answers the new text. The old one opens nothing from now on.
pub async fn rotate(ledger: &dyn Ledger, name: &str) -> Result<String, TokenError> {
    let token = named(ledger, name).await?;
    if token.id == PASSWORD {
        return Err(TokenError::Refused(
            "found the password, expected a token: `consentry token password` sets a new one".to_owned(),
        ));
    }
    let text = new_text(&token.id)?;
    match ledger.replace_token_hash(token.id, digest(&text)).await? {
        true => Ok(text),
        false => Err(not_there(name)),
    }
}

/// Removes a token, by its name or id, or the password.
pub async fn revoke(ledger: &dyn Ledger, name: &str) -> Result<(), TokenError> {
    let token = named(ledger, name).await?;
    match ledger.remove_token(token.id).await? {
        true => Ok(()),
        false => Err(not_there(name)),
    }
}

/// Sets the password with which the owner may log in, in place of an earlier one.
pub async fn set_password(ledger: &dyn Ledger, text: &str, made: Time) -> Result<(), TokenError> {
    let hash = password::hash(text).map_err(TokenError::Refused)?;
    if ledger.replace_token_hash(PASSWORD.to_owned(), hash.clone()).await? {
        return Ok(());
    }
    let (id, name, scopes) = (PASSWORD.to_owned(), PASSWORD.to_owned(), TokenScopes::admin().to_string());
    match ledger.add_token(StoredToken { id, name, scopes, hash, made: made.day() }).await? {
        true => Ok(()),
        false => Err(TokenError::Refused("another program set a password at this moment".to_owned())),
    }
}

/// The token whose text this is. Each stored hash is compared in constant time: what is stored is no secret's text, and time
/// tells nothing of it.
pub async fn find(ledger: &dyn Ledger, text: &str) -> Result<Option<StoredToken>, LedgerError> {
    if !text.starts_with(PREFIX) {
        return Ok(None);
    }
    let hash = digest(text);
    let tokens = ledger.tokens().await?;
    Ok(tokens.into_iter().rfind(|token| is_same(&token.hash, &hash)))
}

fn new_text(id: &str) -> Result<String, TokenError> {
    let secret = random_hex::<32>().map_err(TokenError::Refused)?;
    Ok(format!("{PREFIX}{id}_{secret}"))
}

async fn named(ledger: &dyn Ledger, name: &str) -> Result<StoredToken, TokenError> {
    let tokens = ledger.tokens().await?;
    let by_name = tokens.iter().find(|token| token.name == name);
    by_name.or_else(|| tokens.iter().find(|token| token.id == name)).cloned().ok_or_else(|| not_there(name))
}

fn not_there(name: &str) -> TokenError {
    TokenError::Refused(format!(
        "found no token {name:?}, expected the name or id of one: `consentry token list` has them"
    ))
}
