//! Who is told: an endpoint of a processor or partner, and what it is told of a site.

use consentry::model::config::SiteKey;
use consentry_ledger::event::{Event, Listener};

use crate::secret::Secret;
use crate::url::EndpointUrl;

/// An endpoint.
#[derive(Clone)]
pub struct Endpoint {
    /// Eight hexadecimal digits. No secret.
    pub id: String,
    pub site: SiteKey,
    pub url: EndpointUrl,
    /// What it is told.
    pub events: Vec<Event>,
    pub secret: Secret,
}

impl Endpoint {
    /// A new one, with a new id and a new secret.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new(site: SiteKey, url: EndpointUrl, events: Vec<Event>) -> Result<Endpoint, String> {
        let mut id = [0; 4];
        getrandom::fill(&mut id)
            .map_err(|error| format!("found no random numbers, expected the system's: {error}"))?;
        let id = format!("{:08x}", u32::from_be_bytes(id));
        Ok(Endpoint { id, site, url, events, secret: Secret::random()? })
    }

    /// The same as the ledger knows it.
    pub fn listener(&self) -> Listener {
        Listener { site: self.site.clone(), endpoint: self.id.clone(), events: self.events.clone() }
    }
}
