//! What a site says of itself and its services, as a visitor reads it: either in one language, as
//! `Config::site_json` gives it, or the configuration as it stands in a page, with its wording in several.
//! Checks nothing: see [`super::tolerant`].

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::tolerant::{self, NamedTexts, TextOr};
use super::{Texts, join};
use crate::model::category::Category;
use crate::model::config::LANGUAGES;

/// The descriptions of a site. Every member may be absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Site {
    #[serde(deserialize_with = "tolerant::value")]
    pub policy_url: Option<String>,
    #[serde(deserialize_with = "tolerant::value")]
    pub controller: Controller,
    /// Those that the site asks for; none named means all.
    #[serde(deserialize_with = "tolerant::list")]
    pub categories: Vec<ListedCategory>,
    #[serde(deserialize_with = "tolerant::list")]
    pub services: Vec<Service>,
    /// What is new since earlier revisions, the oldest first.
    #[serde(deserialize_with = "tolerant::list")]
    pub changes: Vec<Change>,
}

/// What is new in a revision.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Change {
    #[serde(deserialize_with = "tolerant::value")]
    pub revision: String,
    #[serde(deserialize_with = "tolerant::value")]
    pub previous: String,
    #[serde(deserialize_with = "tolerant::value")]
    pub summary: Option<Wording>,
}

/// Who is responsible (GDPR article 13(1)(a) and (b), 13(2)(d)).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Controller {
    #[serde(deserialize_with = "tolerant::value")]
    pub name: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub address: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub contact: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub dpo: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub authority: Option<Wording>,
}

/// A category that the site asks for, by name alone or with the site's own description.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "TextOr<Wording>")]
pub struct ListedCategory {
    name: String,
    description: Option<Wording>,
}

/// A declared service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Service {
    #[serde(deserialize_with = "tolerant::value")]
    pub id: String,
    #[serde(deserialize_with = "tolerant::value")]
    pub name: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub category: String,
    #[serde(deserialize_with = "tolerant::value")]
    pub legal_basis: String,
    #[serde(deserialize_with = "tolerant::value")]
    pub purpose: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub recipients: Details,
    #[serde(deserialize_with = "tolerant::value")]
    pub retention: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub transfers: Option<Wording>,
    #[serde(deserialize_with = "tolerant::value")]
    pub hosts: Details,
    #[serde(deserialize_with = "tolerant::value")]
    pub scripts: Details,
    #[serde(deserialize_with = "tolerant::value")]
    pub cookies: Details,
    #[serde(deserialize_with = "tolerant::value")]
    pub storage: Details,
    /// Whether it is asked for by itself.
    #[serde(deserialize_with = "tolerant::value")]
    pub separate: bool,
    /// Whether it is the site's own. A page counts in the gate.
    #[cfg(feature = "owner")]
    #[serde(deserialize_with = "tolerant::value")]
    pub first_party: bool,
    #[serde(deserialize_with = "tolerant::value")]
    pub placeholder: Placeholder,
}

/// What stands in place of a service's held frames.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Placeholder {
    /// A path on the site.
    #[serde(deserialize_with = "tolerant::value")]
    pub poster: Option<String>,
    #[serde(deserialize_with = "tolerant::value")]
    pub text: Option<Wording>,
}

/// A text in one language, or in several by their names.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "TextOr<String>")]
pub enum Wording {
    Text(String),
    ByLanguage(NamedTexts),
}

/// One or several recipients, hosts, cookies or storage keys.
#[derive(Clone, Debug, Default)]
pub struct Details(pub Vec<Detail>);

/// A cookie or storage key with what the site says of it, or a text alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "TextOr<Wording>")]
pub enum Detail {
    Described {
        name: String,
        purpose: Option<Wording>,
        duration: Option<Wording>,
        /// Of a cookie: `session` or `persistent`, or nothing.
        kind: String,
    },
    Wording(Wording),
}

impl Site {
    /// Reads the descriptions out of any value in memory; what cannot be one says nothing.
    pub fn read<'de, D: Deserializer<'de>>(value: D) -> Site {
        Site::deserialize(value).unwrap_or_default()
    }

    /// Whether the site asks for this category; the necessary one is always there.
    pub fn uses(&self, category: Category) -> bool {
        let named = || self.categories.iter().any(|listed| listed.name == category.name());
        category == Category::Necessary || self.categories.is_empty() || named()
    }

    /// The site's own description of a category.
    pub fn description(&self, category: Category) -> Option<&Wording> {
        let of_category = self.categories.iter().filter(|listed| listed.name == category.name());
        of_category.filter_map(|listed| listed.description.as_ref()).next_back()
    }

    /// The services of a category.
    pub fn services(&self, category: Category) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(move |service| service.category == category.name())
    }
}

impl TryFrom<TextOr<Wording>> for ListedCategory {
    type Error = &'static str;

    fn try_from(found: TextOr<Wording>) -> Result<ListedCategory, &'static str> {
        match found {
            TextOr::Text(name) => Ok(ListedCategory { name, description: None }),
            TextOr::Object(mut members) => match taken(&mut members, "id") {
                Some(Wording::Text(name)) => {
                    Ok(ListedCategory { name, description: taken(&mut members, "description") })
                }
                _ => Err("expected an id"),
            },
        }
    }
}

/// Takes the member of this name out.
fn taken(members: &mut Vec<(String, Wording)>, name: &str) -> Option<Wording> {
    let at = members.iter().position(|(known, _)| known == name)?;
    Some(members.swap_remove(at).1)
}

impl From<TextOr<String>> for Wording {
    fn from(found: TextOr<String>) -> Wording {
        match found {
            TextOr::Text(text) => Wording::Text(text),
            TextOr::Object(texts) => Wording::ByLanguage(NamedTexts(texts)),
        }
    }
}

impl From<TextOr<Wording>> for Detail {
    /// An object without a name is a text by language.
    fn from(found: TextOr<Wording>) -> Detail {
        let mut members = match found {
            TextOr::Text(text) => return Detail::Wording(Wording::Text(text)),
            TextOr::Object(members) => members,
        };
        let text = |wording| match wording {
            Some(Wording::Text(text)) => Some(text),
            _ => None,
        };
        match text(taken(&mut members, "name")) {
            Some(name) => Detail::Described {
                name,
                purpose: taken(&mut members, "purpose"),
                duration: taken(&mut members, "duration"),
                kind: text(taken(&mut members, "kind")).unwrap_or_default(),
            },
            None => {
                let texts = members.into_iter().filter_map(|(name, it)| Some((name, text(Some(it))?)));
                Detail::Wording(Wording::ByLanguage(NamedTexts(texts.collect())))
            }
        }
    }
}

impl Service {
    /// What the visitor reads as its name.
    pub fn name_in(&self, language: &str) -> &str {
        self.name.as_ref().and_then(|name| name.in_language(language)).unwrap_or(&self.id)
    }

    /// What the site says of the service, each with the name of its label, in the order of the screen; the
    /// purpose stands first. Nothing where the site does not say.
    pub fn facts(&self, language: &str, texts: &Texts) -> [(&'static str, Vec<String>); 8] {
        let wording = |wording: &Option<Wording>| vec![in_language(wording.as_ref(), language).to_owned()];
        [
            ("purpose", wording(&self.purpose)),
            ("legalBasis", vec![texts.label(&self.legal_basis).to_owned()]),
            ("recipients", self.recipients.in_language(language)),
            ("retention", wording(&self.retention)),
            ("transfers", wording(&self.transfers)),
            ("hosts", self.hosts.in_language(language)),
            ("cookies", self.cookies.in_language(language)),
            ("storage", self.storage.in_language(language)),
        ]
    }
}

impl Wording {
    /// The text in this language, or in the first of ours that there is.
    pub fn in_language(&self, language: &str) -> Option<&str> {
        match self {
            Wording::Text(text) => Some(text),
            Wording::ByLanguage(texts) => {
                let mut languages = std::iter::once(&language).chain(LANGUAGES);
                languages.find_map(|language| texts.get(language))
            }
        }
    }
}

/// The text in this language; empty where there is none.
pub fn in_language<'a>(wording: Option<&'a Wording>, language: &str) -> &'a str {
    wording.and_then(|wording| wording.in_language(language)).unwrap_or_default()
}

impl Details {
    /// Each of them in words.
    pub fn in_language(&self, language: &str) -> Vec<String> {
        self.0.iter().map(|detail| detail.in_language(language)).collect()
    }
}

impl Detail {
    fn in_language(&self, language: &str) -> String {
        match self {
            Detail::Wording(wording) => in_language(Some(wording), language).to_owned(),
            Detail::Described { name, purpose, duration, .. } => {
                let mut description = String::new();
                for wording in [purpose, duration] {
                    let text = in_language(wording.as_ref(), language);
                    join(&mut description, text.strip_suffix('.').unwrap_or(text));
                }
                if description.is_empty() { name.clone() } else { format!("{name} ({description})") }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Details {
    /// One detail may stand without a list around it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Details, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Details;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a detail or a list of them")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Details, A::Error> {
                tolerant::list(SeqAccessDeserializer::new(list)).map(Details)
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Details, A::Error> {
                Detail::deserialize(MapAccessDeserializer::new(object)).map(|one| Details(vec![one]))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Details, E> {
                Ok(Details(vec![Detail::Wording(Wording::Text(text.to_owned()))]))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
