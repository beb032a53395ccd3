//! The form of answers: JSON, and for a refusal always a stable code with a sentence.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consentry::model::config::Fault;
use serde_json::{Value, json};

use crate::store::{StoreError, Stored};

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

/// A refusal.
pub fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, &json!({ "error": { "code": code, "message": message } }))
}

/// A refusal that names every fault.
pub fn refuse_faults(status: StatusCode, code: &str, message: &str, faults: &[Fault]) -> Response {
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| json!({ "path": fault.path, "code": fault.code, "found": fault.found, "expected": fault.expected }))
        .collect();
    json(status, &json!({ "error": { "code": code, "message": message, "faults": faults } }))
}

/// The one answer for all that is not there, or not for this caller.
pub fn not_found() -> Response {
    refuse(StatusCode::NOT_FOUND, "not-found", "there is nothing here")
}

/// A store's refusal. What it tells the operator stays in the log.
pub fn store_error(error: &StoreError) -> Response {
    match error {
        StoreError::Conflict(_) => refuse(StatusCode::CONFLICT, "conflict", &error.to_string()),
        StoreError::Busy | StoreError::Unavailable(_) => {
            tracing::error!("{error}");
            let mut answer = refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "nothing was stored or read: send the same again later",
            );
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            answer
        }
    }
}

/// Receipts as stored, each with the time of its coming as `received`.
pub fn receipts(stored: &[Stored]) -> Vec<Value> {
    let receipts = stored.iter().map(|stored| {
        let mut receipt: Value = serde_json::from_str(&stored.body).unwrap_or_default();
        if let Some(receipt) = receipt.as_object_mut() {
            receipt.insert("received".into(), stored.received.to_string().into());
        }
        receipt
    });
    receipts.collect()
}
