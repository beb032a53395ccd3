//! `POST /v1/receipts`: takes receipts from the sites' own pages. Answers 2xx only when they are durable.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use consentry::model::receipt::Receipt;
use consentry::model::shape::Node;
use serde_json::json;

use super::response::{self, Refusal, refuse};
use super::{AppState, body, cors, now};

/// How many receipts one request may bring.
const MAX_RECEIPTS: usize = 100;

pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "POST", "content-type")
}

pub async fn post(State(state): State<Arc<AppState>>, request: Request) -> Response {
    // Before the body is read: what no site's page sent need not be read.
    let Some(origin) = cors::allowed_origin(&state.sites, request.headers()) else {
        return cors::foreign_origin();
    };
    let response = store(&state, &origin, request).await.unwrap_or_else(|refusal| *refusal);
    cors::readable_by(Some(&origin), response)
}

async fn store(state: &AppState, origin: &str, request: Request) -> Result<Response, Refusal> {
    let receipts = parse(&body::text(request).await?)?;
    let sites = state.sites.current();
    for receipt in &receipts {
        cors::site_of_origin(&sites, receipt.site.as_str(), origin)?;
    }
    let ids: Vec<_> = receipts.iter().map(|receipt| receipt.id.clone()).collect();
    let appended = state.ledger.append(receipts, now()).await;
    let appended = appended.map_err(|error| Box::new(response::ledger_error(&error)))?;
    state.seals.are_due();
    let stored: Vec<_> = ids
        .iter()
        .zip(appended)
        .map(|(id, appended)| json!({ "id": id.as_str(), "status": appended.name() }))
        .collect();
    Ok(response::json(StatusCode::OK, &json!({ "stored": stored })))
}

/// One receipt, or an array of them.
fn parse(body: &str) -> Result<Vec<Receipt>, Refusal> {
    let node = body::json(body)?;
    let (mut receipts, mut faults) = (Vec::new(), Vec::new());
    match &node {
        Node::List(items) => {
            if !(1..=MAX_RECEIPTS).contains(&items.len()) {
                let message = format!("found {} receipts, expected 1 to {MAX_RECEIPTS}", items.len());
                return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", &message));
            }
            for (index, item) in items.iter().enumerate() {
                match Receipt::read(item, &format!("[{index}]")) {
                    Ok(receipt) => receipts.push(receipt),
                    Err(found) => faults.extend(found),
                }
            }
        }
        single => match Receipt::read(single, "") {
            Ok(receipt) => receipts.push(receipt),
            Err(found) => faults.extend(found),
        },
    }
    if faults.is_empty() {
        return Ok(receipts);
    }
    let message = "nothing was stored: every fault is listed";
    Err(response::refuse_faults(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", message, &faults))
}
