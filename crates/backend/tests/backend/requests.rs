//! Requests that no browser makes: compressed, endless, nested, or with two opinions on where they end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::client::{ask, raw};
use crate::server::{SHOP, receipt, start};

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

#[test]
fn every_encoding_of_a_body_is_refused_on_every_route() {
    let server = start();
    for path in ["/v1/receipts", "/v1/observations", "/v1/expire"] {
        for encoding in
            ["gzip", "x-gzip", "br", "deflate", "zstd", "compress", "identity", "gzip, gzip", "unknown", ""]
        {
            let host = ("Host", "shop.example");
            let headers = [host, ("Origin", SHOP), TEXT, ("Content-Encoding", encoding)];
            for body in [receipt(1).to_string().as_bytes(), b"\x1f\x8b\x08\0\0\0\0\0\0\x03"] {
                let answer = ask(server.address, "POST", path, &headers, body);
                let found = (answer.status, answer.code());
                assert_eq!(found, (415, "unsupported-type".to_owned()), "{path} {encoding}");
            }
        }
    }
    assert_eq!(server.rows(), 0);
}

#[test]
fn deep_and_long_documents_are_refused() {
    let server = start();
    let send = |body: &str| server.post(&[("Origin", SHOP), TEXT], body.as_bytes()).status;
    for (opening, closing) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"granted":"#, "}]")] {
        for depth in [128, 500] {
            assert_eq!(send(&opening.repeat(depth)), 400, "{opening} {depth}");
            assert_eq!(send(&format!("{}1{}", opening.repeat(depth), closing.repeat(depth))), 400);
        }
        let shallow = send(&format!("{}1{}", opening.repeat(20), closing.repeat(20)));
        assert_eq!(shallow, 422, "{opening}");
    }
    // As many items as a body has room for, and a million.
    assert_eq!(send(&format!("[{}0]", "0,".repeat(4000))), 422);
    assert_eq!(send(&format!("[{}0]", "0,".repeat(1_000_000))), 413);
    let mut many = receipt(1);
    many["granted"] = (0..500).map(|at| format!("service:s{at}")).collect();
    many["denied"] = vec!["analytics"; 20].into();
    assert_eq!(send(&many.to_string()), 422);
    assert_eq!(send(&" ".repeat(2 * 1024 * 1024)), 413);
    assert_eq!(server.rows(), 0);
}

/// The statuses of everything that is answered on one connection until it is closed.
fn statuses(address: std::net::SocketAddr, sent: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = stream.write_all(sent);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let found =
        text.match_indices("HTTP/1.1 ").map(|(at, start)| text[at + start.len()..][..3].parse().unwrap());
    found.collect()
}

/// A head of `POST /v1/receipts` with these lines.
fn head(lines: &str) -> String {
    format!(
        "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nOrigin: {SHOP}\r\nContent-Type: text/plain\r\n{lines}\r\n"
    )
}

#[test]
fn a_request_whose_end_is_in_doubt_is_refused() {
    let server = start();
    let body = receipt(1).to_string();
    let length = body.len();
    let chunked = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    for (lines, body) in [
        (format!("Content-Length: {length}\r\nContent-Length: 5\r\n"), &body),
        (format!("Content-Length: {length}, 5\r\n"), &body),
        (format!("Content-Length: +{length}\r\n"), &body),
        (format!("Content-Length: 0x{length:x}\r\n"), &body),
        ("Content-Length: -1\r\n".into(), &body),
        ("Content-Length: 99999999999999999999\r\n".into(), &body),
        (format!("Content-Length: {length}\r\n :\r\n"), &body),
        (format!("Content-Length : {length}\r\n"), &body),
        ("Transfer-Encoding: chunked, identity\r\n".into(), &chunked),
        ("Transfer-Encoding: gzip\r\n".into(), &chunked),
        ("Transfer-Encoding: xchunked\r\n".into(), &chunked),
        ("Transfer-Encoding : chunked\r\n".into(), &chunked),
        ("Transfer-Encoding:\x0bchunked\r\n".into(), &chunked),
    ] {
        let answer = raw(server.address, (head(&lines) + body).as_bytes());
        assert_eq!(answer.status, 400, "{lines:?}: {answer:?}");
    }
    let te = "Transfer-Encoding: chunked\r\n";
    for bad in [
        format!("{length:x}g\r\n{body}\r\n0\r\n\r\n"),
        format!("-{length:x}\r\n{body}\r\n0\r\n\r\n"),
        format!("0x{length:x}\r\n{body}\r\n0\r\n\r\n"),
        format!("fffffffffffffffff\r\n{body}\r\n0\r\n\r\n"),
        format!("{:x}\r\n{body}\r\n0\r\n\r\n", length - 1),
        format!("{length:x}\r\n{body}0\r\n\r\n"),
    ] {
        let answer = raw(server.address, (head(te) + &bad).as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (400, "broken-body"), "{bad:?}");
    }
    assert_eq!(server.rows(), 0);
}

#[test]
fn what_follows_a_request_with_two_lengths_is_never_another_request() {
    let server = start();
    let hidden = {
        let body = receipt(2).to_string();
        format!("{}{body}", head(&format!("Content-Length: {}\r\n", body.len())))
    };
    let (length, te) =
        (format!("Content-Length: {}\r\n", hidden.len() + 5), "Transfer-Encoding: chunked\r\n");
    // By its chunks the request ends before the hidden one, by its length after it.
    for lines in [format!("{length}{te}"), format!("{te}{length}"), format!("{te}{length}{te}")] {
        let sent = format!("{}0\r\n\r\n{hidden}", head(&lines));
        assert_eq!(statuses(server.address, sent.as_bytes()), [400], "{lines:?}");
    }
    // The other way round.
    let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    for lines in [format!("Content-Length: 4\r\n{te}"), format!("{te}Content-Length: 4\r\n")] {
        let answered = statuses(server.address, format!("{}{chunk}", head(&lines)).as_bytes());
        assert_eq!(answered, [400], "{lines:?}");
    }
    assert_eq!(server.rows(), 0, "the hidden one was stored");
}
