//! Reading of values that nobody checked: a configuration that stands in a page goes to the browser as it
//! is. What has another type than expected counts as absent, and the rest is still shown. A configuration
//! that is bundled was checked whole before; see [`Config`](crate::model::config::Config).
//!
//! Only for values in memory, as those of a page and `serde_json::Value` are. A reader of JSON text (`serde_json::from_str`)
//! would stand in the middle of what could not be read, and fail from there on.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value of the expected type, or nothing.
pub(super) struct Tolerant<T>(pub(super) Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tolerant<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tolerant<T>, D::Error> {
        Ok(Tolerant(T::deserialize(deserializer).ok()))
    }
}

/// The value, or the type's default in place of anything else. For `deserialize_with`.
pub(super) fn value<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(T::deserialize(deserializer).unwrap_or_default())
}

/// The items of a list that have the expected type. For `deserialize_with`.
pub(super) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let items: Vec<Tolerant<T>> = value(deserializer)?;
    Ok(items.into_iter().filter_map(|item| item.0).collect())
}

/// The texts of an object by name, in its order; what else is in it is left out, such as the site's descriptions, which lie
/// beside the texts of the language in a bundle.
#[derive(Clone, Debug, Default)]
pub struct NamedTexts(pub Vec<(String, String)>);

impl NamedTexts {
    /// The text of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

impl<'de> Deserialize<'de> for NamedTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NamedTexts, D::Error> {
        match TextOr::<String>::deserialize(deserializer)? {
            TextOr::Object(texts) => Ok(NamedTexts(texts)),
            TextOr::Text(_) => Err(D::Error::custom("expected an object")),
        }
    }
}

/// A text, or an object's members of one type, by name and in its order.
pub(super) enum TextOr<T> {
    Text(String),
    Object(Vec<(String, T)>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TextOr<T>, D::Error> {
        deserializer.deserialize_any(TextOrObjectVisitor(PhantomData))
    }
}

struct TextOrObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TextOrObjectVisitor<T> {
    type Value = TextOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TextOr<T>, E> {
        Ok(TextOr::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<TextOr<T>, A::Error> {
        let mut members = Vec::new();
        while let Some((name, member)) = object.next_entry::<String, Tolerant<T>>()? {
            members.extend(member.0.map(|member| (name, member)));
        }
        Ok(TextOr::Object(members))
    }
}
