//! What `/metrics` looks at only when it is asked: sites, queue, logs.

use std::sync::Arc;
use std::time::SystemTime;

use prometheus::Registry;

use crate::metrics::{LogAge, set_gauge, set_log_gauges};
use crate::routes::AppState;

/// All metrics as text.
///
/// # Errors
/// A sentence for the operator: the ledger cannot be read.
pub async fn text(state: &Arc<AppState>, is_ready: bool) -> Result<String, String> {
    let logs = log_ages(state).await?;
    let registry = Registry::new();
    let broken = state.sites.broken_files();
    let last_good = broken.iter().filter(|file| file.site.is_some()).count();
    let queue = state.ledger.queue();
    for (name, help, value) in [
        ("consentry_ready", "Whether /readyz answers 200", usize::from(is_ready)),
        ("consentry_sites", "Sites that are served", state.sites.current().len()),
        (
            "consentry_sites_from_last_good",
            "Sites that are served from their last good configuration",
            last_good,
        ),
        ("consentry_broken_files", "Configuration files that are not in force", broken.len()),
        ("consentry_queue_waiting", "Requests that wait for the store", queue.waiting),
        ("consentry_queue_most", "How many may wait", queue.most),
    ] {
        set_gauge(&registry, name, help, value as f64).map_err(|error| error.to_string())?;
    }
    set_log_gauges(&registry, logs).map_err(|error| error.to_string())?;
    state.metrics.text(&registry).map_err(|error| error.to_string())
}

async fn log_ages(state: &Arc<AppState>) -> Result<Vec<LogAge>, String> {
    let logs = state.ledger.logs().await.map_err(|error| error.to_string())?;
    let state = Arc::clone(state);
    let look = move || {
        let now = SystemTime::now();
        let ages = logs.into_iter().map(|(site, log)| {
            let sealed = log.sealed.map_or(0, |sealed| sealed.size);
            let age = state.seals.signed_at(&site).map(|at| now.duration_since(at).unwrap_or_default());
            LogAge {
                site: site.to_string(),
                leaves: log.size,
                unsigned: log.size.saturating_sub(sealed),
                age,
            }
        });
        ages.collect()
    };
    tokio::task::spawn_blocking(look).await.map_err(|error| error.to_string())
}
