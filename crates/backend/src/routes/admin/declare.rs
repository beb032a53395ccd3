//! `POST /admin/declare` and `POST /admin/forget`: what the buttons of `/admin` do.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::category::Category;
use consentry::model::config::SiteKey;
use consentry::model::declaration::Declaration;
use consentry::model::observation::{Observation, ObservationKind};
use utoipa::ToSchema;

use super::address_of;
use super::form::fields_of;
use crate::routes::authority::Authority;
use crate::routes::openapi::FormRefusals;
use crate::routes::response::{self, Refusal, refuse};
use crate::routes::{AppState, openapi};
use crate::suggestion::suggest;

/// `POST /admin/declare`: saves a declaration and shows the page again.
#[utoipa::path(
    post,
    path = "/admin/declare",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    request_body(content = DeclareForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Another page is to be shown"),
        FormRefusals,
    )
)]
pub async fn declare(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    request: Request,
) -> Response {
    save_declaration(state, &authority, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn save_declaration(
    state: Arc<AppState>,
    authority: &Authority,
    request: Request,
) -> Result<Response, Refusal> {
    let names = ["site", "kind", "name", "category"];
    let [site, kind, name, category] = fields_of(authority, request, names).await?;
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
#[utoipa::path(
    post,
    path = "/admin/forget",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    request_body(content = ForgetForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "Another page is to be shown"),
        FormRefusals,
    )
)]
pub async fn forget(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    request: Request,
) -> Response {
    let forget = async {
        let [site] = fields_of(&authority, request, ["site"]).await?;
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
    let sites = state.sites.current();
    let page = sites.get(site.as_str()).map(|served| address_of(state, served, "#observed"));
    let page = page.unwrap_or_else(|| "/admin".to_owned());
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, page)]).into_response())
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

/// What the form sends that declares.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read as a form")]
struct DeclareForm {
    site: String,
    kind: String,
    name: String,
    category: String,
    /// Of a session's page; nothing where a token is sent.
    #[schema(rename = "form-key")]
    form_key: Option<String>,
}

/// What the form sends that forgets.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read as a form")]
struct ForgetForm {
    site: String,
    /// Of a session's page; nothing where a token is sent.
    #[schema(rename = "form-key")]
    form_key: Option<String>,
}
