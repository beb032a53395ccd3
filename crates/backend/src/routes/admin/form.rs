//! What the forms of the owner's pages carry and send.

use axum::extract::Request;
use axum::http::StatusCode;
use maud::{Markup, html};

use crate::routes::authority::Authority;
use crate::routes::body;
use crate::routes::response::{Refusal, refuse};

/// The name of the field that holds the key of a session's forms.
const KEY: &str = "form-key";

/// What a form carries to be known as one of its session's.
pub fn key_field(key: &str) -> Markup {
    html! { input type="hidden" name=(KEY) value=(key); }
}

/// The fields of a form, each of these once and no other.
pub async fn fields<const N: usize>(request: Request, names: [&str; N]) -> Result<[String; N], Refusal> {
    named(body::form(request).await?, names)
}

/// The same of somebody who may send it: a session's form has to carry its key.
pub async fn fields_of<const N: usize>(
    authority: &Authority,
    request: Request,
    names: [&str; N],
) -> Result<[String; N], Refusal> {
    let (keys, rest): (Vec<_>, Vec<_>) =
        body::form(request).await?.into_iter().partition(|(name, _)| name == KEY);
    let key = match keys.as_slice() {
        [(_, key)] => Some(key.as_str()),
        _ => None,
    };
    authority.check_form(key)?;
    named(rest, names)
}

fn named<const N: usize>(mut form: Vec<(String, String)>, names: [&str; N]) -> Result<[String; N], Refusal> {
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
