//! What others have to be told of a visitor, and what waits to be told. Knows endpoints by their ids alone: where one is, and the
//! secret that it shares, stand beside the ledger.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Action, Receipt, Scope, Subject, Time};
use uuid::{Builder, Uuid};

use crate::{LedgerError, decision, fill_random, rows, unavailable};

/// What may have to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// All receipts of a subject on a site were erased because somebody asked for it, not by their period.
    Erased,
    /// A receipt was stored by which a subject takes back what it granted.
    Withdrawn,
}

impl Event {
    pub const ALL: [Event; 2] = [Event::Erased, Event::Withdrawn];

    /// The word in messages, arguments and stores.
    pub fn name(self) -> &'static str {
        match self {
            Event::Erased => "erased",
            Event::Withdrawn => "withdrawn",
        }
    }

    /// The opposite of [`Event::name`].
    pub fn named(name: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// Who is told what happens on a site from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub site: SiteKey,
    /// The id of an endpoint.
    pub endpoint: String,
    pub events: Vec<Event>,
}

/// Something that waits to be told to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The same for every endpoint and every try.
    pub id: Uuid,
    pub site: SiteKey,
    pub endpoint: String,
    pub event: Event,
    pub subject: Subject,
    /// When it happened, by the server's clock.
    pub time: Time,
    /// How many tries were begun.
    pub tries: u32,
}

/// What waits for an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub endpoint: String,
    pub count: u64,
    /// When the oldest of it happened.
    pub oldest: Time,
}

/// Whether a receipt may take something back: the others need no look at the one before them.
pub(crate) fn may_withdraw(receipt: &Receipt) -> bool {
    receipt.action == Action::Withdraw || (receipt.previous.is_some() && !receipt.denied.is_empty())
}

/// Whether a receipt takes something back: it says so, or what the one before it granted is granted no longer. `before`: that one's
/// decision, as a store keeps it, where it is there.
pub(crate) fn withdraws(receipt: &Receipt, before: Option<&str>) -> bool {
    if receipt.action == Action::Withdraw {
        return true;
    }
    let Some(before) = before.and_then(|before| decision::any_receipt(before).ok()) else { return false };
    let is_category = |scope: &Scope| matches!(scope, Scope::Category(_));
    // A service that was granted by itself need not be named where its category is denied. The ledger does not know which that is:
    // one that is granted now, and was not, may be it.
    let is_new_category_granted =
        receipt.granted.iter().any(|scope| is_category(scope) && !before.granted.contains(scope));
    before.granted.iter().any(|scope| {
        let is_unnamed = !is_category(scope) && !receipt.granted.contains(scope);
        receipt.denied.contains(scope) || is_unnamed && !is_new_category_granted
    })
}

/// A new id for what happened at a time: a UUID of version 7.
pub(crate) fn new_id(at: Time) -> Result<[u8; 16], LedgerError> {
    let mut random = [0; 10];
    fill_random(&mut random)?;
    Ok(Builder::from_unix_timestamp_millis(at.millis(), &random).into_uuid().into_bytes())
}

/// Who listens, from rows of the table `listeners`: site, endpoint and event, in this order.
pub(crate) fn read_listeners(rows: Vec<(String, String, String)>) -> Result<Vec<Listener>, LedgerError> {
    let mut listeners: Vec<Listener> = Vec::new();
    for (site, endpoint, event) in rows {
        let damaged = || unavailable(format!("found no listener in the row of {endpoint:?}"));
        let (site, event) =
            (SiteKey::new(&site).ok_or_else(damaged)?, Event::named(&event).ok_or_else(damaged)?);
        match listeners.last_mut().filter(|last| last.site == site && last.endpoint == endpoint) {
            Some(last) => last.events.push(event),
            None => listeners.push(Listener { site, endpoint, events: vec![event] }),
        }
    }
    Ok(listeners)
}

/// A row of the table `deliveries`.
pub(crate) struct DeliveryRow<'a> {
    pub id: [u8; 16],
    pub site: &'a str,
    pub endpoint: &'a str,
    pub event: &'a str,
    pub subject: [u8; 16],
    pub time: i64,
    pub tries: i64,
}

impl DeliveryRow<'_> {
    pub fn read(self) -> Result<Delivery, LedgerError> {
        let damaged = || unavailable(format!("found no delivery for {:?} in a row of one", self.endpoint));
        Ok(Delivery {
            id: Uuid::from_bytes(self.id),
            site: SiteKey::new(self.site).ok_or_else(damaged)?,
            endpoint: self.endpoint.to_owned(),
            event: Event::named(self.event).ok_or_else(damaged)?,
            subject: rows::subject(self.subject).ok_or_else(damaged)?,
            time: Time::from_millis(self.time.unsigned_abs()),
            tries: u32::try_from(self.tries).map_err(|_| damaged())?,
        })
    }
}
