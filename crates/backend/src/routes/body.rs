//! What a page posts: a small text, whole and in time. Knows no route.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use consentry::model::shape::Node;
use http_body_util::BodyExt;

use super::answer;

/// The largest body, in bytes.
const BODY: usize = 8 * 1024;
/// How much of a larger body is still read.
const DRAIN: usize = 64 * 1024;
/// How long a body may take to come.
const WAIT: Duration = Duration::from_secs(10);

/// A refusal is boxed: it is large and rare.
pub type Refusal = Box<Response>;

/// A refusal in its box.
pub fn refuse(status: StatusCode, code: &str, message: &str) -> Refusal {
    Box::new(answer::refuse(status, code, message))
}

/// What a page's script posts: plain text too, since it needs no preflight.
const JSON: [&str; 2] = ["text/plain", "application/json"];
/// What a form posts.
const FORM: [&str; 1] = ["application/x-www-form-urlencoded"];

/// A compressed body could be a bomb.
fn check_type(headers: &HeaderMap, kinds: &[&str]) -> Result<(), Refusal> {
    let unsupported =
        |message: &str| Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-type", message));
    if headers.contains_key(header::CONTENT_ENCODING) {
        return unsupported("found a Content-Encoding, expected none");
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kinds.contains(&kind.as_str()) {
        true => Ok(()),
        false => unsupported(&format!("found another Content-Type, expected {}", kinds.join(" or "))),
    }
}

/// The JSON that a page's script posted, as text.
pub async fn text(request: Request) -> Result<String, Refusal> {
    whole(request, &JSON).await
}

/// A text as a JSON document.
pub fn json(text: &str) -> Result<Node, Refusal> {
    Node::parse(text).map_err(|fault| {
        Box::new(answer::refuse_faults(StatusCode::BAD_REQUEST, "syntax", &fault.to_string(), &[fault]))
    })
}

/// The fields of a form that a page posted, in its order.
pub async fn form(request: Request) -> Result<Vec<(String, String)>, Refusal> {
    let text = whole(request, &FORM).await?;
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

async fn whole(request: Request, kinds: &[&str]) -> Result<String, Refusal> {
    check_type(request.headers(), kinds)?;
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
