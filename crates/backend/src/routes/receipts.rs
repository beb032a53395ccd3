//! `POST /v1/receipts`: takes receipts from the sites' own pages. Answers 2xx only when they are durable.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use consentry::model::receipt::{ClockFlag, Receipt, ReceiptId};
use consentry::model::shape::Node;
use consentry_ledger::Appended;
use serde::Serialize;

use super::response::{self, Refusal, refuse};
use super::{AppState, Client, body, cors, limits, now};

/// How many receipts one request may bring.
const MAX_RECEIPTS: usize = 100;

pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "POST", "content-type")
}

pub async fn post(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    // Before the body is read: what no site's page sent need not be read.
    let Some(origin) = cors::allowed_origin(&state.sites, request.headers()) else {
        return cors::foreign_origin();
    };
    let response = store(&state, &origin, client, request).await.unwrap_or_else(|refusal| *refusal);
    cors::readable_by(Some(&origin), response)
}

async fn store(
    state: &AppState,
    origin: &str,
    client: Client,
    request: Request,
) -> Result<Response, Refusal> {
    let receipts = parse(&body::text(request).await?)?;
    let sites = state.sites.current();
    let mut of_sites: BTreeMap<_, usize> = BTreeMap::new();
    for receipt in &receipts {
        cors::site_of_origin(&sites, receipt.site.as_str(), origin)?;
        *of_sites.entry(&receipt.site).or_default() += 1;
    }
    // Each receipt counts, however many one request brings.
    for (site, count) in of_sites {
        let served = cors::site_of_origin(&sites, site.as_str(), origin)?;
        limits::check(&served.limits.decisions, client, count)?;
    }
    let received = now();
    let sent: Vec<_> = receipts.iter().map(|receipt| (receipt.id.clone(), receipt.time)).collect();
    let appended = state.ledger.append(receipts, received).await;
    let appended = appended.map_err(|error| Box::new(response::ledger_error(&error)))?;
    state.seals.are_due();
    let stored = sent.iter().zip(appended).map(|((id, time), appended)| {
        // Of one that was known it depends on when it came first.
        let clock = ClockFlag::of(*time, received).filter(|_| appended == Appended::Stored);
        Stored { id, status: appended.name(), clock: clock.map(ClockFlag::name) }
    });
    Ok(response::json(StatusCode::OK, &Answer { stored: stored.collect() }))
}

#[derive(Serialize)]
struct Answer<'a> {
    stored: Vec<Stored<'a>>,
}

/// What became of a receipt.
#[derive(Serialize)]
struct Stored<'a> {
    id: &'a ReceiptId,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<&'static str>,
}

/// One receipt, or an array of them.
fn parse(body: &str) -> Result<Vec<Receipt>, Refusal> {
    let node = body::json(body)?;
    let items = match &node {
        Node::List(items) => items.iter().enumerate().map(|(at, item)| (item, format!("[{at}]"))).collect(),
        single => vec![(single, String::new())],
    };
    if !(1..=MAX_RECEIPTS).contains(&items.len()) {
        let message = format!("found {} receipts, expected 1 to {MAX_RECEIPTS}", items.len());
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", &message));
    }
    let (mut receipts, mut faults) = (Vec::new(), Vec::new());
    for (item, path) in items {
        match Receipt::read(item, &path) {
            Err(found) => faults.extend(found),
            Ok(receipt) => match receipt.lasts_too_long(&path) {
                Some(fault) => faults.push(fault),
                None => receipts.push(receipt),
            },
        }
    }
    if faults.is_empty() {
        return Ok(receipts);
    }
    let message = "nothing was stored: every fault is listed";
    Err(response::refuse_faults(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", message, &faults))
}
