//! Hosts from third-party-web: which of its companies' hosts say enough to have a category.

use std::collections::HashMap;

use consentry::classify::table::Kind;
use consentry::model::category::Category;
use serde_json::Value;

use super::{Candidate, text};
use crate::{Outcome, read};

const FOLDER: &str = "node_modules/third-party-web/dist";

/// The category of what third-party-web files under a word, where the word alone is enough.
fn category(word: &str) -> Option<Category> {
    match word {
        // Sells, fills or measures advertisements, or builds the profiles for them.
        "ad" => Some(Category::Advertising),
        // Measures what visitors do.
        "analytics" => Some(Category::Analytics),
        // Chats and help desks: something that the visitor turns to, and that is no condition of the page.
        "customer-success" => Some(Category::Functional),
        // A tag manager brings what others do, and each of those is judged by itself.
        // "social", "video": the same hosts serve a post or a film that the visitor came for, and a pixel.
        // "marketing": reviews and forms that a visitor uses, beside profiles and campaigns.
        // "content", "cdn", "hosting": whatever their customers put there.
        // "utility", "other": payment, maps, sign-in, error reports, tests against robots: no one purpose.
        // "consent-provider": other consent tools, which have no business beside this one.
        _ => None,
    }
}

/// Hosts below these belong to whoever rents them this year.
const RENTED: [&str; 9] = [
    "akamaihd.net",
    "amazonaws.com",
    "azureedge.net",
    "b-cdn.net",
    "cdn77.org",
    "cloudfront.net",
    "cloudfunctions.net",
    "edgesuite.net",
    "googleusercontent.com",
];

/// What a company's word in the registry gets wrong: the reason, and the hosts it is true of.
const LEFT_OUT: [(&str, &str); 10] = [
    (
        "a company of many trades: what the visitor came for, sign-in and advertisements from one domain",
        "apple.com bing.com ebay.com ebayimg.com force.com line.me line-scdn.net microsoft.com msecnd.net
         msn.com net.pl onet.pl quora.com s.yimg.jp salesforce.com snapchat.com wp.pl
         www.linkedin.com yahoo.com yahoo.net yahooapis.com yimg.com",
    ),
    (
        "reviews and seals that a visitor reads, beside what counts the reading",
        "avis-verifies.com bazaarvoice.com bbb.org ekomi.de feefo.com powerreviews.com reviews.co.uk
         reviews.io stamped.io trustpilot.com",
    ),
    ("sign-in, or a consent tool", "evidon.com gigya.com okta.com privacymanager.io"),
    (
        "a film's player, comments, a paywall, a search: what the visitor came for",
        "clerk.io jwpcdn.com jwplatform.com jwplayer.com jwpltx.com jwpsrv.com npttech.com tinypass.com
         viafoura.co",
    ),
    (
        "forms, surveys, newsletters and loyalty programmes that a visitor joins, beside campaigns",
        "app-us1.com appboycdn.com aweber.com backinstock.org ctctcdn.com flockler.com foursixty.com
         getresponse.com igodigital.com loyaltylion.com loyaltylion.net polldaddy.com qualtrics.com
         sail-horizon.com sail-personalize.com surveymonkey.com unbounce.com useinsider.com",
    ),
    (
        "called measurement there, and builds profiles for advertisements",
        "brandmetrics.com clearbitjs.com clearbitscripts.com ezoic.net fastclick.net insightexpressai.com
         marketo.net ntv.io quantcount.com reson8.com samplicio.us scarabresearch.com semasio.net thrtle.com
         treasuredata.com upsellit.com wdfl.co",
    ),
    (
        "called help for visitors there, and runs surveys and campaigns",
        "flipdesk.jp iperceptions.com webengage.co webengage.com",
    ),
    (
        "links into apps, addresses and device data: no tracker by itself",
        "app.link branch.io jsonip.com wurfl.io",
    ),
    ("nobody says what it measures, or for whom", "hexagon-analytics.com"),
    ("ended in 2023", "www.googleoptimize.com"),
];

fn left_out(host: &str) -> bool {
    let below = |of: &str| host.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'));
    RENTED.into_iter().any(below)
        || LEFT_OUT.iter().any(|(_, hosts)| hosts.split_whitespace().any(|it| it == host))
}

/// Every host with a category that was met at all, with its place among the hosts that pages contact.
pub fn candidates(ranks: &Ranks) -> Outcome<Vec<Candidate>> {
    let file = format!("{FOLDER}/entities.json");
    let entities: Vec<Value> =
        serde_json::from_str(&read(&file)?).map_err(|error| format!("{file}: {error}"))?;
    let mut found = Vec::new();
    for entity in &entities {
        let Some(category) = category(text(&entity["category"])) else { continue };
        for domain in entity["domains"].as_array().into_iter().flatten() {
            let host = text(domain).trim_start_matches("*.");
            let Some(rank) = ranks.of(host).filter(|_| is_name(host) && !left_out(host)) else { continue };
            let (pattern, vendor) = (host.to_owned(), text(&entity["name"]).trim().to_owned());
            found.push(Candidate { category, kind: Kind::Host, pattern, vendor, rank });
        }
    }
    Ok(found)
}

/// Not an address, and nothing that a script could not hold as it is.
fn is_name(host: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    host.bytes().all(plain)
        && host.rsplit('.').next().is_some_and(|it| it.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// How often hosts are met: third-party-web lists those of the HTTP Archive's pages, the most met first.
pub struct Ranks(HashMap<String, usize>);

impl Ranks {
    pub fn read() -> Outcome<Ranks> {
        let mut ranks = HashMap::new();
        for (rank, line) in read(&format!("{FOLDER}/domain-map.csv"))?.lines().enumerate() {
            let mut host = line.split(',').next().unwrap_or_default();
            // A host speaks for those above it.
            loop {
                ranks.entry(host.to_owned()).or_insert(rank);
                match host.split_once('.') {
                    Some((_, above)) => host = above,
                    None => break,
                }
            }
        }
        Ok(Ranks(ranks))
    }

    /// The place of the most met host at or below this one.
    pub fn of(&self, host: &str) -> Option<usize> {
        self.0.get(host).copied()
    }
}
