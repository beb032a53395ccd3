//! Delivers what waits in the ledger: at once, and again with growing pauses, for seven days. Each endpoint has a few tries under
//! way at a time and waits for no other.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use consentry::model::receipt::Time;
use consentry_ledger::event::Delivery;
use consentry_ledger::{Ledger, LedgerError};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::sleep;

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::endpoints_file::EndpointsFile;
use crate::message::Message;

/// How often to look for what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many tries one endpoint has under way.
const AT_A_TIME: u32 = 4;
/// How long to wait before the second try, in milliseconds; twice as long before each further one. Longer than a try may take.
const FIRST_PAUSE: u64 = 30_000;
const LONGEST_PAUSE: u64 = 6 * 60 * 60 * 1000;
/// How long after it happened something is not tried any more, in milliseconds.
const GIVEN_UP_AFTER: u64 = 7 * 24 * 60 * 60 * 1000;

/// Delivers what waits for the endpoints of a file.
pub struct Courier {
    client: Client,
    file: EndpointsFile,
    clock: fn() -> Time,
}

/// How a try ended.
struct Tried {
    endpoint: String,
    told: Result<(), String>,
}

impl Courier {
    pub fn new(client: Client, file: EndpointsFile, clock: fn() -> Time) -> Courier {
        Courier { client, file, clock }
    }

    /// Delivers for ever. What is under way when this is dropped is tried again later.
    pub async fn deliver_for_ever(&self, ledger: &dyn Ledger) {
        self.have_all_told(ledger).await;
        let (mut under_way, mut busy) = (FuturesUnordered::new(), HashMap::<String, u32>::new());
        let mut troubles = Troubles::default();
        loop {
            match self.what_is_due(ledger).await {
                Ok(due) => {
                    troubles.are_over("");
                    for (endpoint, delivery) in due {
                        let count = busy.entry(delivery.endpoint.clone()).or_default();
                        if *count < AT_A_TIME {
                            *count += 1;
                            under_way.push(self.try_once(ledger, endpoint, delivery));
                        }
                    }
                }
                Err(reason) => troubles.are("", &reason, "no webhook is told anything"),
            }
            tokio::select! {
                Some(Tried { endpoint, told }) = under_way.next(), if !under_way.is_empty() => {
                    if let Some(count) = busy.get_mut(&endpoint) {
                        *count = count.saturating_sub(1);
                    }
                    match told {
                        Ok(()) => troubles.are_over(&endpoint),
                        Err(reason) => troubles.are(&endpoint, &reason, "it is tried again for 7 days"),
                    }
                }
                () = sleep(LOOK) => {}
            }
        }
    }

    /// Another ledger than the one in which they were added may have taken its place.
    async fn have_all_told(&self, ledger: &dyn Ledger) {
        for endpoint in self.endpoints().await.unwrap_or_default() {
            if let Err(error) = ledger.add_listener(endpoint.listener()).await {
                tracing::error!("webhook {} of {}: {error}", endpoint.id, endpoint.site);
            }
        }
    }

    /// What is to be tried now, with whom it is for; and what is to be given up because nobody knows any more who that was.
    async fn what_is_due(&self, ledger: &dyn Ledger) -> Result<Vec<(Option<Endpoint>, Delivery)>, String> {
        let due =
            ledger.due_deliveries((self.clock)(), AT_A_TIME).await.map_err(|error| error.to_string())?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let endpoints = self.endpoints().await?;
        let known = due.into_iter().map(|delivery| {
            let of_delivery =
                |endpoint: &&Endpoint| endpoint.id == delivery.endpoint && endpoint.site == delivery.site;
            (endpoints.iter().find(of_delivery).cloned(), delivery)
        });
        // Another machine may know an endpoint that this one does not.
        Ok(known.filter(|(endpoint, delivery)| endpoint.is_some() || self.is_too_old(delivery)).collect())
    }

    async fn endpoints(&self) -> Result<Vec<Endpoint>, String> {
        let file = self.file.clone();
        tokio::task::spawn_blocking(move || file.read()).await.map_err(|error| error.to_string())?
    }

    async fn try_once(&self, ledger: &dyn Ledger, endpoint: Option<Endpoint>, delivery: Delivery) -> Tried {
        let id = delivery.endpoint.clone();
        let told = match endpoint {
            Some(endpoint) => self.deliver(ledger, &endpoint, delivery).await,
            None => self.give_up(ledger, &delivery, "found no such webhook").await.map(Ok),
        };
        let told = match told {
            Ok(told) => told,
            Err(error) => {
                sleep(LOOK).await; // or it is tried again and again at once
                Err(error.to_string())
            }
        };
        Tried { endpoint: id, told }
    }

    async fn deliver(
        &self,
        ledger: &dyn Ledger,
        endpoint: &Endpoint,
        delivery: Delivery,
    ) -> Result<Result<(), String>, LedgerError> {
        let now = (self.clock)();
        let next = Time::from_millis(now.millis().saturating_add(pause_after(delivery.tries)));
        if !ledger.begin_delivery(delivery.clone(), next).await? {
            return Ok(Ok(()));
        }
        let told = self.client.tell(endpoint, Message::of(&delivery), now.millis()).await;
        match &told {
            Ok(()) => end(ledger, delivery).await?,
            Err(reason) if self.is_too_old(&delivery) => self.give_up(ledger, &delivery, reason).await?,
            Err(_) => {}
        }
        Ok(told)
    }

    fn is_too_old(&self, delivery: &Delivery) -> bool {
        (self.clock)().millis().saturating_sub(delivery.time.millis()) >= GIVEN_UP_AFTER
    }

    async fn give_up(
        &self,
        ledger: &dyn Ledger,
        delivery: &Delivery,
        reason: &str,
    ) -> Result<(), LedgerError> {
        let Delivery { id, site, endpoint, event, time, .. } = delivery;
        let event = event.name();
        tracing::error!(
            "webhook {endpoint} of {site}: {event} of {time} (message {id}) is given up and was never told: {reason}"
        );
        end(ledger, delivery.clone()).await
    }
}

/// Forgets a delivery. Of a subject of whom nothing else is kept, no file keeps it.
async fn end(ledger: &dyn Ledger, delivery: Delivery) -> Result<(), LedgerError> {
    match ledger.end_delivery(delivery).await? {
        true => ledger.wipe().await,
        false => Ok(()),
    }
}

/// How long to wait after so many earlier tries, in milliseconds: by a quarter longer or shorter at random, so that not all that
/// failed together is tried together.
fn pause_after(tries: u32) -> u64 {
    let pause = FIRST_PAUSE.saturating_mul(1_u64.checked_shl(tries).unwrap_or(u64::MAX)).min(LONGEST_PAUSE);
    let mut random = [128]; // none of the system: the middle
    let _ = getrandom::fill(&mut random);
    pause * 3 / 4 + pause / 2 * u64::from(random[0]) / 255
}

/// The endpoints that could not be told lately: each trouble is logged when it begins and when it ends.
#[derive(Default)]
struct Troubles(HashSet<String>);

impl Troubles {
    /// Of an endpoint; without a name, of all.
    fn are(&mut self, endpoint: &str, reason: &str, consequence: &str) {
        if self.0.insert(endpoint.to_owned()) {
            tracing::warn!("webhook {endpoint}: {reason}: {consequence}");
        }
    }

    fn are_over(&mut self, endpoint: &str) {
        if self.0.remove(endpoint) {
            tracing::info!("webhook {endpoint}: told again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_PAUSE, GIVEN_UP_AFTER, LONGEST_PAUSE, pause_after};
    use crate::client::PATIENCE;

    #[test]
    fn pauses_grow_to_hours_and_differ() {
        assert!(
            u128::from(FIRST_PAUSE) * 3 / 4 > PATIENCE.as_millis(),
            "no try begins before the last has ended"
        );
        let (mut sum, mut tries) = (0, 0);
        while sum < GIVEN_UP_AFTER {
            let middle = (FIRST_PAUSE << tries.min(20)).min(LONGEST_PAUSE);
            let pause = pause_after(tries);
            assert!((middle * 3 / 4..=middle * 5 / 4).contains(&pause), "{tries}: {pause}");
            (sum, tries) = (sum + pause, tries + 1);
        }
        assert!((30..60).contains(&tries), "{tries} tries");
        assert!((1..100).any(|_| pause_after(9) != pause_after(9)));
        assert!(pause_after(u32::MAX) <= LONGEST_PAUSE * 5 / 4);
    }
}
