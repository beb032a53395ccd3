//! `POST /v1/expire`: deletes the first-party cookies that no script can (HttpOnly), after a decision, where
//! the backend is mounted on the page's own origin. Judges names as the gate does, by the site's
//! configuration and the built-in table. Nothing of the request is kept or logged.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::config::{Fault, SiteKey};
use consentry::model::receipt::Scope;
use consentry::model::shape::{self, Node};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::cookies::{self, CookieScopes};
use super::openapi::{Form, PostRefusals, own_schema};
use super::response::{self, Refusal, refuse};
use super::{AppState, Client, body, cors, limits, openapi};
use crate::sites::ServedSite;

/// How many bytes of `Set-Cookie` lines one response has: proxies in front refuse a head beyond 4 KiB.
/// Whoever asks again gets the next ones.
const MAX_LINE_BYTES: usize = 3000;

/// What the component posts: its site, and the decisions in force. As in the gate, what neither list decides
/// is denied.
const DECISIONS: shape::Shape = shape::Shape::Object(&[
    field("site", shape::Shape::Text(&SITE), "The site key."),
    field("granted", SCOPES, "What is granted."),
    field("denied", SCOPES, "What is denied."),
]);
const SCOPES: shape::Shape = shape::Shape::List { of: &shape::Shape::Text(&SCOPE), least: 0, most: 1003 };
const SITE: shape::TextRule =
    shape::TextRule { expected: "a site key", holds: |text| SiteKey::new(text).is_some(), pattern: None };
const SCOPE: shape::TextRule = shape::TextRule {
    expected: "functional, analytics, advertising or service:<id>",
    holds: |text| Scope::parse(text).is_some(),
    pattern: None,
};

const fn field(name: &'static str, shape: shape::Shape, doc: &'static str) -> shape::Field {
    shape::Field { name, shape, needed: true, doc }
}

/// `POST /v1/expire`: expires first-party cookies that no script can (HttpOnly), of what is denied.
#[utoipa::path(
    post,
    path = "/v1/expire",
    tag = openapi::PAGES,
    params(("Origin" = Option<String>, Header, description = "The page's origin, one of the site's")),
    request_body(content((DecisionsForm = "text/plain"), (DecisionsForm = "application/json"))),
    responses(
        (status = 200, description = "What was expired, and what cannot be reached", body = Expired),
        PostRefusals,
    )
)]
pub async fn post(
    State(state): State<Arc<AppState>>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    expire(&state, client, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn expire(state: &AppState, client: Client, request: Request) -> Result<Response, Refusal> {
    // Before the body is read, as with receipts.
    let origin = cors::allowed_origin(&state.sites, request.headers())
        .ok_or_else(|| Box::new(cors::foreign_origin()))?;
    check_same_origin(&origin, &request)?;
    let headers = request.headers().clone();
    let sites = state.sites.current();
    let decisions = async { Decisions::read(&body::text(request).await?) }.await;
    let decisions = limits::count_refused(decisions, &sites, &origin, client, |site| &site.limits.decisions)?;
    let served = cors::site_of_origin(&sites, &decisions.site, &origin)?;
    limits::check(&served.limits.decisions, client, 1)?;
    Ok(expire_denied(served, &decisions, &origin, &headers))
}

own_schema! {
    /// The decisions in force.
    DecisionsForm
}

/// What is posted.
pub fn form() -> Form {
    let example =
        json!({ "site": "shop", "granted": ["functional"], "denied": ["analytics", "advertising"] });
    Form { name: "DecisionsForm", schema: shape::schema("Decisions in force", &DECISIONS), example }
}

/// What became of the cookies.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct Expired {
    expired: Vec<String>,
    unreachable: Vec<Unreachable>,
}

/// Cookies that may still be there.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct Unreachable {
    target: String,
    category: Option<String>,
    service: Option<String>,
    reason: String,
}

/// Refuses a page that is not of this server's own origin. A proxy in front must pass `Host` on.
fn check_same_origin(origin: &str, request: &Request) -> Result<(), Refusal> {
    if cors::same_origin(origin, request) {
        return Ok(());
    }
    let message = "found a page of another origin than this server's, expected one of its own";
    Err(refuse(StatusCode::FORBIDDEN, "not-same-origin", message))
}

/// What the visitor decided on a site.
struct Decisions {
    site: String,
    granted: Vec<Scope>,
    denied: Vec<Scope>,
}

impl Decisions {
    fn read(body: &str) -> Result<Decisions, Refusal> {
        let node = body::json(body)?;
        let mut faults = Vec::new();
        shape::check(&DECISIONS, "", &node, &mut faults);
        let scopes = |key: &str| -> Vec<Scope> {
            let items = node.get(key).map_or(&[][..], Node::items);
            items.iter().filter_map(|item| Scope::parse(item.text()?)).collect()
        };
        let (granted, denied) = (scopes("granted"), scopes("denied"));
        for (index, scope) in denied.iter().enumerate().filter(|(_, scope)| granted.contains(scope)) {
            let found = format!("\"{scope}\"");
            let expected = "each scope in one of granted and denied";
            faults.push(Fault::new(format!("denied[{index}]"), "contradiction", found, expected));
        }
        match node.get("site").and_then(Node::text) {
            Some(site) if faults.is_empty() => Ok(Decisions { site: site.to_owned(), granted, denied }),
            _ => Err(response::refuse_document("bad-decisions", "nothing was expired", &faults)),
        }
    }
}

/// Expires the cookies that may not act under the decisions; says which it expired, and what it cannot reach.
fn expire_denied(served: &ServedSite, decisions: &Decisions, origin: &str, headers: &HeaderMap) -> Response {
    let rules = served.rules();
    let grants = rules.grants(&decisions.granted, &decisions.denied);
    let scopes = CookieScopes::of_origin(origin);
    let is_denied = |name: &&str| rules.cookie(name).is_some_and(|verdict| !rules.allow(verdict, &grants));
    let (mut expired, mut lines, mut unreachable) = (Vec::new(), Vec::new(), Vec::new());
    let mut room = MAX_LINE_BYTES;
    for name in cookies::names(headers).into_iter().filter(is_denied) {
        let deletions = scopes.deletion_headers(name);
        let length = deletions.iter().map(|line| "Set-Cookie: \r\n".len() + line.len()).sum();
        match room.checked_sub(length) {
            Some(rest) => {
                room = rest;
                expired.push(name);
                lines.extend(deletions);
            }
            None => unreachable.push(unreachable_entry(name, "too-many", None)),
        }
    }
    unreachable.push(unreachable_entry("any path but /", "other-path", None));
    for service in &served.site.config.services {
        let mark = format!("service:{}", service.id);
        if !service.hosts.is_empty() && !rules.allow(rules.of_mark(&mark), &grants) {
            let hosts: Vec<_> = service.hosts.iter().map(|host| host.as_str()).collect();
            let owner = (service.category.name(), service.id.as_str());
            unreachable.push(unreachable_entry(&hosts.join(" "), "other-host", Some(owner)));
        }
    }
    let body = json!({ "expired": expired, "unreachable": unreachable });
    let mut response = response::json(StatusCode::OK, &body);
    for line in lines {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// Cookies that may still be there, in the form of the component's `report().left`.
fn unreachable_entry(target: &str, reason: &str, owner: Option<(&str, &str)>) -> Value {
    let (category, service) = owner.unzip();
    json!({ "target": target, "category": category, "service": service, "reason": reason })
}
