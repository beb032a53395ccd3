//! Names from the Open Cookie Database, each with what it says of its purpose.

use consentry_classify::lines::{Kind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};
use serde_json::{Map, Value};

use super::{Lines, host, is, text, vendor};
use crate::{Outcome, read};

const FILE: &str = "node_modules/@slashgear/gdpr-cookie-scanner/dist/data/open-cookie-database.json";

/// Words of a description that tell a condition of the service from a convenience: "Functional" is the database's
/// word for both.
const NEEDED: [&str; 24] = [
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
const WISHED: [&str; 17] = [
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

fn says(entry: &Value) -> Says {
    let description = text(&entry["description"]).to_ascii_lowercase();
    let count = |words: &[&str]| words.iter().map(|word| description.matches(word).count()).sum::<usize>();
    match text(&entry["category"]) {
        "Marketing" => is(Advertising),
        "Analytics" => is(Analytics),
        "Security" | "Necessary" => is(Necessary),
        "Personalization" => is(Functional),
        _ => match count(&NEEDED).cmp(&count(&WISHED)) {
            std::cmp::Ordering::Greater => is(Necessary),
            std::cmp::Ordering::Less => is(Functional),
            std::cmp::Ordering::Equal => Says::Technical,
        },
    }
}

pub fn lines() -> Outcome<Lines> {
    let database: Map<String, Value> =
        serde_json::from_str(&read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let mut lines = Lines::new();
    for (platform, entry) in
        database.iter().flat_map(|(name, all)| all.as_array().into_iter().flatten().map(move |it| (name, it)))
    {
        let Some(pattern) = pattern(entry) else { continue };
        let line = (says(entry), vendor(platform));
        // Two of the same name: whoever asks more of the visitor.
        let it = lines.entry((Kind::Name, pattern)).or_insert_with(|| line.clone());
        if rank(line.0) > rank(it.0) {
            *it = line;
        }
    }
    Ok(lines)
}

fn rank(says: Says) -> u32 {
    match says {
        Says::Mixed | Says::Technical => 0,
        Says::Category(category) => category as u32 + 1,
    }
}

/// The name, a `*` at its end where it is a beginning, and the host where only the vendor's own sets it.
fn pattern(entry: &Value) -> Option<String> {
    let name = text(&entry["cookie"]).trim();
    let star = name.ends_with('*') || text(&entry["wildcardMatch"]) == "1";
    let name = name.trim_end_matches('*');
    let seen = text(&entry["domain"]);
    let own = !seen.to_ascii_lowercase().contains("1st party");
    let at = host(seen.split([' ', '/', '(', ',']).next().unwrap_or_default()).filter(|_| own);
    let plain = name.bytes().all(|byte| byte.is_ascii_graphic() && !b"*@".contains(&byte));
    let star = if star { "*" } else { "" };
    let long = name.len() > usize::from(!star.is_empty());
    (plain && long).then(|| format!("{name}{star}{}", at.map(|it| format!("@{it}")).unwrap_or_default()))
}
