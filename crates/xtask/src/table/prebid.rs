//! Names and hosts from Prebid.js: what its advertising vendors disclose that they store (TCF purposes), and the
//! hosts that its adapters call.

use std::collections::BTreeMap;
use std::fs;

use consentry_classify::host::{domain, owner};
use consentry_classify::lines::{Kind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};
use serde_json::Value;

use super::{Lines, host, is, npm, rented, text};
use crate::{Outcome, read, root};

const FOLDER: &str = "target/sources/prebid.js";

pub fn fetch() -> Outcome {
    npm("prebid.js", "11.36.0")
}

/// Names that no vendor may speak for.
const LEFT_OUT: [&str; 2] = ["_gcl_au", "cX_G"];
/// Hosts in the adapters that are not their vendors'.
const OTHERS: [&str; 12] = [
    "example.com",
    "github.com",
    "google.com",
    "iabtechlab.com",
    "jsdelivr.net",
    "linkedin.com",
    "mozilla.org",
    "opera.com",
    "prebid.org",
    "w3.org",
    "yahoo.com",
    "yahoo.co.jp",
];

pub fn lines() -> Outcome<Lines> {
    let mut lines = names()?;
    lines.extend(hosts()?);
    Ok(lines)
}

/// The files of a folder of the package, in order.
fn files(folder: &str) -> Outcome<Vec<String>> {
    let path = format!("{FOLDER}/{folder}");
    let listed = fs::read_dir(root().join(&path)).map_err(|error| format!("{path}: {error}"))?;
    let mut names: Vec<_> =
        listed.flatten().map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// The purposes of the IAB's framework (TCF 2.2, appendix A): 2 to 4 and 7 are advertisements and their profiles, 8 to
/// 10 measurement, 5, 6 and 11 content. 1 is storing, and tells nothing.
fn says(purposes: &[u64]) -> Says {
    let any = |of: &[u64]| purposes.iter().any(|purpose| of.contains(purpose));
    if any(&[2, 3, 4, 7]) {
        is(Advertising)
    } else if any(&[8, 9, 10]) {
        is(Analytics)
    } else if any(&[5, 6, 11]) {
        is(Functional)
    } else {
        is(Advertising)
    }
}

fn names() -> Outcome<Lines> {
    let mut lines = Lines::new();
    for file in files("metadata/modules")? {
        let path = format!("{FOLDER}/metadata/modules/{file}");
        let module: Value =
            serde_json::from_str(&read(&path)?).map_err(|error| format!("{path}: {error}"))?;
        let Some(all) = module["disclosures"].as_object() else { continue };
        for (url, disclosed) in all {
            let owner = url.split('/').nth(2).map(owner).unwrap_or_default();
            for it in disclosed["disclosures"].as_array().into_iter().flatten() {
                let Some(name) = pattern(text(&it["identifier"])) else { continue };
                let purposes: Vec<u64> =
                    it["purposes"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
                let lower = name.to_ascii_lowercase();
                let choice = it["optOut"] == true || lower.contains("consent") || lower.contains("optout");
                let says = if choice { is(Necessary) } else { says(&purposes) };
                lines.entry((Kind::Name, name)).or_insert((says, owner.clone()));
            }
        }
    }
    Ok(lines)
}

/// A name with its placeholders (`{id}`, `<id>`, `[id]`, a run of capital X) as one `*`.
fn pattern(name: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut depth = 0;
    for letter in name.trim().replace("XXXX", "*").chars() {
        match letter {
            '{' | '<' | '[' | '‹' => {
                depth += 1;
                pattern.push('*');
            }
            '}' | '>' | ']' | '›' => depth -= 1,
            _ if depth > 0 => {}
            other => pattern.push(other),
        }
    }
    // What stands behind the first star is whoever's choice; one star is enough.
    let (start, star) = match pattern.split_once('*') {
        Some((start, _)) => (start, "*"),
        None => (pattern.as_str(), ""),
    };
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'@';
    let long = start.len() >= 3 + star.len();
    (long && start.bytes().all(plain) && !LEFT_OUT.contains(&start)).then(|| format!("{start}{star}"))
}

/// The domains of the hosts that adapters call: measurement where only adapters for that do.
fn hosts() -> Outcome<Lines> {
    let mut measures: BTreeMap<String, bool> = BTreeMap::new();
    for file in files("modules")? {
        let Some((stem, _)) = file.split_once('.') else { continue };
        let kinds = ["BidAdapter", "IdSystem", "RtdProvider", "AnalyticsAdapter"];
        let Some(kind) = kinds.into_iter().find(|kind| stem.ends_with(kind)) else { continue };
        let Ok(source) = read(&format!("{FOLDER}/modules/{file}")) else { continue };
        let code = source.lines().filter(|line| !line.trim_start().starts_with(['*', '/']));
        for host in code.flat_map(|line| line.split("//").skip(1)).filter_map(called) {
            *measures.entry(host).or_insert(true) &= kind == "AnalyticsAdapter";
        }
    }
    let line = |(host, measures): (String, bool)| {
        let vendor = owner(&host);
        ((Kind::Host, host), (is(if measures { Analytics } else { Advertising }), vendor))
    };
    Ok(measures.into_iter().map(line).collect())
}

/// The company's domain of a URL's host, if it is written out.
fn called(rest: &str) -> Option<String> {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')).unwrap_or(rest.len());
    let name = host(rest.get(..end)?)?;
    if rest.get(end..).is_some_and(|rest| rest.starts_with(['$', '{', '@'])) || rented(&name) {
        return None;
    }
    let domain = domain(&name);
    (!OTHERS.contains(&domain)).then(|| domain.to_owned())
}
