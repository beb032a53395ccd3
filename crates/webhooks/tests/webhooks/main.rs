//! Webhooks from outside, over real sockets, in one program.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod client;
mod courier;
mod documentation;
mod endpoints_file;
mod receiver;
