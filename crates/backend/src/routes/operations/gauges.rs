//! What `/metrics` looks at only when it is asked: sites, queue, logs, duties.

use std::sync::Arc;
use std::time::SystemTime;

use consentry::model::receipt::Time;
use consentry_ledger::LedgerError;
use prometheus::Registry;

use crate::metrics::{LogAge, set_gauge, set_log_gauges};
use crate::routes::{AppState, now};

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
    for (name, help, value) in duties(state).await.map_err(|error| error.to_string())? {
        set_gauge(&registry, name, help, value).map_err(|error| error.to_string())?;
    }
    set_log_gauges(&registry, logs).map_err(|error| error.to_string())?;
    state.metrics.text(&registry).map_err(|error| error.to_string())
}

/// What is owed to others, each a name, what it is, and its value.
async fn duties(state: &Arc<AppState>) -> Result<Vec<(&'static str, &'static str, f64)>, LedgerError> {
    let waiting = state.ledger.waiting_deliveries().await?;
    let seconds_since = |time: Time| now().millis().saturating_sub(time.millis()) as f64 / 1000.0;
    let oldest = waiting.iter().map(|waiting| waiting.oldest).min();
    let mut duties = vec![
        (
            "consentry_webhook_messages_waiting",
            "Messages that a webhook was not told yet",
            waiting.iter().map(|waiting| waiting.count).sum::<u64>() as f64,
        ),
        (
            "consentry_webhook_oldest_seconds",
            "How long ago the oldest of them happened; 0 where none waits",
            oldest.map_or(0.0, seconds_since),
        ),
    ];
    let last_run = state.ledger.retention_runs(1).await?.pop();
    duties.extend(last_run.map(|run| {
        let help = "How long ago records past their periods were last looked for";
        ("consentry_retention_run_age_seconds", help, seconds_since(run.at))
    }));
    Ok(duties)
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
