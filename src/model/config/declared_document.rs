//! What an owner declared in `/admin`: services in a document of their own beside the configuration. The one
//! place where the two come together, for whoever reads them.

use serde::Deserialize;

use super::contradictions::{self, MOST_PATTERNS, MOST_SERVICES};
use super::patterns::{HostPattern, matches};
use super::{Config, Service, keys, shorthands};
use crate::model::category::Category;
use crate::model::shape::{Fault, Node, check, typed};

/// The document.
#[derive(Deserialize)]
struct Declared {
    #[serde(default, deserialize_with = "shorthands::services")]
    services: Vec<Service>,
}

impl Config {
    /// This configuration with the declared services after its own. What it says itself wins: a host, cookie,
    /// key or script that it speaks of, and a service with an id of its own, is dropped from the declared.
    ///
    /// # Errors
    /// At least one fault of the declared document.
    pub fn with_declared(&self, json: &str) -> Result<Config, Vec<Fault>> {
        let node = Node::parse(json).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        check(&keys::DECLARED, "", &node, &mut faults);
        contradictions::find(&node, &mut faults);
        self.categories_in_use(&node, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let declared: Declared = typed(&node, "")?;
        let mut config = self.clone();
        config
            .services
            .extend(declared.services.into_iter().filter_map(|service| self.not_configured(service)));
        let patterns = config.services.iter().map(patterns).sum::<usize>()
            + config.gate.first_party.len()
            + config.gate.exempt.len();
        for (found, most, what) in [
            (config.services.len(), MOST_SERVICES, "services"),
            (patterns, MOST_PATTERNS, "hosts, scripts, cookies and storage keys"),
        ] {
            if found > most {
                let expected = format!("at most {most} {what} together with the site's configuration");
                faults.push(Fault::new("services", "bad-value", found.to_string(), expected));
            }
        }
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    fn categories_in_use(&self, declared: &Node, faults: &mut Vec<Fault>) {
        let names: Vec<_> = self.categories.iter().map(|(category, _)| category.name()).collect();
        for (at, service) in declared.get("services").map_or(&[][..], Node::items).iter().enumerate() {
            let Some(found) = service.get("category").and_then(Node::text) else { continue };
            if Category::named(found).is_some() && !names.contains(&found) {
                let expected = format!("one of this site's categories: {}", names.join(", "));
                let path = format!("services[{at}].category");
                faults.push(Fault::new(path, "contradiction", format!("\"{found}\""), expected));
            }
        }
    }

    /// What of a declared service this configuration does not speak of; nothing if that is nothing.
    fn not_configured(&self, mut service: Service) -> Option<Service> {
        if self.service(service.id.as_str()).is_some() {
            return None;
        }
        let before = patterns(&service);
        let configured = &self.services;
        let covers = |known: &HostPattern, host: &HostPattern| known.covers(host);
        service.hosts.retain(|host| {
            let gate = self.gate.exempt.iter().chain(&self.gate.first_party);
            !gate.chain(configured.iter().flat_map(|it| &it.hosts)).any(|known| covers(known, host))
        });
        service.scripts.retain(|script| !configured.iter().any(|it| it.scripts.contains(script)));
        service.cookies.retain(|cookie| {
            let known = configured.iter().flat_map(|it| &it.cookies).map(|known| known.name.as_str());
            !known.into_iter().any(|known| matches(known, cookie.name.as_str()))
        });
        service.storage.retain(|key| {
            let known = configured.iter().flat_map(|it| &it.storage).map(|known| known.name.as_str());
            !known.into_iter().any(|known| matches(known, key.name.as_str()))
        });
        (before == 0 || patterns(&service) > 0).then_some(service)
    }
}

/// How many rules of the gate a service makes.
fn patterns(service: &Service) -> usize {
    service.hosts.len() + service.scripts.len() + service.cookies.len() + service.storage.len()
}
