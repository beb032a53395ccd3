//! Tells what a cookie, a storage key or a third-party host is for, and says why. Plain functions of tables
//! and a small learned model: no browser, no clock, no I/O; the same answer natively and in the browser. It
//! decides nothing about a visitor, and what an owner declared is asked before it (`consentry::classify`).
//!
//! ```text
//! classify ─> tables ─> lines      the order of evidence over what is written by hand and generated
//!         └─> model ─> features    a guess for names that no table knows
//! gate ─> lines                    the lines that ride in front of every page
//! ```

#![forbid(unsafe_code)]

mod answer;
mod classify;
pub mod csv_row;
pub mod features;
pub mod gate_table;
pub mod host;
pub mod lines;
pub mod model;
mod subject;
pub mod tables;

/// Whose work the tables and the model are made from, to be shown with them.
pub const NOTICES: &str = include_str!("../NOTICES.txt");

pub use answer::{Answer, AnswerRule};
pub use classify::{CONFIDENT, Classifier, MODEL, category_of_host, classify, tracker_below};
pub use subject::{Subject, SubjectKind};
