//! `consentry webhook`: who else is told what happened to a visitor's data. Works on the files of the ledger, whether or not a
//! server runs.

use consentry::model::config::SiteKey;
use consentry_backend::ListedWebhook;
use consentry_ledger::event::Event;
use serde_json::{Value, json};

use crate::Failure;
use crate::database_argument::LedgerArguments;
use crate::erase::site_key;

#[derive(clap::Subcommand)]
pub enum WebhookCommand {
    /// Have an endpoint told of a site's events, and print the secret with which its messages are signed: the only time that it is shown
    Add {
        /// The site's key
        #[arg(long, value_name = "SITE", value_parser = site_key)]
        site: SiteKey,
        /// Where the messages are sent: an address of the public internet that begins with https://
        #[arg(long, value_name = "URL")]
        url: String,
        /// What it is told: erased, withdrawn, or both with a comma between
        #[arg(
            long = "events", value_name = "EVENTS", value_delimiter = ',', value_parser = event,
            default_value = "erased,withdrawn"
        )]
        events: Vec<Event>,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// List the webhooks, with how many messages wait for each
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// Remove a webhook, and forget what waits for it
    Remove {
        /// The webhook's id
        id: String,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// Send a webhook a message of the type `test`, and say how that went
    Test {
        /// The webhook's id
        id: String,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
}

fn event(name: &str) -> Result<Event, String> {
    Event::named(name).ok_or_else(|| "expected erased or withdrawn".to_owned())
}

pub fn run(command: &WebhookCommand) -> Result<(), Failure> {
    match command {
        WebhookCommand::Add { site, url, events, ledger } => {
            let mut events = events.clone();
            events.sort_unstable();
            events.dedup();
            consentry_backend::add_webhook(&ledger.place(), site.clone(), url, events)
                .map(|secret| println!("{secret}"))
        }
        WebhookCommand::List { json, ledger } => {
            consentry_backend::list_webhooks(&ledger.place()).map(|webhooks| match json {
                true => println!("{}", webhooks.iter().map(as_json).collect::<Value>()),
                false => webhooks.iter().for_each(|webhook| println!("{}", as_line(webhook))),
            })
        }
        WebhookCommand::Remove { id, ledger } => consentry_backend::remove_webhook(&ledger.place(), id),
        WebhookCommand::Test { id, ledger } => consentry_backend::test_webhook(&ledger.place(), id)
            .map(|()| println!("{id}: it has the message")),
    }
    .map_err(Failure::because)
}

fn as_json(webhook: &ListedWebhook) -> Value {
    let ListedWebhook { id, site, url, events, is_listening, waiting, oldest } = webhook;
    json!({
        "id": id, "site": site, "url": url, "events": events, "told": is_listening, "waiting": waiting, "oldest": oldest
    })
}

/// Id, site, events, address, how many wait and since when, with tabs between.
fn as_line(webhook: &ListedWebhook) -> String {
    let ListedWebhook { id, site, url, events, is_listening, waiting, oldest } = webhook;
    let url = url.as_deref().unwrap_or("not in webhooks.json here");
    let since = oldest.as_ref().map(|oldest| format!(" since {oldest}")).unwrap_or_default();
    let waiting = if *is_listening {
        format!("{waiting} waiting{since}")
    } else {
        "not in the ledger, told nothing".into()
    };
    format!("{id}\t{site}\t{}\t{url}\t{waiting}", events.join(","))
}
