//! What is around every page of the owner's. Asks no store.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderName};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::form::key_field;
use super::outside_text::OutsideText;
use crate::access::scopes::TokenScope;
use crate::routes::authority::Authority;
use crate::routes::response::RefusalCode;
use crate::routes::{AppState, response};
use consentry_ledger::LedgerError;

/// No script, nothing from elsewhere, forms for this server alone, and no page that frames it.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the owner's pages are sent with.
pub fn page_headers() -> [(HeaderName, &'static str); 4] {
    [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // Not `no-referrer`: with that a browser calls the origin of a form `null` (Fetch standard, 3.2).
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ]
}

/// A whole page around its `main`.
pub fn document(title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (OutsideText(title)) }
            link rel="stylesheet" href="/admin/admin.css";
            (main)
        }
    }
}

/// What is around a page that somebody who logged in sees.
pub struct Frame<'a> {
    pub reader: &'a Authority,
    /// Whether there is a list of sites to go back to.
    has_list: bool,
}

/// A page in its frame.
pub struct Page {
    pub title: String,
    pub content: Markup,
}

impl Frame<'_> {
    pub fn of<'a>(state: &AppState, reader: &'a Authority) -> Frame<'a> {
        Frame { reader, has_list: state.sites.current().len() != 1 }
    }

    /// The response with a page, or with why there is none.
    pub fn respond(&self, page: Result<Page, LedgerError>) -> Response {
        match page {
            Ok(page) => (page_headers(), self.html(&page).into_string()).into_response(),
            Err(error) => response::ledger_error(&error),
        }
    }

    /// A page that leads back from where there is nothing.
    pub fn not_found(&self, message: &str) -> Response {
        let content = html! {
            h1 { "Not found" }
            p { (message) }
            p { a href="/admin" { "Back to the beginning" } }
        };
        let page = Page { title: "Not found".to_owned(), content };
        let mut response =
            (StatusCode::NOT_FOUND, page_headers(), self.html(&page).into_string()).into_response();
        response.extensions_mut().insert(RefusalCode("not-found"));
        response
    }

    fn html(&self, page: &Page) -> Markup {
        let main = html! {
            header .top {
                a .brand href="/admin" { "Consentry" }
                nav aria-label="Everywhere" {
                    @if self.has_list { a href="/admin" { "All sites" } }
                    a href="/verify" { "Check a receipt" }
                }
                @if let Some(key) = self.reader.form_key(TokenScope::Read) {
                    form method="post" action="/admin/log-out" { (key_field(key)) button { "Log out" } }
                }
            }
            main { (page.content) }
        };
        document(&format!("{} · Consentry", page.title), &main)
    }
}

/// A whole number with a thin space between thousands.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn thousands_are_apart() {
        for (value, text) in [(0, "0"), (999, "999"), (1000, "1 000"), (12_345_678, "12 345 678")] {
            assert_eq!(number(value), text.replace(' ', "\u{202f}"));
        }
    }
}
