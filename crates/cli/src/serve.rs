//! `consentry serve`: the backend with the carried component. Logs to standard error.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use consentry_backend::Options;

use crate::allow_arguments::AllowArguments;
use crate::{Failure, component};

#[derive(clap::Args)]
pub struct ServeArguments {
    /// A configuration file, or a folder with one *.json for each site
    #[arg(long, value_name = "FILE|DIR")]
    config: PathBuf,
    /// Where the ledger is kept; made if it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    #[command(flatten)]
    allow: AllowArguments,
}

pub fn run(arguments: ServeArguments) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_target(false)
        .init();
    let ServeArguments { config, data, listen, allow } = arguments;
    let options = Options {
        config,
        allowed: allow.allowed(),
        data,
        listen,
        connections: consentry_backend::most_connections(),
        component: Arc::new(component::file),
    };
    consentry_backend::serve(options)
        .map_err(|error| Failure::lines(error.to_string().lines().map(str::to_owned).collect()))
}
