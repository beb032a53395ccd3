//! The JSON Schema (draft 2020-12) of a shape. It says what a regular expression and a type can say;
//! contradictions between keys are the check's alone.

use serde_json::{Map, Value, json};

use super::{Field, Shape};

/// The schema of a document of this shape.
pub fn schema(title: &str, shape: &Shape) -> Value {
    let mut document = Map::new();
    document.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    document.insert("title".into(), title.into());
    document.extend(part(shape));
    Value::Object(document)
}

fn part(shape: &Shape) -> Map<String, Value> {
    let value = match shape {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Text(rule) => match rule.pattern {
            Some(pattern) => json!({ "type": "string", "pattern": pattern }),
            None => json!({ "type": "string", "minLength": 1 }),
        },
        Shape::Word(words, _) => json!({ "enum": words }),
        Shape::List { of, least, most } => {
            let mut list = json!({ "type": "array", "items": part(of) });
            // As the check has it: of equal strings the second is a fault.
            if matches!(of, Shape::Text(_) | Shape::Word(..)) {
                list["uniqueItems"] = true.into();
            }
            if *least > 0 {
                list["minItems"] = (*least).into();
            }
            if *most < usize::MAX {
                list["maxItems"] = (*most).into();
            }
            list
        }
        Shape::OneOrMany(of) => {
            json!({ "anyOf": [part(of), { "type": "array", "uniqueItems": true, "items": part(of) }] })
        }
        Shape::Object(fields) => object(fields),
        Shape::Map(names, of) => {
            let properties: Map<_, _> =
                names.iter().map(|name| (name.to_string(), Value::Object(part(of)))).collect();
            json!({
                "type": "object",
                "properties": properties,
                "additionalProperties": false,
                "minProperties": 1
            })
        }
        Shape::Either(text, object) => json!({ "anyOf": [part(text), part(object)] }),
        Shape::OrNull(of) => json!({ "anyOf": [part(of), { "type": "null" }] }),
        Shape::Planned => json!({ "not": {} }),
    };
    if let Value::Object(map) = value { map } else { Map::new() }
}

fn object(fields: &[Field]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut property = part(&field.shape);
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
