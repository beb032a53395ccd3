//! The table of routes, and the state behind them. Who may ask, and what a route does, is in the route's own
//! file.

mod admin;
mod body;
mod cookies;
mod cors;
mod expire;
mod files;
mod log;
mod observations;
mod receipts;
mod response;
mod subjects;
mod verify;

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

use crate::seals::Seals;
use crate::sites::Sites;
use consentry_ledger::Ledger;

/// What every route may use.
pub struct AppState {
    pub sites: Sites,
    pub ledger: Box<dyn Ledger>,
    pub seals: Seals,
}

/// Who is at the other end of the connection. Never stored and never logged: only the owner's pages ask.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The server's clock.
fn now() -> Time {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// `GET /healthz`: whether receipts are stored.
async fn health(State(state): State<Arc<AppState>>) -> Response {
    match state.ledger.check().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => response::ledger_error(&error),
    }
}

/// All routes.
pub fn router(state: Arc<AppState>) -> Router {
    Router::new()
        .route("/v1/receipts", post(receipts::post).options(receipts::preflight))
        .route("/v1/observations", post(observations::post).options(observations::preflight))
        .route("/v1/expire", post(expire::post))
        .route("/v1/subjects/{subject}/receipts", get(subjects::get).options(subjects::preflight))
        .route(
            "/v1/subjects/{subject}/receipts/{id}",
            get(subjects::proven::get).options(subjects::preflight),
        )
        .route("/v1/log/{site}/checkpoint", get(log::checkpoint))
        .route("/v1/log/{site}/key", get(log::key))
        .route("/v1/log/{site}/tile/{*tile}", get(log::tile))
        .route("/v1/log/proof/{id}", get(log::proof))
        .merge(verify::routes())
        .route("/healthz", get(health))
        .route("/admin", get(admin::page))
        .route("/admin/admin.css", get(admin::style_sheet))
        .route("/admin/receipts.json", get(admin::receipts_json))
        .route("/admin/observations.json", get(admin::observations::json))
        .route("/admin/declare", post(admin::declare::declare))
        .route("/admin/forget", post(admin::declare::forget))
        .route("/{site}/{file}", get(files::get))
        .fallback(async || response::not_found())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(state)
}
