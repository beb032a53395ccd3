//! The form of responses: JSON, and for an error always a stable code with a sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::config::{Fault, SiteKey};
use consentry::model::receipt::{ClockFlag, NoticeHash};
use serde::Serialize;
use serde_json::{Value, json};

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

/// A response that says what is wrong.
pub fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, &json!({ "error": { "code": code, "message": message } }))
}

/// The same as a refusal.
pub fn refuse(status: StatusCode, code: &str, message: &str) -> Refusal {
    Box::new(error(status, code, message))
}

/// A refusal that names every fault.
pub fn refuse_faults(status: StatusCode, code: &str, message: &str, faults: &[Fault]) -> Refusal {
    let faults = faults.iter().map(|fault| {
        let Fault { path, code, found, expected } = fault;
        json!({ "path": path, "code": code, "found": found, "expected": expected })
    });
    let faults: Vec<_> = faults.collect();
    Box::new(json(status, &json!({ "error": { "code": code, "message": message, "faults": faults } })))
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
