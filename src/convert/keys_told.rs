//! Keys of the other managers that have no counterpart, as data: when one is told, and what to do about it. A key in no list
//! is told too.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::remark::FUNCTION;
use crate::model::shape::below;

/// When a key is told.
pub(super) enum When {
    /// Its value is `true`.
    True,
    /// Its value is `false`.
    False,
    /// It is there, and is not null, `false`, 0, `/` or an empty text, list or object.
    There,
}

/// A key, when it is told, and the advice.
pub(super) type Told = (&'static str, When, &'static str);

/// Tells of an object's keys, but of those that are `read` elsewhere, or say nothing to visitors and of them.
pub(super) fn tell_keys(
    draft: &mut Draft,
    path: &str,
    object: &Map<String, Value>,
    read: &str,
    told: &[Told],
) {
    for (key, value) in object.iter().filter(|(key, _)| !read.split_whitespace().any(|known| known == *key)) {
        let path = below(path, key);
        match told.iter().find(|(known, ..)| known == key) {
            Some((_, when, advice)) => {
                let is_told = match when {
                    When::True => *value == Value::Bool(true),
                    When::False => *value == Value::Bool(false),
                    When::There => says_something(value),
                };
                if is_told {
                    draft.remark_value(&path, value, advice);
                }
            }
            None if value.as_str() == Some(FUNCTION) => draft.remark_value(&path, value, CALLBACK),
            None if says_something(value) => {
                draft.remark_value(
                    &path,
                    value,
                    "this key is not known here and is left out; see what it did",
                );
            }
            None => {}
        }
    }
}

/// What to do about a function that is called with the visitor's choice.
pub(super) const CALLBACK: &str = "functions are not carried over: call consentry.on() for \"ready\" and \"consent\" in a page, or let the script itself wait for its grant";

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "/"),
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
    }
}
