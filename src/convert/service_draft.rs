//! A service as it is put together, and the ids that it may have.

use serde_json::{Map, Value};

use super::human_text::HumanText;
use crate::model::category::Category;
use crate::model::config::{Language, ServiceId};

/// What there is of one service.
#[derive(Clone, Debug)]
pub(super) struct ServiceDraft {
    pub id: String,
    pub name: HumanText,
    pub category: Category,
    pub purpose: HumanText,
    pub cookies: Vec<CookieDraft>,
    /// Whether it is asked for by itself.
    pub is_separate: bool,
}

/// What there is of one cookie.
#[derive(Clone, Debug)]
pub(super) struct CookieDraft {
    pub name: String,
    pub purpose: HumanText,
    pub duration: HumanText,
}

impl ServiceDraft {
    /// A service of which no more is known.
    pub fn new(id: String, category: Category) -> ServiceDraft {
        let (name, purpose) = (HumanText::default(), HumanText::default());
        ServiceDraft { id, name, category, purpose, cookies: Vec::new(), is_separate: false }
    }

    /// As our configuration writes it.
    pub fn to_json(&self, languages: &[Language]) -> Value {
        let mut service = Map::new();
        service.insert("id".into(), self.id.as_str().into());
        put(&mut service, "name", self.name.to_json(languages));
        service.insert("category".into(), self.category.name().into());
        put(&mut service, "purpose", self.purpose.to_json(languages));
        let cookies: Vec<_> = self.cookies.iter().map(|cookie| cookie.to_json(languages)).collect();
        put(&mut service, "cookies", (!cookies.is_empty()).then(|| cookies.into()));
        put(&mut service, "separate", self.is_separate.then(|| true.into()));
        service.into()
    }
}

impl CookieDraft {
    fn to_json(&self, languages: &[Language]) -> Value {
        let mut cookie = Map::new();
        put(&mut cookie, "purpose", self.purpose.to_json(languages));
        put(&mut cookie, "duration", self.duration.to_json(languages));
        if cookie.is_empty() {
            return self.name.as_str().into();
        }
        cookie.shift_insert(0, "name".into(), self.name.as_str().into());
        cookie.into()
    }
}

/// Inserts what there is.
pub(super) fn put(object: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value);
    }
}

/// An id like this name that none of `taken` has. A category's name is none: then `ending` follows it.
pub(super) fn id_like(name: &str, ending: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut id = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' | '_' if !(id.is_empty() && character == '_') => id.push(character),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.truncate(50);
    let mut id = id.trim_end_matches('-').to_owned();
    if id.is_empty() {
        id = "service".to_owned();
    }
    if ServiceId::new(&id).is_none() {
        id.push_str(ending);
    }
    let first = id.clone();
    let mut number = 2;
    while taken(&id) {
        id = format!("{first}-{number}");
        number += 1;
    }
    id
}
