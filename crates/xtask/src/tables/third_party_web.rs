//! Hosts from third-party-web: companies with a word for their trade.

use consentry_classify::lines::{PatternKind, Says};
use consentry_policy::category::Category::{Advertising, Analytics, Functional, Necessary};
use serde::Deserialize;

use super::entries::{Lines, host_name, is_rented, vendor_name};
use crate::workspace::{Outcome, read};

const FILE: &str = "node_modules/third-party-web/dist/entities.json";

/// A company in the package's file.
#[derive(Deserialize)]
struct Entity {
    name: String,
    /// A word for its trade.
    category: String,
    domains: Vec<String>,
}

/// What a word says of the company's hosts.
fn says(word: &str) -> Says {
    match word {
        // Sells, fills or measures advertisements, or builds the profiles for them; buttons of networks that
        // live from advertisements; campaigns.
        "ad" | "social" | "marketing" => Says::Category(Advertising),
        // Measures what visitors do. A tag manager is there to start what measures.
        "analytics" | "tag-manager" => Says::Category(Analytics),
        // Chats, help desks, players: something that the visitor turns to.
        "customer-success" | "video" => Says::Category(Functional),
        // Code and files without an identity of their own; asking for consent.
        "cdn" | "consent-provider" => Says::Category(Necessary),
        // "utility", "other": payment, maps, sign-in, error reports, tests against robots.
        // "content", "hosting": whatever their customers put there.
        _ => Says::Mixed,
    }
}

pub fn read_lines() -> Outcome<Lines> {
    let entities: Vec<Entity> =
        serde_json::from_str(&read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let mut lines = Lines::new();
    for entity in &entities {
        let says = says(&entity.category);
        for domain in &entity.domains {
            if let Some(host) = host_name(domain).filter(|host| says != Says::Mixed && !is_rented(host)) {
                lines.entry((PatternKind::Host, host)).or_insert((says, vendor_name(&entity.name)));
            }
        }
    }
    Ok(lines)
}
