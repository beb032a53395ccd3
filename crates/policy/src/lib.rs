//! What the gate looks things up in: the verdict table, the grants in force, and the order in which a
//! decision takes effect. Allocates nothing, knows no browser and no clock; it must not decide what a
//! tracker is (the site's declarations and the tables do) nor carry anything out.
#![no_std]
#![forbid(unsafe_code)]

pub mod category;
mod constants_macro;
pub mod decision;
pub mod grants;
pub mod numbers;
pub mod table;
pub mod verdict;
