//! The receipts for the owner: as rows with what is to be said of them, one by one with its proof, and as JSON.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use consentry::model::receipt::ReceiptId;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::address_of;
use super::outside_text::OutsideText;
use super::page::{Frame, Page};
use crate::routes::authority::Authority;
use crate::routes::openapi::{KeptReceipt, OwnerRefusals, PageAnswers, ReceiptPage};
use crate::routes::parameters::{Path, Query};
use crate::routes::response::ErrorAnswer;
use crate::routes::subjects::proven;
use crate::routes::{AppState, openapi, response};
use consentry_ledger::proof::InclusionProof;
use consentry_ledger::{LedgerError, ReceiptRange, StoredReceipt};

/// `?before=` a position and `?limit=` 1 to 1000; `?site=` the receipts of one site.
#[derive(Deserialize)]
pub struct ReceiptQuery {
    before: Option<u64>,
    limit: Option<u32>,
    site: Option<String>,
}

impl ReceiptQuery {
    fn range(&self, default_limit: u32) -> ReceiptRange {
        ReceiptRange { before: self.before, limit: self.limit.unwrap_or(default_limit).clamp(1, 1000) }
    }
}

/// `?site=`, where several sites have a receipt of one id.
#[derive(Deserialize)]
pub struct SiteQuery {
    site: Option<String>,
}

/// A receipt with what `response::receipts` adds to it.
pub struct Told {
    value: Value,
    site: String,
    id: String,
}

/// What is to be said of receipts.
pub async fn told(state: &AppState, stored: Vec<StoredReceipt>) -> Result<Vec<Told>, LedgerError> {
    let values = response::receipts(state.ledger.as_ref(), &stored).await?;
    let told = values.into_iter().zip(stored).map(|(value, StoredReceipt { receipt, .. })| Told {
        value,
        site: receipt.site.to_string(),
        id: receipt.id.to_string(),
    });
    Ok(told.collect())
}

impl Told {
    /// A member as text: a list with commas between.
    fn text(&self, key: &str) -> String {
        match &self.value[key] {
            Value::String(text) => text.clone(),
            Value::Null => "none".to_owned(),
            Value::Array(items) if items.is_empty() => "nothing".to_owned(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        }
    }

    /// What is not as it should be.
    fn marks(&self) -> Vec<&'static str> {
        let clock = match self.value["clock"].as_str() {
            Some("late") => Some("came late"),
            Some("behind") => Some("clock behind"),
            Some("ahead") => Some("clock ahead"),
            _ => None,
        };
        let notice = (self.value["noticeKnown"] == false).then_some("notice not known");
        clock.into_iter().chain(notice).collect()
    }

    fn address(&self) -> String {
        format!("/admin/receipts/{}?site={}", self.id, self.site)
    }
}

/// When something was, to the minute, in UTC.
fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

/// Receipts as rows, each a link to its page.
pub fn rows(receipts: &[Told]) -> Markup {
    html! {
        ol .rows {
            @for receipt in receipts {
                li {
                    h3 {
                        a href=(receipt.address()) { (OutsideText(&receipt.text("action"))) }
                        " " small { (minute(&receipt.text("received"))) " UTC" }
                    }
                    p {
                        "granted " (OutsideText(&receipt.text("granted"))) " · " (receipt.site) " · "
                        (OutsideText(&receipt.text("language")))
                        @for mark in receipt.marks() { " " span .mark { (mark) } }
                    }
                }
            }
        }
    }
}

/// `GET /admin/receipts`: the newest first, a page at a time.
#[utoipa::path(
    get,
    path = "/admin/receipts",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("before" = Option<u64>, Query, description = "The position to continue before, as `next` said"),
        ("limit" = Option<u32>, Query, description = "How many at most, up to 1000"),
        ("site" = Option<String>, Query, description = "The key of a site, whose receipts they are then"),
    ),
    responses(PageAnswers)
)]
pub async fn list(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    Query(query): Query<ReceiptQuery>,
) -> Response {
    let (sites, frame, range) = (state.sites.current(), Frame::of(&state, &authority), query.range(50));
    let served = match &query.site {
        None => None,
        Some(key) => match sites.get(key) {
            None => return frame.not_found("There is no such site here."),
            served => served,
        },
    };
    let page = async {
        let stored = match served {
            Some(served) => state.ledger.newest_receipts(served.site.key.clone(), range).await?,
            None => state.ledger.receipts(range).await?,
        };
        let next = next_position(range, &stored);
        let receipts = told(&state, stored).await?;
        let (back, of) = match served {
            Some(served) => (address_of(&state, served, ""), format!(" of {}", served.site.key)),
            None => ("/admin".to_owned(), String::new()),
        };
        let site = query.site.as_ref().map(|site| format!("&site={site}")).unwrap_or_default();
        let limit = range.limit;
        let content = html! {
            p { a href=(back) { "Back" } }
            h1 { "Receipts" (of) }
            h2 { "The newest first" }
            p { "No receipt is ever edited. " a href="/admin/receipts.json" { "As JSON" } }
            @if receipts.is_empty() { p { "There are none here yet." } }
            (rows(&receipts))
            nav .pages aria-label="Pages of the list" {
                @if range.before.is_some() { a href={ "/admin/receipts?limit=" (limit) (site) } { "Newest" } }
                @if let Some(next) = next { a href={ "/admin/receipts?before=" (next) "&limit=" (limit) (site) } { "Older" } }
            }
        };
        Ok(Page { title: format!("Receipts{of}"), content })
    };
    frame.respond(page.await)
}

/// The receipt that is asked for; nothing where there is none, or several sites have one of this id and none was named.
async fn find(state: &AppState, id: &str, query: &SiteQuery) -> Result<Option<StoredReceipt>, LedgerError> {
    let Some(id) = ReceiptId::new(id) else { return Ok(None) };
    let mut found = state.ledger.receipts_with_id(id).await?;
    found.retain(|stored| query.site.as_deref().is_none_or(|site| stored.receipt.site.as_str() == site));
    Ok(found.pop().filter(|_| found.is_empty()))
}

/// `GET /admin/receipts/{id}`: one receipt, with the proof that it is in the log.
#[utoipa::path(
    get,
    path = "/admin/receipts/{id}",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("id" = String, Path, description = "The id of a receipt"),
        ("site" = Option<String>, Query, description = "The key of the site, where several have this id"),
    ),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 303, description = "Another page is to be shown"),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 404, description = "There is no such receipt", content((String = "text/html"), (ErrorAnswer = "application/json"))),
        OwnerRefusals,
    )
)]
pub async fn one(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    Path(id): Path<String>,
    Query(query): Query<SiteQuery>,
) -> Response {
    let frame = Frame::of(&state, &authority);
    let stored = match find(&state, &id, &query).await {
        Ok(Some(stored)) => stored,
        Ok(None) => return frame.not_found("There is no such receipt here."),
        Err(error) => return response::ledger_error(&error),
    };
    let page = async {
        let proof = InclusionProof::of(state.ledger.as_ref(), &stored.receipt.site, &stored).await?;
        let sites = state.sites.current();
        let back =
            sites.get(stored.receipt.site.as_str()).map(|served| address_of(&state, served, "#receipts"));
        let mut told = told(&state, vec![stored]).await?;
        let content =
            told.pop().map(|told| receipt_page(&told, proof.as_ref(), back.as_deref())).unwrap_or_default();
        Ok(Page { title: "Receipt".to_owned(), content })
    };
    frame.respond(page.await)
}

/// `GET /admin/receipts/{id}/receipt.json`: the same as a file that anybody can check.
#[utoipa::path(
    get,
    path = "/admin/receipts/{id}/receipt.json",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("id" = String, Path, description = "The id of a receipt"),
        ("site" = Option<String>, Query, description = "The key of the site, where several have this id"),
    ),
    responses(
        (status = 200, description = "The receipt and what proves it", body = KeptReceipt),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 404, description = "There is no such receipt", body = ErrorAnswer),
        OwnerRefusals,
    )
)]
pub async fn file(
    State(state): State<Arc<AppState>>,
    Path(id): Path<String>,
    Query(query): Query<SiteQuery>,
) -> Response {
    match find(&state, &id, &query).await {
        Ok(Some(stored)) => proven::file(&state, stored).await.unwrap_or_else(|refusal| *refusal),
        Ok(None) => response::not_found(),
        Err(error) => response::ledger_error(&error),
    }
}

fn receipt_page(receipt: &Told, proof: Option<&InclusionProof>, back: Option<&str>) -> Markup {
    let known_notice = receipt.value["noticeKnown"] == true;
    let names = [
        ("Granted", "granted"),
        ("Denied", "denied"),
        ("Decided (the visitor's clock)", "time"),
        ("Received (the server's clock)", "received"),
        ("Valid until", "validUntil"),
        ("Revision", "revision"),
        ("Language", "language"),
        ("Layer", "layer"),
        ("Receipt", "id"),
        ("Subject", "subject"),
    ];
    html! {
        p { a href=(back.unwrap_or("/admin")) { "Back" } }
        h1 { (OutsideText(&receipt.text("action"))) " " small { (receipt.site) } }
        @for mark in receipt.marks() { p { span .mark { (mark) } } }
        section .card aria-label="What it says" {
            dl .facts {
                @for (name, key) in names {
                    div { dt { (name) } dd { (OutsideText(&receipt.text(key))) } }
                }
                div {
                    dt { "Notice" }
                    dd {
                        @if known_notice {
                            a href={ "/v1/sites/" (receipt.site) "/notices/" (receipt.text("notice")) "?at=" (receipt.text("time")) } {
                                "What was shown"
                            }
                            " "
                        }
                        (OutsideText(&receipt.text("notice")))
                    }
                }
                div {
                    dt { "Previous" }
                    dd {
                        @if receipt.value["previous"].is_string() {
                            a href={ "/admin/receipts/" (receipt.text("previous")) "?site=" (receipt.site) } { (receipt.text("previous")) }
                        } @else { "none" }
                    }
                }
            }
        }
        section #proof .card aria-labelledby="proof-name" {
            h2 #proof-name { "Proof" }
            @match proof {
                None => { p { "Not signed yet: reload the page in a second or two." } }
                Some(proof) => { (proof_part(receipt, proof)) }
            }
        }
    }
}

fn proof_part(receipt: &Told, proof: &InclusionProof) -> Markup {
    let value = proof.to_json();
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    html! {
        p { "It is entry " (proof.index) " of the log, counted from 0, and the log's signed checkpoint covers it." }
        p {
            a .button href={ "/admin/receipts/" (receipt.id) "/receipt.json?site=" (receipt.site) } download { "Download with its proof" }
            " " a href="/verify" { "Check the file" }
        }
        details {
            summary { "The proof itself" }
            dl .facts {
                div { dt { "Leaf hash" } dd { code { (text("leafHash")) } } }
                div {
                    dt { "Path" }
                    dd {
                        ol { @for hash in value["path"].as_array().into_iter().flatten().filter_map(Value::as_str) { li { code { (hash) } } } }
                    }
                }
                div { dt { "Checkpoint" } dd { pre { (OutsideText(&proof.checkpoint)) } } }
            }
        }
    }
}

/// `GET /admin/receipts.json`: the newest first; `next` is the position to continue before, or null.
#[utoipa::path(
    get,
    path = "/admin/receipts.json",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("before" = Option<u64>, Query, description = "The position to continue before, as `next` said"),
        ("limit" = Option<u32>, Query, description = "How many at most, up to 1000"),
        ("site" = Option<String>, Query, description = "The key of a site, whose receipts they are then"),
    ),
    responses(
        (status = 200, description = "Some receipts", body = ReceiptPage),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 404, description = "No such site is served", body = ErrorAnswer),
        OwnerRefusals,
    )
)]
pub async fn json(State(state): State<Arc<AppState>>, Query(query): Query<ReceiptQuery>) -> Response {
    let range = query.range(100);
    let sites = state.sites.current();
    let told = async {
        let stored = match &query.site {
            None => state.ledger.receipts(range).await?,
            Some(key) => match sites.get(key) {
                Some(served) => state.ledger.newest_receipts(served.site.key.clone(), range).await?,
                None => return Ok(None),
            },
        };
        let receipts = response::receipts(state.ledger.as_ref(), &stored).await?;
        Ok::<_, LedgerError>(Some(json!({ "receipts": receipts, "next": next_position(range, &stored) })))
    };
    match told.await {
        Ok(Some(body)) => response::json(StatusCode::OK, &body),
        Ok(None) => response::not_found(),
        Err(error) => response::ledger_error(&error),
    }
}

/// The position to continue before, if there may be more receipts.
fn next_position(range: ReceiptRange, receipts: &[StoredReceipt]) -> Option<u64> {
    let last = receipts.last().filter(|_| receipts.len() == range.limit as usize)?;
    Some(last.position).filter(|position| *position > 1)
}
