//! Consent beyond script's reach: static tags leave the server, or the build, already held, so that not
//! even the browser's preload scanner asks for them; and a Content-Security-Policy says the rest.
//!
//! The rules are those of the gate ([`consentry::classify::rules`]), and a held tag has the form that an
//! owner writes by hand, so that the gate releases it. What this crate must not do: decide what a tracker
//! is, keep a choice, touch a byte that needs no touching, or read a file: the site's configuration comes
//! parsed, as a [`Config`](consentry::model::config::Config) or as the
//! [`Rules`](consentry::classify::rules::Rules) compiled from it.
//!
//! The files in their order; each uses only those above it.
//! 1. Text, knowing neither tags nor rules. Of bytes: `edit`, `pending_bytes`. Of one language each:
//!    `character_references`, `css`, `module_imports`, `speculation_rules`, `import_map`, `srcset`,
//!    `host_addresses`, `document_address`. Of languages inside of an address: `embedded_documents`.
//! 2. Rules, knowing no text: `page_rules`, [`csp`], [`consent`].
//! 3. Tags, one at a time: `tag`, `held_form` (how it is held), `requesting_attributes` (whom it asks),
//!    `found_by_gate` (what the gate finds in it), `requesting_content` (whom its content asks), `open_elements`.
//! 4. Decisions: `tag_decision` (by the tag), `held_content` (by the content), `page` (the state between
//!    tags).
//! 5. The stream: `marker`.
//! 6. HTTP: `hint_headers`, `page_headers`, `body`, `middleware`.

pub mod consent;
pub mod csp;

mod body;
mod character_references;
mod css;
mod document_address;
mod edit;
mod embedded_documents;
mod found_by_gate;
mod held_content;
mod held_form;
mod hint_headers;
mod host_addresses;
mod import_map;
mod marker;
mod middleware;
mod module_imports;
mod open_elements;
mod page;
mod page_headers;
mod page_rules;
mod pending_bytes;
mod requesting_attributes;
mod requesting_content;
mod speculation_rules;
mod srcset;
mod tag;
mod tag_decision;

pub use body::MarkBody;
pub use marker::{Encoding, Marker};
pub use middleware::{MarkFuture, MarkLayer, MarkService};
