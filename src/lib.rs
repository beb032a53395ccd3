//! Consentry, the component: the rules of consent and the banner that asks for it.
//!
//! ```text
//! gate ─> policy <─ model <─ classify          backend ─> model
//!                     ^ ^                       cli ─> backend, model, classify
//!               browser  ui  <─ api
//! ```
//! `model` and `classify` are plain Rust without a browser, a clock, randomness or I/O. `ui` paints a
//! view and `browser` sends receipts and looks back at the page; they do not know each other. `api` is
//! the only door to JavaScript.

pub mod classify;
#[cfg(not(target_arch = "wasm32"))]
pub mod bundle;
pub mod model;
