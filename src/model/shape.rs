//! What a JSON document may look like, as data: one table of keys drives the check that names every
//! fault and the JSON Schema that editors read. Knows no particular document.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

mod fault;
mod keys;
mod node;
mod schema;

pub use fault::Fault;
pub use keys::{DescribedKey, keys};
pub use node::{Node, quoted};
pub use schema::schema;

/// One key of an object.
pub struct Field {
    /// Its name in the document.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// Whether the object is incomplete without it.
    pub needed: bool,
    /// What it means, for the schema.
    pub doc: &'static str,
}

/// A string with a rule.
pub struct TextRule {
    /// Completes "expected …".
    pub expected: &'static str,
    /// Whether a text keeps it.
    pub holds: fn(&str) -> bool,
    /// The same in the schema's terms, as far as a regular expression can say it.
    pub pattern: Option<&'static str>,
}

/// What may stand at a place.
pub enum Shape {
    /// True or false.
    Flag,
    /// A whole number in this range, both ends included.
    Whole(u64, u64),
    /// A string that keeps a rule.
    Text(&'static TextRule),
    /// One of these words; the second list is planned and not built.
    Word(&'static [&'static str], &'static [&'static str]),
    /// A list without equal strings in it.
    List { of: &'static Shape, least: usize, most: usize },
    /// One value, or a list of them.
    OneOrMany(&'static Shape),
    /// An object with these keys and no others.
    Object(&'static [Field]),
    /// An object with at least one of these keys, the same shape under each.
    Map(&'static [&'static str], &'static Shape),
    /// A string or an object: the first shape for strings, the second for objects.
    Either(&'static Shape, &'static Shape),
    /// The value, or null.
    OrNull(&'static Shape),
    /// Planned, not built: an error, never silently nothing.
    Planned,
}

/// Every way in which `node` departs from `shape`, in the document's order; `path` is where it stands in a larger one.
pub fn check(shape: &Shape, path: &str, node: &Node, faults: &mut Vec<Fault>) {
    check_at(shape, Place::Document(path), node, faults);
}

/// Where something stands. Becomes a text only where something is wrong with it.
#[derive(Clone, Copy)]
enum Place<'a> {
    Document(&'a str),
    Key(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn path(&self) -> String {
        match self {
            Place::Document(path) => (*path).to_owned(),
            Place::Key(above, name) => below(&above.path(), name),
            Place::Item(above, at) => format!("{}[{at}]", above.path()),
        }
    }
}

fn check_at(shape: &Shape, place: Place<'_>, node: &Node, faults: &mut Vec<Fault>) {
    let mut wrong =
        |code, expected: String| faults.push(Fault::new(place.path(), code, node.excerpt(), expected));
    match (shape, node) {
        (Shape::Planned, _) => {
            wrong("not-available", "nothing: this key is planned and not built yet".into())
        }
        (Shape::OrNull(_), Node::Null) | (Shape::Flag, Node::Bool(_)) => {}
        (Shape::OrNull(inner), _) => check_at(inner, place, node, faults),
        (Shape::Whole(least, most), Node::Number(number)) => {
            if !number.as_u64().is_some_and(|n| (*least..=*most).contains(&n)) {
                wrong("bad-value", shape.expected());
            }
        }
        (Shape::Text(rule), Node::Text(text)) => {
            if !(rule.holds)(text) {
                wrong("bad-value", shape.expected());
            }
        }
        (Shape::Word(_, planned), Node::Text(text)) if planned.contains(&text.as_str()) => {
            wrong("not-available", format!("{}: this one is planned and not built yet", shape.expected()));
        }
        (Shape::Word(words, _), Node::Text(text)) => {
            if !words.contains(&text.as_str()) {
                wrong("bad-value", shape.expected());
            }
        }
        (Shape::List { of, least, most }, Node::List(items)) => {
            if !(*least..=*most).contains(&items.len()) {
                let most = if *most == usize::MAX { " or more".to_owned() } else { format!(" to {most}") };
                wrong("bad-value", format!("{least}{most} items"));
            }
            check_items(of, place, items, faults);
        }
        (Shape::OneOrMany(of), Node::List(items)) => check_items(of, place, items, faults),
        (Shape::OneOrMany(of), _) => check_at(of, place, node, faults),
        (Shape::Either(_, object), Node::Object(_)) => check_at(object, place, node, faults),
        (Shape::Either(text, _), Node::Text(_)) => check_at(text, place, node, faults),
        (Shape::Map(..), Node::Object(entries)) if entries.is_empty() => wrong("missing", shape.expected()),
        (Shape::Map(names, of), Node::Object(entries)) => {
            check_object(entries, place, names.iter().map(|name| (*name, *of)), faults);
        }
        (Shape::Object(fields), Node::Object(entries)) => {
            check_object(entries, place, fields.iter().map(|field| (field.name, &field.shape)), faults);
            let absent = |field: &&Field| field.needed && !entries.iter().any(|(name, _)| name == field.name);
            for field in fields.iter().filter(absent) {
                faults.push(Fault::new(
                    Place::Key(&place, field.name).path(),
                    "missing",
                    "nothing",
                    field.shape.expected(),
                ));
            }
        }
        _ => wrong("wrong-type", shape.expected()),
    }
}

/// The typed value of a document that [`check`] let through; `path` is where the document stands in a larger
/// one.
///
/// # Errors
/// One fault, where the check and the type disagree, which is a defect of ours.
pub fn typed<T: DeserializeOwned>(node: &Node, path: &str) -> Result<T, Vec<Fault>> {
    let value = serde_json::from_value(Value::from(node));
    value.map_err(|error| vec![Fault::new(path, "bad-value", error.to_string(), "a valid value")])
}

fn check_items(of: &Shape, list: Place<'_>, items: &[Node], faults: &mut Vec<Fault>) {
    let mut seen = HashSet::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let place = Place::Item(&list, at);
        check_at(of, place, item, faults);
        if item.text().is_some_and(|text| !seen.insert(text)) {
            faults.push(Fault::new(place.path(), "duplicate", item.excerpt(), "each item once"));
        }
    }
}

fn check_object<'a>(
    entries: &[(String, Node)],
    object: Place<'_>,
    known: impl Iterator<Item = (&'static str, &'a Shape)> + Clone,
    faults: &mut Vec<Fault>,
) {
    let mut seen = HashSet::with_capacity(entries.len());
    for (name, node) in entries {
        let place = Place::Key(&object, name);
        if !seen.insert(name.as_str()) {
            faults.push(Fault::new(place.path(), "duplicate-key", node.excerpt(), "each key once"));
            continue;
        }
        match known.clone().find(|(known, _)| known == name) {
            Some((_, shape)) => check_at(shape, place, node, faults),
            None => {
                let names: Vec<_> = known.clone().map(|(name, _)| name).collect();
                let expected = format!("one of the keys {}", names.join(", "));
                faults.push(Fault::new(place.path(), "unknown-key", quoted(name), expected));
            }
        }
    }
}

/// The path of a key in what lies at a path: names that would be ambiguous in it are quoted.
pub fn below(path: &str, name: &str) -> String {
    let plain =
        !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match (path.is_empty(), plain) {
        (true, true) => name.to_owned(),
        (false, true) => format!("{path}.{name}"),
        (_, false) => format!("{path}[{}]", quoted(name)),
    }
}

impl Shape {
    /// Completes "expected …".
    pub fn expected(&self) -> String {
        match self {
            Shape::Flag => "true or false".into(),
            Shape::Whole(least, most) if least == most => least.to_string(),
            Shape::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Shape::Text(rule) => rule.expected.into(),
            Shape::Word(words, _) => format!("one of {}", words.join(", ")),
            Shape::List { .. } => "a list".into(),
            Shape::OneOrMany(of) => format!("{} or a list of them", of.expected()),
            Shape::Object(_) => "an object".into(),
            Shape::Map(names, _) => format!("an object with {}", names.join(", ")),
            Shape::Either(text, object) => format!("{} or {}", text.expected(), object.expected()),
            Shape::OrNull(of) => format!("{} or null", of.expected()),
            Shape::Planned => "nothing yet".into(),
        }
    }
}
