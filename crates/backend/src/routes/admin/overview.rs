//! The list of all sites, a page of it at a time, with the newest receipts of all.

use std::sync::Arc;

use consentry_ledger::day::Day;
use consentry_ledger::sums::Tally;
use consentry_ledger::{LedgerError, ReceiptRange};
use maud::{Markup, html};

use super::PageQuery;
use super::broken_section::broken_section;
use super::outside_text::OutsideText;
use super::page::{Page, number};
use super::rate_section::percent_or_dash;
use super::receipts::{rows, told};
use super::site_observations;
use crate::routes::{AppState, now};
use crate::sites::ServedSite;
use crate::statistics::Period;

/// How many sites a page of the list has.
const PAGE: usize = 25;
/// How many receipts it shows.
const RECEIPTS: u32 = 10;
/// Over how many days a site is summed up.
const DAYS: u32 = 30;
/// What a site's decisions are rounded down to here: this list holds nothing back, so that it does not tell more than roughly.
const ROUGHLY: u64 = 50;

/// A line of the list.
struct Line {
    key: String,
    decisions: Tally,
    undeclared: usize,
}

/// The page.
pub async fn of(state: &AppState, query: &PageQuery) -> Result<Page, LedgerError> {
    let sites = state.sites.current();
    let find = query.find.as_deref().unwrap_or_default().trim().to_lowercase();
    let fitting: Vec<_> = sites.values().filter(|served| served.site.key.as_str().contains(&find)).collect();
    let at = query.page.unwrap_or(1).clamp(1, fitting.len().div_ceil(PAGE).max(1));
    let mut lines = Vec::new();
    for served in fitting.iter().skip((at - 1) * PAGE).take(PAGE) {
        lines.push(line(state, served).await?);
    }
    let range = ReceiptRange { before: None, limit: RECEIPTS };
    let receipts = told(state, state.ledger.receipts(range).await?).await?;
    let content = html! {
        h1 { "Sites" }
        (broken_section(&state.sites.broken_files()))
        form .find method="get" action="/admin" role="search" {
            label for="find" { "Find a site" }
            input #find name="find" type="search" value=(OutsideText(&find)) autocapitalize="none" spellcheck="false";
            button { "Find" }
        }
        (list(&lines, &find))
        (pages(at, fitting.len(), &find))
        section #receipts .card aria-labelledby="receipts-name" {
            h2 #receipts-name { "Newest receipts of all sites" }
            (rows(&receipts))
            p { a href="/admin/receipts" { "All receipts" } }
        }
    };
    Ok(Page { title: "Sites".to_owned(), content })
}

async fn line(state: &AppState, served: &Arc<ServedSite>) -> Result<Line, LedgerError> {
    let key = &served.site.key;
    let period = Period::of_days(DAYS, Day::of(now()));
    let mut decisions = Tally::default();
    for day in state.ledger.statistics(key.clone(), period.from, period.to).await? {
        decisions.add(day.sums.all());
    }
    let undeclared = site_observations::of_site(state, served).await?.undeclared.len();
    Ok(Line { key: key.to_string(), decisions, undeclared })
}

fn list(lines: &[Line], find: &str) -> Markup {
    html! {
        @if lines.is_empty() { p { "No site has " q { (OutsideText(find)) } " in its name. " a href="/admin" { "All sites" } } } @else {
            div .wide .card {
                table .sites {
                    thead {
                        tr {
                            th scope="col" { "Site" }
                            th scope="col" { "Decisions in " (DAYS) " days" }
                            th scope="col" { "Opt-in rate" }
                            th scope="col" { "Undeclared" }
                        }
                    }
                    tbody {
                        @for line in lines {
                            @let (key, roughly) = (&line.key, line.decisions.decided / ROUGHLY * ROUGHLY);
                            tr {
                                th scope="row" { a href={ "/admin?site=" (key) } { (key) } }
                                @if roughly > 0 {
                                    td { "over " (number(roughly)) }
                                    td { (percent_or_dash(line.decisions)) }
                                } @else {
                                    td { "under " (ROUGHLY) }
                                    td { "–" }
                                }
                                td {
                                    @if line.undeclared > 0 { a href={ "/admin?site=" (key) "#observed" } { (line.undeclared) } } @else { "0" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Links to the other pages of the list.
fn pages(at: usize, sites: usize, find: &str) -> Markup {
    let last = sites.div_ceil(PAGE);
    let link = |page: usize, text: &str| {
        let find: String = form_urlencoded::byte_serialize(find.as_bytes()).collect();
        html! { a href={ "/admin?find=" (find) "&page=" (page) } { (text) } }
    };
    html! {
        @if last > 1 {
            nav .pages aria-label="Pages of the list" {
                @if at > 1 { (link(at - 1, "Previous")) }
                span { "Page " (at) " of " (last) }
                @if at < last { (link(at + 1, "Next")) }
            }
        }
    }
}
