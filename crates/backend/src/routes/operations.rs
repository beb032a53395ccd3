//! What whoever runs the server asks it: whether it lives, whether it takes receipts, how it does, and what it answers.

mod gauges;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Extension, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry_ledger::LedgerError;

use super::openapi::OwnerRefusals;
use super::response::{self, ErrorAnswer};
use super::{AppState, openapi};

/// `GET /healthz`: whether what comes is stored.
///
/// And a line for each configuration that is not in force as it is. One broken site is no reason to stop asking the others'
/// server.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = openapi::OPERATIONS,
    responses(
        (status = 200, description = "Receipts are stored", body = String, content_type = "text/plain"),
        (status = 503, description = "Nothing is stored now", body = ErrorAnswer),
    )
)]
pub async fn health(State(state): State<Arc<AppState>>) -> Response {
    if let Err(error) = state.ledger.check().await {
        return response::ledger_error(&error);
    }
    let mut lines = "ok\n".to_owned();
    for file in state.sites.broken_files().iter() {
        lines += &match &file.site {
            Some(site) => format!("{site}: served from its last good configuration"),
            None => format!("{}: not served", file.path.file_name().unwrap_or_default().display()),
        };
        lines += ": the log and /admin say why\n";
    }
    lines.into_response()
}

/// `GET /readyz`: whether receipts are to be sent here.
///
/// They are not where the store fails, where no site is served, and from when the server was told to stop.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = openapi::OPERATIONS,
    responses(
        (status = 200, description = "It takes receipts", body = String, content_type = "text/plain"),
        (status = 503, description = "It takes none, with a sentence for each reason", body = ErrorAnswer),
    )
)]
pub async fn readiness(State(state): State<Arc<AppState>>) -> Response {
    let reasons = reasons_against(&state).await;
    if reasons.is_empty() {
        return "ready\n".into_response();
    }
    let mut response = response::not_ready(&reasons);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Why no receipts are to be sent here, a sentence each. What the store says to the operator stays in the log.
async fn reasons_against(state: &AppState) -> Vec<&'static str> {
    let mut reasons = Vec::new();
    if state.is_stopping.load(Ordering::Relaxed) {
        reasons.push("the server was told to stop");
    }
    if state.sites.current().is_empty() {
        reasons.push("no site is served");
    }
    match state.ledger.check().await {
        Ok(()) => {}
        Err(LedgerError::Busy) => reasons.push("as many requests wait for the store as may"),
        Err(_) => reasons.push("the store fails: the log says why"),
    }
    reasons
}

/// `GET /metrics`: counters and gauges in Prometheus' text format.
///
/// `www/docs/operations.md` says what each means.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = openapi::OPERATIONS,
    security(("token" = []), ("session" = [])),
    responses(
        (status = 200, description = "Prometheus' text format", body = String, content_type = "text/plain"),
        OwnerRefusals,
    )
)]
pub async fn metrics(State(state): State<Arc<AppState>>) -> Response {
    let is_ready = reasons_against(&state).await.is_empty();
    match gauges::text(&state, is_ready).await {
        Ok(text) => {
            let headers =
                [(header::CONTENT_TYPE, prometheus::TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
            (headers, text).into_response()
        }
        Err(reason) => {
            tracing::error!("the metrics cannot be told: {reason}");
            response::error(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "nothing can be told now: the log says why",
            )
        }
    }
}

/// `GET /openapi.json`: this description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = openapi::OPERATIONS,
    security(("token" = []), ("session" = [])),
    responses(
        (status = 200, description = "The description of all routes", body = Object),
        OwnerRefusals,
    )
)]
pub async fn description(Extension(description): Extension<Arc<openapi::Description>>) -> Response {
    response::json(StatusCode::OK, description.as_ref())
}
