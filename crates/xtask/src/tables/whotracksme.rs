//! Hosts from WhoTracks.me: trackers with a category of their own, each with its domains.

use std::collections::BTreeMap;

use consentry_classify::lines::{PatternKind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};

use super::entries::{Lines, host_name, is_rented, vendor_name};
use super::packages;
use crate::workspace::{Outcome, read};

const FILE: &str = "target/sources/whotracksme/whotracksme/data/assets/trackerdb.sql";

pub fn fetch() -> Outcome {
    packages::fetch_from_pypi("whotracksme", "2018.5.17")
}

/// What one of its categories says of the hosts.
fn says(category: &str) -> Says {
    match category {
        "advertising" | "pornvertising" | "social_media" => Says::Category(Advertising),
        "site_analytics" => Says::Category(Analytics),
        "audio_video_player" | "comments" | "customer_interaction" => Says::Category(Functional),
        "cdn" => Says::Category(Necessary),
        // "essential": payment and tests against robots, and paywalls and tag managers too.
        _ => Says::Mixed,
    }
}

pub fn read_lines() -> Outcome<Lines> {
    let dump = read(FILE)?;
    let categories: BTreeMap<String, String> = rows(&dump, "categories")
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
        .collect();
    let trackers: BTreeMap<String, (String, Says)> = rows(&dump, "trackers")
        .filter_map(|row| {
            let category = categories.get(row.get(2)?).map_or("", String::as_str);
            Some((row.first()?.clone(), (vendor_name(row.get(1)?), says(category))))
        })
        .collect();
    let mut lines = Lines::new();
    for row in rows(&dump, "tracker_domains") {
        let [tracker, domain, ..] = row.as_slice() else { continue };
        let Some((vendor, says)) = trackers.get(tracker) else { continue };
        let Some(host) = host_name(domain).filter(|host| !is_rented(host)) else { continue };
        if *says != Says::Mixed {
            lines.entry((PatternKind::Host, host)).or_insert((*says, vendor.clone()));
        }
    }
    Ok(lines)
}

/// The rows that a dump puts into a table: one statement a line, texts in single quotes, a quote twice.
fn rows<'a>(dump: &'a str, table: &str) -> impl Iterator<Item = Vec<String>> + 'a {
    let start = format!("INSERT INTO \"{table}\" VALUES(");
    dump.lines().filter_map(move |line| Some(values(line.strip_prefix(start.as_str())?)))
}

/// The values of one row.
fn values(text: &str) -> Vec<String> {
    let (mut values, mut value, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' if quoted && letters.peek() == Some(&'\'') => value.extend(letters.next()),
            '\'' => quoted = !quoted,
            ',' | ')' if !quoted => values.push(std::mem::take(&mut value)),
            other => value.push(other),
        }
    }
    values
}
