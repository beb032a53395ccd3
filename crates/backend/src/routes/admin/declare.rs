//! `POST /admin/declare` and `POST /admin/forget`: what the buttons of `/admin` do. Only for its own forms: a
//! page from elsewhere can make the owner's browser post, too.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::category::Category;
use consentry::model::config::SiteKey;
use consentry::model::declaration::Declaration;
use consentry::model::observation::{Observation, ObservationKind};

use super::local_request::is_local;
use crate::routes::response::{self, Refusal, refuse};
use crate::routes::{AppState, Peer, body, cors};
use crate::suggestion::suggest;

/// `POST /admin/declare`: saves a declaration and shows the page again.
pub async fn declare(
    State(state): State<Arc<AppState>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Response {
    save_declaration(state, peer, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn save_declaration(state: Arc<AppState>, peer: IpAddr, request: Request) -> Result<Response, Refusal> {
    let [site, kind, name, category] = fields(peer, request, ["site", "kind", "name", "category"]).await?;
    let site = site_key(&site)?;
    let declaration = ObservationKind::named(&kind)
        .and_then(|kind| Observation::new(kind, &name))
        .zip(Category::named(&category))
        .and_then(|(observation, category)| {
            let vendor = suggest(&observation).and_then(|suggestion| suggestion.vendor);
            Declaration::new(&observation, category, vendor.as_deref())
        });
    let Some(declaration) = declaration else {
        let message = format!(
            "found kind {kind:?}, name {name:?} and category {category:?}, \
             expected something that can be declared"
        );
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-declaration", &message));
    };
    let (blocking, key) = (Arc::clone(&state), site.clone());
    let saved = tokio::task::spawn_blocking(move || blocking.sites.declare(key.as_str(), &declaration)).await;
    let lines = match saved {
        Ok(Ok(())) => Vec::new(),
        Ok(Err(error)) => error.lines(),
        Err(error) => vec![error.to_string()],
    };
    if !lines.is_empty() {
        let message = format!("nothing was declared: {}", lines.join("; "));
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "not-declared", &message));
    }
    // What is declared makes room for what is not.
    let sites = state.sites.current();
    let config = sites.get(site.as_str()).map(|served| &served.site.config);
    let is_declared =
        |observation: &Observation| config.is_some_and(|config| observation.is_declared(config));
    forget_where(&state, &site, is_declared).await
}

/// `POST /admin/forget`: forgets what was observed on a site. What still acts there is observed again.
pub async fn forget(
    State(state): State<Arc<AppState>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Response {
    let forget = async {
        let [site] = fields(peer, request, ["site"]).await?;
        forget_where(&state, &site_key(&site)?, |_| true).await
    };
    forget.await.unwrap_or_else(|refusal| *refusal)
}

/// Forgets some observations of a site, and shows the page again.
async fn forget_where(
    state: &AppState,
    site: &SiteKey,
    is_forgotten: impl Fn(&Observation) -> bool,
) -> Result<Response, Refusal> {
    let failed = |error| Box::new(response::ledger_error(&error));
    let stored = state.ledger.observations(site.clone()).await.map_err(failed)?;
    let forgotten = stored.into_iter().map(|stored| stored.observation).filter(is_forgotten).collect();
    state.ledger.forget_observations(site.clone(), forgotten).await.map_err(failed)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/admin#observed")]).into_response())
}

fn site_key(site: &str) -> Result<SiteKey, Refusal> {
    SiteKey::new(site).ok_or_else(|| {
        refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad-form",
            &format!("site: found {site:?}, expected a site key"),
        )
    })
}

/// The fields of a form that one of our own pages posted on this machine.
async fn fields<const N: usize>(
    peer: IpAddr,
    request: Request,
    names: [&str; N],
) -> Result<[String; N], Refusal> {
    if !is_local(peer, &request) {
        return Err(Box::new(response::not_found()));
    }
    if !from_own_page(&request) {
        let message = "found a form of another page, expected one of this server's own";
        return Err(refuse(StatusCode::FORBIDDEN, "not-same-origin", message));
    }
    let mut form = body::form(request).await?;
    let found: Vec<_> = form.iter().map(|(name, _)| name.as_str()).collect();
    if found.len() != N || !names.iter().all(|name| found.contains(name)) {
        let message = format!("found the fields {found:?}, expected {names:?}");
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-form", &message));
    }
    Ok(names.map(|name| {
        let field = form.iter_mut().find(|(found, _)| found == name);
        field.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }))
}

/// Whether the browser says that the page is this server's: by its origin, else by `Sec-Fetch-Site`.
fn from_own_page(request: &Request) -> bool {
    let headers = request.headers();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match origins.next().map(|origin| origin.to_str()) {
        Some(Ok(origin)) => origins.next().is_none() && cors::same_origin(origin, request),
        Some(Err(_)) => false,
        None => headers.get_all("sec-fetch-site").iter().eq(["same-origin"]),
    }
}
