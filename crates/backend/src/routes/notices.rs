//! `/v1/sites/{site}/notices/{hash}`: what visitors were told, under the hash by which their receipts name it. Public, as it was
//! when it was shown: as text, whose hash it is, or as a page, for whoever prefers HTML. This server keeps those of the sites that it
//! serves by itself; an owner who bundles elsewhere puts them here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::bundle::notice_page;
use consentry::model::config::SiteKey;
use consentry::model::receipt::{NoticeHash, Time};
use consentry_ledger::notice::{Document, KeptNotice, NewNotice, hash_bytes, notice_hash};
use serde::Deserialize;

use super::openapi::{FormRefusals, PublicRefusals};
use super::parameters::{Path, Query};
use super::response::{self, ErrorAnswer, Refusal, refuse};
use super::{AppState, body, now, openapi};

/// Nothing but the page's own style.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                                       form-action 'none'; frame-ancestors 'none'";

/// `?at=` a time, such as a receipt's: the page looks as it did then.
#[derive(Deserialize)]
pub struct NoticeQuery {
    at: Option<String>,
}

/// `GET`: the notice, as text or as the page that it was.
#[utoipa::path(
    get,
    path = "/v1/sites/{site}/notices/{hash}",
    tag = openapi::VISITORS,
    params(("site" = String, Path, description = "The key of a site"), ("hash" = String, Path, description = "SHA-256 over the notice in hexadecimal digits, with `sha256:` before them or not"), ("at" = Option<String>, Query, description = "The page as it looked at this time")),
    responses(
        (status = 200, description = "The words, or a page for whoever prefers HTML", content((String = "text/plain"), (String = "text/html"))),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        PublicRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path((site, hash)): Path<(String, String)>,
    Query(query): Query<NoticeQuery>,
    headers: HeaderMap,
) -> Response {
    let sites = state.sites.current();
    let Some((served, hash)) = sites.get(&site).zip(read_hash(&hash)) else { return response::not_found() };
    let notice = match state.ledger.notice(served.site.key.clone(), hash).await {
        Ok(Some(notice)) => notice,
        Ok(None) => return response::not_found(),
        Err(error) => return response::ledger_error(&error),
    };
    let page = prefers_html(&headers).then(|| page(&notice, query.at.as_deref())).flatten();
    let mut response = match page {
        Some(page) => {
            let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
            ([policy], axum::response::Html(page)).into_response()
        }
        None => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], notice.text).into_response(),
    };
    for (name, value) in [
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::VARY, "accept"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `PUT`: keeps a notice, as `text/plain`. How it looked is not known then.
#[utoipa::path(
    put,
    path = "/v1/sites/{site}/notices/{hash}",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(("site" = String, Path, description = "The key of a site"), ("hash" = String, Path, description = "SHA-256 over the notice in hexadecimal digits, with `sha256:` before them or not")),
    request_body(content = String, content_type = "text/plain"),
    responses(
        (status = 204, description = "It is kept"),
        (status = 404, description = "There is nothing here, or not for this caller", body = ErrorAnswer),
        FormRefusals,
    )
)]
pub async fn put(
    State(state): State<Arc<AppState>>,
    Path((site, hash)): Path<(String, String)>,
    request: Request,
) -> Response {
    let sites = state.sites.current();
    let Some((served, hash)) = sites.get(&site).zip(read_hash(&hash)) else { return response::not_found() };
    keep(&state, served.site.key.clone(), &hash, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn keep(
    state: &AppState,
    site: SiteKey,
    hash: &NoticeHash,
    request: Request,
) -> Result<Response, Refusal> {
    let notice = Document::new(body::document(request).await?);
    let refused =
        |code: &'static str, message: &str| Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, code, message));
    if hash_bytes(hash) != *notice.hash() {
        let found = notice_hash(notice.hash()).map(|found| found.to_string()).unwrap_or_default();
        return refused("wrong-hash", &format!("found a text with the hash {found}, expected {hash}"));
    }
    if notice_page(notice.text(), None).is_none() {
        return refused(
            "bad-notice",
            "found another text, expected a notice: it begins with \"consentry notice 1\"",
        );
    }
    let kept = state.ledger.keep_notices(site, vec![NewNotice { notice, appearance: None }], now()).await;
    match kept {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => Err(Box::new(response::ledger_error(&error))),
    }
}

/// The hash, with `sha256:` before it or not.
fn read_hash(text: &str) -> Option<NoticeHash> {
    NoticeHash::new(text).or_else(|| NoticeHash::new(&format!("sha256:{text}")))
}

/// Whether it is a browser that shows a page.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// The notice as a page, with the appearance of a time, by default the last.
fn page(notice: &KeptNotice, at: Option<&str>) -> Option<String> {
    let at = at.and_then(Time::parse);
    let then = notice.appearances.iter().rfind(|(since, _)| at.is_none_or(|at| *since <= at));
    let appearance = then.or(notice.appearances.first()).map(|(_, appearance)| appearance.as_str());
    notice_page(&notice.text, appearance)
}
