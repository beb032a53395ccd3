//! The page of one site: the opt-in rate first, then what wants something of the owner, then the rest. Reads sums and a few indexed
//! rows, however many receipts there are.

use std::sync::Arc;

use consentry_ledger::day::Day;
use consentry_ledger::{LedgerError, ReceiptRange};
use maud::{Markup, html};

use super::address_of;
use super::broken_section::broken_section;
use super::groups_section::groups_section;
use super::log_health::{self, log_section};
use super::observed_section::{Shown, observed_section};
use super::page::{Frame, Page, number};
use super::rate_section::rate_section;
use super::receipts::{rows, told};
use super::{notices, site_observations};
use crate::access::scopes::TokenScope;
use crate::routes::{AppState, now};
use crate::sites::ServedSite;
use crate::statistics::{Period, Report};

/// How many receipts the page shows.
const RECEIPTS: u32 = 8;

/// The periods that can be chosen: how many days, as the address has it, and what it is called.
const PERIODS: [(&str, Option<u32>, &str); 5] = [
    ("7", Some(7), "7 days"),
    ("30", Some(30), "30 days"),
    ("90", Some(90), "90 days"),
    ("365", Some(365), "A year"),
    ("all", None, "All"),
];
/// The one that is chosen at first.
const USUAL: &str = "30";

/// The page. `days`: the chosen period, as the address has it.
pub async fn of(
    state: &AppState,
    served: &Arc<ServedSite>,
    days: Option<&str>,
    frame: &Frame<'_>,
) -> Result<Page, LedgerError> {
    let key = &served.site.key;
    let known = |days: &str| PERIODS.into_iter().find(|(word, ..)| *word == days);
    let (chosen, length, _) = days.and_then(known).or(known(USUAL)).unwrap_or(PERIODS[1]);
    let today = Day::of(now());
    let period = length.map(|days| Period::of_days(days, today));
    let report = state.statistics.report(state.ledger.as_ref(), key, period, today).await?;
    let observed = site_observations::of_site(state, served).await?;
    let range = ReceiptRange { before: None, limit: RECEIPTS };
    let receipts = told(state, state.ledger.newest_receipts(key.clone(), range).await?).await?;
    let log = log_health::of(state, served).await?;
    let more = html! {
        div {
            dt { "Observed, not declared" }
            dd { a href="#observed" { (observed.undeclared.len()) } }
        }
        div {
            dt { "Entries in the log" }
            dd { a href="#log" { (number(log.size)) } }
        }
    };
    let content = html! {
        div .title {
            h1 { (key) }
            (periods(&address_of(state, served, ""), chosen))
        }
        (broken_section(&state.sites.broken_files()))
        (rate_section(&report, &more))
        div .columns {
            (observed_section(&observed, frame.reader.form_key(TokenScope::Admin), Shown::Newest))
            section #receipts .card aria-labelledby="receipts-name" {
                h2 #receipts-name { "Newest receipts" }
                @if receipts.is_empty() { p { "There are none here yet." } }
                (rows(&receipts))
                p { a href={ "/admin/receipts?site=" (key) } { "All receipts" } " · " a href={ "/admin/receipts.json?site=" (key) } { "As JSON" } }
            }
        }
        (groups_section(&report))
        div .columns {
            (notices::section(state, served).await?)
            div {
                (log_section(&log))
                (exports_section(key.as_str(), &report))
            }
        }
    };
    Ok(Page { title: key.to_string(), content })
}

/// Links to the page with each period.
fn periods(address: &str, chosen: &str) -> Markup {
    let separator = if address.contains('?') { '&' } else { '?' };
    html! {
        nav .periods aria-label="Period" {
            @for (days, _, name) in PERIODS {
                a href={ (address) (separator) "days=" (days) } aria-current=[(days == chosen).then_some("true")] { (name) }
            }
        }
    }
}

/// Links to all receipts of the period, in the forms that there are.
fn exports_section(key: &str, report: &Report) -> Markup {
    let Period { from, to } = report.period;
    let address = |query: &str| format!("/v1/sites/{key}/{query}from={from}&to={to}");
    html! {
        section #exports .card aria-labelledby="exports-name" {
            h2 #exports-name { "Take away" }
            p { "The receipts from " (from) " to " (to) ":" }
            ul .links {
                @for (format, name) in [("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON")] {
                    li { a href=(address(&format!("export?format={format}&"))) download { (name) } }
                }
                li { a href=(address("stats?")) { "Numbers as JSON" } }
            }
        }
    }
}
