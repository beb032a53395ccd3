//! The owner's pages: what a site's receipts add up to, the receipts, what was observed, to declare, and how the log is. Who may is
//! said where the routes are.

mod broken_section;
mod chart;
mod course_plot;
pub mod declare;
mod form;
mod group_name;
mod groups_section;
mod log_health;
pub mod log_in;
pub mod notices;
pub mod observations;
mod observed_section;
mod outside_text;
mod overview;
mod page;
mod rate_section;
pub mod receipts;
mod site_observations;
mod site_page;

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use self::page::Frame;
use super::authority::Authority;
use super::openapi::PageAnswers;
use super::parameters::Query;
use super::{AppState, openapi};
use crate::sites::ServedSite;

/// What `/admin` may be asked for: `?site=` one site, and `?days=` how many of them; else the list of sites, `?find=` some and
/// `?page=` further ones.
#[derive(Deserialize)]
pub struct PageQuery {
    site: Option<String>,
    days: Option<String>,
    find: Option<String>,
    page: Option<usize>,
}

/// `GET /admin/admin.css`. Public: the log-in has it too.
#[utoipa::path(
    get,
    path = "/admin/admin.css",
    tag = openapi::OWNER,
    responses(
        (status = 200, description = "The style", body = String, content_type = "text/css"),
    )
)]
pub async fn style_sheet() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("admin.css")).into_response()
}

/// `GET /admin`: the one site that there is, the one that is asked for, or the list of all.
#[utoipa::path(
    get,
    path = "/admin",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("site" = Option<String>, Query, description = "The key of a site, whose page it is then"),
        ("days" = Option<String>, Query, description = "Over how many days a site is summed up: 7, 30, 90, 365 or all"),
        ("find" = Option<String>, Query, description = "What the keys of the listed sites have in them"),
        ("page" = Option<usize>, Query, description = "Which page of the list, counted from 1"),
    ),
    responses(PageAnswers)
)]
pub async fn page(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    Query(query): Query<PageQuery>,
) -> Response {
    let sites = state.sites.current();
    let frame = Frame::of(&state, &authority);
    let only = sites.values().next().filter(|_| sites.len() == 1 && query.find.is_none());
    let answer = match (&query.site, only) {
        (Some(key), _) => match sites.get(key) {
            Some(served) => site_page::of(&state, served, query.days.as_deref(), &frame).await,
            None => return frame.not_found("There is no such site here."),
        },
        (None, Some(served)) => site_page::of(&state, served, query.days.as_deref(), &frame).await,
        (None, None) => overview::of(&state, &query).await,
    };
    frame.respond(answer)
}

/// Where the page of a site is, with what stands behind it: a part of it, such as `#observed`.
fn address_of(state: &AppState, served: &ServedSite, part: &str) -> String {
    match state.sites.current().len() {
        1 => format!("/admin{part}"),
        _ => format!("/admin?site={}{part}", served.site.key),
    }
}
