//! Names from the Open Cookie Database: which of its trackers' cookies and keys nobody but the vendor could
//! have chosen. A page's own cookie is held only because a table names it, so that a name a shop might have
//! thought of itself must never come from here.

use std::collections::{BTreeMap, BTreeSet};

use consentry::classify::table::Kind;
use consentry::model::category::Category;
use serde_json::{Map, Value};

use super::hosts::Ranks;
use super::{Candidate, text};
use crate::{Outcome, read};

const FILE: &str = "node_modules/@slashgear/gdpr-cookie-scanner/dist/data/open-cookie-database.json";

/// Words that a site's own names are made of. What is left of a name without them is the vendor's.
const COMMON: &str = "
    abandoned accept account action active activity admin age agent alert all analytics anonymous api app
    apply area array auth banner basket bar browser cache call campaign cart category channel chat check
    checkout city click client close code compare config confirm consent content context cookie cookies
    count country coupon csrf currency current custom customer dark data date debug default demo desktop
    detail device disable dismissed display domain edit email enable enabled end entry error event exit
    expire external favorite feature filter first flag flash flow font form frame from geo global google
    group guest guid hash header help hidden hide history home host html ids idx image index info init
    install invite ip is item items jwt key keys landing lang language last layout level like link list load
    local locale location log logged login logout main mark member menu message meta migrations mobile mode
    modal name nav new news newsletter nonce notice number offer old opt optin optout option order origin
    orig out page pages param partner password pat path payment person phone pixel place platform player
    plan play policy popup post pref preferences prefs preview price priority product profile promo public
    push query queue rand random read recent redirect ref referer referral referrer refresh region remember
    request return returning root route routing save scroll search secret section secure seen segment
    selected server session set settings shop show side sign signup site sort source stage start state
    status step store style sub submit sync system tab tag target temp test text theme time timestamp
    timezone title tmp token total tracing track tracked tracker tracking traffic trial type uid unique
    update url use user username users utm uuid valid value variant version video view viewed views visit
    visited visitor visitors visits web welcome widget window wish wishlist year zip zone
";

/// Words of a choice: an opt-out that is erased with the trackers would turn them on again.
const CHOICE: [&str; 8] = ["consent", "disabled", "ignore", "optin", "opt", "optout", "privacy", "tcdata"];

/// What the rules let through and should not have: the reason, and the patterns it is true of.
const LEFT_OUT: [(&str, &str); 7] = [
    ("what visitors set for themselves is stored under it too", "mtm_* plausible_* umami.*"),
    (
        "a login's, not a tracker's",
        "_gig_* _gig_email _gig_llp _gig_llu _gig_shareUI_lastUID _gigRefUid_* cognito.organization
         cognito.services.a matomo_sessid",
    ),
    ("a beginning that others use too: staging, dates", "dtm_* stg_*"),
    ("a chat's: functional at most", "SnapABugHistory SnapABugRef _zdshared_user_session_analytics"),
    ("a host in the wrong column", "betweendigital.com"),
    ("only the vendor's own host sets it, which the column forgets", "TapAd_3WAY_SYNCS"),
    ("measurement, called marketing there", "_crazyegg"),
];

/// Every name that is distinctive, with its vendor's place among the hosts that pages contact.
pub fn candidates(ranks: &Ranks) -> Outcome<Vec<Candidate>> {
    let database: Map<String, Value> =
        serde_json::from_str(&read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let common: BTreeSet<&str> = COMMON.split_whitespace().collect();
    let harmless: Vec<&str> = database
        .values()
        .flat_map(entries)
        .filter(|entry| category(entry).is_none())
        .map(|entry| text(&entry["cookie"]).trim())
        .collect();
    let mut found = Vec::new();
    for (name, platform) in &database {
        let Some(rank) = entries(platform).flat_map(domains).filter_map(|it| ranks.of(&it)).min() else {
            continue;
        };
        let vendor = Vendor { words: words(name), common: &common };
        let trackers: BTreeMap<String, Category> = entries(platform)
            .filter(|entry| is_in_sight(entry))
            .filter_map(|entry| Some((pattern(entry)?, category(entry)?)))
            .collect();
        for (pattern, category) in vendor.shortened(&trackers, &harmless) {
            let left_out = LEFT_OUT.iter().any(|(_, all)| all.split_whitespace().any(|it| it == pattern));
            if !left_out && !is_choice(&pattern) {
                let vendor = name.trim().to_owned();
                found.push(Candidate { category, kind: Kind::Name, pattern, vendor, rank });
            }
        }
    }
    Ok(found)
}

fn entries(platform: &Value) -> impl Iterator<Item = &Value> {
    platform.as_array().into_iter().flatten()
}

/// The tracker's category of an entry; "Functional" means technical there, and says nothing.
fn category(entry: &Value) -> Option<Category> {
    match text(&entry["category"]) {
        "Analytics" => Some(Category::Analytics),
        "Marketing" => Some(Category::Advertising),
        _ => None,
    }
}

/// An entry's name, with a `*` at its end where it is the beginning of names; none where it is written in
/// a way of its own.
fn pattern(entry: &Value) -> Option<String> {
    let name = text(&entry["cookie"]).trim();
    let (name, star) = match name.strip_suffix('*') {
        Some(start) => (start, true),
        None => (name, text(&entry["wildcardMatch"]) == "1"),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    (!name.is_empty() && name.bytes().all(plain)).then(|| format!("{name}{}", if star { "*" } else { "" }))
}

/// Whether a page can see it at all: not what the vendor's own host sets for itself.
fn is_in_sight(entry: &Value) -> bool {
    let seen = text(&entry["domain"]);
    !seen.contains('.') || seen.contains("1st party")
}

fn is_choice(name: &str) -> bool {
    words(name).iter().any(|word| CHOICE.contains(&word.as_str()))
}

/// The hosts that an entry tells of: where its cookie was seen, and where its vendor explains itself.
fn domains(entry: &Value) -> impl Iterator<Item = String> {
    let seen = text(&entry["domain"]).split([' ', '/', '(', ')']).filter(|it| it.contains('.'));
    let link = text(&entry["privacyLink"]).split('/').nth(2).map(|host| {
        let labels: Vec<_> = host.split('.').collect();
        let from = labels.len().saturating_sub(2);
        labels.get(from..).unwrap_or(&labels).join(".")
    });
    seen.map(|it| it.trim_matches('.').to_ascii_lowercase()).chain(link)
}

/// The words of a name in lower case: split at what is no letter, and before a capital after a small one.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if !letter.is_ascii_alphabetic() || letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_ascii_alphabetic(), words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Letters that two people do not choose by chance.
const RARE: usize = 3;
/// Letters of a vendor's name that make a beginning its own.
const OWN: usize = 4;
/// Names of one vendor that must share a beginning before all that begins so is its.
const FAMILY: usize = 3;

struct Vendor<'a> {
    words: Vec<String>,
    common: &'a BTreeSet<&'a str>,
}

impl Vendor<'_> {
    fn is_rare(&self, name: &str) -> bool {
        words(name).iter().any(|word| word.len() >= RARE && !self.common.contains(word.as_str()))
    }

    /// How much of a name is the vendor's own word, from the beginning on.
    fn own(&self, name: &str) -> Option<usize> {
        let from = name.len() - name.trim_start_matches('_').len();
        let core = name.get(from..)?.to_ascii_lowercase();
        let own = |word: &&String| word.len() >= OWN && !self.common.contains(word.as_str());
        let word = self.words.iter().filter(own).find(|word| core.starts_with(word.as_str()))?;
        Some(from + word.len())
    }

    /// Whether nobody else would call it so: it begins with the vendor's word, or with the underscore that
    /// third parties put before what they write into a page's own domain, and says something rare. Two
    /// underscores with `Secure-` or `Host-` are the browser's.
    fn is_distinctive(&self, name: &str) -> bool {
        let theirs = name.starts_with('_') && !name.starts_with("__Secure-") && !name.starts_with("__Host-");
        self.own(name).is_some() || theirs && self.is_rare(name)
    }

    /// The distinctive names, those of a family as the beginning that they share.
    fn shortened(
        &self,
        trackers: &BTreeMap<String, Category>,
        harmless: &[&str],
    ) -> BTreeMap<String, Category> {
        let mut patterns = BTreeMap::new();
        for (name, category) in trackers {
            match self.family(name, trackers, harmless) {
                Some(start) => drop(patterns.entry(format!("{start}*")).or_insert(*category)),
                None if self.is_distinctive(name.trim_end_matches('*')) => {
                    patterns.insert(name.clone(), *category);
                }
                None => {}
            }
        }
        patterns
    }

    /// The shortest beginning that this name shares with enough others, with no name that does no harm, and
    /// that could be nobody else's.
    fn family<'n>(
        &self,
        name: &'n str,
        trackers: &BTreeMap<String, Category>,
        harmless: &[&str],
    ) -> Option<&'n str> {
        let separated = name.match_indices(['_', '-', '.']).map(|(at, _)| at + 1);
        let mut ends: Vec<_> = separated.chain(self.own(name)).collect();
        ends.sort_unstable();
        ends.into_iter().filter_map(|end| name.get(..end)).find(|start| {
            let shared = trackers.keys().filter(|other| other.starts_with(start)).count();
            let own = self.own(start).is_some() || self.is_rare(start);
            own && shared >= FAMILY && !harmless.iter().any(|other| other.starts_with(start))
        })
    }
}
