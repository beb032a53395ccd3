//! What a name, key or host is known as, with its reason: tables as data. Decides nothing about a visitor.

pub mod table;
