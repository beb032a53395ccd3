//! Fills the gate's table from what public registries know (`cargo xtask table`): the hosts and names that
//! are met most, as many as every visitor can be asked to download. What is written by hand in `table.txt`
//! is right where the two differ. Reads the pinned npm packages only, so that it always makes the same file.

mod hosts;
mod names;

use consentry::classify::table::{self, Kind, Rule};
use consentry::model::category::Category;
use serde_json::Value;

use crate::{Outcome, read, setup, write};

const BY_HAND: &str = "src/classify/table.txt";
const GENERATED: &str = "src/classify/generated.txt";

/// Bytes (brotli, quality 11) that the whole table may weigh. `consentry.js` grows by as much, give or take two
/// hundredths: no more than 0.8 KB.
const BUDGET: usize = 630;

const HEADER: &str = "\
# Made by `cargo xtask table` from pinned npm packages; not edited by hand: `table.txt` is, and it wins.
# Hosts: third-party-web, MIT, Copyright (c) 2019 Patrick Hulce.
# Names: the Open Cookie Database, Apache-2.0, as carried by @slashgear/gdpr-cookie-scanner; cut to what is
# distinctive, shortened to common beginnings, and sorted into other categories.
# One rule a line, as in `table.txt`, which says what they mean.
";

/// A line that could be in the table.
struct Candidate {
    category: Category,
    kind: Kind,
    pattern: String,
    vendor: String,
    /// Its place among all that is met: 0 is met most.
    rank: usize,
}

impl Candidate {
    /// When it comes in: the most met first, and first what matters more. A host that is left out is held
    /// all the same, a name is not; and most hosts of advertising are exchanges, which a page contacts only
    /// once an advertisement that was granted does.
    fn turn(&self) -> usize {
        match (self.kind, self.category) {
            (Kind::Name, _) => self.rank,
            (Kind::Host, Category::Advertising) => self.rank * 16,
            (Kind::Host, _) => self.rank * 2,
        }
    }
}

/// `cargo xtask table`: writes the file anew.
pub fn generate() -> Outcome {
    setup::for_build()?;
    write(GENERATED, made()?)?;
    println!("{GENERATED} is written: read the difference, line by line");
    Ok(())
}

/// Whether the file is what the generator makes.
pub fn check() -> Outcome {
    if made()? == read(GENERATED)? {
        return Ok(());
    }
    Err(format!(
        "{GENERATED} is not what the pinned packages and {BY_HAND} give: run `cargo xtask table` and read \
         the difference"
    ))
}

fn made() -> Outcome<String> {
    let by_hand: Vec<Rule> = table::read(read(BY_HAND)?.leak())
        .collect::<Result<_, _>>()
        .map_err(|line| format!("{BY_HAND}: found {line:?}, expected `category kind pattern vendor`"))?;
    let ranks = hosts::Ranks::read()?;
    let mut found = hosts::candidates(&ranks)?;
    found.extend(names::candidates(&ranks)?);
    // Neither what the hand has said already, nor what would say more than it.
    let said = |it: &Candidate, rule: &Rule| {
        it.kind == rule.kind
            && (covers(it.kind, rule.pattern, &it.pattern) || covers(it.kind, &it.pattern, rule.pattern))
    };
    found.retain(|it| !by_hand.iter().any(|rule| said(it, rule)));
    found.sort_by(|a, b| (a.turn(), &a.pattern).cmp(&(b.turn(), &b.pattern)));
    let found = without_repeats(found);
    let chosen = fill(&by_hand, &found)?;
    let mut lines: Vec<_> = chosen
        .iter()
        .map(|it| {
            let kind = if it.kind == Kind::Host { "host" } else { "name" };
            (it.category, kind, format!("{} {kind} {} {}\n", it.category, it.pattern, it.vendor))
        })
        .collect();
    lines.sort();
    Ok(lines.into_iter().fold(HEADER.to_owned(), |text, (.., line)| text + &line))
}

/// Whether the first pattern already answers everything that the second one could.
fn covers(kind: Kind, wide: &str, narrow: &str) -> bool {
    match (kind, wide.split_once('*')) {
        (Kind::Host, _) => {
            narrow.strip_suffix(wide).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }
        (Kind::Name, Some((start, end))) => {
            narrow.strip_prefix(start).is_some_and(|rest| rest.ends_with(end))
        }
        (Kind::Name, None) => wide == narrow,
    }
}

/// Candidates for which neither one of the same pattern before them nor a wider one speaks.
fn without_repeats(found: Vec<Candidate>) -> Vec<Candidate> {
    let speaks = |at: usize, it: &Candidate, (other, wide): (usize, &Candidate)| {
        let same = wide.pattern == it.pattern;
        let wider = wide.category == it.category && covers(it.kind, &wide.pattern, &it.pattern);
        wide.kind == it.kind && if same { other < at } else { wider }
    };
    let alone = |(at, it)| !found.iter().enumerate().any(|other| speaks(at, it, other));
    let alone: Vec<bool> = found.iter().enumerate().map(alone).collect();
    found.into_iter().zip(alone).filter_map(|(it, alone)| alone.then_some(it)).collect()
}

/// As many candidates from the front as the budget has room for.
fn fill<'a>(by_hand: &[Rule], found: &'a [Candidate]) -> Outcome<&'a [Candidate]> {
    let weight = |count: usize| {
        let hand = by_hand.iter().map(|it| (it.category, it.kind, it.pattern));
        let taken = found.iter().take(count).map(|it| (it.category, it.kind, it.pattern.as_str()));
        weight(&table::packed(hand.chain(taken)))
    };
    let least = weight(0)?;
    if least > BUDGET {
        return Err(format!("{BY_HAND}: found {least} bytes compressed, expected {BUDGET} at most"));
    }
    let (mut fits, mut over) = (0, found.len() + 1);
    while over - fits > 1 {
        let middle = (fits + over) / 2;
        if weight(middle)? <= BUDGET { fits = middle } else { over = middle }
    }
    Ok(found.get(..fits).unwrap_or(found))
}

/// Brotli bytes (quality 11).
fn weight(text: &str) -> Outcome<usize> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let done = brotli::BrotliCompress(&mut text.as_bytes(), &mut packed, &parameters);
    done.map(|_| packed.len()).map_err(|error| error.to_string())
}

/// A JSON string, or nothing.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
