//! The backend from outside, over real sockets, in one program. The modules mirror the routes.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // functions that only tests call

mod access;
mod admin;
mod client;
mod component;
mod connections;
mod cors;
mod declare;
mod erase;
mod expire;
mod exports;
mod files;
mod limits;
mod log;
mod log_in;
mod notices;
mod observations;
mod operations;
mod other_readers;
mod provable_exports;
mod receipts;
mod requests;
mod server;
mod session;
mod statistics;
mod subjects;
mod verify;
