//! Who asks for what is not public, and whether they may: by a token, or by the session of somebody who logged in. That a
//! request comes from this machine proves nothing, since a proxy on it passes strangers on.

pub mod session_cookie;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::response::{self, Refusal, refuse};
use super::{AppState, cors};
use crate::access::scopes::{TokenScope, TokenScopes};
use crate::access::{is_same, sessions, tokens};
use consentry_ledger::StoredToken;

/// Where people log in.
pub const LOG_IN: &str = "/admin/log-in";

/// Who asks, once it is known that they may.
#[derive(Clone)]
pub struct Authority {
    scopes: TokenScopes,
    /// What the forms of the session's pages carry; nothing where a token was sent.
    form_key: Option<String>,
}

impl Authority {
    fn of(token: &StoredToken, form_key: Option<String>) -> Authority {
        Authority { scopes: TokenScopes::stored(&token.scopes), form_key }
    }

    /// What a form carries that does what this scope allows; nothing where it is not allowed, or no session's.
    pub fn form_key(&self, scope: TokenScope) -> Option<&str> {
        self.form_key.as_deref().filter(|_| self.scopes.allow(scope))
    }

    /// Refuses the form of a session that does not carry its key.
    pub fn check_form(&self, found: Option<&str>) -> Result<(), Refusal> {
        match &self.form_key {
            Some(key) if !is_same(key, found.unwrap_or_default()) => Err(foreign_form()),
            _ => Ok(()),
        }
    }
}

/// Lets a request through if whoever sent it may do what the scope allows.
pub async fn require(
    State((state, scope)): State<(Arc<AppState>, TokenScope)>,
    request: Request,
    next: Next,
) -> Response {
    let bears_something = request.headers().contains_key(header::AUTHORIZATION);
    // A browser sends a session's cookie for whoever made it ask.
    let asks_only = matches!(*request.method(), Method::GET | Method::HEAD);
    if !bears_something && !asks_only && !cors::from_own_page(&request) {
        return *foreign_form();
    }
    let (mut parts, body) = request.into_parts();
    let found = match bears_something {
        true => of_bearer(&state, &parts.headers).await,
        false => of_session(&state, &parts.headers).await,
    };
    let allowed = found.and_then(|authority| {
        let authority = authority.ok_or_else(|| Box::new(log_in_first(&parts)))?;
        check_scope(&authority, scope).map(|()| authority)
    });
    match allowed {
        Err(refusal) => *refusal,
        Ok(authority) => {
            parts.extensions.insert(authority);
            next.run(Request::from_parts(parts, body)).await
        }
    }
}

/// Who sent a token; nothing where it is none that is known.
pub async fn of_bearer(state: &AppState, headers: &HeaderMap) -> Result<Option<Authority>, Refusal> {
    let Some(text) = bearer(headers) else { return Ok(None) };
    let token = tokens::find(state.ledger.as_ref(), text).await;
    let token = token.map_err(|error| Box::new(response::ledger_error(&error)))?;
    Ok(token.map(|token| Authority::of(&token, None)))
}

/// Who logged in; nothing where the session has ended.
pub async fn of_session(state: &AppState, headers: &HeaderMap) -> Result<Option<Authority>, Refusal> {
    let Some(id) = session_cookie::id(headers) else { return Ok(None) };
    let tokens = state.ledger.tokens().await;
    let tokens = tokens.map_err(|error| Box::new(response::ledger_error(&error)))?;
    let token = state.access.sessions.token(id, tokens, Instant::now());
    Ok(token.map(|token| Authority::of(&token, Some(sessions::form_key(id)))))
}

/// What a request bears, if it has one such header.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, text) = values.next()?.to_str().ok()?.split_once(' ')?;
    (values.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| text.trim())
}

/// Refuses a token that may not do this.
pub fn check_scope(authority: &Authority, scope: TokenScope) -> Result<(), Refusal> {
    match authority.scopes.allow(scope) {
        true => Ok(()),
        false => {
            let (found, expected) = (&authority.scopes, scope.name());
            let message = format!("found a token with the scopes \"{found}\", expected {expected}");
            Err(refuse(StatusCode::FORBIDDEN, "missing-scope", &message))
        }
    }
}

/// The response to whoever has shown nothing that opens this.
pub fn unauthorized() -> Response {
    let message = "found nothing that opens this, expected `Authorization: Bearer` with what does";
    let mut response = response::error(StatusCode::UNAUTHORIZED, "unauthorized", message);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, CHALLENGE);
    response
}

/// What a response with 401 says that it expects (RFC 6750, 3).
pub const CHALLENGE: header::HeaderValue = header::HeaderValue::from_static("Bearer realm=\"consentry\"");

/// Sends a browser that shows a page to the log-in, and tells everyone else what is missing.
fn log_in_first(request: &Parts) -> Response {
    let accepts = request.headers.get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok());
    let shows_a_page = accepts.is_some_and(|accepts| accepts.contains("text/html"))
        && !request.headers.contains_key(header::AUTHORIZATION)
        && !request.uri.path().ends_with(".json");
    match shows_a_page {
        true => see(LOG_IN),
        false => unauthorized(),
    }
}

/// Sends a browser to another page of this server.
pub fn see(place: &'static str) -> Response {
    let headers = [(header::LOCATION, place), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// The refusal of a form that none of this server's own pages sent, or one of another session.
pub fn foreign_form() -> Refusal {
    let message = "found a form of another page, expected one of this server's own";
    refuse(StatusCode::FORBIDDEN, "not-same-origin", message)
}
