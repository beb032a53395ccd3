//! `POST /v1/receipts`: takes receipts from the sites' own pages. Answers 2xx only when they are durable.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use consentry::model::receipt::{ClockFlag, Receipt};
use consentry::model::shape::Node;
use consentry_ledger::Appended;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::openapi::{Form, PostRefusals, PreflightAnswers, own_schema};
use super::response::{self, ErrorAnswer, NOTHING_STORED, Refusal, refuse};
use super::{AppState, Client, body, cors, limits, now, openapi};

/// How many receipts one request may bring.
const MAX_RECEIPTS: usize = 100;

own_schema! {
    /// One receipt, or an array of them.
    ReceiptForms
}

/// What is posted.
pub fn form() -> Form {
    let one = json!({ "$ref": "#/components/schemas/ReceiptForm" });
    let some = json!({ "type": "array", "minItems": 1, "maxItems": MAX_RECEIPTS, "items": one });
    let example = json!({
        "v": 1, "id": "01932f7a-0000-7000-8000-0000000000aa", "site": "shop", "subject": "be45cb2605bf36bebde684841a28f0fd",
        "time": "2026-11-21T20:00:00.000Z", "action": "save", "granted": ["functional", "service:youtube"],
        "denied": ["analytics", "advertising"], "revision": "2026-11-01",
        "notice": format!("sha256:{}", "5e".repeat(32)), "language": "sv", "layer": 2,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    });
    Form { name: "ReceiptForms", schema: json!({ "anyOf": [one, some] }), example }
}

/// `OPTIONS`: what a browser asks before it sends.
#[utoipa::path(
    options,
    path = "/v1/receipts",
    tag = openapi::PAGES,
    params(("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    responses(PreflightAnswers)
)]
pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "POST", "content-type")
}

/// `POST /v1/receipts`: one receipt, or an array of up to 100. Idempotent by `id`; answered once all are on the disk.
#[utoipa::path(
    post,
    path = "/v1/receipts",
    tag = openapi::PAGES,
    params(("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    request_body(content((ReceiptForms = "text/plain"), (ReceiptForms = "application/json"))),
    responses(
        (status = 200, description = "All are stored", body = Answer),
        (status = 409, description = "Another receipt has this id", body = ErrorAnswer),
        PostRefusals,
    )
)]
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
    let sites = state.sites.current();
    let receipts = async { parse(&body::text(request).await?) }.await;
    let receipts = limits::count_refused(receipts, &sites, origin, client, |site| &site.limits.decisions)?;
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
    let timer = state.metrics.append_seconds.start_timer();
    let appended = state.ledger.append(receipts, received).await;
    timer.observe_duration();
    let appended = appended.map_err(|error| Box::new(response::ledger_error(&error)))?;
    let new = appended.iter().filter(|appended| **appended == Appended::Stored).count();
    state.metrics.receipts_stored.inc_by(new as u64);
    state.metrics.receipts_known.inc_by((appended.len() - new) as u64);
    state.seals.are_due();
    let stored = sent.iter().zip(appended).map(|((id, time), appended)| {
        // Of one that was known it depends on when it came first.
        let clock = ClockFlag::of(*time, received).filter(|_| appended == Appended::Stored);
        Stored { id: id.to_string(), status: appended.name(), clock: clock.map(ClockFlag::name) }
    });
    Ok(response::json(StatusCode::OK, &Answer { stored: stored.collect() }))
}

/// What became of the receipts, in their order.
#[derive(Serialize, ToSchema)]
pub struct Answer {
    stored: Vec<Stored>,
}

/// What became of a receipt.
#[derive(Serialize, ToSchema)]
struct Stored {
    id: String,
    /// `stored` where it was new, or `known`.
    status: &'static str,
    /// `late`, `behind` or `ahead`, where the visitor's clock is far from the server's.
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
    Err(response::refuse_document("bad-receipt", NOTHING_STORED, &faults))
}
