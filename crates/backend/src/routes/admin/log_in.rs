//! `GET` and `POST /admin/log-in`, and `POST /admin/log-out`: how a person gets in with a token or the owner's password, and out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use utoipa::ToSchema;

use super::form;
use super::page::{document, page_headers};
use crate::access::scopes::{TokenScope, TokenScopes};
use crate::access::tokens::{self, PASSWORD};
use crate::network::Network;
use crate::routes::authority::{self, Authority, LOG_IN, see, session_cookie};
use crate::routes::openapi::FormRefusals;
use crate::routes::response::{self, ErrorAnswer, Refusal, RefusalCode, refuse};
use crate::routes::{AppState, Client, cors, openapi};
use consentry_ledger::StoredToken;

/// Why somebody was not let in.
enum Failure {
    /// What was given opens nothing, whatever it was.
    Wrong,
    /// Too many wrong ones came from there.
    TooMany(Duration),
}

/// `GET /admin/log-in`.
#[utoipa::path(
    get,
    path = "/admin/log-in",
    tag = openapi::OWNER,
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 303, description = "Another page is to be shown"),
        (status = 503, description = "Nothing can be stored or read now", body = ErrorAnswer),
    )
)]
pub async fn page(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    match authority::of_session(&state, &headers).await {
        Err(refusal) => *refusal,
        Ok(Some(_)) => see("/admin"),
        Ok(None) => (page_headers(), log_in_page(None).into_string()).into_response(),
    }
}

/// `POST /admin/log-in`.
#[utoipa::path(
    post,
    path = "/admin/log-in",
    tag = openapi::OWNER,
    request_body(content = LogInForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Another page is to be shown"),
        (status = 401, description = "Nothing that opens this", body = String, content_type = "text/html"),
        (status = 429, description = "Too many were wrong", body = String, content_type = "text/html"),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 403, description = "Not for this origin, or not for this token", body = ErrorAnswer),
        (status = 408, description = "The body took too long", body = ErrorAnswer),
        (status = 413, description = "The body is too large", body = ErrorAnswer),
        (status = 415, description = "Another type of body", body = ErrorAnswer),
        (status = 422, description = "The body has faults, each of which is listed", body = ErrorAnswer),
        (status = 503, description = "Nothing can be stored or read now", body = ErrorAnswer),
    )
)]
pub async fn log_in(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    begin_session(&state, client, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn begin_session(state: &AppState, client: Client, request: Request) -> Result<Response, Refusal> {
    if !cors::from_own_page(&request) {
        return Err(authority::foreign_form());
    }
    let headers = request.headers().clone();
    check_keeps_cookies(&headers)?;
    let [secret] = form::fields(request, ["secret"]).await?;
    let token = match token_of(state, client, secret).await? {
        Ok(token) => token,
        Err(failure) => return Ok(failed(&failure)),
    };
    let id = state.access.sessions.begin(&token, Instant::now()).map_err(|reason| {
        tracing::error!("nobody can log in: {reason}");
        refuse(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "nobody can log in now: try again later")
    })?;
    let mut response = see("/admin");
    if let Some(cookie) = session_cookie::begin(&id) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The token that was given, or that of the password. A right token is let in however many wrong ones came from its network.
async fn token_of(
    state: &AppState,
    Client(client): Client,
    secret: String,
) -> Result<Result<StoredToken, Failure>, Refusal> {
    let failed = |error| Box::new(response::ledger_error(&error));
    let may_look = |token: &StoredToken| TokenScopes::stored(&token.scopes).allow(TokenScope::Read);
    let token = tokens::find(state.ledger.as_ref(), secret.trim()).await.map_err(failed)?;
    if let Some(token) = token.filter(may_look) {
        return Ok(Ok(token));
    }
    if let Err(wait) = state.access.log_in_limit.check(Network::of(client), 1) {
        return Ok(Err(Failure::TooMany(wait)));
    }
    let stored = state.ledger.tokens().await.map_err(failed)?;
    let Some(password) = stored.into_iter().find(|token| token.id == PASSWORD) else {
        return Ok(Err(Failure::Wrong));
    };
    Ok(match state.access.passwords.is_right(secret, password.hash.clone()).await {
        Some(true) => Ok(password),
        Some(false) => Err(Failure::Wrong),
        None => Err(Failure::TooMany(Duration::from_secs(5))),
    })
}

/// Refuses to begin a session that the browser would forget at once.
fn check_keeps_cookies(headers: &HeaderMap) -> Result<(), Refusal> {
    let origin = headers.get(header::ORIGIN).map_or(&b""[..], HeaderValue::as_bytes);
    if !origin.starts_with(b"http://") || session_cookie::is_loopback(headers) {
        return Ok(());
    }
    let message = "found plain http, over which a browser keeps no session, expected https";
    Err(refuse(StatusCode::FORBIDDEN, "not-secure", message))
}

/// `POST /admin/log-out`: ends the session, here and in the browser.
#[utoipa::path(
    post,
    path = "/admin/log-out",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    request_body(content = LogOutForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Another page is to be shown"),
        FormRefusals,
    )
)]
pub async fn log_out(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    if let Err(refusal) = form::fields_of(&authority, request, []).await {
        return *refusal;
    }
    if let Some(id) = session_cookie::id(&headers) {
        state.access.sessions.end(id);
    }
    let mut response = see(LOG_IN);
    if let Some(cookie) = session_cookie::end() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The page again, with what is wrong.
fn failed(failure: &Failure) -> Response {
    let (status, code) = match failure {
        Failure::Wrong => (StatusCode::UNAUTHORIZED, "unauthorized"),
        Failure::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many"),
    };
    let mut response = (status, page_headers(), log_in_page(Some(failure)).into_string()).into_response();
    response.extensions_mut().insert(RefusalCode(code));
    let headers = response.headers_mut();
    match failure {
        Failure::Wrong => headers.insert(header::WWW_AUTHENTICATE, authority::CHALLENGE),
        Failure::TooMany(wait) => headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds(*wait))),
    };
    response
}

/// In whole seconds, at least one.
fn seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1)
}

fn log_in_page(failure: Option<&Failure>) -> Markup {
    let main = html! {
        main .log-in {
            h1 { "Log in" }
            p { "Receipts, and what was observed, are for whoever runs this Consentry server." }
            form method="post" action=(LOG_IN) {
                label for="secret" { "Token or password" }
                input #secret name="secret" type="password" autocomplete="current-password" autocapitalize="none"
                    spellcheck="false" required autofocus aria-invalid=[failure.map(|_| "true")]
                    aria-describedby=[failure.map(|_| "failure")];
                @match failure {
                    None => {}
                    Some(Failure::Wrong) => {
                        p #failure role="alert" { "This is no token or password that may look here." }
                    }
                    Some(Failure::TooMany(wait)) => {
                        p #failure role="alert" {
                            "Too many were wrong. Wait " (seconds(*wait)) " s, or use a token: a right one is always let in."
                        }
                    }
                }
                button .main { "Log in" }
            }
            details {
                summary { "I have no token" }
                p {
                    "The server printed one when it first started. On its machine, whoever may read the ledger makes another:"
                }
                p { code { "consentry token add NAME --scope admin --data DIR" } }
            }
        }
    };
    document("Log in to Consentry", &main)
}

/// What the form sends that logs in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read as a form")]
struct LogInForm {
    /// A token or the password.
    secret: String,
}

/// What the form sends that logs out.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read as a form")]
struct LogOutForm {
    /// Of a session's page; nothing where a token is sent.
    #[schema(rename = "form-key")]
    form_key: Option<String>,
}
