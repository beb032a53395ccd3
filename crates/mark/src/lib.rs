//! Consent beyond script's reach: static tags leave the server, or the build, already held, so that not
//! even the browser's preload scanner asks for them; and a Content-Security-Policy says the rest.
//!
//! The rules are those of the gate ([`consentry::classify::rules`]), and a held tag has the form that an
//! owner writes by hand, so that the gate releases it. What this crate must not do: decide what a tracker
//! is, keep a choice, or touch a byte that needs no touching.

pub mod consent;
pub mod policy;

mod body;
mod content;
mod css;
mod edit;
mod embedded;
mod entities;
mod judge;
mod layer;
mod link;
mod loads;
mod marker;
mod module;
mod page;
mod tag;

pub use body::MarkBody;
pub use layer::{MarkFuture, MarkLayer, MarkService};
pub use marker::{Encoding, Marker};
