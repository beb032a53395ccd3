//! The part of a site's page with the opt-in rate: the number, along the period, and the same as a table. Asks no store.

use consentry_ledger::sums::Tally;
use maud::{Markup, html};

use super::chart::{self, Point};
use super::page::number;
use crate::statistics::{Part, Period, Report, SMALLEST, rate};

/// A share in whole per cent: 100 only where it is all, 0 only where it is nobody.
pub fn percent(tally: Tally) -> Option<String> {
    let share = (rate(tally)? * 100.0).round() as u64;
    let share = match (tally.accepted, tally.decided) {
        (0, _) => 0,
        (accepted, decided) if accepted == decided => 100,
        _ => share.clamp(1, 99),
    };
    Some(format!("{share} %"))
}

/// The days of a part: one, or from the first to the last.
pub fn days(period: Period) -> String {
    match period.from == period.to {
        true => period.from.to_string(),
        false => format!("{} to {}", period.from, period.to),
    }
}

/// How the rate differs from the one of the period before, in points; nothing where there is none to compare with.
fn change(report: &Report) -> Option<String> {
    let (now, before) = rate(report.all).zip(rate(report.before))?;
    let points = ((now - before) * 100.0).round() as i64;
    let (count, unit) = (points.abs(), if points.abs() == 1 { "point" } else { "points" });
    Some(match points {
        0 => "as in the period before".to_owned(),
        1.. => format!("{count} {unit} more than in the period before"),
        _ => format!("{count} {unit} less than in the period before"),
    })
}

/// The section. `more`: further numbers beside the rate.
pub fn rate_section(report: &Report, more: &Markup) -> Markup {
    let percent = percent(report.all);
    html! {
        section #rate .card aria-labelledby="rate-name" {
            dl .numbers {
                div .largest {
                    dt #rate-name { "Opt-in rate" }
                    dd { (percent.as_deref().unwrap_or("–")) }
                    @if let Some(change) = change(report) { dd .faint { (change) } }
                }
                div {
                    dt { "Decisions" }
                    dd { (number(report.all.decided)) }
                    dd .faint { (number(report.all.accepted)) " of them said yes to something" }
                }
                (more)
            }
            @if percent.is_some() { (plots(report)) } @else {
                p {
                    "Nothing to tell of " (days(report.period)) ". Numbers are told from " (SMALLEST)
                    " decisions on, so that nobody learns what one visitor chose."
                }
            }
        }
    }
}

fn plots(report: &Report) -> Markup {
    let most = report.parts.iter().map(|part| part.tally.decided).max().unwrap_or_default().max(1);
    let point = |part: &Part, value: Option<f64>, text: &str| Point {
        label: format!("{}: {text}", days(part.period)),
        value,
    };
    let rates: Vec<Point> = report
        .parts
        .iter()
        .map(|part| {
            point(part, rate(part.tally), percent(part.tally).as_deref().unwrap_or("nothing to tell"))
        })
        .collect();
    let decisions: Vec<Point> = report
        .parts
        .iter()
        .map(|part| point(part, Some(part.tally.decided as f64 / most as f64), &number(part.tally.decided)))
        .collect();
    html! {
        figure {
            figcaption { "Opt-in rate" }
            div .plotted {
                div .scale aria-hidden="true" { span { "100 %" } span { "50 %" } span { "0 %" } }
                (chart::line(&rates, "The opt-in rate along the period; the table below has its numbers"))
            }
        }
        figure {
            figcaption { "Decisions" }
            div .plotted {
                div .scale aria-hidden="true" { span { (number(most)) } span { "0" } }
                (chart::bars(&decisions, "The decisions along the period; the table below has their numbers"))
            }
            div .ends aria-hidden="true" {
                span { (report.period.from) }
                span { (report.period.to) }
            }
        }
        details {
            summary { "As a table" }
            div .wide {
                table {
                    thead { tr { th scope="col" { "Days" } th scope="col" { "Decisions" } th scope="col" { "Yes" } th scope="col" { "Rate" } } }
                    tbody {
                        @for part in report.parts.iter().rev() {
                            tr {
                                th scope="row" { (days(part.period)) }
                                td { (number(part.tally.decided)) }
                                td { (number(part.tally.accepted)) }
                                td { (percent_or_dash(part.tally)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The share, or a dash where nothing is told.
pub fn percent_or_dash(tally: Tally) -> String {
    percent(tally).unwrap_or_else(|| "–".to_owned())
}

#[cfg(test)]
mod tests {
    use consentry_ledger::sums::Tally;

    use super::percent;

    #[test]
    fn all_and_nobody_are_told_only_of_all_and_nobody() {
        for (accepted, decided, text) in
            [(0, 5, "0 %"), (1, 1000, "1 %"), (2, 3, "67 %"), (999, 1000, "99 %"), (5, 5, "100 %")]
        {
            assert_eq!(percent(Tally { decided, accepted }).unwrap(), text);
        }
        assert_eq!(percent(Tally::default()), None);
    }
}
