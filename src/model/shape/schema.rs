//! The JSON Schema (draft 2020-12) of a shape. It says what a regular expression and a type can say;
//! contradictions between keys are the check's alone.

use serde_json::{Map, Value, json};

use super::{Field, Kind};

/// The schema of a document of this kind.
pub fn schema(title: &str, kind: &Kind) -> Value {
    let mut document = Map::new();
    document.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    document.insert("title".into(), title.into());
    document.extend(part(kind));
    Value::Object(document)
}

fn part(kind: &Kind) -> Map<String, Value> {
    let value = match kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Text(rule) => match rule.pattern {
            Some(pattern) => json!({ "type": "string", "pattern": pattern }),
            None => json!({ "type": "string", "minLength": 1 }),
        },
        Kind::Word(words, _) => json!({ "enum": words }),
        Kind::List { of, least, most } => {
            let mut list = json!({ "type": "array", "uniqueItems": true, "items": part(of) });
            if *least > 0 {
                list["minItems"] = (*least).into();
            }
            if *most < usize::MAX {
                list["maxItems"] = (*most).into();
            }
            list
        }
        Kind::OneOrMany(of) => {
            json!({ "anyOf": [part(of), { "type": "array", "uniqueItems": true, "items": part(of) }] })
        }
        Kind::Object(fields) => object(fields),
        Kind::Map(names, of) => {
            let properties: Map<_, _> =
                names.iter().map(|name| (name.to_string(), Value::Object(part(of)))).collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
        }
        Kind::Either(text, object) => json!({ "anyOf": [part(text), part(object)] }),
        Kind::OrNull(of) => json!({ "anyOf": [part(of), { "type": "null" }] }),
        Kind::Planned => json!({ "not": {} }),
    };
    if let Value::Object(map) = value { map } else { Map::new() }
}

fn object(fields: &[Field]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut property = part(&field.kind);
        property.insert("description".into(), field.doc.into());
        properties.insert(field.name.into(), Value::Object(property));
    }
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let needed: Vec<_> = fields.iter().filter(|field| field.needed).map(|field| field.name).collect();
    if !needed.is_empty() {
        object["required"] = needed.into();
    }
    object
}
