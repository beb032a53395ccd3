//! What the owner's commands do with the webhooks of a ledger: the file of the endpoints, and who listens in the ledger.

use consentry::model::config::SiteKey;
use consentry_ledger::LedgerError;
use consentry_ledger::event::{Event, Listener, Waiting};
use consentry_ledger::place::Place;
use consentry_ledger::sqlite::FILE;
use consentry_webhooks::client::{Client, Reach};
use consentry_webhooks::endpoint::Endpoint;
use consentry_webhooks::endpoints_file::EndpointsFile;
use consentry_webhooks::message::Message;
use consentry_webhooks::url::EndpointUrl;

use super::wait_for;
use crate::routes::now;

/// How many webhooks a site may have in this file.
const MAX_OF_SITE: usize = 20;

/// What may be shown of a webhook.
pub struct ListedWebhook {
    pub id: String,
    pub site: String,
    /// Nothing where `webhooks.json` here does not have it: another node's may.
    pub url: Option<String>,
    /// The words of what it is told.
    pub events: Vec<&'static str>,
    /// Whether the ledger knows it. If not, it was removed on another node, or another ledger took the place of the one in which it
    /// was added, and it is told nothing.
    pub is_listening: bool,
    /// How many messages wait for it.
    pub waiting: u64,
    /// When the oldest of it happened (RFC 3339).
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
            // It may have been added all the same.
            let _ = ledger.remove_listener(endpoint.site.clone(), endpoint.id.clone()).await;
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
    let has_ledger = place.database.is_some() || place.data.join(FILE).is_file();
    if endpoints.is_empty() && !has_ledger {
        return Ok(Vec::new());
    }
    let (listeners, waiting): (Vec<Listener>, Vec<Waiting>) = wait_for(async {
        let ledger = place.open_to_read().await?;
        Ok((ledger.listeners().await.map_err(text)?, ledger.waiting_deliveries().await.map_err(text)?))
    })?;
    let elsewhere = listeners.iter().filter(|one| endpoints.iter().all(|known| known.id != one.endpoint));
    let here = endpoints.iter().map(|endpoint| {
        let is_listening =
            listeners.iter().any(|one| one.endpoint == endpoint.id && one.site == endpoint.site);
        (endpoint.listener(), Some(endpoint.url.as_str().to_owned()), is_listening)
    });
    let listed =
        here.chain(elsewhere.map(|one| (one.clone(), None, true))).map(|(listener, url, is_listening)| {
            let waits = waiting.iter().find(|waiting| waiting.endpoint == listener.endpoint);
            ListedWebhook {
                site: listener.site.to_string(),
                url,
                events: listener.events.iter().map(|event| event.name()).collect(),
                is_listening,
                waiting: waits.map_or(0, |waiting| waiting.count),
                oldest: waits.map(|waiting| waiting.oldest.to_string()),
                id: listener.endpoint,
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
        let file = EndpointsFile::new(&place.data);
        // First the ledger: from then on nothing is told, whatever becomes of the file.
        let listener = ledger.listeners().await.map_err(text)?.into_iter().find(|one| one.endpoint == id);
        let was_listening = listener.is_some();
        if let Some(Listener { site, endpoint, .. }) = listener {
            ledger.remove_listener(site, endpoint).await.map_err(text)?;
        }
        let taken_out = match file.read() {
            // It is in another node's file.
            Ok(known) if was_listening && known.iter().all(|one| one.id != id) => Ok(()),
            _ => take_out(&file, id).map(drop),
        };
        ledger.wipe().await.map_err(text)?;
        taken_out
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
