//! The table of routes with who may ask, and the state behind them. What a route does is in its own file, and of the public
//! ones also whose pages may ask.

mod admin;
mod authority;
mod body;
mod cookies;
mod cors;
mod counted;
mod expire;
mod export;
mod files;
mod limits;
mod log;
mod notices;
mod observations;
mod openapi;
mod operations;
mod parameters;
mod receipts;
mod response;
mod statistics;
mod subjects;
mod verify;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use consentry::model::receipt::Time;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Access;
use crate::access::scopes::TokenScope;
use crate::metrics::Metrics;
use crate::rate_limit::RateLimit;
use crate::seals::Seals;
use crate::sites::Sites;
use crate::statistics::Statistics;
use consentry_ledger::Ledger;

/// What every route may use.
pub struct AppState {
    pub sites: Arc<Sites>,
    pub ledger: Box<dyn Ledger>,
    pub seals: Seals,
    pub access: Access,
    pub statistics: Statistics,
    /// What a network may ask for where no site is named.
    pub by_address: RateLimit,
    pub metrics: Metrics,
    /// Whether the server was told to stop.
    pub is_stopping: AtomicBool,
}

/// Whose request it is: who is at the other end of the connection, or whom a listed proxy names. Never stored and never logged: requests are counted by it.
#[derive(Clone, Copy)]
pub struct Client(pub IpAddr);

/// The server's clock.
pub fn now() -> Time {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// All routes, each with its description: `#[utoipa::path(…)]` at a handler says method and path too.
///
/// # Errors
/// A sentence: the description cannot be written.
pub fn router(state: Arc<AppState>) -> Result<Router, String> {
    let only = |scope: TokenScope| from_fn_with_state((Arc::clone(&state), scope), authority::require);
    let for_readers = OpenApiRouter::new()
        .routes(routes!(admin::page))
        .routes(routes!(admin::receipts::list))
        .routes(routes!(admin::receipts::one))
        .routes(routes!(admin::receipts::file))
        .routes(routes!(admin::receipts::json))
        .routes(routes!(admin::observations::page))
        .routes(routes!(admin::notices::page))
        .routes(routes!(admin::observations::json))
        .routes(routes!(admin::log_in::log_out))
        .routes(routes!(statistics::get))
        .routes(routes!(operations::metrics))
        .routes(routes!(operations::description))
        .routes(routes!(export::get))
        .route_layer(only(TokenScope::Read));
    let for_admins = OpenApiRouter::new()
        .routes(routes!(admin::declare::declare))
        .routes(routes!(admin::declare::forget))
        .route_layer(only(TokenScope::Admin));
    let for_keepers_of_notices =
        OpenApiRouter::new().routes(routes!(notices::put)).route_layer(only(TokenScope::Notices));
    let (router, described) = OpenApiRouter::with_openapi(openapi::beginning())
        .merge(for_readers)
        .merge(for_keepers_of_notices)
        .merge(for_admins)
        // For whoever holds the visitor's secret, or may read; to erase, or may erase.
        .routes(routes!(subjects::erase::delete, subjects::erase::preflight))
        .routes(routes!(subjects::get, subjects::preflight))
        .routes(routes!(subjects::proven::get, subjects::proven::preflight))
        .routes(routes!(subjects::export::get, subjects::export::preflight))
        // Public. Those that write know the sites' own pages by their origin.
        .routes(routes!(receipts::post, receipts::preflight))
        .routes(routes!(observations::post, observations::preflight))
        .routes(routes!(expire::post))
        .routes(routes!(notices::get))
        .routes(routes!(log::checkpoint))
        .routes(routes!(log::key))
        .routes(routes!(log::tile))
        .routes(routes!(log::proof))
        .merge(verify::routes())
        .routes(routes!(operations::health))
        .routes(routes!(operations::readiness))
        .routes(routes!(admin::log_in::page, admin::log_in::log_in))
        .routes(routes!(admin::style_sheet))
        .routes(routes!(files::get))
        .routes(routes!(files::get_in_folder))
        .split_for_parts();
    let forms = [receipts::form(), observations::form(), expire::form()];
    let description = Arc::new(openapi::complete(&described, forms)?);
    Ok(router
        .fallback(async || response::not_found())
        .layer(Extension(description))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn_with_state(Arc::clone(&state), counted::count))
        .with_state(state))
}
