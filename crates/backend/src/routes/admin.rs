//! The owner's pages: the ledger, to read. Only on the machine itself: there are no accounts yet, so
//! whoever cannot be told from a stranger is one.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{Extension, Query, Request, State};
use axum::http::{StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{App, Peer, answer};
use crate::store::{Page, Stored};

/// No script, nothing from elsewhere, in nobody's frame.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `?before=` a place and `?limit=` 1 to 1000.
#[derive(Deserialize)]
pub struct Asked {
    before: Option<u64>,
    limit: Option<u32>,
}

impl Asked {
    fn page(&self, limit: u32) -> Page {
        Page { before: self.before, limit: self.limit.unwrap_or(limit).clamp(1, 1000) }
    }
}

/// Whether the request was made on this machine, to a name of this machine, by no one's proxy.
///
/// A peer on loopback alone is not enough: a page from elsewhere can point its own name at 127.0.0.1 (DNS
/// rebinding), which the host header shows, and a reverse proxy on this machine passes strangers on, which
/// its headers show, or HTTP/1.0, which no browser speaks and some proxies do.
fn local(peer: IpAddr, request: &Request) -> bool {
    let headers = request.headers();
    let proxied = headers.keys().any(|name| {
        let name = name.as_str();
        name == "forwarded" || name == "via" || name == "x-real-ip" || name.starts_with("x-forwarded")
    });
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    peer.to_canonical().is_loopback()
        && !proxied
        && request.version() != Version::HTTP_10
        && host.is_some_and(names_loopback)
        && hosts.next().is_none()
        && request.uri().authority().is_none_or(|authority| names_loopback(authority.as_str()))
}

/// Whether a host, perhaps with a port, is this machine's own name.
fn names_loopback(host: &str) -> bool {
    if let Some(v6) = host.strip_prefix('[') {
        let Some((v6, port)) = v6.split_once(']') else { return false };
        let port_holds = port.is_empty() || port.strip_prefix(':').is_some_and(digits);
        return port_holds && v6.parse() == Ok(Ipv6Addr::LOCALHOST);
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    port.is_none_or(digits)
        && (name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback()))
}

fn digits(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit())
}

/// `GET /admin/receipts.json`: the newest first; `next` is the place to continue before, or null.
pub async fn json(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    if !local(peer, &request) {
        return answer::not_found();
    }
    let page = asked.page(100);
    match app.store.list(page).await {
        Ok(stored) => {
            let body = json!({ "receipts": answer::receipts(&stored), "next": next(page, &stored) });
            answer::json(StatusCode::OK, &body)
        }
        Err(error) => answer::store_error(&error),
    }
}

/// `GET /admin/admin.css`.
pub async fn style(Extension(Peer(peer)): Extension<Peer>, request: Request) -> Response {
    if !local(peer, &request) {
        return answer::not_found();
    }
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("admin.css")).into_response()
}

/// `GET /admin`.
pub async fn page(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Response {
    if !local(peer, &request) {
        return answer::not_found();
    }
    let page = asked.page(50);
    let stored = match app.store.list(page).await {
        Ok(stored) => stored,
        Err(error) => return answer::store_error(&error),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, html(page, &stored)).into_response()
}

/// The place to continue before, if there may be more.
fn next(page: Page, stored: &[Stored]) -> Option<u64> {
    stored
        .last()
        .filter(|last| stored.len() == page.limit as usize && last.position > 1)
        .map(|last| last.position)
}

fn html(page: Page, stored: &[Stored]) -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>Receipts – Consentry</title>\n\
         <link rel=\"stylesheet\" href=\"/admin/admin.css\">\n<main>\n<h1>Receipts</h1>\n\
         <p>The newest first. No receipt is ever edited. <a href=\"/admin/receipts.json\">As JSON</a></p>\n",
    );
    if stored.is_empty() {
        html.push_str("<p>There are none here yet.</p>\n");
    }
    for stored in stored {
        entry(&mut html, stored);
    }
    html.push_str("<nav>\n");
    if page.before.is_some() {
        html.push_str("<a href=\"/admin\">Newest</a>\n");
    }
    if let Some(next) = next(page, stored) {
        let _ = writeln!(html, "<a href=\"/admin?before={next}&amp;limit={}\">Older</a>", page.limit);
    }
    html.push_str("</nav>\n</main>\n</html>\n");
    html
}

fn entry(html: &mut String, stored: &Stored) {
    let receipt: Value = serde_json::from_str(&stored.body).unwrap_or_default();
    let text = |key: &str| match &receipt[key] {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Array(items) if items.is_empty() => "nothing".to_owned(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let _ = writeln!(
        html,
        "<article>\n<h2>{} <small>{}</small></h2>\n<dl>",
        escape(&text("action")),
        escape(&text("site"))
    );
    let received = stored.received.to_string();
    for (name, value) in [
        ("Received", received),
        ("Decided", text("time")),
        ("Granted", text("granted")),
        ("Denied", text("denied")),
        ("Language", text("language")),
        ("Layer", text("layer")),
        ("Revision", text("revision")),
        ("Valid until", text("validUntil")),
        ("Receipt", text("id")),
        ("Previous", text("previous")),
        ("Subject", text("subject")),
        ("Notice", text("notice")),
    ] {
        let _ = writeln!(html, "<div><dt>{name}</dt><dd>{}</dd></div>", escape(&value));
    }
    html.push_str("</dl>\n</article>\n");
}

/// The text with HTML's five characters written out.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{escape, names_loopback};

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["localhost", "LOCALHOST:8787", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8787"] {
            assert!(names_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.example:8787",
            "10.0.0.1",
            "[::2]",
            "[::1].evil.example",
            "[::1",
            "localhost:x",
            "0.0.0.0",
            "localhost@evil.example",
        ] {
            assert!(!names_loopback(host), "{host}");
        }
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escape("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }
}
