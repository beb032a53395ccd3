//! `POST /admin/declare` and `POST /admin/forget`: what the buttons of `/admin` do. Only for its own forms: a page from
//! elsewhere can make the owner's browser post, too.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::category::Category;
use consentry::model::config::{Declaration, SiteKey};
use consentry::model::observation::{Observation, ObservationKind};

use super::local::local;
use crate::routes::body::{self, Refusal, refuse};
use crate::routes::{App, Peer, answer, cors};
use crate::suggestion::suggestion;

/// `POST /admin/declare`: saves a declaration and shows the page again.
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Response {
    declare(app, peer, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn declare(app: Arc<App>, peer: IpAddr, request: Request) -> Result<Response, Refusal> {
    let [site, kind, name, category] = fields(peer, request, ["site", "kind", "name", "category"]).await?;
    let site = site_key(&site)?;
    let declaration = ObservationKind::named(&kind)
        .and_then(|kind| Observation::new(kind, &name))
        .zip(Category::named(&category))
        .and_then(|(observation, category)| {
            let vendor = suggestion(&observation).and_then(|it| it.vendor);
            Declaration::new(&observation, category, vendor.as_deref())
        });
    let Some(declaration) = declaration else {
        let message = format!(
            "found kind {kind:?}, name {name:?} and category {category:?}, expected something that can be declared"
        );
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-declaration", &message));
    };
    let (of, key) = (Arc::clone(&app), site.clone());
    let saved = tokio::task::spawn_blocking(move || of.sites.declare(key.as_str(), &declaration)).await;
    let lines = match saved {
        Ok(Ok(())) => Vec::new(),
        Ok(Err(lines)) => lines,
        Err(error) => vec![error.to_string()],
    };
    if !lines.is_empty() {
        let message = format!("nothing was declared: {}", lines.join("; "));
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "not-declared", &message));
    }
    // What is declared makes room for what is not.
    let known = app.sites.known();
    forget_where(&app, &site, |it| known.get(site.as_str()).is_some_and(|of| it.is_declared(&of.config)))
        .await
}

/// `POST /admin/forget`: forgets what was observed on a site. What still acts there is observed again.
pub async fn forget(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Response {
    let forget = async {
        let [site] = fields(peer, request, ["site"]).await?;
        forget_where(&app, &site_key(&site)?, |_| true).await
    };
    forget.await.unwrap_or_else(|refusal| *refusal)
}

async fn forget_where(
    app: &App,
    site: &SiteKey,
    which: impl Fn(&Observation) -> bool,
) -> Result<Response, Refusal> {
    let failed = |error| Box::new(answer::store_error(&error));
    let stored = app.store.observations(site.clone()).await.map_err(failed)?;
    let gone = stored.into_iter().map(|it| it.observation).filter(which).collect();
    app.store.forget(site.clone(), gone).await.map_err(failed)?;
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
    if !local(peer, &request) {
        return Err(Box::new(answer::not_found()));
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
