//! What routes of a kind answer alike, said once: mostly to those who do not get what they asked for.

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use crate::routes::response::ErrorAnswer;

/// Answers that stand beside a route's own: each a status, what its body is, and when it comes.
macro_rules! answers {
    ($(#[$doc:meta] $name:ident: $($status:literal $body:ident $description:literal,)*)*) => {$(
        #[$doc]
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([$(($status.to_string(), $body($description)),)*])
            }
        }
    )*};
}

/// Why not, in JSON.
fn error(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorAnswer::name()))).build();
    ResponseBuilder::new().description(description).content("application/json", content).build().into()
}

/// A page for a browser.
fn page(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(String::schema())).build();
    ResponseBuilder::new().description(description).content("text/html", content).build().into()
}

fn nothing(description: &str) -> RefOr<Response> {
    ResponseBuilder::new().description(description).build().into()
}

answers! {
    /// Of what a page sends.
    PostRefusals:
        400 error "It is no JSON, or did not arrive whole",
        403 error "The origin is none of the site's",
        404 error "No such site is configured",
        408 error "The body took too long",
        413 error "The body is too large",
        415 error "Another type of body, or one that is compressed",
        422 error "The body has faults, each of which is listed",
        429 error "More than the limit: Retry-After says when it passes",
        503 error "Nothing can be stored now",
    /// Of what is kept of a visitor.
    VisitorRefusals:
        400 error "The query cannot be read, or the site has to be named",
        401 error "Neither the visitor's secret nor a token that is known",
        403 error "A token that may not look, or a page of another site",
        404 error "There is nothing here",
        429 error "More than the limit: Retry-After says when it passes",
        503 error "Nothing can be read now, or the log is not signed yet",
    /// Of what is to be erased of a visitor.
    ErasureRefusals:
        400 error "The query cannot be read, or the site has to be named",
        401 error "Neither the visitor's secret nor a token that is known",
        403 error "A token that may not erase, or a page of another site",
        404 error "There is nothing here",
        409 error "It is on hold",
        429 error "More than the limit: Retry-After says when it passes",
        503 error "Nothing can be erased now",
    /// Of what an owner sends.
    FormRefusals:
        400 error "The body did not arrive whole, or is no text",
        401 error "No token or session that is known",
        403 error "One that may not do this, or a form of another page",
        408 error "The body took too long",
        413 error "The body is too large",
        415 error "Another type of body",
        422 error "The body is not what was expected",
        503 error "Nothing can be stored now",
    /// Of what an owner looks at.
    OwnerRefusals:
        401 error "No token or session that is known",
        403 error "One that may not look",
        503 error "Nothing can be read now",
    /// Of what everybody may look at.
    PublicRefusals:
        404 error "There is nothing here",
        503 error "Nothing can be read now",
    /// Of a page that an owner looks at.
    PageAnswers:
        200 page "The page",
        303 nothing "Another page is to be shown",
        400 error "The request cannot be read",
        401 error "No token or session that is known",
        403 error "One that may not look",
        404 page "No such site is served",
        503 error "Nothing can be read now",
    /// Of what a browser asks before it sends.
    PreflightAnswers:
        204 nothing "A page of this origin may send",
        403 error "Not for this origin, or not for this token",
}
