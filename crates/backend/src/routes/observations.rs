//! `POST /v1/observations`: takes from the sites' own pages what acted on them though nobody declared it, where the
//! owner asked for it. Keeps no word on who told it.
//!
//! `{"site":"shop","observations":[{"kind":"host|cookie|storage|left","name":"…"}]}`: 204 once it is stored, or 200 with
//! `{"dropped":n}` where there was no room for `n` of them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use consentry::model::observation::Report;
use serde_json::json;

use super::body::{self, Refusal, refuse};
use super::{App, answer, cors, now};

pub async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    cors::preflight(&app.sites, &headers, "POST", "content-type")
}

pub async fn post(State(app): State<Arc<App>>, request: Request) -> Response {
    // Before the body is read, as with receipts.
    let Some(origin) = cors::allowed_origin(&app.sites, request.headers()) else { return cors::foreign() };
    let answer = take(&app, &origin, request).await.unwrap_or_else(|refusal| *refusal);
    cors::open_to(Some(&origin), answer)
}

async fn take(app: &App, origin: &str, request: Request) -> Result<Response, Refusal> {
    let node = body::json(&body::text(request).await?)?;
    let mut report = Report::read(&node).map_err(|faults| {
        let message = "nothing was stored: every fault is listed";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Box::new(answer::refuse_faults(status, "bad-observations", message, &faults))
    })?;
    let known = app.sites.known();
    let site = known.get(report.site.as_str()).ok_or_else(|| {
        let message = format!("found \"{}\", expected a site that is configured here", report.site);
        refuse(StatusCode::NOT_FOUND, "unknown-site", &message)
    })?;
    if !site.allows(origin) {
        return Err(Box::new(cors::foreign()));
    }
    if !site.config.observe {
        let message = "found a site without \"observe\": true, expected one that asked for observations";
        return Err(refuse(StatusCode::FORBIDDEN, "not-observed", message));
    }
    report.observations.retain(|it| !it.is_local() && !it.is_declared(&site.config));
    if report.observations.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let stored = app.store.observe(report, now()).await;
    match stored.map_err(|error| Box::new(answer::store_error(&error)))? {
        0 => Ok(StatusCode::NO_CONTENT.into_response()),
        dropped => {
            site.say_full();
            Ok(answer::json(StatusCode::OK, &json!({ "dropped": dropped })))
        }
    }
}
