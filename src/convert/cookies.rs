//! Cookies of a service, as both managers name them: a string that is a name or an expression, with a path.

use serde_json::Value;

use super::cookie_patterns::{Patterns, as_expression, of_expression, of_name};
use super::draft::{CookieAt, Draft, ServiceAt};
use super::remark::excerpt;
use crate::model::shape::quoted;

/// Adds the cookies of a name, or of an expression written as `/source/flags`.
pub(super) fn add_cookies(path: &str, name: &str, service: ServiceAt, draft: &mut Draft) -> Vec<CookieAt> {
    match as_expression(name) {
        Some((source, flags)) => add_expression(path, source, flags, service, draft),
        None => add_patterns(path, name, of_name(name).map(Patterns::one), service, draft),
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
    add_patterns(path, &written, of_expression(source, flags), service, draft)
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

/// Tells of a cookie's path: scripts see no cookies of other paths than the page's.
pub(super) fn tell_path(path: &str, cookie_path: Option<&Value>, draft: &mut Draft) {
    if let Some(Value::String(cookie_path)) = cookie_path
        && !matches!(cookie_path.as_str(), "" | "/")
    {
        let advice =
            "a withdrawal expires cookies of the page's own path alone; see that this one is met there";
        draft.remark(path, format!("the path {}", quoted(cookie_path)), advice);
    }
}
