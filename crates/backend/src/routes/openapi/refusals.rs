//! What is answered to those who do not get what they asked for, said once for routes of a kind.

use std::collections::BTreeMap;

use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::routes::response::ErrorAnswer;

/// Answers that stand beside a route's own.
macro_rules! refusals {
    ($(#[$doc:meta] $name:ident: $($status:literal $description:literal,)*)*) => {$(
        #[$doc]
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let refused = |description: &str| {
                    let body = Ref::from_schema_name(ErrorAnswer::name());
                    let content = ContentBuilder::new().schema(Some(body)).build();
                    ResponseBuilder::new().description(description).content("application/json", content).build().into()
                };
                BTreeMap::from([$(($status.to_string(), refused($description)),)*])
            }
        }
    )*};
}

refusals! {
    /// Of what a page sends.
    PostRefusals:
        400 "It is no JSON, or did not arrive whole",
        403 "The origin is none of the site's",
        404 "No such site is configured",
        408 "The body took too long",
        413 "The body is too large",
        415 "Another type of body, or one that is compressed",
        422 "The body has faults, each of which is listed",
        429 "More than the limit: Retry-After says when it passes",
        503 "Nothing can be stored now",
    /// Of what is kept of a visitor.
    VisitorRefusals:
        400 "The query cannot be read, or the site has to be named",
        401 "Neither the visitor's secret nor a token that is known",
        403 "A token that may not look, or a page of another site",
        404 "There is nothing here",
        429 "More than the limit: Retry-After says when it passes",
        503 "Nothing can be read now, or the log is not signed yet",
    /// Of what is to be erased of a visitor.
    ErasureRefusals:
        400 "The query cannot be read, or the site has to be named",
        401 "Neither the visitor's secret nor a token that is known",
        403 "A token that may not erase, or a page of another site",
        404 "There is nothing here",
        409 "It is on hold",
        429 "More than the limit: Retry-After says when it passes",
        503 "Nothing can be erased now",
    /// Of what an owner sends.
    FormRefusals:
        400 "The body did not arrive whole, or is no text",
        401 "No token or session that is known",
        403 "One that may not do this, or a form of another page",
        408 "The body took too long",
        413 "The body is too large",
        415 "Another type of body",
        422 "The body is not what was expected",
        503 "Nothing can be stored now",
    /// Of what an owner looks at.
    OwnerRefusals:
        401 "No token or session that is known",
        403 "One that may not look",
        503 "Nothing can be read now",
    /// Of what everybody may look at.
    PublicRefusals:
        404 "There is nothing here",
        503 "Nothing can be read now",
}
