//! The page `/admin` as HTML: what was observed, then the receipts; and what is around every page of the owner's. Asks no
//! store.

use axum::http::header::{self, HeaderName};
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use super::broken_section::broken_section;
use super::form::key_field;
use super::next_position;
use super::observations::SiteObservations;
use super::observed_section::observed_section;
use super::outside_text::OutsideText;
use crate::access::scopes::TokenScope;
use crate::routes::authority::Authority;
use consentry_ledger::{ReceiptRange, StoredReceipt};
use consentry_sites::BrokenFile;

/// No script, nothing from elsewhere, forms for this server alone, and no page that frames it.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the owner's pages are sent with.
pub fn page_headers() -> [(HeaderName, &'static str); 4] {
    [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // Not `no-referrer`: with that a browser calls the origin of a form `null` (Fetch standard, 3.2).
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ]
}

/// A whole page around its `main`.
pub fn document(title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) }
            link rel="stylesheet" href="/admin/admin.css";
            (main)
        }
    }
}

/// The whole page, with the forms of what its reader may do. Later parts of the ledger show no observations.
pub fn html(
    range: ReceiptRange,
    receipts: &[StoredReceipt],
    sites: &[SiteObservations],
    broken: &[BrokenFile],
    reader: &Authority,
) -> Markup {
    let main = html! {
        main {
            header {
                h1 { "Consentry" }
                @if let Some(key) = reader.form_key(TokenScope::Read) {
                    form method="post" action="/admin/log-out" { (key_field(key)) button { "Log out" } }
                }
            }
            (broken_section(broken))
            @if range.before.is_none() && !sites.is_empty() {
                (observed_section(sites, reader.form_key(TokenScope::Admin)))
            }
            (receipts_section(range, receipts))
        }
    };
    document("Consentry", &main)
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
    let receipt = stored.receipt.to_json();
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
