//! What the owner's commands do with the webhooks of a ledger: the file of the endpoints, and who listens in the ledger.

use consentry::model::config::SiteKey;
use consentry_ledger::LedgerError;
use consentry_ledger::event::{Event, Waiting};
use consentry_ledger::place::Place;
use consentry_webhooks::client::{Client, Reach};
use consentry_webhooks::endpoint::Endpoint;
use consentry_webhooks::endpoints_file::EndpointsFile;
use consentry_webhooks::message::Message;
use consentry_webhooks::url::EndpointUrl;

use super::wait_for;
use crate::routes::now;

/// How many webhooks a site may have.
const MAX_OF_SITE: usize = 20;

/// What may be shown of a webhook.
pub struct ListedWebhook {
    pub id: String,
    pub site: String,
    pub url: String,
    /// The words of what it is told.
    pub events: Vec<&'static str>,
    /// How many messages wait for it.
    pub waiting: u64,
    /// When the oldest of it happened, as in receipts.
    pub oldest: Option<String>,
}

/// Has an endpoint told of a site's events from now on, and answers its secret, which is shown this once. Makes the ledger where it
/// is not there.
///
/// # Errors
/// A sentence for the operator: the site has as many already, or the file or the ledger cannot be read or written. So with all
/// that follow.
pub fn add_webhook(place: &Place, site: SiteKey, url: &str, events: Vec<Event>) -> Result<String, String> {
    let url = EndpointUrl::parse(url).map_err(|fault| format!("url: {fault}"))?;
    let endpoint = Endpoint::new(site, url, events)?;
    let file = EndpointsFile::new(&place.data);
    wait_for(async {
        let ledger = place.open().await?;
        file.change(|known| {
            let of_site = known.iter().filter(|other| other.site == endpoint.site).count();
            if of_site >= MAX_OF_SITE {
                return Err(format!(
                    "found {of_site} webhooks of {}, expected less than {MAX_OF_SITE}",
                    endpoint.site
                ));
            }
            known.push(endpoint.clone());
            Ok(())
        })?;
        let added = ledger.add_listener(endpoint.listener()).await;
        if added.is_err() {
            take_out(&file, &endpoint.id)?;
        }
        added.map_err(text)
    })?;
    Ok(endpoint.secret.text())
}

/// The webhooks, in the order in which they were added, with what waits for each.
///
/// # Errors
/// See [`add_webhook`].
pub fn list_webhooks(place: &Place) -> Result<Vec<ListedWebhook>, String> {
    let endpoints = EndpointsFile::new(&place.data).read()?;
    let waiting: Vec<Waiting> = match endpoints.is_empty() {
        true => Vec::new(),
        false => wait_for(async { place.open_to_read().await?.waiting_deliveries().await.map_err(text) })?,
    };
    let listed = endpoints.into_iter().map(|endpoint| {
        let waits = waiting.iter().find(|waiting| waiting.endpoint == endpoint.id);
        ListedWebhook {
            site: endpoint.site.to_string(),
            url: endpoint.url.as_str().to_owned(),
            events: endpoint.events.iter().map(|event| event.name()).collect(),
            waiting: waits.map_or(0, |waiting| waiting.count),
            oldest: waits.map(|waiting| waiting.oldest.to_string()),
            id: endpoint.id,
        }
    });
    Ok(listed.collect())
}

/// Removes a webhook, with what waits for it.
///
/// # Errors
/// See [`add_webhook`]; or there is none with this id.
pub fn remove_webhook(place: &Place, id: &str) -> Result<(), String> {
    place.check()?;
    wait_for(async {
        let ledger = place.open().await?;
        let removed = take_out(&EndpointsFile::new(&place.data), id)?;
        ledger.remove_listener(removed.site, removed.id).await.map_err(text)?;
        ledger.wipe().await.map_err(text)
    })
}

/// Sends a message of the type `test` to a webhook, once.
///
/// # Errors
/// See [`add_webhook`]; or there is none with this id, or why it did not take the message.
pub fn test_webhook(place: &Place, id: &str) -> Result<(), String> {
    let endpoints = EndpointsFile::new(&place.data).read()?;
    let endpoint = endpoints.into_iter().find(|endpoint| endpoint.id == id).ok_or_else(|| not_there(id))?;
    let message = Message::test(Message::new_id(now())?, &endpoint.site, now());
    wait_for(async { Client::new(Reach::public())?.tell(&endpoint, message, now().millis()).await })
}

fn take_out(file: &EndpointsFile, id: &str) -> Result<Endpoint, String> {
    file.change(|known| match known.iter().position(|endpoint| endpoint.id == id) {
        Some(at) => Ok(known.remove(at)),
        None => Err(not_there(id)),
    })
}

fn not_there(id: &str) -> String {
    format!("found no webhook {id:?}, expected the id of one: `consentry webhook list` has them")
}

fn text(error: LedgerError) -> String {
    error.to_string()
}
