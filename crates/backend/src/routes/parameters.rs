//! What stands in an address, behind the path and in it. What cannot be read is refused as everything is: by a code and a sentence.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::response::{self, Refusal, refuse};

/// What stands behind `?`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Query<T>, Refused> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Query(query)),
            Err(rejection) => {
                let message =
                    format!("found another query, expected one that can be read: {}", rejection.body_text());
                Err(Refused(refuse(StatusCode::BAD_REQUEST, "bad-query", &message)))
            }
        }
    }
}

/// What stands in the path where the table of routes has names in braces.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>, Refused> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Path(path)),
            // It is no UTF-8: nothing has such a name.
            Err(_) => Err(Refused(Box::new(response::not_found()))),
        }
    }
}

/// A refusal that stands for the answer.
pub struct Refused(Refusal);

impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> axum::response::Response {
        *self.0
    }
}
