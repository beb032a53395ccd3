//! The backend from outside, over real sockets, in one program. The modules mirror the routes.

mod admin;
mod client;
mod files;
mod receipts;
mod server;
mod store;
mod subjects;
