//! How a configuration is written where that is not what it means: a string or an object, one or many, a key
//! that stands for another, a default that follows from another key. serde reads the rest by itself. Reports
//! no fault of the owner's: what comes here has been checked.

use serde::de::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::addresses::CookieDomain;
use super::values::{CookieKind, Language, LegalBasis};
use super::{Mirror, OwnTexts, Service, Text, Tracker};
use crate::model::category::Category;
use crate::model::checked_types::text_in_json;

/// The categories of a configuration that names none.
pub(super) fn every_category() -> Vec<(Category, Option<Text>)> {
    Category::ALL.into_iter().map(|category| (category, None)).collect()
}

/// The name of a category, which `consentry-policy` keeps without serde.
struct CategoryName(Category);

impl CategoryName {
    fn named(text: &str) -> Option<CategoryName> {
        Category::named(text).map(CategoryName)
    }

    fn as_str(&self) -> &'static str {
        self.0.name()
    }
}

text_in_json! { CategoryName::named }

pub(super) fn category<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Category, D::Error> {
    CategoryName::deserialize(deserializer).map(|name| name.0)
}

/// In the order in which they are written; all of them if none is named, and the necessary one always.
pub(super) fn categories<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(Category, Option<Text>)>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        Name(CategoryName),
        Described { id: CategoryName, description: Option<Text> },
    }
    let written = Vec::<Written>::deserialize(deserializer)?.into_iter();
    let mut listed: Vec<_> = written
        .map(|written| match written {
            Written::Name(name) => (name.0, None),
            Written::Described { id, description } => (id.0, description),
        })
        .collect();
    if !listed.iter().any(|(category, _)| *category == Category::Necessary) {
        listed.push((Category::Necessary, None));
    }
    Ok(listed)
}

/// Stands for the name of a service until [`services`] gives it its id.
pub(super) fn no_name() -> Text {
    Text::Same(String::new())
}

/// Services with the name and the legal basis that follow where the owner says none.
pub(super) fn services<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Service>, D::Error> {
    let mut services = Vec::<Service>::deserialize(deserializer)?;
    for service in &mut services {
        if service.name == no_name() {
            service.name = Text::Same(service.id.to_string());
        }
        let consent = (service.category != Category::Necessary).then_some(LegalBasis::Consent);
        service.legal_basis = service.legal_basis.or(consent);
    }
    Ok(services)
}

/// Cookies or storage keys, each a name or an object with more about it.
pub(super) fn trackers<'de, D: Deserializer<'de>, P: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<Tracker<P>>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written<P> {
        Name(P),
        Described { name: P, purpose: Option<Text>, duration: Option<Text>, kind: Option<CookieKind> },
    }
    let written = Vec::<Written<P>>::deserialize(deserializer)?.into_iter();
    let trackers = written.map(|written| match written {
        Written::Name(name) => Tracker { name, purpose: None, duration: None, kind: None },
        Written::Described { name, purpose, duration, kind } => Tracker { name, purpose, duration, kind },
    });
    Ok(trackers.collect())
}

/// A text alone, or a list of them.
pub(super) fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Text>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(Text),
        Many(Vec<Text>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::One(text) => vec![text],
        Written::Many(texts) => texts,
    })
}

/// The owner's wording: by language, then by the text's name.
pub(super) fn own_texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(Language, OwnTexts)>, D::Error> {
    let written = Map::<String, Value>::deserialize(deserializer)?;
    let texts = |(tag, texts): (&String, &Value)| {
        let texts = texts.as_object()?.iter();
        let texts = texts.filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())));
        Some((Language::named(tag)?, texts.collect()))
    };
    Ok(written.iter().filter_map(texts).collect())
}

/// The reason for a wall, if there is one.
pub(super) fn wall<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    #[derive(serde::Deserialize)]
    struct Wall {
        reason: Text,
    }
    Ok(Option::<Wall>::deserialize(deserializer)?.map(|wall| wall.reason))
}

/// The cookie that `cookie` asks for, if it does.
pub(super) fn mirror<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Mirror>, D::Error> {
    #[derive(serde::Deserialize)]
    struct Cookie {
        mirror: bool,
        domain: Option<CookieDomain>,
    }
    let cookie = Cookie::deserialize(deserializer)?;
    Ok(cookie.mirror.then_some(Mirror { domain: cookie.domain }))
}
