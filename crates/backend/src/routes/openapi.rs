//! The description of all routes (OpenAPI 3.1). What a route takes and answers is said where it is, in `#[utoipa::path(…)]`; a
//! route that has no description is not in the table. Here is what they have in common.

use consentry::model::observation::Report;
use consentry::model::receipt::Receipt;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder};

use super::authority::session_cookie;
use super::expire;
use super::receipts::MAX_RECEIPTS;

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

/// The description, with the schemas of what is checked by our own rules in place of their names.
///
/// # Errors
/// A sentence: it is no JSON.
pub fn complete(collected: &OpenApi) -> Result<Description, String> {
    let mut document = serde_json::to_value(collected).map_err(|error| error.to_string())?;
    let one_or_some = json!({ "anyOf": [
        { "$ref": "#/components/schemas/ReceiptForm" },
        { "type": "array", "minItems": 1, "maxItems": MAX_RECEIPTS, "items": { "$ref": "#/components/schemas/ReceiptForm" } },
    ] });
    for (name, mut schema, example) in [
        ("ReceiptForm", Receipt::schema(), None),
        ("ReceiptForms", one_or_some, Some(receipt_example())),
        ("ReportForm", Report::schema(), Some(report_example())),
        ("DecisionsForm", expire::schema(), Some(decisions_example())),
    ] {
        schema.as_object_mut().and_then(|schema| schema.shift_remove("$schema"));
        if let Some(example) = example {
            schema["examples"] = vec![example].into();
        }
        document["components"]["schemas"][name] = schema;
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

fn receipt_example() -> Value {
    json!({
        "v": 1, "id": "01932f7a-0000-7000-8000-0000000000aa", "site": "shop", "subject": "be45cb2605bf36bebde684841a28f0fd",
        "time": "2026-11-21T20:00:00.000Z", "action": "save", "granted": ["functional", "service:youtube"],
        "denied": ["analytics", "advertising"], "revision": "2026-11-01",
        "notice": format!("sha256:{}", "5e".repeat(32)), "language": "sv", "layer": 2,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    })
}

fn report_example() -> Value {
    json!({ "site": "shop", "observations": [{ "kind": "host", "name": "cdn.example.net" }] })
}

fn decisions_example() -> Value {
    json!({ "site": "shop", "granted": ["functional"], "denied": ["analytics", "advertising"] })
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

/// Names a schema that [`complete`] puts in.
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

own_schema! {
    /// A receipt, as a page sends it.
    ReceiptForm
    /// One of them, or an array.
    ReceiptForms
    /// What a page observed.
    ReportForm
    /// What a page asks to expire cookies by.
    DecisionsForm
}

/// A receipt, as the ledger has it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct KnownReceipt {
    /// Made by the page: a UUID of version 7.
    id: String,
    site: String,
    subject: String,
    time: String,
    action: String,
    granted: Vec<String>,
    denied: Vec<String>,
    revision: String,
    notice: Option<String>,
    language: String,
    layer: u8,
    #[schema(rename = "validUntil")]
    valid_until: String,
    previous: Option<String>,
    /// When it came, by the server's clock.
    received: String,
    /// How far the receipt's own time is from that, where it is far: late, behind or ahead.
    #[schema(required = false)]
    clock: Option<String>,
    /// Whether the notice that it names is known here.
    #[schema(rename = "noticeKnown", required = false)]
    notice_known: Option<bool>,
}

/// Receipts, and where to go on.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct ReceiptPage {
    receipts: Vec<KnownReceipt>,
    /// What to ask for next, or null.
    next: Option<u64>,
}

/// That a receipt is in its log.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct Proof {
    index: u64,
    #[schema(rename = "leafHash")]
    leaf_hash: String,
    path: Vec<String>,
    /// The signed note.
    checkpoint: String,
}

/// A receipt with everything that proves it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
pub struct KeptReceipt {
    receipt: ReceiptForm,
    received: String,
    salt: String,
    proof: Proof,
    keys: Vec<String>,
}
