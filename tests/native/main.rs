//! The pure rules, tested from outside in one program.

mod bundle;
mod config;
mod receipt;
mod recorded;
mod table;
mod view;
