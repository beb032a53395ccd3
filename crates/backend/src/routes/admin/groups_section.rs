//! The part of a site's page that tells receipts apart: by action, category, language, revision and layer, each with its course
//! (`course_plot`) and a table with a bar beside each name. Asks no store.

use consentry_ledger::sums::{Grouping, Tally};
use maud::{Markup, html};

use super::chart;
use super::course_plot::{course_plot, course_table, is_told_along};
use super::group_name::group_name;
use super::outside_text::OutsideText;
use super::page::number;
use super::rate_section::percent_or_dash;
use crate::statistics::{Group, Report, SMALLEST};

/// How many values a table shows.
const MOST_SHOWN: usize = 12;

/// The section, with a card for each grouping.
pub fn groups_section(report: &Report) -> Markup {
    html! {
        section #groups aria-labelledby="groups-name" {
            h2 #groups-name { "Who said what" }
            div .cards {
                @for grouping in Grouping::ALL { (card(grouping, report)) }
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

/// How long the bar of a value is: its opt-in rate, or of actions its share in all of them.
fn share(grouping: Grouping, tally: Tally, all: u64) -> f64 {
    match grouping {
        Grouping::Action => tally.decided as f64 / all.max(1) as f64,
        _ => tally.accepted as f64 / tally.decided.max(1) as f64,
    }
}

fn card(grouping: Grouping, report: &Report) -> Markup {
    let told = report.groups(grouping);
    let (heading, column) = heading(grouping);
    let all = told.groups.iter().map(|group| group.tally.decided).sum();
    let (shown, more) = told.groups.split_at(told.groups.len().min(MOST_SHOWN));
    let is_plotted = is_told_along(told);
    html! {
        section .card {
            h3 { (heading) }
            @if is_plotted { (course_plot(grouping, report)) }
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
                        @for (at, Group { value, tally, parts }) in shown.iter().enumerate() {
                            @let of_all = Tally { decided: all, accepted: tally.decided };
                            tr {
                                th scope="row" {
                                    @if is_plotted && !parts.is_empty() { (chart::key(at)) }
                                    (OutsideText(group_name(grouping, value))) (chart::share(share(grouping, *tally, all)))
                                }
                                td { (number(tally.decided)) }
                                td { (percent_or_dash(if grouping == Grouping::Action { of_all } else { *tally })) }
                            }
                        }
                    }
                }
            }
            @if !more.is_empty() { p .faint { "And " (more.len()) " more." } }
            @if is_plotted { (course_table(grouping, report)) }
            @if told.holds_back { p .faint { "Fewer than " (SMALLEST) " are held back until they are more." } }
            @else if shown.is_empty() { p .faint { "None in this period." } }
        }
    }
}
