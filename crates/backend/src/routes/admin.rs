//! The owner's pages: the ledger, to read, and what was observed, to declare. Who may is said where the routes are.

mod broken_section;
pub mod declare;
mod form;
pub mod log_in;
pub mod observations;
mod observed_section;
mod outside_text;
mod page;

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::authority::Authority;
use super::openapi::{OwnerRefusals, ReceiptPage};
use super::parameters::Query;
use super::response::ErrorAnswer;
use super::{AppState, openapi, response};
use consentry_ledger::{LedgerError, ReceiptRange, StoredReceipt};

/// `?before=` a position and `?limit=` 1 to 1000.
#[derive(Deserialize)]
pub struct ReceiptQuery {
    before: Option<u64>,
    limit: Option<u32>,
}

impl ReceiptQuery {
    fn range(&self, default_limit: u32) -> ReceiptRange {
        ReceiptRange { before: self.before, limit: self.limit.unwrap_or(default_limit).clamp(1, 1000) }
    }
}

/// `GET /admin/receipts.json`: the newest first; `next` is the position to continue before, or null.
#[utoipa::path(
    get,
    path = "/admin/receipts.json",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(("before" = Option<u64>, Query, description = "The position to continue before, as `next` said"), ("limit" = Option<u32>, Query, description = "How many at most, up to 1000")),
    responses(
        (status = 200, description = "Some receipts", body = ReceiptPage),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        OwnerRefusals,
    )
)]
pub async fn receipts_json(
    State(state): State<Arc<AppState>>,
    Query(query): Query<ReceiptQuery>,
) -> Response {
    let range = query.range(100);
    let told = async {
        let stored = state.ledger.receipts(range).await?;
        let receipts = response::receipts(state.ledger.as_ref(), &stored).await?;
        Ok::<_, LedgerError>(json!({ "receipts": receipts, "next": next_position(range, &stored) }))
    };
    match told.await {
        Ok(body) => response::json(StatusCode::OK, &body),
        Err(error) => response::ledger_error(&error),
    }
}

/// `GET /admin/admin.css`. Public: the log-in has it too.
#[utoipa::path(
    get,
    path = "/admin/admin.css",
    tag = openapi::OWNER,
    responses(
        (status = 200, description = "The style", body = String, content_type = "text/css"),
    )
)]
pub async fn style_sheet() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("admin.css")).into_response()
}

/// `GET /admin`.
#[utoipa::path(
    get,
    path = "/admin",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(("before" = Option<u64>, Query, description = "The position to continue before, as `next` said"), ("limit" = Option<u32>, Query, description = "How many at most, up to 1000")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 303, description = "Another page is to be shown"),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        OwnerRefusals,
    )
)]
pub async fn page(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    Query(query): Query<ReceiptQuery>,
) -> Response {
    let range = query.range(50);
    let receipts = match state.ledger.receipts(range).await {
        Ok(receipts) => receipts,
        Err(error) => return response::ledger_error(&error),
    };
    let sites = match observations::of_sites(&state).await {
        Ok(sites) => sites,
        Err(error) => return response::ledger_error(&error),
    };
    let page = page::html(range, &receipts, &sites, &state.sites.broken_files(), &authority);
    (page::page_headers(), page.into_string()).into_response()
}

/// The position to continue before, if there may be more receipts.
fn next_position(range: ReceiptRange, receipts: &[StoredReceipt]) -> Option<u64> {
    let last = receipts.last().filter(|_| receipts.len() == range.limit as usize)?;
    Some(last.position).filter(|position| *position > 1)
}
