//! The page `/admin` as HTML: what was observed, then the receipts. Asks no store.

use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use super::broken_section::broken_section;
use super::next_position;
use super::observations::SiteObservations;
use super::observed_section::observed_section;
use super::outside_text::OutsideText;
use consentry_ledger::{ReceiptRange, StoredReceipt};
use consentry_sites::BrokenFile;

/// The whole page. Later parts of the ledger show no observations.
pub fn html(
    range: ReceiptRange,
    receipts: &[StoredReceipt],
    sites: &[SiteObservations],
    broken: &[BrokenFile],
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { "Consentry" }
            link rel="stylesheet" href="/admin/admin.css";
            main {
                h1 { "Consentry" }
                (broken_section(broken))
                @if range.before.is_none() && !sites.is_empty() { (observed_section(sites)) }
                (receipts_section(range, receipts))
            }
        }
    }
}

fn receipts_section(range: ReceiptRange, receipts: &[StoredReceipt]) -> Markup {
    let limit = range.limit;
    html! {
        section #receipts {
            h2 { "Receipts" }
            p {
                "The newest first. No receipt is ever edited. "
                a href="/admin/receipts.json" { "As JSON" }
            }
            @if receipts.is_empty() { p { "There are none here yet." } }
            @for receipt in receipts { (receipt_article(receipt)) }
            nav {
                @if range.before.is_some() { a href="/admin" { "Newest" } }
                @if let Some(next) = next_position(range, receipts) {
                    a href={ "/admin?before=" (next) "&limit=" (limit) } { "Older" }
                }
            }
        }
    }
}

fn receipt_article(stored: &StoredReceipt) -> Markup {
    let receipt: Value = serde_json::from_str(&stored.body).unwrap_or_default();
    let text = |key: &str| match &receipt[key] {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Array(items) if items.is_empty() => "nothing".to_owned(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let entries = [
        ("Received", stored.received.to_string()),
        ("Decided", text("time")),
        ("Granted", text("granted")),
        ("Denied", text("denied")),
        ("Language", text("language")),
        ("Layer", text("layer")),
        ("Revision", text("revision")),
        ("Valid until", text("validUntil")),
        ("Receipt", text("id")),
        ("Previous", text("previous")),
        ("Subject", text("subject")),
        ("Notice", text("notice")),
    ];
    html! {
        article {
            h3 {
                (OutsideText(&text("action"))) " "
                small { (OutsideText(&text("site"))) }
            }
            dl {
                @for (name, value) in &entries {
                    div {
                        dt { (name) }
                        dd { (OutsideText(value)) }
                    }
                }
            }
        }
    }
}
