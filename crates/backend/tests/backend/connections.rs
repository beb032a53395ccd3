//! Crowds that hold connections without getting on: a visitor who comes then is answered at once.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::get;
use crate::component::component;
use crate::server::{CONNECTIONS, folder_of_two_sites, start_with};

/// More than every buffer on the way to a reader who does not read.
const LARGE: usize = 16 * 1024 * 1024;

/// Opens more connections than there is room for, each of which sends this and then waits.
fn crowd(address: SocketAddr, sent: &str) -> Vec<TcpStream> {
    let open = || {
        let mut stream = TcpStream::connect(address).unwrap();
        let _ = stream.write_all(sent.as_bytes());
        stream
    };
    (0..3 * CONNECTIONS).map(|_| open()).collect()
}

#[test]
fn a_visitor_is_answered_while_a_crowd_holds_every_connection() {
    let large = |name: &str| match name {
        "consentry-classify.wasm.js" => Some(vec![b' '; LARGE].into()),
        _ => component(name),
    };
    let server = start_with(folder_of_two_sites(), Arc::new(large));
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let post =
        "POST /v1/receipts HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n{";
    for (who, sent) in [
        ("nobody asks for anything", String::new()),
        ("heads come in pieces", "GET / HT".into()),
        ("bodies come in pieces", post.into()),
        ("no answer is read", ask("/shop/consentry-classify.wasm.js")),
        ("connections are kept after an answer", ask("/healthz")),
    ] {
        let _crowd = crowd(server.address, &sent);
        for _ in 0..20 {
            let begun = Instant::now();
            assert_eq!(get(server.address, "/healthz", &[]).status, 200, "{who}");
            assert!(begun.elapsed() < Duration::from_secs(2), "{who}: {:?}", begun.elapsed());
        }
    }
}
