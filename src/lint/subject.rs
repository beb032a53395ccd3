//! What is judged: a configuration, and with it pages or a visit where there are any.

use super::finding::{Finding, Place};
use super::page::{Contact, Page};
use super::visit::{SeenBanner, Visit};
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

    /// What a mark in a page stands for: the category, and the number of the service from 1, or 0. Nothing where it is
    /// none of the site's.
    pub(super) fn of_mark(&self, mark: &str) -> Option<(Category, u32)> {
        let Some(id) = mark.strip_prefix("service:") else {
            let mut categories = self.config.categories.iter().map(|(category, _)| *category);
            return Some((categories.find(|category| category.name() == mark)?, 0));
        };
        let mut numbered = (1..).zip(&self.config.services);
        let (number, service) = numbered.find(|(_, service)| service.id.as_str() == id)?;
        Some((service.category, number))
    }

    /// The service of a number from 1, and nothing for 0.
    pub(super) fn service(&self, number: u32) -> Option<&'a Service> {
        self.config.services.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The site's language for a language tag as pages and browsers write it: with its region and script, or else
    /// without.
    pub(super) fn language_of(&self, tag: &str) -> Option<&'static str> {
        let tag = tag.to_ascii_lowercase();
        // Norwegian without more is read as bokmål.
        let tag = match tag.strip_prefix("no") {
            Some(rest) if rest.is_empty() || rest.starts_with('-') => format!("nb{rest}"),
            _ => tag,
        };
        let languages = self.config.languages.iter().map(|language| language.as_str());
        let above = std::iter::successors(Some(tag.as_str()), |tag| Some(tag.rsplit_once('-')?.0));
        above.into_iter().find_map(|tag| languages.clone().find(|known| known.eq_ignore_ascii_case(tag)))
    }

    /// The visit with the banner that was seen on it, if one was.
    pub(super) fn seen_banner(&self) -> Option<(&'a Visit, &'a SeenBanner)> {
        let visit = self.visit?;
        Some((visit, visit.banner.as_ref()?))
    }

    /// Whom its pages contact, and who was asked on the visit.
    pub(super) fn contacts(&self) -> impl Iterator<Item = &'a Contact> {
        let of_pages = self.pages().iter().flat_map(|page| &page.tags).flat_map(|tag| &tag.contacts);
        of_pages.chain(self.visit.into_iter().flat_map(|visit| &visit.contacts))
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
