//! Cookies of a service, as both managers name them: a string that is a name or an expression, with a path.

use serde_json::Value;

use super::cookie_patterns::{Patterns, as_expression, of_expression, of_name};
use super::draft::{CookieAt, Draft, ServiceAt};
use super::remark::{UNKNOWN, excerpt};
use crate::model::category::Category;
use crate::model::shape::quoted;

/// Adds the cookies of a name, or of an expression written as `/source/flags`.
pub(super) fn add_cookies(path: &str, name: &str, service: ServiceAt, draft: &mut Draft) -> Vec<CookieAt> {
    match as_expression(name) {
        Some((source, flags)) => add_expression(path, source, flags, service, draft),
        None => add_patterns(path, name, of_name(name), service, draft),
    }
}

/// The same for an expression without slashes.
pub(super) fn add_expression(
    path: &str,
    source: &str,
    flags: &str,
    service: ServiceAt,
    draft: &mut Draft,
) -> Vec<CookieAt> {
    let written = format!("/{source}/{flags}");
    let category = draft.service(service).map_or(Category::Necessary, |service| service.category);
    add_patterns(path, &written, of_expression(source, flags, category), service, draft)
}

fn add_patterns(
    path: &str,
    written: &str,
    patterns: Result<Patterns, &'static str>,
    service: ServiceAt,
    draft: &mut Draft,
) -> Vec<CookieAt> {
    let patterns = match patterns {
        Ok(patterns) => patterns,
        Err(reason) => {
            let advice = format!("{reason}; name the cookies by hand, with one * at most");
            draft.remark(path, excerpt(&written.into()), advice);
            return Vec::new();
        }
    };
    if !patterns.differences.is_empty() {
        let advice =
            format!("it became {}: {}", patterns.names.join(" and "), patterns.differences.join("; "));
        draft.remark(path, quoted(written), advice);
    }
    patterns.names.iter().filter_map(|name| draft.add_cookie(path, service, name)).collect()
}

/// Tells of a cookie's path and domain: scripts see no cookies of other paths than the page's.
pub(super) fn tell_place(path: &str, cookie_path: Option<&Value>, domain: Option<&Value>, draft: &mut Draft) {
    for (what, value, advice) in [
        ("path", cookie_path, "a withdrawal expires cookies of the page's own path alone"),
        ("domain", domain, "a withdrawal expires cookies of the page's host and the domains above it"),
    ] {
        if let Some(Value::String(value)) = value
            && !["", "/", UNKNOWN].contains(&value.as_str())
        {
            let found = format!("the {what} {}", quoted(value));
            draft.remark(path, found, format!("{advice}; see that this cookie is met there"));
        }
    }
}
