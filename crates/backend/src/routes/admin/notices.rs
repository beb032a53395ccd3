//! The notices of a site as a list: the newest on its page, and `GET /admin/notices?site=` with more.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::response::Response;
use consentry_ledger::LedgerError;
use consentry_ledger::notice::ListedNotice;
use maud::{Markup, html};
use serde::Deserialize;

use super::address_of;
use super::outside_text::OutsideText;
use super::page::{Frame, Page};
use crate::routes::authority::Authority;
use crate::routes::openapi::PageAnswers;
use crate::routes::parameters::Query;
use crate::routes::{AppState, openapi};
use crate::sites::ServedSite;

/// How many a site's page shows.
const FEW: u32 = 6;
/// How many the list shows.
const MOST: u32 = 1000;

#[derive(Deserialize)]
pub struct NoticesQuery {
    site: String,
}

/// `GET /admin/notices`: what visitors of a site were told, the newest first.
#[utoipa::path(
    get,
    path = "/admin/notices",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("site" = String, Query, description = "The key of a site"),
    ),
    responses(PageAnswers)
)]
pub async fn page(
    State(state): State<Arc<AppState>>,
    Extension(authority): Extension<Authority>,
    Query(query): Query<NoticesQuery>,
) -> Response {
    let (sites, frame) = (state.sites.current(), Frame::of(&state, &authority));
    let Some(served) = sites.get(&query.site) else { return frame.not_found("There is no such site here.") };
    let notices = state.ledger.newest_notices(served.site.key.clone(), MOST).await;
    frame.respond(notices.map(|notices| {
        let content = html! {
            p { a href=(address_of(&state, served, "")) { "Back to " (served.site.key) } }
            h1 { "Notices of " (served.site.key) }
            p { "What visitors were told, the newest first. A receipt names its notice by a hash over these very words." }
            (list(served, &notices))
            @if notices.len() == MOST as usize { p .faint { "Older ones are not listed; each receipt leads to its own." } }
        };
        Page { title: format!("Notices of {}", served.site.key), content }
    }))
}

/// The section of a site's page.
pub async fn section(state: &AppState, served: &ServedSite) -> Result<Markup, LedgerError> {
    let key = &served.site.key;
    let notices = state.ledger.newest_notices(key.clone(), FEW + 1).await?;
    let shown = &notices[..notices.len().min(FEW as usize)];
    Ok(html! {
        section #notices .card aria-labelledby="notices-name" {
            h2 #notices-name { "Notices" }
            @if shown.is_empty() { p { "None is kept yet." } }
            (list(served, shown))
            @if shown.len() < notices.len() { p { a href={ "/admin/notices?site=" (key) } { "All notices" } } }
        }
    })
}

fn list(served: &ServedSite, notices: &[ListedNotice]) -> Markup {
    let site = &served.site.key;
    html! {
        ul .rows {
            @for notice in notices {
                li {
                    a href={ "/v1/sites/" (site) "/notices/" (notice.hash) } { (OutsideText(&name(&notice.text))) }
                    " " small { "since " (notice.since.day()) }
                }
            }
        }
    }
}

/// What a notice is called: its language and its layer.
fn name(text: &str) -> String {
    let value = |key: &str| text.lines().take(3).find_map(|line| line.strip_prefix(key)).unwrap_or("?");
    let layer = match value("layer: ") {
        "1" => "banner",
        "2" => "preferences",
        other => other,
    };
    format!("{} in {}", layer, value("language: "))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_notice_is_called_by_its_language_and_layer() {
        assert_eq!(name("consentry notice 1\nlanguage: sv\nlayer: 2\ntitle a: b\n"), "preferences in sv");
        assert_eq!(name("something else"), "? in ?");
    }
}
