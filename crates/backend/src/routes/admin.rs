//! The owner's pages: the ledger, to read, and what was observed, to declare. Only on the machine itself.

pub mod declare;
mod html;
mod local;
pub mod observed;
mod section;

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Extension, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use self::html::escape;
use self::local::local;
use self::observed::SiteObserved;
use super::{App, Peer, answer};
use crate::store::{Page, Stored};

/// No script, nothing from elsewhere, forms for this server alone, in nobody's frame.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

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
    let sites = match observed::sites(&app).await {
        Ok(sites) => sites,
        Err(error) => return answer::store_error(&error),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // Not `no-referrer`: with that a browser calls the origin of a form `null` (Fetch standard, 3.2).
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, html(page, &stored, &sites)).into_response()
}

/// The place to continue before, if there may be more.
fn next(page: Page, stored: &[Stored]) -> Option<u64> {
    stored
        .last()
        .filter(|last| stored.len() == page.limit as usize && last.position > 1)
        .map(|last| last.position)
}

fn html(page: Page, stored: &[Stored], sites: &[SiteObserved]) -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>Consentry</title>\n\
         <link rel=\"stylesheet\" href=\"/admin/admin.css\">\n<main>\n<h1>Consentry</h1>\n",
    );
    if page.before.is_none() {
        section::observed(&mut html, sites);
    }
    html.push_str(
        "<section id=\"receipts\">\n<h2>Receipts</h2>\n\
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
    html.push_str("</nav>\n</section>\n</main>\n</html>\n");
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
        "<article>\n<h3>{} <small>{}</small></h3>\n<dl>",
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
