//! The declaration: every cookie, key and call of the site's services as the site describes them, and what its tables know of
//! further names that it was seen to use. Nothing is invented: what nobody says is said to be so.

use super::site::{Detail, Service, Wording, in_language};
use super::{Source, Texts};
use crate::model::category::Category;

/// One cookie, key or call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub name: String,
    pub kind: String,
    pub purpose: String,
    pub set_by: String,
    pub duration: String,
    pub recipients: String,
}

/// What is declared of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredCategory {
    pub category: Category,
    pub title: String,
    /// What the category is for.
    pub text: String,
    pub rows: Vec<Declared>,
}

/// A cookie or a key that the site was seen to use and does not declare, as the tables know it.
#[derive(Clone, Debug, Default)]
pub struct SeenName {
    pub name: String,
    /// `cookie` or `storage`.
    pub kind: String,
    pub category: String,
    /// Empty where no table says.
    pub vendor: String,
}

impl SeenName {
    /// From its name, kind, category and vendor.
    pub fn new(texts: &[String]) -> Option<SeenName> {
        let [name, kind, category, vendor] = texts else { return None };
        let [name, kind, category, vendor] = [name, kind, category, vendor].map(String::clone);
        Some(SeenName { name, kind, category, vendor })
    }
}

impl Declared {
    /// The names of the columns' labels.
    pub const COLUMNS: [&'static str; 6] = ["name", "kind", "purpose", "setBy", "duration", "recipients"];

    /// The labels of the ways to delete cookies in the browsers that most visitors have.
    pub const WAYS_TO_DELETE: [&'static str; 4] =
        ["deleteChrome", "deleteFirefox", "deleteSafari", "deleteEdge"];

    /// The cells, in the order of the columns.
    pub fn cells(&self) -> [&str; 6] {
        let Declared { name, kind, purpose, set_by, duration, recipients } = self;
        [name, kind, purpose, set_by, duration, recipients]
    }
}

impl Source {
    /// The declaration: a part for each category of which there is something to say.
    pub fn declaration(&self, seen: &[SeenName]) -> Vec<DeclaredCategory> {
        let categories = Category::ALL.into_iter().filter(|category| self.site.uses(*category));
        let parts = categories.map(|category| {
            let own = self.site.description(category).and_then(|text| text.in_language(&self.language));
            let general = format!("{category}Text");
            DeclaredCategory {
                category,
                title: self.texts.label(category.name()).to_owned(),
                text: own.unwrap_or_else(|| self.texts.label(&general)).to_owned(),
                rows: [self.declared(category), self.seen(category, seen)].concat(),
            }
        });
        parts.filter(|part| !part.rows.is_empty()).collect()
    }

    /// What the site declares of a category.
    pub fn declared(&self, category: Category) -> Vec<Declared> {
        let mut rows = Vec::new();
        for service in self.site.services(category) {
            for cookie in &service.cookies.0 {
                let kind = match cookie {
                    Detail::Described { kind, .. } if kind == "session" => "sessionCookie",
                    Detail::Described { kind, .. } if kind == "persistent" => "persistentCookie",
                    _ => "cookies",
                };
                rows.push(self.row(service, cookie, kind));
            }
            rows.extend(service.storage.0.iter().map(|key| self.row(service, key, "localStorage")));
            let called = service.hosts.0.iter().chain(&service.scripts.0);
            rows.extend(called.map(|call| self.row(service, call, "call")));
        }
        rows
    }

    fn row(&self, service: &Service, detail: &Detail, kind: &str) -> Declared {
        let language = self.language.as_str();
        let text = |wording: Option<&Wording>| in_language(wording, language).to_owned();
        let (name, purpose, duration) = match detail {
            Detail::Described { name, purpose, duration, .. } => {
                (name.clone(), text(purpose.as_ref()), text(duration.as_ref()))
            }
            Detail::Wording(wording) => (text(Some(wording)), String::new(), String::new()),
        };
        let of_service = |own: String, general: &Option<Wording>| match own.as_str() {
            "" => text(general.as_ref()),
            _ => own,
        };
        let recipients = service.recipients.in_language(language).join(", ");
        // A script that is a path is the site's own.
        let mut scripts = service.scripts.in_language(language).into_iter();
        let asks_others = !service.hosts.0.is_empty() || scripts.any(|script| !script.starts_with('/'));
        let set_by = if asks_others { service.name_in(language) } else { self.texts.label("thisSite") };
        Declared {
            name,
            kind: self.texts.label(kind).to_owned(),
            purpose: self.stated(of_service(purpose, &service.purpose)),
            set_by: set_by.to_owned(),
            duration: self.stated(if kind == "call" { text(service.retention.as_ref()) } else { duration }),
            recipients: self.stated(recipients),
        }
    }

    /// What the tables know of the names of a category that the site was seen to use.
    pub fn seen(&self, category: Category, names: &[SeenName]) -> Vec<Declared> {
        let of_category = names.iter().filter(|seen| seen.category == category.name());
        of_category
            .map(|seen| Declared {
                name: seen.name.clone(),
                kind: self
                    .texts
                    .label(if seen.kind == "cookie" { "cookies" } else { "localStorage" })
                    .to_owned(),
                purpose: self.texts.label(category.name()).to_owned(),
                set_by: self.stated(seen.vendor.clone()),
                duration: self.stated(String::new()),
                recipients: self.stated(seen.vendor.clone()),
            })
            .collect()
    }

    fn stated(&self, text: String) -> String {
        if text.is_empty() { Texts::label(&self.texts, "notStated").to_owned() } else { text }
    }
}
