//! The part of a site's page that tells receipts apart: by action, category, language, revision and layer, a table each with a bar
//! beside each name. Asks no store.

use consentry_ledger::sums::{Grouping, OTHERS, Tally};
use maud::{Markup, html};

use super::chart;
use super::outside_text::OutsideText;
use super::page::number;
use super::rate_section::percent_or_dash;
use crate::statistics::{Report, SMALLEST, Told};

/// How many values a table shows.
const MOST_SHOWN: usize = 12;

/// The section, with a card for each grouping.
pub fn groups_section(report: &Report) -> Markup {
    html! {
        section #groups aria-labelledby="groups-name" {
            h2 #groups-name { "Who said what" }
            div .cards {
                @for grouping in Grouping::ALL { (card(grouping, report.groups(grouping))) }
            }
        }
    }
}

/// The heading of a card, and of the column with its names.
fn heading(grouping: Grouping) -> (&'static str, &'static str) {
    match grouping {
        Grouping::Action => ("By action", "Action"),
        Grouping::Category => ("By category", "Category"),
        Grouping::Language => ("By language", "Language"),
        Grouping::Revision => ("By revision", "Revision"),
        Grouping::Layer => ("By layer", "Layer"),
    }
}

/// What a value is called.
fn name(grouping: Grouping, value: &str) -> &str {
    match (grouping, value) {
        (_, OTHERS) => "others",
        (Grouping::Layer, "0") => "nothing was shown",
        (Grouping::Layer, "1") => "banner",
        (Grouping::Layer, "2") => "preferences",
        _ => value,
    }
}

/// How long the bar of a value is: its opt-in rate, or of actions its share in all of them.
fn share(grouping: Grouping, tally: Tally, all: u64) -> f64 {
    match grouping {
        Grouping::Action => tally.decided as f64 / all.max(1) as f64,
        _ => tally.accepted as f64 / tally.decided.max(1) as f64,
    }
}

fn card(grouping: Grouping, told: &Told) -> Markup {
    let (heading, column) = heading(grouping);
    let all = told.groups.iter().map(|(_, tally)| tally.decided).sum();
    let (shown, more) = told.groups.split_at(told.groups.len().min(MOST_SHOWN));
    html! {
        section .card {
            h3 { (heading) }
            @if !shown.is_empty() {
                table .groups {
                    thead {
                        tr {
                            th scope="col" { (column) }
                            @if grouping == Grouping::Action { th scope="col" { "Receipts" } th scope="col" { "Share" } }
                            @else { th scope="col" { "Decisions" } th scope="col" { "Rate" } }
                        }
                    }
                    tbody {
                        @for (value, tally) in shown {
                            @let of_all = Tally { decided: all, accepted: tally.decided };
                            tr {
                                th scope="row" { (OutsideText(name(grouping, value))) (chart::share(share(grouping, *tally, all))) }
                                td { (number(tally.decided)) }
                                td { (percent_or_dash(if grouping == Grouping::Action { of_all } else { *tally })) }
                            }
                        }
                    }
                }
            }
            @if !more.is_empty() { p .faint { "And " (more.len()) " more." } }
            @if told.holds_back { p .faint { "Fewer than " (SMALLEST) " are held back until they are more." } }
            @else if shown.is_empty() { p .faint { "None in this period." } }
        }
    }
}
