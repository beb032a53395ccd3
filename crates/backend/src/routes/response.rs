//! The form of responses: JSON, and for an error always a stable code with a sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::config::{Fault, SiteKey};
use consentry::model::receipt::{ClockFlag, NoticeHash};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use consentry_ledger::{Ledger, LedgerError, StoredReceipt};

/// How often the log says that the store failed.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// A JSON response that no cache keeps.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    // What a response says are texts, numbers and lists of them, which can always be written.
    (status, headers, serde_json::to_string(body).unwrap_or_default()).into_response()
}

/// Why a request was refused, as the response to it. Boxed, because it is large and rare.
pub type Refusal = Box<Response>;

/// What every refusal says.
#[derive(Serialize, ToSchema)]
pub struct ErrorAnswer {
    error: ErrorBody,
}

/// What is wrong.
#[derive(Serialize, ToSchema)]
struct ErrorBody {
    /// A word that stays the same, for programs.
    code: &'static str,
    /// What was found and what was expected, for people.
    message: String,
    /// Every fault of a body.
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<Vec<ListedFault>>,
    /// Why no receipts are taken, a sentence each.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<&'static str>>,
}

/// A fault of a body.
#[derive(Serialize, ToSchema)]
struct ListedFault {
    /// Where it is.
    path: String,
    code: String,
    found: String,
    expected: String,
}

/// The code of a refusal, beside its response: what was refused is counted by it.
#[derive(Clone, Copy)]
pub struct RefusalCode(pub &'static str);

/// A response that says what is wrong.
pub fn error(status: StatusCode, code: &'static str, message: &str) -> Response {
    refusal(status, ErrorBody { code, message: message.to_owned(), faults: None, reasons: None })
}

fn refusal(status: StatusCode, error: ErrorBody) -> Response {
    let code = RefusalCode(error.code);
    let mut response = json(status, &ErrorAnswer { error });
    response.extensions_mut().insert(code);
    response
}

/// The same as a refusal.
pub fn refuse(status: StatusCode, code: &'static str, message: &str) -> Refusal {
    Box::new(error(status, code, message))
}

/// What follows for receipts and observations that are refused.
pub const NOTHING_STORED: &str = "nothing was stored";
/// How many faults are listed: a small request has no large answer.
const MOST_FAULTS: usize = 50;

/// A refusal that says what is wrong with a document that was read: every fault, or the first ones. `consequence`: what was not
/// done.
pub fn refuse_document(code: &'static str, consequence: &str, faults: &[Fault]) -> Refusal {
    let message = match faults.len() {
        0..=MOST_FAULTS => format!("{consequence}: every fault is listed"),
        count => format!("{consequence}: the first {MOST_FAULTS} of {count} faults are listed"),
    };
    refuse_faults(StatusCode::UNPROCESSABLE_ENTITY, code, &message, faults)
}

/// A refusal with the first faults.
pub fn refuse_faults(status: StatusCode, code: &'static str, message: &str, faults: &[Fault]) -> Refusal {
    let faults = faults.iter().take(MOST_FAULTS).map(|fault| ListedFault {
        path: fault.path.clone(),
        code: fault.code.to_string(),
        found: fault.found.clone(),
        expected: fault.expected.to_string(),
    });
    let faults = Some(faults.collect());
    Box::new(refusal(status, ErrorBody { code, message: message.to_owned(), faults, reasons: None }))
}

/// The response of a server that takes no receipts now.
pub fn not_ready(reasons: &[&'static str]) -> Response {
    let message = "found a reason to send receipts elsewhere, expected none".to_owned();
    let (faults, reasons) = (None, Some(reasons.to_owned()));
    refusal(StatusCode::SERVICE_UNAVAILABLE, ErrorBody { code: "not-ready", message, faults, reasons })
}

/// The one response for all that is not there, or not for this caller.
pub fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "not-found", "there is nothing here")
}

/// The response to what is over a limit. `wait`: when the same would pass.
pub fn too_many(wait: Duration) -> Response {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let message = format!("found more than the limit, expected the same again in {seconds} s");
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "too-many", &message);
    if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// What a store's error is for the caller. What it says to the operator stays in the log.
pub fn ledger_error(reason: &LedgerError) -> Response {
    match reason {
        LedgerError::Conflict(_) => error(StatusCode::CONFLICT, "conflict", &reason.to_string()),
        LedgerError::Held(_) => error(StatusCode::CONFLICT, "held", &reason.to_string()),
        LedgerError::Busy | LedgerError::Unavailable(_) => {
            log_seldom(reason);
            let mut response = error(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "nothing was stored or read: send the same again later",
            );
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            response
        }
    }
}

/// Logs why the store failed, and not for each request that meets the same.
pub fn log_seldom(reason: &LedgerError) {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if last.is_none_or(|last| last.elapsed() >= LOG_INTERVAL) {
        *last = Some(Instant::now());
        tracing::error!("{reason}");
    }
}

/// Receipts as stored, each with the time when it came as `received`, with `clock` where its own time is far from that, and
/// with `noticeKnown` where it names a notice.
///
/// # Errors
/// The ledger cannot be read.
pub async fn receipts(ledger: &dyn Ledger, stored: &[StoredReceipt]) -> Result<Vec<Value>, LedgerError> {
    let mut known: BTreeMap<&SiteKey, BTreeSet<NoticeHash>> = BTreeMap::new();
    let mut receipts = Vec::with_capacity(stored.len());
    for StoredReceipt { receipt, received, .. } in stored {
        let mut value = receipt.to_json();
        value["received"] = received.to_string().into();
        if let Some(flag) = ClockFlag::of(receipt.time, *received) {
            value["clock"] = flag.name().into();
        }
        if let Some(notice) = &receipt.notice {
            if !known.contains_key(&receipt.site) {
                known.insert(&receipt.site, ledger.notice_hashes(receipt.site.clone()).await?);
            }
            value["noticeKnown"] = known[&receipt.site].contains(notice).into();
        }
        receipts.push(value);
    }
    Ok(receipts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_and_a_failing_store_ask_to_try_again() {
        for reason in [LedgerError::Busy, LedgerError::Unavailable("the disk is full".into())] {
            let response = ledger_error(&reason);
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.headers()[header::RETRY_AFTER], "5");
        }
    }

    #[test]
    fn what_is_over_a_limit_waits_whole_seconds() {
        for (millis, seconds) in [(0, "1"), (1, "1"), (1000, "1"), (1001, "2"), (60_000, "60")] {
            let response = too_many(Duration::from_millis(millis));
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds);
        }
    }
}
