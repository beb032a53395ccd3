//! Names and hosts from Prebid.js: what its advertising vendors disclose that they store (TCF purposes), and
//! the hosts that its adapters call.

use std::collections::BTreeMap;

use consentry_classify::host::{domain, owner};
use consentry_classify::lines::{PatternKind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::entries::{Lines, host_name, is_rented};
use super::packages;
use crate::workspace::{Outcome, names_in, read};

const FOLDER: &str = "target/sources/prebid.js";

pub fn fetch() -> Outcome {
    packages::fetch_from_npm("prebid.js", "11.36.0")
}

/// Names that no vendor may speak for.
const NAMES_LEFT_OUT: [&str; 2] = ["_gcl_au", "cX_G"];
/// Domains in the adapters that are not their vendors'.
const DOMAINS_LEFT_OUT: [&str; 12] = [
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

/// What a module says of itself.
#[derive(Deserialize)]
struct Module {
    /// Its vendors' disclosures by their address.
    #[serde(default)]
    disclosures: Map<String, Value>,
}

/// A vendor's disclosure; `null` for each list that it does not give.
#[derive(Deserialize)]
struct Disclosed {
    disclosures: Option<Vec<Stored>>,
}

/// A cookie or storage key that a vendor discloses.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    identifier: Option<String>,
    purposes: Option<Vec<u64>>,
    /// Whether it holds the visitor's refusal.
    opt_out: Option<bool>,
}

pub fn read_lines() -> Outcome<Lines> {
    let mut lines = names()?;
    lines.extend(hosts()?);
    Ok(lines)
}

/// The purposes of the IAB's framework (TCF 2.2, appendix A): 2 to 4 and 7 are advertisements and their
/// profiles, 8 to 10 measurement, 5, 6 and 11 content. 1 is storing, and tells nothing.
fn says(purposes: &[u64]) -> Says {
    let any = |of: &[u64]| purposes.iter().any(|purpose| of.contains(purpose));
    if any(&[2, 3, 4, 7]) {
        Says::Category(Advertising)
    } else if any(&[8, 9, 10]) {
        Says::Category(Analytics)
    } else if any(&[5, 6, 11]) {
        Says::Category(Functional)
    } else {
        Says::Category(Advertising)
    }
}

/// The names that vendors disclose, each with what its purposes say.
fn names() -> Outcome<Lines> {
    let mut lines = Lines::new();
    for file in names_in(&format!("{FOLDER}/metadata/modules"))? {
        let path = format!("{FOLDER}/metadata/modules/{file}");
        let fault = |error| format!("{path}: {error}");
        let module: Module = serde_json::from_str(&read(&path)?).map_err(fault)?;
        for (url, disclosed) in module.disclosures {
            let owner = url.split('/').nth(2).map(owner).unwrap_or_default();
            let disclosed: Disclosed = serde_json::from_value(disclosed).map_err(fault)?;
            for stored in disclosed.disclosures.into_iter().flatten() {
                let Some(name) = pattern(&stored.identifier.unwrap_or_default()) else { continue };
                let lower = name.to_ascii_lowercase();
                let holds_choice =
                    stored.opt_out == Some(true) || lower.contains("consent") || lower.contains("optout");
                let says = if holds_choice {
                    Says::Category(Necessary)
                } else {
                    says(&stored.purposes.unwrap_or_default())
                };
                lines.entry((PatternKind::Name, name)).or_insert((says, owner.clone()));
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
    // One star is enough: what stands behind the first differs from site to site.
    let (start, star) = match pattern.split_once('*') {
        Some((start, _)) => (start, "*"),
        None => (pattern.as_str(), ""),
    };
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'@';
    let long = start.len() >= 3 + star.len();
    (long && start.bytes().all(plain) && !NAMES_LEFT_OUT.contains(&start)).then(|| format!("{start}{star}"))
}

/// The domains of the hosts that adapters call: measurement where only adapters for that do.
fn hosts() -> Outcome<Lines> {
    let mut measures: BTreeMap<String, bool> = BTreeMap::new();
    for file in names_in(&format!("{FOLDER}/modules"))? {
        let Some((stem, _)) = file.split_once('.') else { continue };
        let kinds = ["BidAdapter", "IdSystem", "RtdProvider", "AnalyticsAdapter"];
        let Some(kind) = kinds.into_iter().find(|kind| stem.ends_with(kind)) else { continue };
        let Ok(source) = read(&format!("{FOLDER}/modules/{file}")) else { continue };
        let code = source.lines().filter(|line| !line.trim_start().starts_with(['*', '/']));
        for host in code.flat_map(|line| line.split("//").skip(1)).filter_map(called_domain) {
            *measures.entry(host).or_insert(true) &= kind == "AnalyticsAdapter";
        }
    }
    let line = |(host, measures): (String, bool)| {
        let vendor = owner(&host);
        ((PatternKind::Host, host), (Says::Category(if measures { Analytics } else { Advertising }), vendor))
    };
    Ok(measures.into_iter().map(line).collect())
}

/// The company's domain of a URL's host, if it is written out. It is cut as the classifier cuts the hosts
/// that it is asked about, not by the public suffix list: the classifier carries none, and by the list
/// `googleapis.com`, below which Google's customers publish, would be nobody's domain and fall out of the
/// table.
fn called_domain(rest: &str) -> Option<String> {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')).unwrap_or(rest.len());
    let name = host_name(rest.get(..end)?)?;
    if rest.get(end..).is_some_and(|rest| rest.starts_with(['$', '{', '@'])) || is_rented(&name) {
        return None;
    }
    let domain = domain(&name);
    (!DOMAINS_LEFT_OUT.contains(&domain)).then(|| domain.to_owned())
}
