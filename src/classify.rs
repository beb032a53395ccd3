//! What a site's configuration makes of names, keys and hosts; tables and model are `consentry-classify`'s.

#[cfg(not(target_arch = "wasm32"))]
pub mod rules;
