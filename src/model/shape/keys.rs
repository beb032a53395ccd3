//! Every key of a shape as a line for people, from which the documentation's table is made.

use super::{Field, Shape, below};

/// What a reader is told of one key.
pub struct DescribedKey {
    /// `services[].cookies[].name`.
    pub path: String,
    /// Completes "expected …".
    pub expected: String,
    /// Whether the object in which it stands is incomplete without it.
    pub needed: bool,
    pub doc: &'static str,
}

/// The keys of a shape, each object's own after it, in their order.
pub fn keys(shape: &Shape) -> Vec<DescribedKey> {
    let mut found = Vec::new();
    add_keys(shape, "", &mut found);
    found
}

fn add_keys(shape: &Shape, path: &str, found: &mut Vec<DescribedKey>) {
    match shape {
        Shape::Object(fields) => fields.iter().for_each(|field| add_key(field, path, found)),
        Shape::List { of, .. } | Shape::OneOrMany(of) => add_keys(of, &format!("{path}[]"), found),
        Shape::Either(_, object) => add_keys(object, path, found),
        Shape::OrNull(inner) => add_keys(inner, path, found),
        // The same value under each name: those are words, no keys.
        Shape::Map(..)
        | Shape::Flag
        | Shape::Whole(..)
        | Shape::Text(_)
        | Shape::Word(..)
        | Shape::Planned => {}
    }
}

fn add_key(field: &Field, path: &str, found: &mut Vec<DescribedKey>) {
    if matches!(field.shape, Shape::Planned) {
        return;
    }
    let path = below(path, field.name);
    let (needed, doc) = (field.needed, field.doc);
    found.push(DescribedKey { path: path.clone(), expected: field.shape.in_words(), needed, doc });
    add_keys(&field.shape, &path, found);
}

impl Shape {
    /// As [`Shape::expected`], with what is in a list, and with few of an object's many names.
    fn in_words(&self) -> String {
        match self {
            Shape::List { of, .. } => format!("a list; each: {}", of.in_words()),
            Shape::OneOrMany(of) => format!("{}; or a list of them", of.in_words()),
            Shape::Either(text, Shape::Map(..)) => format!("{}; or an object of them", text.in_words()),
            Shape::Either(text, object) => format!("{}; or {}", text.in_words(), object.in_words()),
            Shape::Map(names, of) => {
                let some = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
                format!("an object with any of {} keys ({some}, …); each: {}", names.len(), of.in_words())
            }
            _ => self.expected(),
        }
    }
}
