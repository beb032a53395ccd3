//! What a page posts: a small text, read whole and in time. Knows no route.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use consentry::model::shape::Node;
use http_body_util::BodyExt;

use super::response::{self, Refusal, refuse};

/// The largest body of a page, in bytes.
const MAX_BYTES: usize = 8 * 1024;
/// The largest document, in bytes: what visitors are told of some hundred services.
const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
/// How many times as many bytes of a larger body are still read, and dropped.
const DROPPED: usize = 8;
/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The types under which a page's script posts JSON: plain text too, since it needs no preflight.
const JSON_TYPES: [&str; 2] = ["text/plain", "application/json"];
/// The type of what a form posts.
const FORM_TYPES: [&str; 1] = ["application/x-www-form-urlencoded"];

/// Refuses another type, and every encoding: a small compressed body could become a huge one.
fn check_type(headers: &HeaderMap, expected: &[&str]) -> Result<(), Refusal> {
    let unsupported =
        |message: &str| Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-type", message));
    if headers.contains_key(header::CONTENT_ENCODING) {
        return unsupported("found a Content-Encoding, expected none");
    }
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let found = found.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match expected.contains(&found.as_str()) {
        true => Ok(()),
        false => unsupported(&format!("found another Content-Type, expected {}", expected.join(" or "))),
    }
}

/// The JSON that a page's script posted, as text.
pub async fn text(request: Request) -> Result<String, Refusal> {
    read(request, &JSON_TYPES, MAX_BYTES).await
}

/// A text as a JSON document.
pub fn json(text: &str) -> Result<Node, Refusal> {
    Node::parse(text).map_err(|fault| {
        response::refuse_faults(StatusCode::BAD_REQUEST, "syntax", &fault.to_string(), &[fault])
    })
}

/// The fields of a form that a page posted, in its order.
pub async fn form(request: Request) -> Result<Vec<(String, String)>, Refusal> {
    let text = read(request, &FORM_TYPES, MAX_BYTES).await?;
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

/// A plain text that the owner's program sends.
pub async fn document(request: Request) -> Result<String, Refusal> {
    read(request, &["text/plain"], MAX_DOCUMENT_BYTES).await
}

/// A body of one of these types as text.
async fn read(request: Request, types: &[&str], max_bytes: usize) -> Result<String, Refusal> {
    check_type(request.headers(), types)?;
    let bytes = match tokio::time::timeout(TIMEOUT, collect(request.into_body(), max_bytes)).await {
        Ok(Ok(Some(bytes))) => bytes,
        Ok(Ok(None)) => {
            let message = format!("expected at most {max_bytes} bytes");
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "too-large", &message));
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
    String::from_utf8(bytes)
        .map_err(|_| refuse(StatusCode::BAD_REQUEST, "syntax", "found other bytes, expected UTF-8"))
}

/// The body, or nothing if it is larger than `max_bytes`. What is somewhat larger is read to its end and
/// dropped: closing on unread bytes would reset the connection before the refusal is read.
async fn collect(mut body: Body, max_bytes: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame?;
        let Some(data) = frame.data_ref() else { continue };
        size += data.len();
        if size <= max_bytes {
            bytes.extend_from_slice(data);
        } else if size > DROPPED * max_bytes {
            break;
        }
    }
    Ok((size <= max_bytes).then_some(bytes))
}
