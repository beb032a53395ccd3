//! Carries out what needs a browser and nobody waits for: sending receipts.

pub mod outbox;
