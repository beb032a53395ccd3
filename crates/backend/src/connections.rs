//! Connections: how many, how long they may take to say what they want, and how they end. Knows no route.

mod open_connections;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use prometheus::IntGauge;
use tokio::net::TcpListener;
use tokio_io_timeout::TimeoutStream;

use self::open_connections::{Holder, OpenConnections};
use crate::network::Network;
use crate::routes::Client;
use crate::trusted_proxies::TrustedProxies;

/// How many connections may be open at a time, where the system lets a program have so many files.
const MOST_CONNECTIONS: u64 = 16_384;
/// Files that are not connections: the ledger's, the sites'.
const OTHER_FILES: u64 = 256;
/// How long a connection may take to send a request's head, or stay idle between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may take none of what is written to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes a request's head may have.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// How long requests under way may take after a stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Raises this process's limit of open files as far as it may; how many connections fit then, 64 where fewer would.
pub fn raise_connection_limit() -> usize {
    let files = rlimit::increase_nofile_limit(MOST_CONNECTIONS + OTHER_FILES).unwrap_or(1024);
    usize::try_from(files.saturating_sub(OTHER_FILES).clamp(64, MOST_CONNECTIONS)).unwrap_or(64)
}

/// Answers until `stop` comes true, then lets what is under way end. `most`: how many connections are open at a time; where
/// another comes, some of the network that has most end (`open_connections`). `trusted_proxies`: whose word on a client's
/// address is taken. `counted`: gets how many are open.
pub async fn serve_connections(
    listener: TcpListener,
    most: usize,
    trusted_proxies: TrustedProxies,
    router: Router,
    counted: IntGauge,
    stop: impl Future<Output = ()>,
) {
    let trusted_proxies = Arc::new(trusted_proxies);
    let under_way = GracefulShutdown::new();
    let open_connections = OpenConnections::new(most, counted);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(MAX_HEAD_BYTES);
    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => (stream, address.ip()),
                Err(error) => {
                    tracing::error!("a connection was not accepted: {error}");
                    // Mostly there are too many open files: a pause lets some of them close.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        let holder = match trusted_proxies.contain(peer) {
            true => Holder::TrustedProxy,
            false => Holder::Network(Network::of(peer)),
        };
        let open = Arc::new(open_connections.open(holder));
        let (router, asked, trusted_proxies) =
            (router.clone(), Arc::clone(&open), Arc::clone(&trusted_proxies));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            asked.has_request();
            let mut request: Request = request.map(axum::body::Body::new);
            let client = Client(trusted_proxies.client(peer, request.headers()));
            request.extensions_mut().insert(client);
            let router = router.clone();
            async move { Ok::<_, Infallible>(call(router, request).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = under_way.watch(connection);
        let task = tokio::spawn(async move {
            let _ = connection.await; // that a visitor went away is nothing to log
        });
        open.set_task(task.abort_handle());
    }
    drop(listener);
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, under_way.shutdown()).await;
}

async fn call(mut router: Router, request: Request) -> axum::response::Response {
    use tower_service::Service;
    // A router is always ready and never fails.
    router.call(request).await.unwrap_or_else(|never| match never {})
}
