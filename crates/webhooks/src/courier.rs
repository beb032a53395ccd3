//! Delivers what waits in the ledger: at once, and again with growing pauses, for seven days. Each endpoint has a few tries under
//! way at a time and waits for no other endpoint.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use consentry::model::receipt::Time;
use consentry_ledger::event::Delivery;
use consentry_ledger::{Ledger, LedgerError};
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::endpoints_file::EndpointsFile;
use crate::message::Message;

/// How often to look for what is due, where nothing ended meanwhile.
const LOOK: Duration = Duration::from_secs(1);
/// How many tries one endpoint has under way from this node.
const AT_A_TIME: u32 = 4;
/// How long to wait before the second try, in milliseconds; twice as long before each further one. Longer than a try may take.
const FIRST_PAUSE: u64 = 60_000;
const LONGEST_PAUSE: u64 = 6 * 60 * 60 * 1000;
/// A try that fails so long after it happened is the last, in milliseconds.
const GIVEN_UP_AFTER: u64 = 7 * 24 * 60 * 60 * 1000;
/// How long after it happened something is forgotten though it was not tried lately: nobody knows whom it is for, or its endpoint
/// has more before it than it takes.
const FORGOTTEN_AFTER: u64 = GIVEN_UP_AFTER + 24 * 60 * 60 * 1000;
/// How often to look for what is to be forgotten.
const FORGET: Duration = Duration::from_secs(60 * 60);
/// How long what was told waits to be wiped out of the files, so that one pass serves many.
const WIPE: Duration = Duration::from_secs(10);

/// Delivers what waits for the endpoints of a file.
pub struct Courier {
    client: Client,
    file: EndpointsFile,
    clock: fn() -> Time,
    /// Told where a try ended, so that another may begin.
    room: Notify,
}

/// What came to an end.
enum Step {
    Looked(Result<Vec<(Endpoint, Delivery)>, String>),
    Tried(Tried),
    Forgot(Result<u64, LedgerError>),
    Wiped(Result<(), LedgerError>),
}

/// How a try ended.
struct Tried {
    endpoint: String,
    outcome: Outcome,
    /// Whether a wipe is due: nothing else is kept of whom the message told of.
    is_to_be_wiped: bool,
}

enum Outcome {
    Told,
    NotTold(String),
    /// It was the last try.
    GivenUp,
    /// Another try has it, or it is gone.
    Taken,
    /// The ledger could not be asked.
    Unknown(LedgerError),
}

/// What is under way.
type Steps<'a> = FuturesUnordered<BoxFuture<'a, Step>>;

impl Courier {
    pub fn new(client: Client, file: EndpointsFile, clock: fn() -> Time) -> Courier {
        Courier { client, file, clock, room: Notify::new() }
    }

    /// Delivers for ever. What is under way when this is dropped is tried again later.
    pub async fn deliver_for_ever(&self, ledger: &dyn Ledger) {
        self.say_who_is_told_nothing(ledger).await;
        let (mut steps, mut busy) = (Steps::new(), HashMap::<String, u32>::new());
        let (mut troubles, mut wiping) = (Troubles::default(), Wiping::default());
        self.room.notify_one();
        steps.push(self.look(ledger).boxed());
        steps.push(self.forget(ledger, Duration::ZERO).boxed());
        while let Some(step) = steps.next().await {
            match step {
                Step::Looked(found) => {
                    for (endpoint, delivery) in troubles.or_none(found) {
                        let count = busy.entry(endpoint.id.clone()).or_default();
                        if *count < AT_A_TIME {
                            *count += 1;
                            steps.push(self.try_once(ledger, endpoint, delivery).boxed());
                        }
                    }
                    steps.push(self.look(ledger).boxed());
                }
                Step::Tried(Tried { endpoint, outcome, is_to_be_wiped }) => {
                    if let Some(count) = busy.get_mut(&endpoint) {
                        *count = count.saturating_sub(1);
                    }
                    match outcome {
                        Outcome::Told => {
                            troubles.are_over(LEDGER);
                            troubles.are_over(&endpoint);
                        }
                        Outcome::NotTold(reason) => {
                            troubles.are(
                                &endpoint,
                                &reason,
                                "it is tried again until 7 days after it happened",
                            );
                        }
                        Outcome::Unknown(error) => {
                            troubles.are(LEDGER, &error.to_string(), "what was told may be told again");
                        }
                        Outcome::GivenUp | Outcome::Taken => {}
                    }
                    if is_to_be_wiped && wiping.asks() {
                        steps.push(wipe(ledger).boxed());
                    }
                    self.room.notify_one();
                }
                Step::Forgot(forgotten) => {
                    match forgotten {
                        Ok(0) => {}
                        Ok(count) => {
                            tracing::error!(
                                "{count} messages of webhooks are given up and were never acknowledged"
                            );
                            if wiping.asks() {
                                steps.push(wipe(ledger).boxed());
                            }
                        }
                        Err(error) => tracing::warn!("messages of webhooks that are too old stay: {error}"),
                    }
                    steps.push(self.forget(ledger, FORGET).boxed());
                }
                Step::Wiped(wiped) => {
                    if wiping.ended() {
                        steps.push(wipe(ledger).boxed());
                    }
                    if let Err(error) = wiped {
                        tracing::warn!("what webhooks were told is not wiped out of the files yet: {error}");
                    }
                }
            }
        }
    }

    /// Logs what is told nothing: everybody where the file cannot be read, and an endpoint that the ledger does not know. Another
    /// ledger took the place of the one in which it was added, or it was removed on another node.
    async fn say_who_is_told_nothing(&self, ledger: &dyn Ledger) {
        let endpoints = match self.endpoints().await {
            Ok(endpoints) => endpoints,
            Err(reason) => return tracing::error!("no webhook is told anything: {reason}"),
        };
        let Ok(listeners) = ledger.listeners().await else { return };
        for Endpoint { id, site, .. } in endpoints {
            if !listeners.iter().any(|listener| listener.endpoint == id && listener.site == site) {
                tracing::error!(
                    "webhook {id} of {site} is told nothing: found it in webhooks.json and not in the ledger; remove it there, and add \
                     it again if it is to be told"
                );
            }
        }
    }

    /// What is due once there is room, or after a while.
    async fn look(&self, ledger: &dyn Ledger) -> Step {
        let _ = timeout(LOOK, self.room.notified()).await; // either
        Step::Looked(self.what_is_due(ledger).await)
    }

    /// What is to be tried now, with whom it is for. Another machine may know an endpoint that this one does not.
    async fn what_is_due(&self, ledger: &dyn Ledger) -> Result<Vec<(Endpoint, Delivery)>, String> {
        let due =
            ledger.due_deliveries((self.clock)(), AT_A_TIME).await.map_err(|error| error.to_string())?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let endpoints = self.endpoints().await?;
        let known = due.into_iter().filter_map(|delivery| {
            let of_delivery =
                |endpoint: &&Endpoint| endpoint.id == delivery.endpoint && endpoint.site == delivery.site;
            Some((endpoints.iter().find(of_delivery)?.clone(), delivery))
        });
        Ok(known.collect())
    }

    async fn endpoints(&self) -> Result<Vec<Endpoint>, String> {
        let file = self.file.clone();
        tokio::task::spawn_blocking(move || file.read()).await.map_err(|error| error.to_string())?
    }

    async fn forget(&self, ledger: &dyn Ledger, pause: Duration) -> Step {
        sleep(pause).await;
        let before = (self.clock)().millis().saturating_sub(FORGOTTEN_AFTER);
        Step::Forgot(ledger.give_up_deliveries(Time::from_millis(before)).await)
    }

    async fn try_once(&self, ledger: &dyn Ledger, endpoint: Endpoint, delivery: Delivery) -> Step {
        let id = delivery.endpoint.clone();
        let tried = self.deliver(ledger, &endpoint, delivery).await;
        let (outcome, is_to_be_wiped) = match tried {
            Ok(tried) => tried,
            Err(error) => {
                sleep(LOOK).await; // or it is tried again and again at once
                (Outcome::Unknown(error), false)
            }
        };
        Step::Tried(Tried { endpoint: id, outcome, is_to_be_wiped })
    }

    /// How it went, and whether nothing else is kept of whom it told of.
    async fn deliver(
        &self,
        ledger: &dyn Ledger,
        endpoint: &Endpoint,
        delivery: Delivery,
    ) -> Result<(Outcome, bool), LedgerError> {
        let next = Time::from_millis((self.clock)().millis().saturating_add(pause_after(delivery.tries)));
        if !ledger.begin_delivery(delivery.clone(), next).await? {
            return Ok((Outcome::Taken, false));
        }
        let now = (self.clock)().millis();
        match self.client.tell(endpoint, Message::of(&delivery), now).await {
            Ok(()) => Ok((Outcome::Told, ledger.end_delivery(delivery).await?)),
            Err(reason) if now.saturating_sub(delivery.time.millis()) >= GIVEN_UP_AFTER => {
                let Delivery { id, site, endpoint, event, time, .. } = &delivery;
                let event = event.name();
                tracing::error!(
                    "webhook {endpoint} of {site}: {event} of {time} (message {id}) is given up and was never acknowledged: {reason}"
                );
                Ok((Outcome::GivenUp, ledger.end_delivery(delivery).await?))
            }
            Err(reason) => Ok((Outcome::NotTold(reason), false)),
        }
    }
}

/// Wipes the files after a while: of a subject of whom nothing else is kept, no file keeps it.
async fn wipe(ledger: &dyn Ledger) -> Step {
    sleep(WIPE).await;
    Step::Wiped(ledger.wipe().await)
}

/// How long to wait after so many earlier tries, in milliseconds: by a quarter longer or shorter at random, so that not all that
/// failed together is tried together.
fn pause_after(tries: u32) -> u64 {
    let pause = FIRST_PAUSE.saturating_mul(1_u64.checked_shl(tries).unwrap_or(u64::MAX)).min(LONGEST_PAUSE);
    let mut random = [128]; // none of the system: the middle
    let _ = getrandom::fill(&mut random);
    pause * 3 / 4 + pause / 2 * u64::from(random[0]) / 255
}

/// Whether the files are being wiped, and have to be again: a pass may be past what ended meanwhile.
#[derive(Default)]
struct Wiping {
    is_under_way: bool,
    is_due_again: bool,
}

impl Wiping {
    /// Asks for a pass; whether to begin one.
    fn asks(&mut self) -> bool {
        self.is_due_again = self.is_under_way;
        !std::mem::replace(&mut self.is_under_way, true)
    }

    /// A pass ended; whether to begin another.
    fn ended(&mut self) -> bool {
        self.is_under_way = std::mem::take(&mut self.is_due_again);
        self.is_under_way
    }
}

/// The names under which the ledger's own troubles are known.
const LOOKING: &str = "what is due";
const LEDGER: &str = "what was told";

/// What fails lately, by the endpoint that could not be told or one of the names above: each trouble is logged when it begins and when
/// it ends.
#[derive(Default)]
struct Troubles(HashSet<String>);

impl Troubles {
    /// What was found; nothing, with a word in the log, where nothing could be.
    fn or_none<T>(&mut self, found: Result<Vec<T>, String>) -> Vec<T> {
        match found {
            Ok(found) => {
                self.are_over(LOOKING);
                found
            }
            Err(reason) => {
                self.are(LOOKING, &reason, "none is told anything");
                Vec::new()
            }
        }
    }

    /// `name`: an endpoint's, or one of those above.
    fn are(&mut self, name: &str, reason: &str, consequence: &str) {
        if self.0.insert(name.to_owned()) {
            tracing::warn!("webhooks: {name}: {reason}: {consequence}");
        }
    }

    fn are_over(&mut self, name: &str) {
        if self.0.remove(name) {
            tracing::info!("webhooks: {name}: well again");
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
