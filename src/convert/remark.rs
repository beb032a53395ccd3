//! What is told of a place in the other configuration.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::model::shape::Node;

/// How a function comes in a configuration that a script made.
pub(super) const FUNCTION: &str = "[function]";

/// How a value comes that only a browser can tell, such as `location.hostname`.
pub(super) const UNKNOWN: &str = "[unknown]";

/// Something of meaning that our configuration does not say, or says in another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Where it stands in the other configuration: `services[2].optOut`.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What to do about it.
    pub advice: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "remark {}: found {}; {}", self.path, self.found, self.advice)
    }
}

/// A value as a remark names it.
pub(super) fn excerpt(value: &Value) -> String {
    match value.as_str() {
        Some(FUNCTION) => "a function".to_owned(),
        Some(UNKNOWN) => "a value that only a browser can tell".to_owned(),
        _ => Node::from(value).excerpt(),
    }
}
