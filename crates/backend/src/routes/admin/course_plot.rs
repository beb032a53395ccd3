//! How the largest groups of a grouping go along the period: a plot with a line each, and the same as a table. Asks no store.

use consentry_ledger::sums::{Grouping, Tally};
use maud::{Markup, html};

use super::chart::{self, Point};
use super::group_name::group_name;
use super::outside_text::OutsideText;
use super::page::number;
use super::rate_section::{days, percent, percent_or_dash};
use crate::statistics::{Group, Report, Told, rate};

/// Whether there is something to plot: groups that are told in more than one part.
pub fn is_told_along(told: &Told) -> bool {
    groups(told).any(|group| group.parts.iter().filter(|part| part.tally.decided > 0).count() > 1)
}

/// The groups that are told along the period, the largest first.
fn groups(told: &Told) -> impl Iterator<Item = &Group> {
    told.groups.iter().filter(|group| !group.parts.is_empty())
}

/// The number of a group in a part: how many receipts of an action, else the opt-in rate; nothing where none is told.
fn text(grouping: Grouping, tally: Tally) -> Option<String> {
    match grouping {
        Grouping::Action => (tally.decided > 0).then(|| number(tally.decided)),
        _ => percent(tally),
    }
}

/// What is said of all groups in a part.
fn label(grouping: Grouping, told: &Told, part: usize) -> String {
    let of = |group: &Group| {
        let text = text(grouping, group.parts[part].tally)?;
        Some(format!("{} {text}", group_name(grouping, &group.value)))
    };
    let all: Vec<String> = groups(told).filter_map(of).collect();
    if all.is_empty() { "nothing to tell".to_owned() } else { all.join(", ") }
}

/// The plot. The lines' looks stand beside the names in the table of the totals.
pub fn course_plot(grouping: Grouping, report: &Report) -> Markup {
    let told = report.groups(grouping);
    let tallies = || groups(told).flat_map(|group| &group.parts).map(|part| part.tally.decided);
    let most = tallies().max().unwrap_or_default().max(1);
    let value = |tally: Tally| match grouping {
        Grouping::Action => Some(tally.decided as f64 / most as f64),
        _ => rate(tally),
    };
    let lines: Vec<Vec<Option<f64>>> =
        groups(told).map(|group| group.parts.iter().map(|part| value(part.tally)).collect()).collect();
    let point =
        |(at, part)| Point { label: format!("{}: {}", days(part), label(grouping, told, at)), value: None };
    let points: Vec<Point> = report.parts.iter().map(|part| part.period).enumerate().map(point).collect();
    let (what, scale) = match grouping {
        Grouping::Action => ("Receipts", [number(most), String::new(), "0".to_owned()]),
        _ => ("Opt-in rate", ["100 %", "50 %", "0 %"].map(str::to_owned)),
    };
    let summary =
        format!("{what} by {} along the period; the tables below have the numbers", grouping.name());
    html! {
        figure {
            figcaption { (what) }
            div .plotted {
                div .scale aria-hidden="true" { @for text in scale { span { (text) } } }
                (chart::lines(&lines, &points, &summary))
            }
            div .ends aria-hidden="true" {
                span { (report.period.from) }
                span { (report.period.to) }
            }
        }
    }
}

/// The same as a table, the newest part first: of each group the number of the plot, and below a rate of how many it is.
pub fn course_table(grouping: Grouping, report: &Report) -> Markup {
    let told = report.groups(grouping);
    let what = format!("Along the period by {}", grouping.name());
    html! {
        details {
            summary { "Along the period, as a table" }
            // It may be wider than the page: by keyboard it scrolls where it has the focus.
            div .wide tabindex="0" role="region" aria-label=(what) {
                table .course {
                    thead {
                        tr {
                            th scope="col" { "Days" }
                            @for (at, group) in groups(told).enumerate() {
                                th scope="col" {
                                    (chart::key(at))
                                    span { (OutsideText(group_name(grouping, &group.value))) }
                                }
                            }
                        }
                    }
                    tbody {
                        @for (at, part) in report.parts.iter().enumerate().rev() {
                            tr {
                                th scope="row" { (days(part.period)) }
                                @for group in groups(told) { td { (numbers(grouping, group.parts[at].tally)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn numbers(grouping: Grouping, tally: Tally) -> Markup {
    html! {
        @if grouping == Grouping::Action { (number(tally.decided)) }
        @else {
            (percent_or_dash(tally))
            @if tally.decided > 0 { br; small { "of " (number(tally.decided)) } }
        }
    }
}
