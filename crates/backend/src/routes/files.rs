//! `GET /{site}/consentry.js` and the files beside it: the built component with the site's configuration
//! in it. Public; any page may load them. The script names the folder in which it asks for the others, by their content:
//! `GET /{site}/{folder}/{file}`.

mod accepted_codings;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use self::accepted_codings::best_coding;
use super::openapi::PublicRefusals;
use super::parameters::Path;
use super::{AppState, openapi, response};
use crate::sites::{Coding, CompressedFile, Life};

/// What holds the configuration may be used for five minutes unasked: a mistake in it is gone as soon. For an hour more a
/// page may use it while the browser asks, so that a script which blocks the page costs a visitor who comes back no wait.
const SHORT: &str = "public, max-age=300, stale-while-revalidate=3600";
/// An address that means one content for ever.
const ENDLESS: &str = "public, max-age=31536000, immutable";

/// `GET /{site}/{file}`: the script of a site, or a file beside it.
#[utoipa::path(
    get,
    path = "/{site}/{file}",
    tag = openapi::FILES,
    params(("site" = String, Path, description = "The key of a site"), ("file" = String, Path, description = "The name of the file, such as consentry.js")),
    responses(
        (status = 200, description = "The file", content((String = "text/javascript"), (Vec<u8> = "application/wasm"), (serde_json::Value = "application/json"), (String = "text/plain"), (Vec<u8> = "application/octet-stream"))),
        (status = 304, description = "The one that was asked about is the same"),
        PublicRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path((site, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answer(state, site, None, name, &headers).await
}

/// `GET /{site}/{folder}/{file}`: a file under an address named by the content of all of them.
#[utoipa::path(
    get,
    path = "/{site}/{folder}/{file}",
    tag = openapi::FILES,
    params(("site" = String, Path, description = "The key of a site"), ("folder" = String, Path, description = "24 hexadecimal digits"), ("file" = String, Path, description = "The name of the file")),
    responses(
        (status = 200, description = "The file", content((String = "text/javascript"), (Vec<u8> = "application/wasm"), (serde_json::Value = "application/json"), (String = "text/plain"), (Vec<u8> = "application/octet-stream"))),
        (status = 304, description = "The one that was asked about is the same"),
        PublicRefusals,
    )
)]
pub async fn get_in_folder(
    State(state): State<Arc<AppState>>,
    Path((site, folder, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    answer(state, site, Some(folder), name, &headers).await
}

async fn answer(
    state: Arc<AppState>,
    site: String,
    folder: Option<String>,
    name: String,
    headers: &HeaderMap,
) -> Response {
    let Some(served) = state.sites.current().get(&site).cloned() else { return response::not_found() };
    if !name.starts_with("consentry") {
        return response::not_found();
    }
    let files = &state.sites.files;
    if let Some((file, life)) = files.at_hand(&served, folder.as_deref(), &name) {
        return send(&file, life, &name, headers);
    }
    let (making, made_name) = (Arc::clone(&state), name.clone());
    let find = move || making.sites.files.find(&served, folder.as_deref(), &made_name);
    let found = tokio::task::spawn_blocking(find).await;
    match found.unwrap_or_else(|error| Err(error.to_string())) {
        Ok(Some((file, life))) => send(&file, life, &name, headers),
        Ok(None) => response::not_found(),
        Err(reason) => response::error(StatusCode::SERVICE_UNAVAILABLE, "not-built", &reason),
    }
}

fn send(file: &CompressedFile, life: Life, name: &str, headers: &HeaderMap) -> Response {
    let life = match life {
        Life::Short => SHORT,
        Life::Endless => ENDLESS,
    };
    let always = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, life),
        (header::ETAG, file.etag.as_str()),
        (header::VARY, "Accept-Encoding"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    if is_known(&file.etag, headers) {
        return (StatusCode::NOT_MODIFIED, always).into_response();
    }
    let coding = best_coding(headers, |coding| file.has(coding));
    let Ok(bytes) = file.bytes(coding) else {
        return response::error(StatusCode::INTERNAL_SERVER_ERROR, "unreadable", "ask for it compressed");
    };
    let mut response = (always, [(header::CONTENT_TYPE, content_type(name))], bytes).into_response();
    let coding = match coding {
        Coding::Brotli => "br",
        Coding::Gzip => "gzip",
        Coding::Identity => return response,
    };
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    response
}

/// Whether the client has the file already (RFC 9110, 13.1.2).
fn is_known(etag: &str, headers: &HeaderMap) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|tags| tags.split(',')).map(opaque).any(|tag| tag == "*" || tag == opaque(etag))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
