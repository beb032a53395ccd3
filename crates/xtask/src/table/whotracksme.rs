//! Hosts from WhoTracks.me: trackers with a category of their own, each with its domains.

use std::collections::BTreeMap;
use std::fs;

use consentry_classify::lines::{Kind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};

use super::{Lines, SOURCES, host, is, rented, vendor};
use crate::{Outcome, read, root, run};

const WHEEL: &str = "whotracksme-2018.5.17-py3-none-any.whl";
const FILE: &str = "target/sources/whotracksme/whotracksme/data/assets/trackerdb.sql";

pub fn fetch() -> Outcome {
    if root().join(FILE).exists() {
        return Ok(());
    }
    fs::create_dir_all(root().join(SOURCES)).map_err(|error| format!("{SOURCES}: {error}"))?;
    run(
        "python3",
        &["-m", "pip", "download", "--quiet", "--no-deps", "--dest", SOURCES, "whotracksme==2018.5.17"],
    )?;
    run("python3", &["-m", "zipfile", "-e", &format!("{SOURCES}/{WHEEL}"), &format!("{SOURCES}/whotracksme")])
}

fn says(category: &str) -> Says {
    match category {
        "advertising" | "pornvertising" | "social_media" => is(Advertising),
        "site_analytics" => is(Analytics),
        "audio_video_player" | "comments" | "customer_interaction" => is(Functional),
        "cdn" => is(Necessary),
        // "essential": payment and tests against robots, and paywalls and tag managers too.
        _ => Says::Mixed,
    }
}

pub fn lines() -> Outcome<Lines> {
    let dump = read(FILE)?;
    let categories: BTreeMap<String, String> = rows(&dump, "categories")
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
        .collect();
    let trackers: BTreeMap<String, (String, Says)> = rows(&dump, "trackers")
        .filter_map(|row| {
            let category = categories.get(row.get(2)?).map_or("", String::as_str);
            Some((row.first()?.clone(), (vendor(row.get(1)?), says(category))))
        })
        .collect();
    let mut lines = Lines::new();
    for row in rows(&dump, "tracker_domains") {
        let [tracker, domain, ..] = row.as_slice() else { continue };
        let Some((vendor, says)) = trackers.get(tracker) else { continue };
        let Some(host) = host(domain).filter(|host| !rented(host)) else { continue };
        if *says != Says::Mixed {
            lines.entry((Kind::Host, host)).or_insert((*says, vendor.clone()));
        }
    }
    Ok(lines)
}

/// The rows that a dump puts into a table: one statement a line, texts in single quotes, a quote twice.
fn rows<'a>(dump: &'a str, table: &str) -> impl Iterator<Item = Vec<String>> + 'a {
    let start = format!("INSERT INTO \"{table}\" VALUES(");
    dump.lines().filter_map(move |line| Some(values(line.strip_prefix(start.as_str())?)))
}

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
