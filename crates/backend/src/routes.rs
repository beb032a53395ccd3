//! The table of routes with who may ask, and the state behind them. What a route does is in its own file, and of the public
//! ones also whose pages may ask.

mod admin;
mod authority;
mod body;
mod cookies;
mod cors;
mod expire;
mod export;
mod files;
mod limits;
mod log;
mod notices;
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
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use consentry::model::receipt::Time;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::access::Access;
use crate::access::scopes::TokenScope;
use crate::rate_limit::RateLimit;
use crate::seals::Seals;
use crate::sites::Sites;
use consentry_ledger::Ledger;

/// What every route may use.
pub struct AppState {
    pub sites: Arc<Sites>,
    pub ledger: Box<dyn Ledger>,
    pub seals: Seals,
    pub access: Access,
    /// What a network may ask for where no site is named.
    pub by_address: RateLimit,
}

/// Whose request it is: who is at the other end of the connection, or whom a listed proxy names. Never stored and never logged: requests are counted by it.
#[derive(Clone, Copy)]
pub struct Client(pub IpAddr);

/// The server's clock.
pub fn now() -> Time {
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
    let only = |scope: TokenScope| from_fn_with_state((Arc::clone(&state), scope), authority::require);
    let for_readers = Router::new()
        .route("/admin", get(admin::page))
        .route("/admin/receipts.json", get(admin::receipts_json))
        .route("/admin/observations.json", get(admin::observations::json))
        .route("/admin/log-out", post(admin::log_in::log_out))
        .route("/v1/sites/{site}/export", get(export::get))
        .route_layer(only(TokenScope::Read));
    let for_admins = Router::new()
        .route("/admin/declare", post(admin::declare::declare))
        .route("/admin/forget", post(admin::declare::forget))
        .route_layer(only(TokenScope::Admin));
    let for_keepers_of_notices = Router::new()
        .route("/v1/sites/{site}/notices/{hash}", put(notices::put))
        .route_layer(only(TokenScope::Notices));
    Router::new()
        .merge(for_readers)
        .merge(for_keepers_of_notices)
        .merge(for_admins)
        // For whoever holds the visitor's secret, or may read; to erase, or may erase.
        .route("/v1/subjects/{subject}", delete(subjects::erase::delete).options(subjects::erase::preflight))
        .route("/v1/subjects/{subject}/receipts", get(subjects::get).options(subjects::preflight))
        .route("/v1/subjects/{subject}/export", get(subjects::export::get).options(subjects::preflight))
        .route(
            "/v1/subjects/{subject}/receipts/{id}",
            get(subjects::proven::get).options(subjects::preflight),
        )
        // Public. Those that write know the sites' own pages by their origin.
        .route("/v1/receipts", post(receipts::post).options(receipts::preflight))
        .route("/v1/observations", post(observations::post).options(observations::preflight))
        .route("/v1/expire", post(expire::post))
        .route("/v1/sites/{site}/notices/{hash}", get(notices::get))
        .route("/v1/log/{site}/checkpoint", get(log::checkpoint))
        .route("/v1/log/{site}/key", get(log::key))
        .route("/v1/log/{site}/tile/{*tile}", get(log::tile))
        .route("/v1/log/proof/{id}", get(log::proof))
        .merge(verify::routes())
        .route("/healthz", get(health))
        .route("/admin/log-in", get(admin::log_in::page).post(admin::log_in::log_in))
        .route("/admin/admin.css", get(admin::style_sheet))
        .route("/{site}/{file}", get(files::get))
        .route("/{site}/{folder}/{file}", get(files::get_in_folder))
        .fallback(async || response::not_found())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(state)
}
