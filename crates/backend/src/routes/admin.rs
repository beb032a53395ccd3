//! The owner's pages: the ledger, to read, and what was observed, to declare. Only for who asks on the
//! machine itself.

mod broken_section;
pub mod declare;
mod local_request;
pub mod observations;
mod observed_section;
mod outside_text;
mod page;

use std::sync::Arc;

use axum::extract::{Extension, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use self::local_request::is_local;
use super::{AppState, Peer, response};
use consentry_ledger::{ReceiptRange, StoredReceipt};

/// No script, nothing from elsewhere, forms for this server alone, and no page that frames it.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

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
pub async fn receipts_json(
    State(state): State<Arc<AppState>>,
    Extension(Peer(peer)): Extension<Peer>,
    Query(query): Query<ReceiptQuery>,
    request: Request,
) -> Response {
    if !is_local(peer, &request) {
        return response::not_found();
    }
    let range = query.range(100);
    match state.ledger.receipts(range).await {
        Ok(stored) => {
            let next = next_position(range, &stored);
            let body = json!({ "receipts": response::receipts(&stored), "next": next });
            response::json(StatusCode::OK, &body)
        }
        Err(error) => response::ledger_error(&error),
    }
}

/// `GET /admin/admin.css`.
pub async fn style_sheet(Extension(Peer(peer)): Extension<Peer>, request: Request) -> Response {
    if !is_local(peer, &request) {
        return response::not_found();
    }
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("admin.css")).into_response()
}

/// `GET /admin`.
pub async fn page(
    State(state): State<Arc<AppState>>,
    Extension(Peer(peer)): Extension<Peer>,
    Query(query): Query<ReceiptQuery>,
    request: Request,
) -> Response {
    if !is_local(peer, &request) {
        return response::not_found();
    }
    let range = query.range(50);
    let receipts = match state.ledger.receipts(range).await {
        Ok(receipts) => receipts,
        Err(error) => return response::ledger_error(&error),
    };
    let sites = match observations::of_sites(&state).await {
        Ok(sites) => sites,
        Err(error) => return response::ledger_error(&error),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // Not `no-referrer`: with that a browser calls the origin of a form `null` (Fetch standard, 3.2).
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, page::html(range, &receipts, &sites, &state.sites.broken_files()).into_string()).into_response()
}

/// The position to continue before, if there may be more receipts.
fn next_position(range: ReceiptRange, receipts: &[StoredReceipt]) -> Option<u64> {
    let last = receipts.last().filter(|_| receipts.len() == range.limit as usize)?;
    Some(last.position).filter(|position| *position > 1)
}
