//! Hosts from third-party-web: companies with a word for their trade.

use consentry_classify::lines::{Kind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};
use serde_json::Value;

use super::{Lines, host, is, rented, text, vendor};
use crate::{Outcome, read};

const FILE: &str = "node_modules/third-party-web/dist/entities.json";

/// What a word says of the company's hosts.
fn says(word: &str) -> Says {
    match word {
        // Sells, fills or measures advertisements, or builds the profiles for them; buttons of networks that live
        // from advertisements; campaigns.
        "ad" | "social" | "marketing" => is(Advertising),
        // Measures what visitors do. A tag manager is there to start what measures.
        "analytics" | "tag-manager" => is(Analytics),
        // Chats, help desks, players: something that the visitor turns to.
        "customer-success" | "video" => is(Functional),
        // Code and files without an identity of their own; asking for consent.
        "cdn" | "consent-provider" => is(Necessary),
        // "utility", "other": payment, maps, sign-in, error reports, tests against robots.
        // "content", "hosting": whatever their customers put there.
        _ => Says::Mixed,
    }
}

pub fn lines() -> Outcome<Lines> {
    let entities: Vec<Value> =
        serde_json::from_str(&read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let mut lines = Lines::new();
    for entity in &entities {
        let says = says(text(&entity["category"]));
        for domain in entity["domains"].as_array().into_iter().flatten() {
            if let Some(host) = host(text(domain)).filter(|host| says != Says::Mixed && !rented(host)) {
                lines.entry((Kind::Host, host)).or_insert((says, vendor(text(&entity["name"]))));
            }
        }
    }
    Ok(lines)
}
