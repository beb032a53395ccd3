//! Consentry: the rules of consent, and the component of the preferences that a page fetches when they
//! are opened.
//!
//! ```text
//! gate ─> notice ─> policy <─ crates/classify <─ classify ─> model <─ ui      bundle, lint ─> classify
//! ```
//! `model` and `classify` are plain Rust without a browser, a clock, randomness or I/O. `ui` is the only
//! part that knows a browser and the only door to JavaScript; the feature `component` brings it. What must
//! act before the first script of a page, the first layer of the banner, and what sends receipts are not
//! here but in `crates/gate`.

#[cfg(feature = "owner")]
pub mod bundle;
pub mod classify;
#[cfg(feature = "owner")]
pub mod convert;
#[cfg(feature = "owner")]
pub mod lint;
pub mod model;
#[cfg(all(target_arch = "wasm32", feature = "component"))]
mod ui;
