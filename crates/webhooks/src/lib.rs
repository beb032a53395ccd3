//! Tells the processors and partners of a site what happened to a visitor's data there: it was erased, or the visitor withdrew.
//! What waits to be told is the ledger's; who is told, and how, is here.
//!
//! ```text
//! courier (when and how often) ─> endpoints_file ─> endpoint (who is told) ─> url, secret
//!            └> message (what is said), client (HTTPS to public addresses alone) ─> addresses
//! ```
//! What is absent on purpose: plain HTTP, redirects, proxies, what an endpoint answers beyond its status, and any setting that
//! lets an address inside be reached.

pub mod addresses;
pub mod client;
pub mod courier;
pub mod endpoint;
pub mod endpoints_file;
pub mod message;
pub mod secret;
pub mod url;
