//! `POST /v1/receipts`: takes receipts from the sites' own pages. Answers 2xx only when they are durable.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use consentry::model::receipt::Receipt;
use consentry::model::shape::Node;
use serde_json::json;

use super::body::{self, Refusal, refuse};
use super::{App, answer, cors, now};

/// The longest array.
const MANY: usize = 100;

pub async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    cors::preflight(&app.sites, &headers, "POST", "content-type")
}

pub async fn post(State(app): State<Arc<App>>, request: Request) -> Response {
    // Before the body is read: what no site's page sent is not worth reading.
    let Some(origin) = cors::allowed_origin(&app.sites, request.headers()) else { return cors::foreign() };
    let answer = take(&app, &origin, request).await.unwrap_or_else(|refusal| *refusal);
    cors::open_to(Some(&origin), answer)
}

async fn take(app: &App, origin: &str, request: Request) -> Result<Response, Refusal> {
    let receipts = parse(&body::text(request).await?)?;
    let known = app.sites.known();
    for receipt in &receipts {
        match known.get(receipt.site.as_str()) {
            None => {
                let message = format!("found \"{}\", expected a site that is configured here", receipt.site);
                return Err(refuse(StatusCode::NOT_FOUND, "unknown-site", &message));
            }
            Some(site) if !site.allows(origin) => return Err(Box::new(cors::foreign())),
            Some(_) => {}
        }
    }
    let ids: Vec<_> = receipts.iter().map(|receipt| receipt.id.clone()).collect();
    let appended =
        app.store.append(receipts, now()).await.map_err(|error| Box::new(answer::store_error(&error)))?;
    let stored: Vec<_> = ids
        .iter()
        .zip(appended)
        .map(|(id, appended)| json!({ "id": id.as_str(), "status": appended.name() }))
        .collect();
    Ok(answer::json(StatusCode::OK, &json!({ "stored": stored })))
}

/// One receipt, or an array of them.
fn parse(body: &str) -> Result<Vec<Receipt>, Refusal> {
    let node = body::json(body)?;
    let (mut receipts, mut faults) = (Vec::new(), Vec::new());
    match &node {
        Node::List(items) => {
            if !(1..=MANY).contains(&items.len()) {
                let message = format!("found {} receipts, expected 1 to {MANY}", items.len());
                return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", &message));
            }
            for (at, item) in items.iter().enumerate() {
                match Receipt::read(item, &format!("[{at}]")) {
                    Ok(receipt) => receipts.push(receipt),
                    Err(more) => faults.extend(more),
                }
            }
        }
        one => match Receipt::read(one, "") {
            Ok(receipt) => receipts.push(receipt),
            Err(more) => faults.extend(more),
        },
    }
    if faults.is_empty() {
        return Ok(receipts);
    }
    let message = "nothing was stored: every fault is listed";
    Err(Box::new(answer::refuse_faults(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", message, &faults)))
}
