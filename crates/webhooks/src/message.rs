//! What is said to an endpoint, as the JSON that is signed.

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Subject, Time};
use consentry_ledger::event::Delivery;
use serde::Serialize;
use uuid::Builder;

/// The version of the body's shape.
const VERSION: u8 = 1;

/// A message: `{"v":1,"id":…,"type":"erased","timestamp":…,"data":{"site":…,"subject":…}}`.
pub struct Message {
    /// A UUID of version 7. The same for every try: a receiver knows by it what it has already.
    pub id: String,
    pub body: String,
}

#[derive(Serialize)]
struct Body<'a> {
    v: u8,
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    site: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
}

impl Message {
    /// What is told of a delivery.
    pub fn of(delivery: &Delivery) -> Message {
        let Delivery { id, site, event, subject, time, .. } = delivery;
        Message::new(id.to_string(), event.name(), site, Some(subject), *time)
    }

    /// A message of the type `test`, which says nothing of anybody.
    pub fn test(id: String, site: &SiteKey, time: Time) -> Message {
        Message::new(id, "test", site, None, time)
    }

    /// An id for a message of this time that no other has.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new_id(time: Time) -> Result<String, String> {
        let mut random = [0; 10];
        getrandom::fill(&mut random)
            .map_err(|error| format!("found no random numbers, expected the system's: {error}"))?;
        Ok(Builder::from_unix_timestamp_millis(time.millis(), &random).into_uuid().to_string())
    }

    fn new(id: String, kind: &str, site: &SiteKey, subject: Option<&Subject>, time: Time) -> Message {
        let data = Data { site: site.as_str(), subject: subject.map(Subject::as_str) };
        let body = Body { v: VERSION, id: &id, kind, timestamp: time.to_string(), data };
        let body = serde_json::to_string(&body).unwrap_or_default();
        Message { id, body }
    }
}
