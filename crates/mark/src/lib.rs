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
//! 1. Text, knowing neither tags nor rules. Of bytes: `encoding` (in which a page is read), `edit`,
//!    `iso_2022_jp`, `original_bytes` (of a page that is not UTF-8), `pending_text`. Of one language each:
//!    `character_references`, `css`, `module_imports`, `speculation_rules`, `import_map`, `srcset`,
//!    `host_addresses`, `data_and_script_urls`. Of languages inside of an address: `addresses_in_documents`.
//! 2. Rules, knowing no text: `page_rules`, [`csp`], [`consent`].
//! 3. Tags, one at a time: `tag`, `held_markup` (how it is held), `requesting_attributes` (whom it asks),
//!    `found_by_gate` (what the gate finds in it), `requesting_content` (whom its content asks), `surroundings`.
//! 4. Decisions: `tag_decision` (by the tag), `content_decision` (by the content), `surveyed_tag` (what a lint asks),
//!    `page` (the state between tags).
//! 5. The stream: `encoded_stream` (in one encoding), `marker` (in all that are needed), [`survey()`] (changes nothing).
//! 6. HTTP: `hint_headers`, `page_headers`, `response_body`, `middleware`.

pub mod consent;
pub mod csp;

mod addresses_in_documents;
mod character_references;
mod content_decision;
mod css;
mod data_and_script_urls;
mod edit;
mod encoded_stream;
mod encoding;
mod found_by_gate;
mod held_markup;
mod hint_headers;
mod host_addresses;
mod import_map;
mod iso_2022_jp;
mod marker;
mod middleware;
mod module_imports;
mod original_bytes;
mod page;
mod page_headers;
mod page_rules;
mod pending_text;
mod requesting_attributes;
mod requesting_content;
mod response_body;
mod speculation_rules;
mod srcset;
mod surroundings;
mod survey;
mod surveyed_tag;
mod tag;
mod tag_decision;

pub use encoding_rs::Encoding;
pub use marker::Marker;
pub use middleware::{MarkFuture, MarkLayer, MarkService};
pub use response_body::MarkBody;
pub use survey::survey;
