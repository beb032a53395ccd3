//! The backend: keeps receipts in an append-only ledger, shows the owner what nobody declared, and serves the
//! built component to the sites that it knows. Holds no consent rule: what a receipt is and what a
//! configuration says is `consentry`'s.
//!
//! ```text
//! connections ─> routes ─> sites (configurations and bundles) ─> consentry_sites (the sites' files), free_memory
//!      │                ├> access (who may: tokens and sessions) <─ owner (what the owner's commands do)
//!      │                ├> rate_limit (how much a network may ask for) ─> network
//!      │                ├> suggestion (what an observation may be for)
//!      │                ├> statistics (what receipts add up to, as it may be told)
//!      │                ├> seals (when the logs are signed), kept_notices (when notices are kept), retention (when records go)
//!      │                ├> metrics (what is counted); service_manager (who is told that the server is ready)
//!      │                ├> webhooks (when others are told) ─> consentry_webhooks (who, and how)
//!      │                └> consentry_ledger (receipts, their logs, observations)
//!      └> trusted_proxies (whose request it is), network
//! ```
//! What is absent on purpose: request logs, addresses, user agents and paths, in the ledger and in every
//! log line; cookies, but for the session of an owner who logged in; TLS, which a reverse proxy does.

mod access;
mod connections;
mod free_memory;
mod kept_notices;
mod metrics;
mod network;
mod owner;
mod rate_limit;
mod retention;
mod routes;
mod seals;
mod service_manager;
mod short_digest;
mod sites;
mod statistics;
mod suggestion;
mod trusted_proxies;
mod webhooks;

use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use consentry::lint::Allowed;
use consentry::model::config::SiteKey;
use tokio::net::TcpListener;

use access::Access;
pub use connections::raise_connection_limit;
use consentry::model::config::Backend;
pub use consentry_ledger::place::Place;
use consentry_ledger::sealer::Sealer;
pub use consentry_webhooks::endpoints_file::FILE as WEBHOOKS_FILE;
pub use ipnet::IpNet;
use metrics::Metrics;
pub use owner::erasures::{add_hold, erase, holds, release_hold, retention_runs, run_retention};
pub use owner::webhooks::{ListedWebhook, add_webhook, list_webhooks, remove_webhook, test_webhook};
pub use owner::{
    ListedToken, TokenScopes, add_token, check_has_receipts, list_tokens, revoke_token, rotate_token,
    set_password,
};
use rate_limit::RateLimit;
use routes::AppState;
use seals::Seals;
use service_manager::Stage;
pub use sites::{BuiltFile, Component, Compressed};
use sites::{ObservedHosts, Sites};
use statistics::Statistics;
use trusted_proxies::TrustedProxies;
pub use trusted_proxies::proxy_network;

/// What a server needs.
pub struct Options {
    /// A configuration file, or a folder with one `*.json` for each site.
    pub config: PathBuf,
    /// The errors of the lint that may pass, with the reasons.
    pub allowed: Allowed,
    /// Where the ledger is with its signing keys; made if it is not there.
    pub data: PathBuf,
    /// The address of a PostgreSQL database that holds the ledger instead, which other nodes may serve too. The signing keys, the
    /// same on every node, stay in `data`.
    pub database: Option<String>,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How many connections may be open at a time.
    pub connections: usize,
    /// The proxies whose word on a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// For how long `/readyz` says that the server stops before it takes no more connections: as long as whoever sends requests
    /// here needs to see it.
    pub drain: Duration,
    /// The component's built files.
    pub component: Component,
}

/// Why a server did not start. Made for the operator to read.
#[derive(Debug)]
pub enum ServeError {
    /// No site could be read: every fault, a line each.
    Config(Vec<String>),
    /// The ledger could not be opened.
    Ledger(String),
    /// The address could not be listened on, or the system refused something else.
    System(String),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Config(faults) => f.write_str(&faults.join("\n")),
            ServeError::Ledger(reason) | ServeError::System(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ServeError {}

/// A server that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    connections: usize,
    trusted_proxies: TrustedProxies,
    drain: Duration,
    component: Component,
    data: PathBuf,
    router: Router,
    state: Arc<AppState>,
}

impl Server {
    /// Reads the sites, opens the ledger and listens.
    ///
    /// # Errors
    /// The first of the three that fails.
    pub async fn bind(options: Options) -> Result<Server, ServeError> {
        let component = options.component;
        let sites = Sites::open(options.config, options.allowed, &options.data, Arc::clone(&component));
        let (sites, follow_changes) = sites.map_err(ServeError::Config)?;
        let place = Place { data: options.data, database: options.database };
        let ledger = place.open().await.map_err(ServeError::Ledger)?;
        let mut sealer = Sealer::open(&place.data).map_err(ServeError::Ledger)?;
        if place.database.is_some() {
            sealer = sealer.one_of_several();
        }
        let mut observed_hosts = ObservedHosts::new();
        for served in sites.current().values().filter(|served| served.site.config.observe) {
            let key = &served.site.key;
            let hosts = ledger.observed_hosts(key.clone()).await;
            let hosts = hosts.map_err(|error| ServeError::Ledger(error.to_string()))?;
            observed_hosts.insert(key.to_string(), hosts);
        }
        if observed_hosts.values().any(|hosts| !hosts.is_empty()) {
            sites.set_observed_hosts(observed_hosts);
        }
        let system =
            |error: io::Error| ServeError::System(format!("cannot listen on {}: {error}", options.listen));
        let listener = TcpListener::bind(options.listen).await.map_err(system)?;
        let address = listener.local_addr().map_err(system)?;
        follow_changes.begin();
        let by_address = RateLimit::a_minute(Backend::usual_rate_limit());
        let (seals, access) = (Seals::new(sealer), Access::default());
        let statistics = Statistics::default();
        let metrics = Metrics::new().map_err(|error| ServeError::System(error.to_string()))?;
        let is_stopping = AtomicBool::new(false);
        let state = AppState { sites, ledger, seals, access, statistics, by_address, metrics, is_stopping };
        let state = Arc::new(state);
        let router = routes::router(Arc::clone(&state)).map_err(ServeError::System)?;
        let trusted_proxies = TrustedProxies::new(options.trusted_proxies);
        let (connections, drain, data) = (options.connections, options.drain, place.data);
        Ok(Server { listener, address, connections, trusted_proxies, drain, component, data, router, state })
    }

    /// Makes a token that may do everything, where there is none yet, and answers its text. It is for the operator's eyes, once:
    /// nobody can read it again.
    ///
    /// # Errors
    /// The ledger cannot be read or written.
    pub async fn make_first_token(&self) -> Result<Option<String>, ServeError> {
        let token = access::tokens::make_first(self.state.ledger.as_ref(), routes::now()).await;
        token.map_err(|error| ServeError::Ledger(error.to_string()))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads the sites' files at each SIGHUP, which would end the program otherwise. They are also read without it, when they
    /// change.
    #[cfg(unix)]
    fn read_sites_at_hangups(&self) -> io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut hangups, state) = (signal(SignalKind::hangup())?, Arc::clone(&self.state));
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                service_manager::tell(Stage::Reloading);
                let sites = Arc::clone(&state.sites);
                if tokio::task::spawn_blocking(move || sites.read_now()).await.is_ok() {
                    tracing::info!("the sites were read again");
                }
                service_manager::tell(Stage::Ready);
            }
        });
        Ok(())
    }

    #[cfg(not(unix))]
    fn read_sites_at_hangups(&self) -> io::Result<()> {
        Ok(())
    }

    /// Answers until `stop` comes true, then ends what is under way and closes the ledger: what was acknowledged is on the disk.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Server { listener, connections, trusted_proxies, drain, component, data, router, state, .. } =
            self;
        let sealed = Arc::clone(&state);
        let sealing = tokio::spawn(async move {
            seals::keep_sealed(&sealed.seals, sealed.ledger.as_ref(), &sealed.sites).await;
        });
        let keeping = tokio::spawn(kept_notices::keep_notices(Arc::clone(&state), component));
        let erasing = tokio::spawn(retention::keep_to_periods(Arc::clone(&state)));
        let telling = tokio::spawn(webhooks::keep_told(Arc::clone(&state), data));
        let counted = state.metrics.open_connections.clone();
        let stop = async {
            stop.await;
            state.is_stopping.store(true, Ordering::Relaxed);
            service_manager::tell(Stage::Stopping);
            tokio::time::sleep(drain).await;
        };
        connections::serve_connections(listener, connections, trusted_proxies, router, counted, stop).await;
        telling.abort();
        erasing.abort();
        keeping.abort();
        sealing.abort();
        seals::seal(&state.seals, state.ledger.as_ref(), &state.sites).await;
    }
}

/// The hosts that a site was seen to contact, from the ledger in a place.
///
/// # Errors
/// A sentence for the operator: the ledger cannot be opened or read.
pub fn observed_hosts(place: &Place, site: &SiteKey) -> Result<Vec<String>, String> {
    place.check()?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let ledger = place.open_to_read().await?;
        ledger.observed_hosts(site.clone()).await.map_err(|error| error.to_string())
    })
}

/// Serves until SIGTERM or SIGINT. Prints `listening on http://<address>` once it does, and below it at the first start the
/// token with which the owner gets in.
///
/// # Errors
/// The server did not start.
pub fn serve(options: Options) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| ServeError::System(error.to_string()))?;
    runtime.block_on(async {
        let server = Server::bind(options).await?;
        let system = |error: io::Error| ServeError::System(error.to_string());
        let stop = stop_signal().map_err(system)?;
        server.read_sites_at_hangups().map_err(system)?;
        let token = server.make_first_token().await?;
        // A closed standard output is no reason not to serve.
        let mut output = io::stdout();
        let _ = writeln!(output, "listening on http://{}", server.address());
        if let Some(token) = token {
            let _ = writeln!(output, "the first admin token, which is shown this once: {token}");
        }
        service_manager::tell(Stage::Ready);
        server.run(stop).await;
        Ok(())
    })
}

/// Comes true at the first SIGTERM or SIGINT.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Comes true at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
