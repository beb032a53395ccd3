//! `POST /v1/observations`: takes from the sites' own pages what acted on them though nobody declared it,
//! where the owner asked for it. Keeps nothing of who sent it.
//!
//! `{"site":"shop","observations":[{"kind":"host|cookie|storage|left","name":"…"}]}`: 204 once it is
//! stored, or 200 with `{"dropped":n}` where there was no room for `n` of them.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use consentry::model::observation::Report;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::openapi::{Form, PostRefusals, PreflightAnswers, own_schema};
use super::response::{self, Refusal, refuse};
use super::{AppState, Client, body, cors, limits, now, openapi};

own_schema! {
    /// What a page observed.
    ReportForm
}

/// What is posted.
pub fn form() -> Form {
    let example = json!({ "site": "shop", "observations": [{ "kind": "host", "name": "cdn.example.net" }] });
    Form { name: "ReportForm", schema: Report::schema(), example }
}

/// `OPTIONS`: what a browser asks before it sends.
#[utoipa::path(
    options,
    path = "/v1/observations",
    tag = openapi::PAGES,
    params(("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    responses(PreflightAnswers)
)]
pub async fn preflight(State(state): State<Arc<AppState>>, headers: HeaderMap) -> Response {
    cors::preflight(&state.sites, &headers, "POST", "content-type")
}

/// `POST /v1/observations`: what acted on a page though nobody declared it, where the site asked for it.
#[utoipa::path(
    post,
    path = "/v1/observations",
    tag = openapi::PAGES,
    params(("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    request_body(content((ReportForm = "text/plain"), (ReportForm = "application/json"))),
    responses(
        (status = 200, description = "There was no room for some", body = Dropped),
        (status = 204, description = "All are counted"),
        PostRefusals,
    )
)]
pub async fn post(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    // Before the body is read, as with receipts.
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
    let report = async {
        let node = body::json(&body::text(request).await?)?;
        Report::read(&node).map_err(|faults| {
            response::refuse_document("bad-observations", response::NOTHING_STORED, &faults)
        })
    };
    let report = report.await;
    let mut report = limits::count_refused(report, &sites, origin, client, |site| &site.limits.observations)?;
    let served = cors::site_of_origin(&sites, report.site.as_str(), origin)?;
    let config = &served.site.config;
    if !config.observe {
        let message = "found a site without \"observe\": true, expected one that asked for observations";
        return Err(refuse(StatusCode::FORBIDDEN, "not-observed", message));
    }
    limits::check(&served.limits.observations, client, report.observations.len())?;
    report.observations.retain(|observation| !observation.is_local() && !observation.is_declared(config));
    if report.observations.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let sent = report.observations.len();
    let stored = state.ledger.count_observations(report, now()).await;
    let dropped = stored.map_err(|error| Box::new(response::ledger_error(&error)))?;
    state.metrics.observations.inc_by(sent.saturating_sub(dropped) as u64);
    state.metrics.observations_dropped.inc_by(dropped as u64);
    match dropped {
        0 => Ok(StatusCode::NO_CONTENT.into_response()),
        dropped => {
            served.warn_that_observations_are_full();
            Ok(response::json(StatusCode::OK, &Dropped { dropped }))
        }
    }
}

/// How many observations there was no room for.
#[derive(Serialize, ToSchema)]
struct Dropped {
    dropped: usize,
}
