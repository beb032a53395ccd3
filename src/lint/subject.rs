//! What is judged: a configuration, and with it pages or a visit where there are any.

use super::finding::{Finding, Place};
use super::page::Page;
use super::visit::Visit;
use crate::model::category::Category;
use crate::model::config::{Config, Service};

/// A site as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// With what was declared in `/admin`, if that is to be judged too.
    pub config: &'a Config,
    /// How many of its services its own file has; those after them were declared in `/admin`.
    pub own_services: usize,
    /// Its pages, if they were read.
    pub pages: Option<&'a [Page]>,
    /// What a browser saw of it, if one looked.
    pub visit: Option<&'a Visit>,
}

/// How the paths of services begin that were declared in `/admin`.
const DECLARED_LATER: &str = "declared.services[";

impl<'a> Subject<'a> {
    /// A configuration alone, all of it from its own file.
    pub fn of(config: &'a Config) -> Subject<'a> {
        Subject { config, own_services: config.services.len(), pages: None, visit: None }
    }

    /// Its services, each with its path.
    pub(super) fn services(&self) -> impl Iterator<Item = (String, &'a Service)> {
        let own = self.own_services;
        self.config.services.iter().enumerate().map(move |(at, service)| match at.checked_sub(own) {
            None => (format!("services[{at}]"), service),
            Some(at) => (format!("{DECLARED_LATER}{at}]"), service),
        })
    }

    /// Its services that need no consent, each with its path.
    pub(super) fn necessary_services(&self) -> impl Iterator<Item = (String, &'a Service)> {
        self.services().filter(|(_, service)| service.category == Category::Necessary)
    }

    /// Its pages, or none.
    pub(super) fn pages(&self) -> &'a [Page] {
        self.pages.unwrap_or_default()
    }

    /// Whether a finding is on a service that was declared in `/admin`: one click does that, and completing it
    /// comes later.
    pub(super) fn is_declared_later(&self, finding: &Finding) -> bool {
        matches!(&finding.place, Place::Key(path) if path.starts_with(DECLARED_LATER))
    }
}
