//! The Content-Security-Policy for a visitor's consent, from the rules by which the gate decides. Knows no
//! page, no request and no response.
//!
//! One directive, `default-src`, says which hosts a page may ask for anything: CSP Level 3 falls back to
//! it for scripts, styles, images, fonts, media, objects, manifests, frames, workers, prefetches and every
//! connection. That is the gate's own notion (a host may act or may not), and one list keeps the header
//! short. Inline code, `eval`, `data:` and `blob:` stay as free as they were: an owner who forbids them
//! does so in a policy of their own, and a browser enforces both. `'wasm-unsafe-eval'` is always there,
//! because without it the gate cannot start.
//!
//! The host that `consentry.js` itself comes from is not known here: where it is another than the page's, name
//! it in `gate.firstParty`. So are hosts of the site beside the one that a page is on.
//!
//! What is left out, and why:
//! - `form-action` and navigations: following a link or paying is the visitor's own act, and a redirect
//!   from a payment page to a bank must not end there. `default-src` does not speak of them.
//! - Frames are in: a hidden frame is how a refused tracker would come back, by a form or a link that
//!   targets it. What a frame shows inside is governed by its own policy, so a payment provider's frame may
//!   go on to a bank. Where a provider's script puts the bank's frame straight into the page, no list can
//!   name the banks: leave the policy off that page ([`crate::MarkLayer::without_policy`]).
//!
//! An allow-list cannot take away, and this one would rather let something pass that the gate and the
//! marked tags still hold than break what may act:
//! - a denied path on an allowed host (a service's `scripts`), and a denied host below an allowed one;
//! - where hosts that nobody described may act (everything granted, or `gate.unknown: "release"`), there is
//!   no list at all, though a service by itself may be denied.

use std::collections::HashSet;

use consentry::classify::rules::{Base, Rules};
use consentry::model::config::Config;
use consentry::model::receipt::Scope;
use consentry_policy::grants::Grants;
use consentry_policy::verdict::Verdict;

use crate::consent::Consent;

/// The header's value. Its length grows with the hosts that may act; with the built-in table and a
/// handful of services it is about a kilobyte.
///
/// With it, a grant takes effect with the next page: a browser never widens the policy of a page that it
/// shows. A withdrawal needs none, for the gate holds what the old policy would still let through.
pub fn policy(rules: &Rules, grants: &Grants) -> String {
    RuleHosts::new(rules).policy(rules, grants)
}

/// The header's value for a visitor who granted and denied these: categories and `service:<id>`, with commas between.
///
/// # Errors
/// In a sentence: a name is not in the configuration.
pub fn policy_by_names(
    config: &Config,
    rules: &Rules,
    granted: &str,
    denied: &str,
) -> Result<String, String> {
    let is_configured = |scope: &Scope| match scope {
        Scope::Category(category) => config.categories.iter().any(|(known, _)| known == category),
        Scope::Service(id) => config.service(id.as_str()).is_some(),
    };
    let scopes_of = |option: &str, names: &str| {
        let scopes = Consent::scopes(names).filter(|scopes| scopes.iter().all(is_configured));
        scopes.ok_or_else(|| {
            format!(
                "--{option}: found {names:?}, expected categories and service:<id> of the configuration, \
                 with commas between"
            )
        })
    };
    let consent = Consent { granted: scopes_of("granted", granted)?, denied: scopes_of("denied", denied)? };
    Ok(policy(rules, &consent.grants(rules)))
}

/// The hosts of a site's rules with their verdicts, looked up once and in order.
pub(crate) struct RuleHosts(Vec<(String, Verdict)>);

impl RuleHosts {
    pub fn new(rules: &Rules) -> RuleHosts {
        let page = Base::page("/");
        let verdict = |host: &str| rules.verdict(&format!("https://{host}/"), &page);
        let mut hosts: Vec<_> =
            rules.hosts().filter_map(|host| Some((host.to_owned(), verdict(host)?))).collect();
        hosts.sort_unstable_by(|(host, _), (other, _)| host.cmp(other));
        RuleHosts(hosts)
    }

    /// The header's value for these grants, by the same rules.
    pub fn policy(&self, rules: &Rules, grants: &Grants) -> String {
        let mut value =
            String::from("default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'");
        if rules.allow(Verdict::UNKNOWN, grants) {
            value.push_str(" * ws: wss:");
            return value;
        }
        let may_act = self.0.iter().filter(|(_, verdict)| rules.allow(*verdict, grants));
        let hosts: Vec<_> = may_act.map(|(host, _)| host.as_str()).collect();
        let listed: HashSet<_> = hosts.iter().copied().collect();
        for host in &hosts {
            let mut parents = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
            if !parents.any(|parent| listed.contains(parent)) {
                push_sources(&mut value, host);
            }
        }
        value
    }
}

/// Appends a host and all below it, on any port, as the rules mean it (CSP Level 3, 2.3.1 `host-source`).
/// Without a scheme it covers the page's and the safer one; a socket's has to be named.
fn push_sources(value: &mut String, host: &str) {
    // No grammar for an IPv6 address, and nothing lies below an IPv4 one.
    if host.starts_with('[') {
        return;
    }
    let has_hosts_below = host.parse::<std::net::Ipv4Addr>().is_err();
    for scheme in ["", "ws://"] {
        value.push_str(&format!(" {scheme}{host}:*"));
        if has_hosts_below {
            value.push_str(&format!(" {scheme}*.{host}:*"));
        }
    }
}
