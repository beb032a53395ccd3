//! What a name, key or host is known as, with its reason: tables as data. Decides nothing about a visitor.

#[cfg(not(target_arch = "wasm32"))]
pub mod rules;
pub mod table;
