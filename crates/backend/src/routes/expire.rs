//! `POST /v1/expire`: ends the first-party cookies that no script can (HttpOnly), after a decision, where the
//! backend is mounted on the page's own origin. Judges names as the gate does, by the site's configuration and
//! the built-in table. Nothing of the request is kept or logged.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::config::{Fault, SiteKey};
use consentry::model::receipt::Scope;
use consentry::model::shape::{Field, Kind, Node, Rule, check};
use serde_json::{Value, json};

use super::body::{self, Refusal, refuse};
use super::cookies::{self, Jar};
use super::{App, answer, cors};
use crate::sites::Site;

/// How many bytes of lines one answer has room for: proxies in front refuse a head beyond 4 KiB. Whoever asks
/// again gets the next ones.
const ROOM: usize = 3000;

/// What the component posts: its site, and the decisions in force. As in the gate, what neither list decides
/// is denied.
const DECISIONS: Kind = Kind::Object(&[
    field("site", Kind::Text(&SITE), "The site key."),
    field("granted", SCOPES, "What is granted."),
    field("denied", SCOPES, "What is denied."),
]);
const SCOPES: Kind = Kind::List { of: &Kind::Text(&SCOPE), least: 0, most: 1003 };
const SITE: Rule = Rule { expected: "a site key", holds: |text| SiteKey::new(text).is_some(), pattern: None };
const SCOPE: Rule = Rule {
    expected: "functional, analytics, advertising or service:<id>",
    holds: |text| Scope::parse(text).is_some(),
    pattern: None,
};

const fn field(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, needed: true, doc }
}

pub async fn post(State(app): State<Arc<App>>, request: Request) -> Response {
    expire(&app, request).await.unwrap_or_else(|refusal| *refusal)
}

async fn expire(app: &App, request: Request) -> Result<Response, Refusal> {
    // Before the body is read, as with receipts.
    let origin =
        cors::allowed_origin(&app.sites, request.headers()).ok_or_else(|| Box::new(cors::foreign()))?;
    same_origin(&origin, &request)?;
    let headers = request.headers().clone();
    let decisions = Decisions::read(&body::text(request).await?)?;
    let known = app.sites.known();
    let site = known.get(&decisions.site).ok_or_else(|| {
        let message = format!("found \"{}\", expected a site that is configured here", decisions.site);
        refuse(StatusCode::NOT_FOUND, "unknown-site", &message)
    })?;
    if !site.allows(&origin) {
        return Err(Box::new(cors::foreign()));
    }
    Ok(end(site, &decisions, &origin, &headers))
}

/// Whether the page and this server are one origin. A proxy in front must pass `Host` on.
fn same_origin(origin: &str, request: &Request) -> Result<(), Refusal> {
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
        check(&DECISIONS, "", &node, &mut faults);
        let scopes = |key: &str| -> Vec<Scope> {
            let items = node.get(key).map_or(&[][..], Node::items);
            items.iter().filter_map(|item| Scope::parse(item.text()?)).collect()
        };
        let (granted, denied) = (scopes("granted"), scopes("denied"));
        for (at, scope) in denied.iter().enumerate().filter(|(_, scope)| granted.contains(scope)) {
            let found = format!("\"{scope}\"");
            let expected = "each scope in one of granted and denied";
            faults.push(Fault::new(format!("denied[{at}]"), "contradiction", found, expected));
        }
        match node.get("site").and_then(Node::text) {
            Some(site) if faults.is_empty() => Ok(Decisions { site: site.to_owned(), granted, denied }),
            _ => {
                let (status, message) =
                    (StatusCode::UNPROCESSABLE_ENTITY, "nothing was expired: every fault is listed");
                Err(Box::new(answer::refuse_faults(status, "bad-decisions", message, &faults)))
            }
        }
    }
}

/// Ends what may not act; says what it ended, and what it cannot.
fn end(site: &Site, decisions: &Decisions, origin: &str, headers: &HeaderMap) -> Response {
    let rules = site.rules();
    let grants = rules.grants(&decisions.granted, &decisions.denied);
    let jar = Jar::of(origin);
    let denied = |name: &&str| rules.cookie(name).is_some_and(|verdict| !rules.allow(verdict, &grants));
    let (mut expired, mut lines, mut unreachable) = (Vec::new(), Vec::new(), Vec::new());
    let mut room = ROOM;
    for name in cookies::names(headers).into_iter().filter(denied) {
        let endings = jar.ending(name);
        match room.checked_sub(endings.iter().map(|line| line.len() + 14).sum()) {
            Some(rest) => {
                room = rest;
                expired.push(name);
                lines.extend(endings);
            }
            None => unreachable.push(left(name, "too-many", None)),
        }
    }
    unreachable.push(left("any path but /", "other-path", None));
    for service in &site.config.services {
        let mark = format!("service:{}", service.id);
        if !service.hosts.is_empty() && !rules.allow(rules.of_mark(&mark), &grants) {
            let hosts: Vec<_> = service.hosts.iter().map(|host| host.as_str()).collect();
            let of = (service.category.name(), service.id.as_str());
            unreachable.push(left(&hosts.join(" "), "other-host", Some(of)));
        }
    }
    let mut answer = answer::json(StatusCode::OK, &json!({ "expired": expired, "unreachable": unreachable }));
    for line in lines {
        answer.headers_mut().append(header::SET_COOKIE, line);
    }
    answer
}

/// Cookies that may still be there, in the form of the component's `report().left`.
fn left(target: &str, reason: &str, of: Option<(&str, &str)>) -> Value {
    let (category, service) = of.unzip();
    json!({ "target": target, "category": category, "service": service, "reason": reason })
}
