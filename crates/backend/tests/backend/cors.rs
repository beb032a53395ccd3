//! Which origins may write and which may read an answer, on every route that pages call.

use serde_json::json;

use crate::client::{Answer, ask};
use crate::server::{Running, SECRET, SHOP, SUBJECT, folder_with_limit, receipt, report, start_in};

const BLOG: &str = "https://blog.example";
const EVIL: &str = "https://evil.example";
/// The routes that take something from a page.
const WRITING: [&str; 3] = ["/v1/receipts", "/v1/observations", "/v1/expire"];

fn body(path: &str) -> String {
    match path {
        "/v1/receipts" => receipt(1).to_string(),
        "/v1/observations" => report(&[("cookie", "name")]).to_string(),
        _ => json!({ "site": "shop", "granted": [], "denied": [] }).to_string(),
    }
}

fn observations(server: &Running) -> usize {
    server.observed().len()
}

#[test]
fn foreign_origins_are_refused_on_every_route_and_in_every_form_and_nothing_is_stored() {
    let server = start_in(folder_with_limit(0));
    let foreign = [
        Some("null"),
        None,
        Some(EVIL),
        Some("https://shop.example.evil.example"),
        Some("https://evil-shop.example"),
        Some("https://shop.example@evil.example"),
        Some("http://shop.example"),
        Some("wss://shop.example"),
        Some("https://shop.example:8443"),
        Some("https://shop.example:443"),
        Some("https://SHOP.example"),
        Some("https://shop.example."),
        Some(BLOG),
    ];
    for path in WRITING {
        for kind in ["text/plain", "application/json"] {
            for origin in foreign {
                let mut headers = vec![("Content-Type", kind), ("Host", "shop.example")];
                headers.extend(origin.map(|origin| ("Origin", origin)));
                let answer = ask(server.address, "POST", path, &headers, body(path).as_bytes());
                let place = format!("{path} {kind} {origin:?}");
                assert_eq!(answer.status, 403, "{place}: {answer:?}");
                assert_eq!(answer.header("set-cookie"), None, "{place}");
                let readable = answer.header("access-control-allow-origin");
                assert!(
                    readable.is_none_or(|by| by == BLOG && origin == Some(BLOG)),
                    "{place}: {readable:?}"
                );
            }
            assert_eq!((server.rows(), observations(&server)), (0, 0), "{path} {kind}");
        }
    }
}

/// Method, path, headers, body, and the status of the answer.
type Asked<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16);

/// The headers that say who may read an answer.
fn sharing(answer: &Answer) -> [Option<&str>; 3] {
    ["access-control-allow-origin", "access-control-allow-credentials", "vary"]
        .map(|name| answer.header(name))
}

#[test]
fn every_answer_names_the_asking_origin_alone_and_varies_by_it() {
    let server = start_in(folder_with_limit(0));
    let bearer = format!("Bearer {SECRET}");
    let subject = format!("/v1/subjects/{SUBJECT}/receipts");
    let good = receipt(1).to_string();
    let mut conflict = receipt(1);
    conflict["layer"] = 2.into();
    let long = " ".repeat(8193);
    let conflict = conflict.to_string();
    let text = ("Content-Type", "text/plain");
    let asked: &[Asked] = &[
        ("OPTIONS", "/v1/receipts", &[], "", 204),
        ("OPTIONS", "/v1/observations", &[], "", 204),
        ("OPTIONS", &subject, &[], "", 204),
        ("POST", "/v1/receipts", &[text], &good, 200),
        ("POST", "/v1/receipts", &[text], &conflict, 409),
        ("POST", "/v1/receipts", &[text], "{", 400),
        ("POST", "/v1/receipts", &[text], "{}", 422),
        ("POST", "/v1/receipts", &[text], &long, 413),
        ("POST", "/v1/receipts", &[], "{}", 415),
        ("POST", "/v1/observations", &[text], &body("/v1/observations"), 204),
        ("POST", "/v1/observations", &[text], "[]", 422),
        ("GET", &subject, &[("Authorization", &bearer)], "", 200),
        ("GET", &subject, &[], "", 401),
    ];
    for (method, path, headers, body, status) in asked {
        for origin in [SHOP, "http://localhost:3000"] {
            let headers: Vec<_> = headers.iter().copied().chain([("Origin", origin)]).collect();
            let answer = ask(server.address, method, path, &headers, body.as_bytes());
            let place = format!("{method} {path} {status} {origin}");
            assert_eq!(answer.status, *status, "{place}: {answer:?}");
            assert_eq!(sharing(&answer), [Some(origin), None, Some("Origin")], "{place}");
            assert_eq!(answer.header("set-cookie"), None, "{place}");
            let kept = answer.header("access-control-max-age").is_some();
            assert_eq!(kept, *method == "OPTIONS", "{place}: a preflight is kept");
        }
        let headers: Vec<_> = headers.iter().copied().chain([("Origin", EVIL)]).collect();
        let answer = ask(server.address, method, path, &headers, body.as_bytes());
        // Another origin's answer is never what a cache has for this one.
        assert_eq!(sharing(&answer), [None, None, Some("Origin")], "{method} {path}");
    }
}
