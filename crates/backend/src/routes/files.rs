//! `GET /{site}/consentry.js` and the files beside it: the built component with the site's configuration
//! in it. Public; any page may load them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{AppState, response};

pub async fn get(
    State(state): State<Arc<AppState>>,
    Path((site, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let sites = state.sites.current();
    let Some(served) = sites.get(&site) else { return response::not_found() };
    let file = match &served.files {
        Ok(files) => files.get(&name),
        Err(reason) if name.starts_with("consentry") => {
            return response::error(StatusCode::SERVICE_UNAVAILABLE, "not-built", reason);
        }
        Err(_) => None,
    };
    let Some(file) = file else { return response::not_found() };
    let content_type = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let common = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "no-cache"), // may be kept, must be asked about
        (header::ETAG, file.etag.as_str()),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    let unchanged = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == file.etag);
    if unchanged {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, content_type)], file.content.clone()).into_response()
}
