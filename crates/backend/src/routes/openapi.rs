//! The description of all routes (OpenAPI 3.1). What a route takes and answers is said where it is, in `#[utoipa::path(…)]`; a
//! route that has no description is not in the table. Here is what they have in common.

mod answers;
mod receipts;

use consentry::model::receipt::Receipt;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa::{PartialSchema, ToSchema};

pub use self::answers::{
    ErasureRefusals, FormRefusals, OwnerRefusals, PageAnswers, PostRefusals, PreflightAnswers,
    PublicRefusals, VisitorRefusals,
};
pub use self::receipts::{KeptReceipt, Proof, ReceiptPage};
use super::authority::session_cookie;
use super::response::ErrorAnswer;

/// The parts of the description.
pub const PAGES: &str = "pages";
pub const VISITORS: &str = "visitors";
pub const LOG: &str = "log";
pub const FILES: &str = "files";
pub const OWNER: &str = "owner";
pub const OPERATIONS: &str = "operations";

/// The whole description, as it is sent.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Description(Value);

/// What stands above the routes.
pub fn beginning() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Consentry")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Receipts of decisions, the log that proves them, and the files of the sites"))
        .build();
    let bearer = |description: &str| {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description));
        SecurityScheme::Http(scheme.build())
    };
    let mut components = Components::new();
    let mut schemas = Vec::new();
    ErrorAnswer::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.schemas.insert(ErrorAnswer::name().into(), ErrorAnswer::schema());
    components
        .add_security_scheme("token", bearer("A token of `consentry token`, with a scope that allows this"));
    components.add_security_scheme("visitor", bearer("The visitor's secret: 32 hexadecimal digits"));
    let session = ApiKeyValue::with_description(
        session_cookie::NAME,
        "The session of somebody who logged in at /admin",
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// What a route reads by rules of our own, which say its schema too.
pub struct Form {
    /// The name of the type that stands for it at the route.
    pub name: &'static str,
    pub schema: Value,
    pub example: Value,
}

/// The description, with the schemas of these forms in place of their names.
///
/// # Errors
/// A sentence: it is no JSON.
pub fn complete(collected: &OpenApi, forms: impl IntoIterator<Item = Form>) -> Result<Description, String> {
    let mut document = serde_json::to_value(collected).map_err(|error| error.to_string())?;
    let schemas = &mut document["components"]["schemas"];
    schemas["ReceiptForm"] = Receipt::schema();
    for Form { name, mut schema, example } in forms {
        schema["examples"] = vec![example].into();
        schemas[name] = schema;
    }
    // Which JSON Schema it is, is said for the whole document.
    for schema in
        schemas.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut)
    {
        schema.shift_remove("$schema");
    }
    say_how_large_numbers_are(&mut document);
    // A path of several parts is one parameter: OpenAPI has no sign for it.
    if let Some(paths) = document["paths"].as_object_mut() {
        let renamed: Map<_, _> =
            std::mem::take(paths).into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
        *paths = renamed;
    }
    Ok(Description(document))
}

/// OpenAPI's whole numbers have a sign, ours mostly none: their formats name a range that is not ours.
fn say_how_large_numbers_are(part: &mut Value) {
    if part["minimum"] == 0 {
        let most = match part["format"].as_str() {
            Some("int32") => u64::from(u32::MAX),
            Some("int64") => u64::MAX,
            _ => return,
        };
        part["maximum"] = most.into();
        part.as_object_mut().and_then(|part| part.shift_remove("format"));
        return;
    }
    match part {
        Value::Object(parts) => parts.values_mut().for_each(say_how_large_numbers_are),
        Value::Array(parts) => parts.iter_mut().for_each(say_how_large_numbers_are),
        _ => {}
    }
}

/// Types that stand for a [`Form`], or for a receipt.
macro_rules! own_schema {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new().into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}
pub(super) use own_schema;

own_schema! {
    /// A receipt, as a page sends it.
    ReceiptForm
}
