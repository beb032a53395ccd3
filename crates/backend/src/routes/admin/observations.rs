//! What was observed on each site and is not declared, as a page and as `GET /admin/observations.json`.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::address_of;
use super::observed_section::{Shown, observed_section};
use super::page::{Frame, Page};
use super::site_observations::{SiteObservations, of_site};
use crate::access::scopes::TokenScope;
use crate::routes::authority::Authority;
use crate::routes::openapi::{OwnerRefusals, PageAnswers};
use crate::routes::parameters::Query;
use crate::routes::{AppState, openapi, response};
use crate::suggestion::suggest;
use consentry_ledger::{LedgerError, StoredObservation};

/// Every site that observes or has observed.
async fn of_sites(state: &AppState) -> Result<Vec<SiteObservations>, LedgerError> {
    let mut sites = Vec::new();
    for served in state.sites.current().values() {
        let (observed, site) = (of_site(state, served).await?, &served.site);
        let has_some = observed.is_full || !observed.undeclared.is_empty() || !observed.left.is_empty();
        if site.config.observe || has_some || !site.declared_services().is_empty() {
            sites.push(observed);
        }
    }
    Ok(sites)
}

/// `?site=` whose observations.
#[derive(Deserialize)]
pub struct ObservedQuery {
    site: String,
}

/// `GET /admin/observed`: everything that was observed on a site, to be declared.
#[utoipa::path(
    get,
    path = "/admin/observed",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("site" = String, Query, description = "The key of a site"),
    ),
    responses(PageAnswers)
)]
pub async fn page(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    Query(query): Query<ObservedQuery>,
) -> Response {
    let (sites, frame) = (state.sites.current(), Frame::of(&state, &authority));
    let Some(served) = sites.get(&query.site) else { return frame.not_found("There is no such site here.") };
    let observed = of_site(&state, served).await;
    frame.respond(observed.map(|observed| {
        let key = &served.site.key;
        let content = html! {
            p { a href=(address_of(&state, served, "")) { "Back to " (key) } }
            h1 { "Observed on " (key) }
            (observed_section(&observed, authority.form_key(TokenScope::Admin), Shown::All))
        };
        Page { title: format!("Observed on {key}"), content }
    }))
}

/// `GET /admin/observations.json`: the sites that observe, each with what nobody declared and what a
/// withdrawal left.
#[utoipa::path(
    get,
    path = "/admin/observations.json",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    responses(
        (status = 200, description = "The sites that observe", body = ObservedSites),
        OwnerRefusals,
    )
)]
pub async fn json(State(state): State<Arc<AppState>>) -> Response {
    match of_sites(&state).await {
        Ok(sites) => {
            let sites: Vec<_> = sites.iter().map(site_json).collect();
            response::json(StatusCode::OK, &json!({ "sites": sites }))
        }
        Err(error) => response::ledger_error(&error),
    }
}

fn site_json(observed: &SiteObservations) -> Value {
    let all = observed.undeclared.iter().chain(&observed.left);
    let site = &observed.served.site;
    json!({
        "site": site.key.as_str(),
        "observe": site.config.observe,
        "full": observed.is_full,
        "observations": all.map(observation_json).collect::<Vec<_>>(),
    })
}

fn observation_json(stored: &StoredObservation) -> Value {
    let observation = &stored.observation;
    let suggestion = suggest(observation).map(|suggestion| {
        let category = suggestion.category.name();
        json!({ "category": category, "vendor": suggestion.vendor, "reason": suggestion.reason })
    });
    json!({
        "kind": observation.kind().name(),
        "name": observation.name(),
        "first": stored.first,
        "last": stored.last,
        "reports": stored.reports,
        "declares": observation.pattern(),
        "suggestion": suggestion,
    })
}

/// What `/admin/observations.json` says.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct ObservedSites {
    sites: Vec<ObservedSite>,
}

/// A site, with what was observed there.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct ObservedSite {
    site: String,
    observe: bool,
    full: bool,
    observations: Vec<Observed>,
}

/// What was observed, by its name.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct Observed {
    kind: String,
    name: String,
    /// The first day, `YYYY-MM-DD`.
    first: String,
    last: String,
    reports: u64,
    /// The pattern that a declaration would get.
    declares: Option<String>,
    suggestion: Option<Suggested>,
}

/// What it may be for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct Suggested {
    category: String,
    vendor: Option<String>,
    reason: String,
}
