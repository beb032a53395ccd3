//! Which layer of the notice something was shown or decided in. Knows nothing of what a layer shows.

use serde::de::{Deserialize, Deserializer, Error, Unexpected};

/// A layer of the notice. Its number is what receipts and notices write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Layer {
    /// Nothing of ours was shown.
    None = 0,
    /// The banner.
    First = 1,
    /// The preferences.
    Second = 2,
}

impl Layer {
    /// The layer as it is written.
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// The layer with this number, if there is one.
    pub const fn from_number(number: u64) -> Option<Layer> {
        match number {
            0 => Some(Layer::None),
            1 => Some(Layer::First),
            2 => Some(Layer::Second),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Layer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Layer, D::Error> {
        let number = u64::deserialize(deserializer)?;
        let unknown = || D::Error::invalid_value(Unexpected::Unsigned(number), &"a layer from 0 to 2");
        Layer::from_number(number).ok_or_else(unknown)
    }
}
