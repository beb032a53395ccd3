//! The gate's rules from outside, in one program: what can never happen, whatever a page does.

mod grants;
mod session;
mod table;
