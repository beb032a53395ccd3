//! Names from the Open Cookie Database, each with what it says of its purpose.

use consentry_classify::lines::{PatternKind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::entries::{Lines, host_name, vendor_name};
use crate::workspace::{Outcome, read};

const FILE: &str = "node_modules/@slashgear/gdpr-cookie-scanner/dist/data/open-cookie-database.json";

/// A cookie in the database.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    category: String,
    /// Its name.
    cookie: String,
    /// Which host sets it, often with a sentence around it.
    domain: String,
    description: String,
    /// "1" where the name is only how it begins.
    wildcard_match: String,
}

/// Words of a description that tell a condition of the service from a convenience: "Functional" is the
/// database's word for both.
const WORDS_OF_NEED: [&str; 24] = [
    "session",
    "secur",
    "login",
    "log in",
    "logged",
    "authent",
    "csrf",
    "forgery",
    "balanc",
    "fraud",
    "bot ",
    "bots",
    "cart",
    "basket",
    "checkout",
    "consent",
    "cookie choice",
    "necessary",
    "essential",
    "required",
    "sign",
    "token",
    "firewall",
    "payment",
];
const WORDS_OF_COMFORT: [&str; 17] = [
    "prefer",
    "language",
    "remember",
    "chat",
    "video",
    "setting",
    "currency",
    "personali",
    "locali",
    "country",
    "widget",
    "popup",
    "display",
    "theme",
    "feature",
    "survey",
    "font",
];

/// What its category says, and where that says nothing, its description.
fn says(entry: &Entry) -> Says {
    let description = entry.description.to_ascii_lowercase();
    let count = |words: &[&str]| words.iter().map(|word| description.matches(word).count()).sum::<usize>();
    match entry.category.as_str() {
        "Marketing" => Says::Category(Advertising),
        "Analytics" => Says::Category(Analytics),
        "Security" | "Necessary" => Says::Category(Necessary),
        "Personalization" => Says::Category(Functional),
        _ => match count(&WORDS_OF_NEED).cmp(&count(&WORDS_OF_COMFORT)) {
            std::cmp::Ordering::Greater => Says::Category(Necessary),
            std::cmp::Ordering::Less => Says::Category(Functional),
            std::cmp::Ordering::Equal => Says::Technical,
        },
    }
}

pub fn read_lines() -> Outcome<Lines> {
    let database: Map<String, Value> =
        serde_json::from_str(&read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let mut lines = Lines::new();
    for (platform, entries) in database {
        let entries: Vec<Entry> =
            serde_json::from_value(entries).map_err(|error| format!("{FILE}: {platform}: {error}"))?;
        for entry in &entries {
            let Some(pattern) = pattern(entry) else { continue };
            let line = (says(entry), vendor_name(&platform));
            // Of two entries of the same name, the one stays whose category asks for more consent.
            let kept = lines.entry((PatternKind::Name, pattern)).or_insert_with(|| line.clone());
            if rank(line.0) > rank(kept.0) {
                *kept = line;
            }
        }
    }
    Ok(lines)
}

/// How much consent a category asks for.
fn rank(says: Says) -> u32 {
    match says {
        Says::Mixed | Says::Technical => 0,
        Says::Category(category) => category as u32 + 1,
    }
}

/// The name, a `*` at its end where it is a beginning, and the host where only the vendor's own sets it.
fn pattern(entry: &Entry) -> Option<String> {
    let name = entry.cookie.trim();
    let star = name.ends_with('*') || entry.wildcard_match == "1";
    let name = name.trim_end_matches('*');
    let set_by_vendor = !entry.domain.to_ascii_lowercase().contains("1st party");
    let first_word = entry.domain.split([' ', '/', '(', ',']).next().unwrap_or_default();
    let host = host_name(first_word).filter(|_| set_by_vendor);
    let plain = name.bytes().all(|byte| byte.is_ascii_graphic() && !b"*@".contains(&byte));
    let star = if star { "*" } else { "" };
    let long = name.len() > usize::from(!star.is_empty());
    (plain && long)
        .then(|| format!("{name}{star}{}", host.map(|host| format!("@{host}")).unwrap_or_default()))
}
