//! The table of routes, and the state behind them. Who may ask, and what a route does, is in the route's own
//! file.

mod admin;
mod body;
mod cookies;
mod cors;
mod expire;
mod files;
mod observations;
mod receipts;
mod response;
mod subjects;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use consentry::model::receipt::Time;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::sites::Sites;
use consentry_ledger::Ledger;

/// What every route may use.
pub struct AppState {
    pub sites: Arc<Sites>,
    pub ledger: Box<dyn Ledger>,
}

/// Who is at the other end of the connection. Never stored and never logged: only the owner's pages ask.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The server's clock.
fn now() -> Time {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// `GET /healthz`: whether receipts are stored, and a line for each configuration that is not in force as it is. One broken
/// site is no reason to stop asking the others' server.
async fn health(State(state): State<Arc<AppState>>) -> Response {
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

/// All routes.
pub fn router(state: Arc<AppState>) -> Router {
    Router::new()
        .route("/v1/receipts", post(receipts::post).options(receipts::preflight))
        .route("/v1/observations", post(observations::post).options(observations::preflight))
        .route("/v1/expire", post(expire::post))
        .route("/v1/subjects/{subject}/receipts", get(subjects::get).options(subjects::preflight))
        .route("/healthz", get(health))
        .route("/admin", get(admin::page))
        .route("/admin/admin.css", get(admin::style_sheet))
        .route("/admin/receipts.json", get(admin::receipts_json))
        .route("/admin/observations.json", get(admin::observations::json))
        .route("/admin/declare", post(admin::declare::declare))
        .route("/admin/forget", post(admin::declare::forget))
        .route("/{site}/{file}", get(files::get))
        .route("/{site}/{folder}/{file}", get(files::get_in_folder))
        .fallback(async || response::not_found())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(state)
}
