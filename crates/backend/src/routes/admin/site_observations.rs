//! What was observed on a site and is not declared.

use std::sync::Arc;

use consentry::model::observation::ObservationKind;

use crate::routes::AppState;
use crate::sites::ServedSite;
use consentry_ledger::{LedgerError, MAX_OBSERVATIONS, StoredObservation};

/// A site and what was observed there.
pub struct SiteObservations {
    pub served: Arc<ServedSite>,
    /// What nobody declared, what was reported most often first.
    pub undeclared: Vec<StoredObservation>,
    /// What a withdrawal could not remove.
    pub left: Vec<StoredObservation>,
    /// Whether there is no room for more.
    pub is_full: bool,
}

/// What was observed on a site.
pub async fn of_site(state: &AppState, served: &Arc<ServedSite>) -> Result<SiteObservations, LedgerError> {
    let site = &served.site;
    let stored = state.ledger.observations(site.key.clone()).await?;
    let is_full = stored.len() >= MAX_OBSERVATIONS;
    let stored = stored.into_iter().filter(|stored| !stored.observation.is_declared(&site.config));
    let is_left = |stored: &StoredObservation| stored.observation.kind() == ObservationKind::Left;
    let (left, undeclared) = stored.partition(is_left);
    Ok(SiteObservations { served: Arc::clone(served), undeclared, left, is_full })
}
