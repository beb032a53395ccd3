//! The pure rules: what a site may configure, what a visitor decided, what is recorded of it.
//! No browser, no clock, no randomness, no I/O.

mod checked_types;
pub mod config;
pub mod declaration;
pub mod layer;
pub mod observation;
pub mod receipt;
pub mod shape;
pub mod view;

pub use consentry_policy::category;
