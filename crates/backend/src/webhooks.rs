//! Tells the sites' webhooks what waits for them, as long as the server runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use consentry_webhooks::client::{Client, Reach};
use consentry_webhooks::courier::Courier;
use consentry_webhooks::endpoints_file::EndpointsFile;
use tokio::time::sleep;

use crate::routes::{AppState, now};

/// How often to look for the first webhook.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait where the system cannot be asked for its certificate authorities.
const RETRY: Duration = Duration::from_secs(60);

/// Tells for ever. Before there is a webhook, nothing is set up for it.
pub async fn keep_told(state: Arc<AppState>, data: PathBuf) {
    let file = EndpointsFile::new(&data);
    loop {
        if !is_anybody_listed(&file).await && !does_anybody_listen(&state).await {
            sleep(LOOK).await;
            continue;
        }
        match Client::new(Reach::public()) {
            Ok(client) => {
                Courier::new(client, file.clone(), now).deliver_for_ever(state.ledger.as_ref()).await;
            }
            Err(reason) => {
                tracing::error!("no webhook is told anything: {reason}");
                sleep(RETRY).await;
            }
        }
    }
}

/// Of whom the ledger alone knows something may wait, which has to be forgotten some day.
async fn does_anybody_listen(state: &AppState) -> bool {
    state.ledger.listeners().await.is_ok_and(|listeners| !listeners.is_empty())
}

/// What cannot be read may list somebody: the courier says why not.
async fn is_anybody_listed(file: &EndpointsFile) -> bool {
    let file = file.clone();
    let read = tokio::task::spawn_blocking(move || file.read()).await;
    !matches!(read, Ok(Ok(endpoints)) if endpoints.is_empty())
}
