//! The figures as a table, each beside its limit and its goal.

use std::fmt::Write;

/// A figure.
pub struct Row {
    pub what: String,
    pub found: f64,
    pub unit: &'static str,
    /// What it may be, and what it should be; nothing where neither is set.
    pub bounds: Option<(f64, f64)>,
    pub better: Better,
}

/// Which of two figures is the better one.
#[derive(Clone, Copy, PartialEq)]
pub enum Better {
    Less,
    More,
}

impl Row {
    /// A figure that is to be small.
    pub fn less(what: impl Into<String>, found: f64, unit: &'static str, limit: f64, goal: f64) -> Row {
        Row { what: what.into(), found, unit, bounds: Some((limit, goal)), better: Better::Less }
    }

    /// A figure that is to be large.
    pub fn more(what: impl Into<String>, found: f64, unit: &'static str, limit: f64, goal: f64) -> Row {
        Row { what: what.into(), found, unit, bounds: Some((limit, goal)), better: Better::More }
    }

    /// A figure that explains others.
    pub fn aside(what: impl Into<String>, found: f64, unit: &'static str) -> Row {
        Row { what: what.into(), found, unit, bounds: None, better: Better::Less }
    }

    /// Whether it is over its limit.
    pub fn is_over(&self) -> bool {
        self.bounds.is_some_and(|(limit, _)| !self.reaches(limit))
    }

    fn reaches(&self, bound: f64) -> bool {
        match self.better {
            Better::Less => self.found <= bound,
            Better::More => self.found >= bound,
        }
    }
}

/// Prints rows.
pub fn print(title: &str, rows: &[Row]) {
    let width = rows.iter().map(|row| row.what.len()).max().unwrap_or_default();
    let mut text = format!("\n{title}\n{:width$}  {:>12}  {:>10}  {:>10}\n", "", "found", "limit", "goal");
    for row in rows {
        let found = format!("{} {}", number(row.found), row.unit);
        // Writing into a text never fails.
        let _ = match row.bounds {
            None => writeln!(text, "{:width$}  {found:>12}", row.what),
            Some((limit, goal)) => {
                let said = match (row.reaches(goal), row.reaches(limit)) {
                    (true, _) => "reaches the goal",
                    (_, true) => "keeps the limit",
                    _ => "OVER THE LIMIT",
                };
                writeln!(
                    text,
                    "{:width$}  {found:>12}  {:>10}  {:>10}  {said}",
                    row.what,
                    number(limit),
                    number(goal)
                )
            }
        };
    }
    println!("{text}");
}

fn number(number: f64) -> String {
    if number >= 100.0 || number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number:.1}") }
}

/// The one in the middle.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The smallest.
pub fn least(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}
