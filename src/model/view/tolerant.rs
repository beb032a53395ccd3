//! Reading of values that nobody checked: a configuration that stands in a page goes to the browser as it
//! is. What has another type than expected counts as absent, and the rest is still shown. A configuration
//! that is bundled was checked whole before; see [`Config`](crate::model::config::Config).

use serde::de::IgnoredAny;
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
