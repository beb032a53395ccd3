//! Keeps in the ledger what each site's visitors are told, within a second after a configuration came into force: a receipt may come
//! long after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use consentry::bundle::{Notices, notices};
use consentry_ledger::LedgerError;
use consentry_ledger::notice::{Document, NewNotice};
use consentry_sites::Site;

use crate::routes::{AppState, now};
use crate::sites::Component;

/// How often the sites are looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(10);

/// Works as long as the server runs. It holds no site longer than it works on it: when a thousand configurations change, the memory
/// of the old ones is free at once.
pub async fn keep_notices(state: Arc<AppState>, component: Component) {
    // The sites whose notices are kept.
    let mut kept: BTreeMap<String, Weak<Site>> = BTreeMap::new();
    loop {
        let mut pause = PAUSE;
        let keys: BTreeSet<String> = state.sites.current().keys().cloned().collect();
        kept.retain(|key, _| keys.contains(key));
        for key in keys {
            let Some(site) = state.sites.current().get(&key).map(|served| Arc::clone(&served.site)) else {
                continue;
            };
            if kept.get(&key).is_some_and(|known| known.ptr_eq(&Arc::downgrade(&site))) {
                continue;
            }
            match keep(&state, &site, &component).await {
                Ok(()) => drop(kept.insert(key, Arc::downgrade(&site))),
                Err(error) => {
                    tracing::error!("{key}: its notices were not kept: {error}");
                    pause = RETRY;
                }
            }
        }
        tokio::time::sleep(pause).await;
    }
}

async fn keep(state: &AppState, site: &Arc<Site>, component: &Component) -> Result<(), LedgerError> {
    let failed = |reason: String| LedgerError::Unavailable(reason);
    let (of_site, component) = (Arc::clone(site), Arc::clone(component));
    let work = tokio::task::spawn_blocking(move || {
        notices(&of_site.config, &|name| component(name).map(|file| file.content.into_owned()))
    });
    let made = work.await.map_err(|error| failed(error.to_string()))?;
    let Notices { notices, appearance } = made.map_err(|error| failed(error.to_string()))?;
    let appearance = Document::new(appearance);
    let new = notices
        .into_iter()
        .map(|notice| NewNotice { notice: Document::new(notice), appearance: Some(appearance.clone()) });
    state.ledger.keep_notices(site.key.clone(), new.collect(), now()).await
}
