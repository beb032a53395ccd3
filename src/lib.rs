//! Consentry, the component: the rules of consent and the banner that asks for it.
//!
//! ```text
//! gate ─> policy <─ crates/classify <─ classify ─> model <─ ui <─ api      cli ─> backend ─> bundle ─> classify
//! ```
//! `model` and `classify` are plain Rust without a browser, a clock, randomness or I/O. `ui` paints a
//! view through `dom`; `api` is the only door to JavaScript. What must act before the first script of a
//! page, and what sends receipts, is not here but in `crates/gate`. Without the feature `component` there are only the rules,
//! for what else is compiled for a page (`crates/explain`).

#[cfg(all(target_arch = "wasm32", feature = "component"))]
mod api;
#[cfg(not(target_arch = "wasm32"))]
pub mod bundle;
pub mod classify;
#[cfg(all(target_arch = "wasm32", feature = "component"))]
mod dom;
#[cfg(not(target_arch = "wasm32"))]
pub mod first_layer;
pub mod model;
#[cfg(all(target_arch = "wasm32", feature = "component"))]
mod ui;
