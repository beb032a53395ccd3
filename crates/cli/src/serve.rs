//! `consentry serve`: the backend with the carried component. Logs to standard error.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use consentry_backend::Options;

use crate::{Failure, component};

pub fn run(config: PathBuf, data: PathBuf, listen: SocketAddr) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_target(false)
        .init();
    let options = Options { config, data, listen, component: Arc::new(component::file) };
    consentry_backend::serve(options)
        .map_err(|error| Failure(error.to_string().lines().map(|line| format!("error: {line}")).collect()))
}
