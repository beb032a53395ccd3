//! Reading of values that nobody checked: a configuration that stands in a page goes to the browser as it
//! is. What has another type than expected counts as absent, and the rest is still shown. A configuration
//! that is bundled was checked whole before; see [`Config`](crate::model::config::Config).

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value of the expected type, or one that is not used.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Tolerant<T> {
    Expected(T),
    Other(IgnoredAny),
}

impl<T> Tolerant<T> {
    pub(super) fn expected(self) -> Option<T> {
        match self {
            Tolerant::Expected(value) => Some(value),
            Tolerant::Other(_) => None,
        }
    }
}

/// The value, or the type's default in place of anything else. For `deserialize_with`.
pub(super) fn value<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(Tolerant::deserialize(deserializer)?.expected().unwrap_or_default())
}

/// The items of a list that have the expected type. For `deserialize_with`.
pub(super) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let items: Vec<Tolerant<T>> = value(deserializer)?;
    Ok(items.into_iter().filter_map(Tolerant::expected).collect())
}

/// The texts of an object by name, in its order; everything else in it is left. In a bundle, the site's own descriptions lie
/// beside the texts of the language.
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
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = NamedTexts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NamedTexts, A::Error> {
                let mut texts = Vec::new();
                while let Some((name, text)) = map.next_entry::<String, Tolerant<String>>()? {
                    texts.extend(text.expected().map(|text| (name, text)));
                }
                Ok(NamedTexts(texts))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
