//! Who may ask for what: the table of routes and the state behind them. Each route's rules are in its own
//! file.

mod admin;
mod answer;
mod body;
mod cookies;
mod cors;
mod expire;
mod files;
mod observations;
mod receipts;
mod subjects;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use consentry::model::receipt::Time;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::sites::Sites;
use crate::store::Store;

/// What every route may use.
pub struct App {
    pub sites: Sites,
    pub store: Box<dyn Store>,
}

/// Who is at the other end of the connection. Never stored and never logged: only the owner's pages ask.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The server's clock.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/receipts", axum::routing::post(receipts::post).options(receipts::preflight))
        .route("/v1/observations", axum::routing::post(observations::post).options(observations::preflight))
        .route("/v1/expire", axum::routing::post(expire::post))
        .route("/v1/subjects/{subject}/receipts", get(subjects::get).options(subjects::preflight))
        .route("/healthz", get(async || "ok\n"))
        .route("/admin", get(admin::page))
        .route("/admin/admin.css", get(admin::style))
        .route("/admin/receipts.json", get(admin::json))
        .route("/admin/observations.json", get(admin::observed::json))
        .route("/admin/declare", axum::routing::post(admin::declare::post))
        .route("/admin/forget", axum::routing::post(admin::declare::forget))
        .route("/{site}/{file}", get(files::get))
        .fallback(async || answer::not_found())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(app)
}
