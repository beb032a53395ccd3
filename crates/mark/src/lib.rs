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
//! 1. Text, knowing neither tags nor rules. Of bytes: `edit`, `window`. Of one language each:
//!    `character_references`, `css`, `module_imports`, `speculation_rules`, `import_map`, `srcset`,
//!    `host_addresses`, `document_address`. Of languages inside of an address: `embedded_documents`.
//! 2. Rules, knowing no text: `page_rules`, [`policy`], [`consent`].
//! 3. Tags, one at a time: `tag`, `held_form` (how it is held), `requesting_attributes` (whom it asks),
//!    `gate_reading` (what the gate finds in it), `content` (whom its content asks), `surroundings`.
//! 4. Decisions: `tag_decision` (by the tag), `held_content` (by the content), `page` (the state between
//!    tags).
//! 5. The stream: `marker`.
//! 6. HTTP: `hint_headers`, `page_headers`, `body`, `layer`.

pub mod consent;
pub mod policy;

mod body;
mod character_references;
mod content;
mod css;
mod document_address;
mod edit;
mod embedded_documents;
mod gate_reading;
mod held_content;
mod held_form;
mod hint_headers;
mod host_addresses;
mod import_map;
mod layer;
mod marker;
mod module_imports;
mod page;
mod page_headers;
mod page_rules;
mod requesting_attributes;
mod speculation_rules;
mod srcset;
mod surroundings;
mod tag;
mod tag_decision;
mod window;

pub use body::MarkBody;
pub use layer::{MarkFuture, MarkLayer, MarkService};
pub use marker::{Encoding, Marker};
