//! Connections: how many, how long they may take to say what they want, and how they end. Knows no route.

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
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::routes::Peer;

/// How many connections are open at a time. More wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 800;
/// How long a connection may take to send a request's head, or stay idle between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes a request's head may have.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// How long requests under way may take after a stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers until `stop` comes true, then lets what is under way end.
pub async fn serve_connections(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let open_connections = GracefulShutdown::new();
    let free_connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(MAX_HEAD_BYTES);
    tokio::pin!(stop);
    loop {
        let accept = async {
            let permit = Arc::clone(&free_connections).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (stream, peer, permit) = tokio::select! {
            () = &mut stop => break,
            accepted = accept => match accepted {
                (Ok((stream, address)), permit) => (stream, Peer(address.ip()), permit),
                (Err(error), _) => {
                    tracing::error!("a connection was not accepted: {error}");
                    // Mostly there are too many open files: a pause lets some of them close.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(peer);
            let router = router.clone();
            async move { Ok::<_, Infallible>(call(router, request).await) }
        });
        let connection = open_connections.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _ = connection.await; // that a visitor went away is nothing to log
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, open_connections.shutdown()).await;
}

async fn call(mut router: Router, request: Request) -> axum::response::Response {
    use tower_service::Service;
    // A router is always ready and never fails.
    router.call(request).await.unwrap_or_else(|never| match never {})
}
