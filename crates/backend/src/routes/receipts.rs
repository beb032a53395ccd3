//! `POST /v1/receipts`: takes receipts from the sites' own pages. Answers 2xx only when they are durable.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::receipt::{Receipt, Time};
use consentry::model::shape::Node;
use http_body_util::BodyExt;
use serde_json::json;

use super::{App, answer, cors};

/// The largest body, in bytes.
const BODY: usize = 8 * 1024;
/// How much of a larger body is still read.
const DRAIN: usize = 64 * 1024;
/// The longest array.
const MANY: usize = 100;
/// How long a body may take to come.
const WAIT: Duration = Duration::from_secs(10);

pub async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    cors::preflight(&app.sites, &headers, "POST", "content-type")
}

pub async fn post(State(app): State<Arc<App>>, request: Request) -> Response {
    // Before the body is read: what no site's page sent is not worth reading.
    let Some(origin) = cors::allowed_origin(&app.sites, request.headers()) else { return cors::foreign() };
    let answer = take(&app, &origin, request).await.unwrap_or_else(|refusal| *refusal);
    cors::open_to(Some(&origin), answer)
}

/// A refusal is boxed: it is large and rare.
type Refusal = Box<Response>;

async fn take(app: &App, origin: &str, request: Request) -> Result<Response, Refusal> {
    check_type(request.headers())?;
    let body = read(request).await?;
    let receipts = parse(&body)?;
    let known = app.sites.known();
    for receipt in &receipts {
        match known.get(receipt.site.as_str()) {
            None => {
                let message = format!("found \"{}\", expected a site that is configured here", receipt.site);
                return Err(refuse(StatusCode::NOT_FOUND, "unknown-site", &message));
            }
            Some(site) if !site.allows(origin) => return Err(Box::new(cors::foreign())),
            Some(_) => {}
        }
    }
    let ids: Vec<_> = receipts.iter().map(|receipt| receipt.id.clone()).collect();
    let appended =
        app.store.append(receipts, now()).await.map_err(|error| Box::new(answer::store_error(&error)))?;
    let stored: Vec<_> = ids
        .iter()
        .zip(appended)
        .map(|(id, appended)| json!({ "id": id.as_str(), "status": appended.name() }))
        .collect();
    Ok(answer::json(StatusCode::OK, &json!({ "stored": stored })))
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Refusal {
    Box::new(answer::refuse(status, code, message))
}

/// Plain text too, since it needs no preflight. A compressed body could be a bomb.
fn check_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let unsupported = |message| Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-type", message));
    if headers.contains_key(header::CONTENT_ENCODING) {
        return unsupported("found a Content-Encoding, expected none");
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "text/plain" | "application/json" => Ok(()),
        _ => unsupported("found another Content-Type, expected text/plain or application/json"),
    }
}

async fn read(request: Request) -> Result<String, Refusal> {
    let whole = match tokio::time::timeout(WAIT, collect(request.into_body())).await {
        Ok(Ok(Some(whole))) => whole,
        Ok(Ok(None)) => {
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "expected at most 8192 bytes"));
        }
        Ok(Err(_)) => {
            return Err(refuse(StatusCode::BAD_REQUEST, "broken-body", "the body did not arrive whole"));
        }
        Err(_) => {
            return Err(refuse(
                StatusCode::REQUEST_TIMEOUT,
                "timeout",
                "the body took longer than 10 seconds",
            ));
        }
    };
    String::from_utf8(whole)
        .map_err(|_| refuse(StatusCode::BAD_REQUEST, "syntax", "found other bytes, expected UTF-8"))
}

/// The body, or nothing if it is larger than [`BODY`]. What is somewhat larger is read to its end and
/// dropped: closing on unread bytes would reset the connection before the refusal is read.
async fn collect(mut body: Body) -> Result<Option<Vec<u8>>, axum::Error> {
    let (mut whole, mut size) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame?;
        let Some(data) = frame.data_ref() else { continue };
        size += data.len();
        if size <= BODY {
            whole.extend_from_slice(data);
        } else if size > DRAIN {
            break;
        }
    }
    Ok((size <= BODY).then_some(whole))
}

/// One receipt, or an array of them.
fn parse(body: &str) -> Result<Vec<Receipt>, Refusal> {
    let node = Node::parse(body).map_err(|fault| {
        Box::new(answer::refuse_faults(StatusCode::BAD_REQUEST, "syntax", &fault.to_string(), &[fault]))
    })?;
    let (mut receipts, mut faults) = (Vec::new(), Vec::new());
    match &node {
        Node::List(items) => {
            if !(1..=MANY).contains(&items.len()) {
                let message = format!("found {} receipts, expected 1 to {MANY}", items.len());
                return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", &message));
            }
            for (at, item) in items.iter().enumerate() {
                match Receipt::read(item, &format!("[{at}]")) {
                    Ok(receipt) => receipts.push(receipt),
                    Err(more) => faults.extend(more),
                }
            }
        }
        one => match Receipt::read(one, "") {
            Ok(receipt) => receipts.push(receipt),
            Err(more) => faults.extend(more),
        },
    }
    if faults.is_empty() {
        return Ok(receipts);
    }
    let message = "nothing was stored: every fault is listed";
    Err(Box::new(answer::refuse_faults(StatusCode::UNPROCESSABLE_ENTITY, "bad-receipt", message, &faults)))
}

/// The server's clock.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
