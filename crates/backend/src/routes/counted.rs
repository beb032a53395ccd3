//! Counts every answer by method, route and class of status, and every refusal by its code.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::AppState;
use super::response::RefusalCode;
use crate::metrics::method_name;

/// The route of what is in no table.
const NO_ROUTE: &str = "none";

/// Passes a request on, and counts what is answered.
pub async fn count(
    State(state): State<Arc<AppState>>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let method = method_name(request.method());
    let response = next.run(request).await;
    let code = response.extensions().get::<RefusalCode>().map(|RefusalCode(code)| *code);
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    state.metrics.count_answer(method, route, response.status(), code);
    response
}
