//! The backend from outside, over real sockets, in one program. The modules mirror the routes.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod admin;
mod client;
mod component;
mod connections;
mod declare;
mod expire;
mod files;
mod log;
mod observations;
mod other_readers;
mod receipts;
mod server;
mod subjects;
mod verify;
