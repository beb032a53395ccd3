//! What was observed on each site and is not declared, and `GET /admin/observations.json`.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use consentry::model::observation::ObservationKind;
use serde_json::{Value, json};

use super::local::local;
use crate::routes::{App, Peer, answer};
use crate::sites::Site;
use crate::store::{MOST_OBSERVED, Observed, StoreError};
use crate::suggestion::suggestion;

/// A site and what was observed there.
pub struct SiteObserved {
    pub site: Arc<Site>,
    /// Undeclared, what was told most often first.
    pub undeclared: Vec<Observed>,
    /// What a withdrawal could not remove.
    pub left: Vec<Observed>,
    /// Whether there is no room for more.
    pub full: bool,
}

/// Every site that observes or has observed.
pub async fn sites(app: &App) -> Result<Vec<SiteObserved>, StoreError> {
    let mut sites = Vec::new();
    for site in app.sites.known().values() {
        let stored = app.store.observations(site.key.clone()).await?;
        let full = stored.len() >= MOST_OBSERVED;
        if site.config.observe || !stored.is_empty() || !site.declared().is_empty() {
            let stored = stored.into_iter().filter(|it| !it.observation.is_declared(&site.config));
            let (left, undeclared) = stored.partition(|it| it.observation.kind() == ObservationKind::Left);
            sites.push(SiteObserved { site: Arc::clone(site), undeclared, left, full });
        }
    }
    Ok(sites)
}

/// `GET /admin/observations.json`: the sites that observe, each with what nobody declared and what a withdrawal left.
pub async fn json(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Response {
    if !local(peer, &request) {
        return answer::not_found();
    }
    match sites(&app).await {
        Ok(sites) => {
            let sites: Vec<_> = sites.iter().map(site).collect();
            answer::json(StatusCode::OK, &json!({ "sites": sites }))
        }
        Err(error) => answer::store_error(&error),
    }
}

fn site(observed: &SiteObserved) -> Value {
    let all = observed.undeclared.iter().chain(&observed.left);
    json!({
        "site": observed.site.key.as_str(),
        "observe": observed.site.config.observe,
        "full": observed.full,
        "observations": all.map(entry).collect::<Vec<_>>(),
    })
}

fn entry(observed: &Observed) -> Value {
    let suggestion = suggestion(&observed.observation)
        .map(|it| json!({ "category": it.category.name(), "vendor": it.vendor, "reason": it.reason }));
    json!({
        "kind": observed.observation.kind().name(),
        "name": observed.observation.name(),
        "first": observed.first,
        "last": observed.last,
        "reports": observed.reports,
        "declares": observed.observation.pattern(),
        "suggestion": suggestion,
    })
}
