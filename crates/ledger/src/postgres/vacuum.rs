//! Has the database take out of its tables what was deleted. What it keeps elsewhere, and for how long, is its operator's
//! (www/docs/ledger.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::database::Database;
use super::failure::Failure;
use crate::{LedgerError, Pending};

/// How long somebody waits for it. It goes on without them.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was asked for and done of this. Whoever waits at the same time shares the next.
#[derive(Default)]
pub struct Vacuum {
    asked: AtomicU64,
    /// Up to which of these times it was done.
    done: Mutex<u64>,
}

impl Vacuum {
    /// Ends when a vacuum has ended that began after this, or goes on by itself.
    pub fn run(self: Arc<Vacuum>, database: Arc<Database>) -> Pending<()> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        Box::pin(async move {
            let running = tokio::spawn(async move {
                let mut done = self.done.lock().await;
                if *done < asked {
                    let asked = self.asked.load(Ordering::Relaxed);
                    match vacuum(&database).await {
                        Ok(()) => *done = asked,
                        Err(error) => tracing::warn!("the database's own vacuum has to do it: {error}"),
                    }
                }
            });
            drop(timeout(PATIENCE, running).await);
            Ok(())
        })
    }
}

/// As long as it takes: no other try may interrupt it.
async fn vacuum(database: &Database) -> Result<(), LedgerError> {
    let work = async {
        let client = database.client().await?;
        // An engine that has none cleans up by itself.
        for table in ["receipts", "holds", "deliveries"] {
            client.batch_execute(&format!("VACUUM {table}")).await?;
        }
        Ok::<_, Failure>(())
    };
    work.await.map_err(|failure| database.error(failure))
}
