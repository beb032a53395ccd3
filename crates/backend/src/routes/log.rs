//! `/v1/log/`: each site's log in the forms of C2SP's tlog-tiles, for whoever wants to check it. Public, unless the site's
//! configuration says otherwise: nothing in it tells of a visitor or a decision.

mod tile_address;

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::config::SiteKey;
use consentry::model::receipt::ReceiptId;
use consentry_ledger::log::{Checkpoint, HASH_BYTES, TileId, TileLevel, leaf_hash, width_at};
use consentry_ledger::proof::InclusionProof;
use serde::Deserialize;

use self::tile_address::{TileAddress, TileKind};
use super::openapi::{Proof, PublicRefusals};
use super::parameters::{Path, Query};
use super::response::ErrorAnswer;
use super::{AppState, Client, limits, openapi, response};

/// Whole tiles never change (C2SP tlog-tiles, Tiles).
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /v1/log/{site}/checkpoint`: the newest signed one.
#[utoipa::path(
    get,
    path = "/v1/log/{site}/checkpoint",
    tag = openapi::LOG,
    params(("site" = String, Path, description = "The key of a site")),
    responses(
        (status = 200, description = "A signed note", body = String, content_type = "text/plain"),
        PublicRefusals,
    )
)]
pub async fn checkpoint(State(state): State<Arc<AppState>>, Path(site): Path<String>) -> Response {
    let Some(site) = public_log(&state, &site) else { return response::not_found() };
    match state.ledger.log(site).await {
        Ok(Some(log)) => match log.sealed {
            Some(sealed) => public("text/plain; charset=utf-8", "no-cache", sealed.checkpoint.into_bytes()),
            None => response::not_found(),
        },
        Ok(None) => response::not_found(),
        Err(error) => response::ledger_error(&error),
    }
}

/// `GET /v1/log/{site}/key`: the keys that sign its checkpoints, a line each in signed-note's form.
#[utoipa::path(
    get,
    path = "/v1/log/{site}/key",
    tag = openapi::LOG,
    params(("site" = String, Path, description = "The key of a site")),
    responses(
        (status = 200, description = "A key in each line", body = String, content_type = "text/plain"),
        PublicRefusals,
    )
)]
pub async fn key(State(state): State<Arc<AppState>>, Path(site): Path<String>) -> Response {
    let Some(site) = public_log(&state, &site) else { return response::not_found() };
    let log = match state.ledger.log(site).await {
        Ok(log) => log,
        Err(error) => return response::ledger_error(&error),
    };
    let newest = log.and_then(|log| log.sealed).and_then(|sealed| Checkpoint::read(&sealed.checkpoint).ok());
    let Some(newest) = newest else { return response::not_found() };
    let keys: String =
        state.seals.verifying_keys(&newest.origin).iter().map(|key| format!("{key}\n")).collect();
    public("text/plain; charset=utf-8", "no-cache", keys.into_bytes())
}

/// `GET /v1/log/{site}/tile/<level>/<number>[.p/<width>]`, and `entries` as the level.
#[utoipa::path(
    get,
    path = "/v1/log/{site}/tile/{*tile}",
    tag = openapi::LOG,
    params(("site" = String, Path, description = "The key of a site"), ("tile" = String, Path, description = "The address of a tile: `0/000`, `0/x001/000.p/44`, `entries/000`")),
    responses(
        (status = 200, description = "Hashes of 32 bytes, or entries behind their length", body = Vec<u8>, content_type = "application/octet-stream"),
        PublicRefusals,
    )
)]
pub async fn tile(
    State(state): State<Arc<AppState>>,
    Path((site, tile)): Path<(String, String)>,
) -> Response {
    let (Some(site), Some(address)) = (public_log(&state, &site), TileAddress::parse(&tile)) else {
        return response::not_found();
    };
    let log = match state.ledger.log(site.clone()).await {
        Ok(log) => log,
        Err(error) => return response::ledger_error(&error),
    };
    // Only what is signed is shown.
    let size = log.and_then(|log| log.sealed).map_or(0, |sealed| sealed.size);
    let level = match address.kind {
        TileKind::Hashes(level) => TileLevel::of_index(level),
        TileKind::Entries => TileLevel::Entries,
    };
    let id = TileId { level, number: address.number };
    if width_at(size, id) < address.width {
        return response::not_found();
    }
    let hashes = match state.ledger.tiles(site, vec![id]).await {
        Ok(tiles) => tiles.into_iter().next().unwrap_or_default(),
        Err(error) => return response::ledger_error(&error),
    };
    let Some(hashes) = hashes.get(..address.width as usize * HASH_BYTES) else {
        return response::not_found();
    };
    let content = match (address.kind, level) {
        (TileKind::Entries, _) => entry_bundle(hashes),
        (TileKind::Hashes(_), TileLevel::Nodes(_)) => hashes.to_vec(),
        (TileKind::Hashes(_), TileLevel::Entries) => {
            hashes.as_chunks::<HASH_BYTES>().0.iter().flat_map(|entry| leaf_hash(entry)).collect()
        }
    };
    public("application/octet-stream", FOR_EVER, content)
}

/// Entries, each behind its length in two bytes (C2SP tlog-tiles, Log entries).
fn entry_bundle(hashes: &[u8]) -> Vec<u8> {
    let entries = hashes.as_chunks::<HASH_BYTES>().0.iter();
    entries.flat_map(|entry| (HASH_BYTES as u16).to_be_bytes().into_iter().chain(*entry)).collect()
}

/// `?site=`, where several sites have a receipt of one id.
#[derive(Deserialize)]
pub struct ProofQuery {
    site: Option<String>,
}

/// `GET /v1/log/proof/{receipt id}`: that the receipt is in its log. Unknown and erased ids answer alike.
#[utoipa::path(
    get,
    path = "/v1/log/proof/{id}",
    tag = openapi::LOG,
    params(("id" = String, Path, description = "The id of a receipt"), ("site" = Option<String>, Query, description = "The key of the site, where several have this id")),
    responses(
        (status = 200, description = "Where the receipt is in its log", body = Proof),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 429, description = "More than the limit: Retry-After says when it passes", body = ErrorAnswer),
        PublicRefusals,
    )
)]
pub async fn proof(
    State(state): State<Arc<AppState>>,
    Path(id): Path<String>,
    Query(query): Query<ProofQuery>,
    Extension(client): Extension<Client>,
) -> Response {
    if let Err(refusal) = limits::check(&state.by_address, client, 1) {
        return *refusal;
    }
    let Some(id) = ReceiptId::new(&id) else { return response::not_found() };
    let mut stored = match state.ledger.receipts_with_id(id).await {
        Ok(stored) => stored,
        Err(error) => return response::ledger_error(&error),
    };
    stored.retain(|stored| {
        let site = stored.receipt.site.as_str();
        query.site.as_deref().is_none_or(|asked| asked == site) && public_log(&state, site).is_some()
    });
    let [stored] = &stored[..] else {
        return match stored.is_empty() {
            true => response::not_found(),
            false => {
                let message = "receipts of several sites have this id: expected ?site=, the key of one";
                response::error(StatusCode::BAD_REQUEST, "missing-site", message)
            }
        };
    };
    match InclusionProof::of(state.ledger.as_ref(), &stored.receipt.site, stored).await {
        Ok(Some(proof)) => public("application/json", "no-cache", proof.to_json().to_string().into_bytes()),
        Ok(None) => response::not_found(),
        Err(error) => response::ledger_error(&error),
    }
}

/// The key of a site that is configured here and whose log is public.
fn public_log(state: &AppState, site: &str) -> Option<SiteKey> {
    let sites = state.sites.current();
    let served = sites.get(site)?;
    served.site.config.log.public.then(|| served.site.key.clone())
}

/// A response that any page may read.
fn public(content_type: &'static str, cache_control: &'static str, content: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, cache_control),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, content).into_response()
}
