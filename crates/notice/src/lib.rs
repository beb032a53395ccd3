//! What the first layer of the banner says: which sentences, in which order, with what in their places.
//!
//! The gate paints it in the page, and the bundler hashes it natively, both from here: so the notice that a receipt
//! points to is what was on the screen. Allocates nothing and knows no browser: every visitor downloads this code. How
//! an item looks is the [`Screen`]'s affair.
#![no_std]
#![forbid(unsafe_code)]

mod first_layer;
mod item;
mod packed_texts;

pub use first_layer::FirstLayer;
pub use item::{ItemKind, Screen};
pub use packed_texts::{KEYS, Line, Lines};
