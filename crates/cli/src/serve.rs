//! `consentry serve`: the backend with the carried component. Logs to standard error.

use std::io::{self, IsTerminal};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use consentry_backend::{IpNet, Options};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::allow_arguments::AllowArguments;
use crate::database_argument::DatabaseArgument;
use crate::{Failure, component};

#[derive(clap::Args)]
pub struct ServeArguments {
    /// A configuration file, or a folder with one *.json for each site
    #[arg(long, value_name = "FILE|DIR")]
    config: PathBuf,
    /// Where the ledger is kept, with the keys that sign it; made if it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    database: DatabaseArgument,
    /// Where to listen, such as localhost:8787; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787", value_parser = listen_address)]
    listen: SocketAddr,
    /// A proxy in front of this server, as an address or a network such as 10.0.0.0/8: who a request is from is what it says
    /// in X-Forwarded-For or Forwarded. Of nobody else these are believed. Can be given more than once
    #[arg(long, value_name = "ADDRESS|NETWORK", value_parser = consentry_backend::proxy_network)]
    trusted_proxy: Vec<IpNet>,
    /// For how many seconds /readyz says that the server stops, at a SIGTERM, before it takes no more connections: as long as a load
    /// balancer needs to see it
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=600))]
    drain: u64,
    /// How the log is written: for people, or an object of JSON in each line
    #[arg(long, value_name = "FORMAT", value_enum, env = "CONSENTRY_LOG_FORMAT", default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    #[command(flatten)]
    allow: AllowArguments,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

pub fn run(arguments: ServeArguments) -> Result<(), Failure> {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_target(false);
    let lines = match arguments.log_format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
        }
    };
    tracing_subscriber::registry().with(lines).with(what_is_logged()?).init();
    let ServeArguments { config, data, database, listen, trusted_proxy, drain, allow, .. } = arguments;
    let options = Options {
        config,
        allowed: allow.allowed(),
        data,
        database: database.address(),
        listen,
        connections: consentry_backend::raise_connection_limit(),
        trusted_proxies: trusted_proxy,
        drain: Duration::from_secs(drain),
        component: Arc::new(component::built_file),
    };
    consentry_backend::serve(options)
        .map_err(|error| Failure::lines(error.to_string().lines().map(str::to_owned).collect()))
}

/// An address, or the first one of a name.
fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let expected = "expected an address and a port, such as 127.0.0.1:8787 or localhost:8787";
    let mut addresses = text.to_socket_addrs().map_err(|error| format!("{error}; {expected}"))?;
    addresses.next().ok_or_else(|| format!("found no address of this name; {expected}"))
}

/// What `RUST_LOG` asks for, such as `warn` or `consentry_backend=debug`; otherwise what an operator should know.
fn what_is_logged() -> Result<Targets, Failure> {
    let Ok(asked) = std::env::var("RUST_LOG") else {
        return Ok(Targets::new().with_default(LevelFilter::INFO));
    };
    asked.parse().map_err(|error| {
        Failure::because(format!(
            "RUST_LOG: found {asked:?}, expected such as warn or consentry_backend=debug: {error}"
        ))
    })
}
