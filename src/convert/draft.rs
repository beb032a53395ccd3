//! Our configuration as it is put together from another one. Whatever is put in, what comes out is a good configuration:
//! the rules of `model::config` are kept here, and what breaks one becomes a remark.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Converted;
use super::html::without_tags;
use super::human_text::{HumanText, fitting, language_tagged};
use super::remark::{FUNCTION, Remark, UNKNOWN, excerpt};
use super::service_draft::{CookieDraft, ServiceDraft, id_like, put};
use crate::model::category::Category;
use crate::model::config::{CookieDomain, Days, Language, Layout, PolicyUrl, Position, Revision, Theme};
use crate::model::shape::{below, quoted};

/// As many as a configuration may have.
const MOST_SERVICES: usize = 1000;
const MOST_COOKIES: usize = 6000;

const OTHER_TEXT: &str = "another text stands in its place already, so this one is left out";

/// What there is so far.
#[derive(Default)]
pub(super) struct Draft {
    remarks: Vec<Remark>,
    revision: Option<String>,
    policy_url: Option<String>,
    languages: Vec<Language>,
    validity: Option<u64>,
    categories: Vec<(Category, HumanText)>,
    services: Vec<ServiceDraft>,
    layout: Option<Layout>,
    position: Option<Position>,
    theme: Option<Theme>,
    cookie_domain: Option<String>,
    /// The category of each cookie's name.
    cookies: HashMap<String, Category>,
    cookies_count: usize,
    /// Names of services that are not their ids, with the ids.
    renamed: Vec<(String, String)>,
}

/// Which of the draft's services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServiceAt(usize);

/// Which cookie of a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct CookieAt(usize, usize);

impl Draft {
    /// Tells something, once.
    pub fn remark(&mut self, path: &str, found: impl Into<String>, advice: impl Into<String>) {
        let path = if path.is_empty() { "document" } else { path };
        let remark = Remark { path: path.to_owned(), found: found.into(), advice: advice.into() };
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Tells of a value.
    pub fn remark_value(&mut self, path: &str, value: &Value, advice: &str) {
        self.remark(path, excerpt(value), advice);
    }

    /// The language of a tag, from now on one of the site's.
    pub fn language(&mut self, path: &str, tag: &str) -> Option<Language> {
        if tag == UNKNOWN || tag == FUNCTION {
            let advice = "the banner follows the page's language by itself; texts need the name of theirs";
            self.remark_value(path, &tag.into(), advice);
            return None;
        }
        let Some(language) = language_tagged(tag) else {
            let advice =
                "the banner has no texts in this language; its visitors read the site's first language";
            self.remark(path, quoted(tag), advice);
            return None;
        };
        if !self.languages.contains(&language) {
            self.languages.push(language);
        }
        Some(language)
    }

    /// The language of a key beside others, which may stand for every language.
    pub fn language_or_every(&mut self, path: &str, tag: &str) -> Option<Option<Language>> {
        if is_fallback(tag) { Some(None) } else { self.language(path, tag).map(Some) }
    }

    /// Adds to a text for visitors: a string, in `language` if one is named, or an object with one for each language. What was
    /// said before stands.
    pub fn add_text(
        &mut self,
        text: &mut HumanText,
        path: &str,
        value: Option<&Value>,
        language: Option<Language>,
    ) {
        match value {
            None => {}
            Some(Value::Object(by_language)) => {
                for (tag, value) in by_language {
                    let path = below(path, tag);
                    if let Some(language) = self.language_or_every(&path, tag) {
                        self.add_words(text, &path, value, language);
                    }
                }
            }
            Some(value) => self.add_words(text, path, value, language),
        }
    }

    fn add_words(&mut self, text: &mut HumanText, path: &str, value: &Value, language: Option<Language>) {
        if let Some(words) = self.words(path, value)
            && !text.add(language, words)
        {
            self.remark_value(path, value, OTHER_TEXT);
        }
    }

    /// One text, without HTML.
    fn words(&mut self, path: &str, value: &Value) -> Option<String> {
        let html = match value {
            Value::Null => return None,
            Value::String(html) => html,
            _ => {
                self.remark_value(path, value, "only a text can stand here");
                return None;
            }
        };
        if html == FUNCTION || html.contains(UNKNOWN) {
            self.remark(path, excerpt(&UNKNOWN.into()), "write this text by hand");
            return None;
        }
        let (words, was_cut) = fitting(&without_tags(html))?;
        if was_cut {
            self.remark(path, "more than 2000 characters", "the rest is left out; say it shorter");
        }
        Some(words)
    }

    /// The owner's version.
    pub fn set_revision(&mut self, path: &str, value: &Value) {
        let text = match value {
            Value::String(text) if text != FUNCTION && !text.contains(UNKNOWN) => text.as_str(),
            Value::Number(number) => &number.to_string(),
            _ => "",
        };
        match Revision::new(text) {
            Some(revision) => self.revision = Some(revision.as_str().to_owned()),
            None => self.remark_value(path, value, "name a revision of 1 to 64 characters without spaces"),
        }
    }

    /// How many days a decision stands.
    pub fn set_validity(&mut self, path: &str, value: &Value) {
        let Some(days) = value.as_f64() else {
            self.remark_value(path, value, "name a number of days as validity; 185 by default");
            return;
        };
        // Out of range it is the nearest number, NaN is 0.
        let clipped = (days as u64).clamp(1, Days::MOST);
        if clipped as f64 != days {
            let advice = format!("validity is 1 to {} days, so it is {clipped}", Days::MOST);
            self.remark(path, excerpt(value), advice);
        }
        self.validity = Some(clipped);
    }

    /// The domain of the manager's own cookie: that its choice holds on several hosts.
    pub fn set_cookie_domain(&mut self, path: &str, value: &Value) {
        let domain = value.as_str().unwrap_or_default().trim_start_matches('.').to_ascii_lowercase();
        match CookieDomain::new(&domain) {
            Some(domain) => self.cookie_domain = Some(domain.as_str().to_owned()),
            None if value.as_str() == Some("") => {}
            None => self.remark_value(
                path,
                value,
                "if one choice holds for several hosts, name their domain as cookie.domain, such as example.com",
            ),
        }
    }

    /// Where the policy is; the first address stands.
    pub fn set_policy_url(&mut self, path: &str, address: &str) {
        if address.contains(UNKNOWN) || PolicyUrl::new(address).is_none() {
            let advice = "policyUrl takes an http or https URL, or a path such as /privacy";
            self.remark_value(path, &address.into(), advice);
        } else if let Some(first) = &self.policy_url {
            if first != address {
                let advice = format!("policyUrl is one address, and it is {first}");
                self.remark(path, quoted(address), advice);
            }
        } else {
            self.policy_url = Some(address.to_owned());
        }
    }

    pub fn set_layout(&mut self, layout: Layout, position: Option<Position>) {
        self.layout = Some(layout);
        self.position = position.filter(|position| layout.positions().contains(position));
    }

    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = Some(theme);
    }

    /// A category that the site asks for; whether it is new.
    pub fn add_category(&mut self, category: Category) -> bool {
        let is_new = !self.categories.iter().any(|(known, _)| *known == category);
        if is_new {
            self.categories.push((category, HumanText::default()));
        }
        is_new
    }

    /// What the site uses a category for.
    pub fn describe_category(&mut self, path: &str, category: Category, description: HumanText) {
        if let Some((_, text)) = self.categories.iter_mut().find(|(known, _)| *known == category)
            && !text.complete_with(description)
        {
            self.remark(path, format!("another description of {category}"), OTHER_TEXT);
        }
    }

    /// A service with an id like this name. `ending` makes an id of a category's name.
    pub fn add_service(&mut self, name: &str, ending: &str, category: Category) -> Option<ServiceAt> {
        if self.services.len() == MOST_SERVICES {
            self.remark("services", "more than 1,000 services", "the rest is left out");
            return None;
        }
        let id = id_like(name, ending, |id| self.services.iter().any(|service| service.id == id));
        self.services.push(ServiceDraft::new(id, category));
        Some(ServiceAt(self.services.len() - 1))
    }

    /// One of the services.
    pub fn service(&mut self, at: ServiceAt) -> Option<&mut ServiceDraft> {
        self.services.get_mut(at.0)
    }

    /// Tells that a service's name in the other file is not its id here.
    pub fn tell_id(&mut self, at: ServiceAt, name: &str) {
        if let Some(id) = self.service(at).map(|service| service.id.clone()).filter(|id| id != name) {
            self.renamed.push((name.to_owned(), id));
        }
    }

    /// Names a service. Where it has no title visitors read its id, or what stands for the id in the other file.
    pub fn name_service(&mut self, path: &str, at: ServiceAt, mut title: HumanText, written_id: &str) {
        if title.is_empty() && self.service(at).is_some_and(|service| service.id != written_id) {
            self.add_words(&mut title, path, &written_id.into(), None);
        }
        if let Some(service) = self.service(at) {
            service.name = title;
        }
    }

    /// Puts a language first, if it is one of the site's.
    pub fn put_language_first(&mut self, tag: &str) {
        if let Some(at) = self.languages.iter().position(|language| language.as_str() == tag) {
            self.languages[..=at].rotate_right(1);
        }
    }

    /// The site's first language.
    pub fn first_language(&self) -> Option<Language> {
        self.languages.first().copied()
    }

    /// A cookie of a service, by a name that is a good pattern. Nothing where another category has it.
    pub fn add_cookie(&mut self, path: &str, at: ServiceAt, name: &str) -> Option<CookieAt> {
        let service = self.services.get(at.0)?;
        if let Some(known) = service.cookies.iter().position(|cookie| cookie.name == name) {
            return Some(CookieAt(at.0, known));
        }
        let category = service.category;
        if let Some(other) = self.cookies.get(name).copied().filter(|other| *other != category) {
            let advice = format!("a cookie has one category here, and an earlier service makes it {other}");
            self.remark(path, quoted(name), advice);
            return None;
        }
        if self.cookies_count == MOST_COOKIES {
            self.remark("services", "more than 6,000 cookies", "the rest is left out");
            return None;
        }
        self.cookies_count += 1;
        self.cookies.insert(name.to_owned(), category);
        let (purpose, duration) = (HumanText::default(), HumanText::default());
        let cookies = &mut self.services.get_mut(at.0)?.cookies;
        cookies.push(CookieDraft { name: name.to_owned(), purpose, duration });
        Some(CookieAt(at.0, cookies.len() - 1))
    }

    /// Says more of a cookie; what was said before stands.
    pub fn describe_cookie(&mut self, path: &str, at: CookieAt, purpose: HumanText, duration: HumanText) {
        let services = &mut self.services;
        if let Some(cookie) = services.get_mut(at.0).and_then(|service| service.cookies.get_mut(at.1))
            && !(cookie.purpose.complete_with(purpose) & cookie.duration.complete_with(duration))
        {
            let found = format!("another purpose or duration of {}", quoted(&cookie.name));
            self.remark(path, found, OTHER_TEXT);
        }
    }

    /// A list's items, each with its path.
    pub fn items<'a>(&mut self, path: &str, list: Option<&'a Value>) -> Vec<(String, &'a Value)> {
        match list {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)).collect()
            }
            Some(other) => {
                self.remark_value(path, other, "expected a list");
                Vec::new()
            }
        }
    }

    /// An object's entries.
    pub fn entries<'a>(&mut self, path: &str, object: Option<&'a Value>) -> Vec<(&'a str, &'a Value)> {
        match object {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(entries)) => {
                entries.iter().map(|(key, value)| (key.as_str(), value)).collect()
            }
            Some(other) => {
                self.remark_value(path, other, "expected an object");
                Vec::new()
            }
        }
    }

    /// The categories of its services.
    pub fn categories_in_use(&self) -> Vec<Category> {
        let used = |category: &Category| self.services.iter().any(|service| service.category == *category);
        Category::ALL.into_iter().filter(used).collect()
    }

    /// Everything, in the order of our schema.
    pub fn into_converted(mut self) -> Converted {
        self.remark_what_holds_for_all_services();
        let languages = &self.languages;
        let mut config = Map::new();
        put(&mut config, "revision", self.revision.map(Value::from));
        put(&mut config, "policyUrl", self.policy_url.map(Value::from));
        let tags: Vec<_> = languages.iter().map(|language| language.as_str()).collect();
        put(&mut config, "languages", (!tags.is_empty()).then(|| tags.into()));
        put(&mut config, "validity", self.validity.map(Value::from));
        let category = |(category, description): &(Category, HumanText)| match description.to_json(languages)
        {
            Some(description) => json!({ "id": category.name(), "description": description }),
            None => category.name().into(),
        };
        let categories: Vec<_> = self.categories.iter().map(category).collect();
        put(&mut config, "categories", (!categories.is_empty()).then(|| categories.into()));
        let services: Vec<_> = self.services.iter().map(|service| service.to_json(languages)).collect();
        put(&mut config, "services", (!services.is_empty()).then(|| services.into()));
        let mut banner = Map::new();
        put(&mut banner, "layout", self.layout.map(|layout| layout.name().into()));
        put(&mut banner, "position", self.position.map(|position| position.name().into()));
        put(&mut banner, "theme", self.theme.map(|theme| theme.name().into()));
        put(&mut config, "banner", (!banner.is_empty()).then(|| banner.into()));
        let domain = self.cookie_domain.map(|domain| json!({ "mirror": true, "domain": domain }));
        put(&mut config, "cookie", domain);
        Converted { config: config.into(), remarks: self.remarks }
    }

    fn remark_what_holds_for_all_services(&mut self) {
        if self.services.is_empty() {
            return;
        }
        let renamed: Vec<_> =
            self.renamed.iter().map(|(name, id)| format!("{id} for {}", quoted(name))).collect();
        if !renamed.is_empty() {
            let advice =
                format!("the ids are {}; pages and scripts that name them need these", renamed.join(", "));
            self.remark("services", "names that are no ids here", advice);
        }
        let advice = "hosts that the tables know are held by themselves, by category; name a service's hosts in \
                      services[].hosts, so that an answer for it alone holds and releases them";
        self.remark("services", "no service with its hosts", advice);
    }
}

/// Whether a key stands for the texts of every language: Klaro's names for that.
pub(super) fn is_fallback(tag: &str) -> bool {
    matches!(tag, "zz" | "fallback" | "default")
}
