//! What is told of a configuration, in the documentation and in the package's types, is made from what is built:
//! `RECORD=1` writes it.

use std::fs;

use consentry::model::config::{Config, LANGUAGES};
use serde_json::{Map, Value};

use crate::recorded::same_as_recorded;

/// Compares what stands between two marks on a page with this table.
#[track_caller]
fn has_table(page: &str, mark: &str, head: [&str; 3], rows: impl Iterator<Item = [String; 3]>) {
    let path = format!("{}/www/docs/{page}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- end of {mark} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    let head = head.map(str::to_owned);
    let rule = ["---"; 3].map(str::to_owned);
    let lines: String =
        [head, rule].into_iter().chain(rows).map(|cells| format!("| {} |\n", cells.join(" | "))).collect();
    same_as_recorded(&path, &format!("{before}{begin}{lines}{end}{after}"));
}

/// What would be a sign of Markdown in a table's cell, as itself.
fn in_a_cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*").replace('<', "&lt;").replace('_', "\\_")
}

#[test]
fn every_key_of_a_configuration() {
    let rows = Config::keys().into_iter().map(|key| {
        let needed = if key.needed { " **Needed.**" } else { "" };
        [format!("`{}`", key.path), format!("{}{needed}", key.doc), in_a_cell(&key.expected)]
    });
    has_table("options.md", "keys", ["key", "means", "expected"], rows);
}

#[test]
fn every_text_of_the_banner() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/texts/en.json");
    let texts: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let rows = texts.as_object().unwrap().iter().flat_map(|(layer, texts)| {
        let texts = texts.as_object().unwrap().iter().filter(|(name, _)| *name != "direction");
        texts.map(move |(name, text)| {
            let ours = text.as_str().or_else(|| text["other"].as_str()).unwrap_or_default();
            [format!("`{name}`"), layer.clone(), in_a_cell(ours)]
        })
    });
    has_table("texts.md", "texts", ["name", "part", "ours"], rows);
}

#[test]
fn every_host_that_loads_unasked() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/classify/tables/gate.txt");
    let table = fs::read_to_string(file).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("necessary host ")).map(|line| {
        let (host_and_vendor, reason) = line.split_once(" # ").unwrap();
        let (host, vendor) = host_and_vendor.split_once(' ').unwrap();
        [format!("`{host}`"), vendor.to_owned(), reason.to_owned()]
    });
    has_table("classify.md", "unasked", ["host", "whose", "why"], rows);
}

#[test]
fn every_key_of_a_configuration_as_a_type() {
    let schema = Config::schema();
    let service = &schema["properties"]["services"]["items"];
    let text = format!(
        "// The types of a configuration, made from the table that its check reads (src/model/config/keys.rs).\n\n\
         /** A language that the component has texts in. */\n\
         export type Language = {};\n\n\
         /** A text for visitors, or one for each language. */\n\
         export type VisitorText = string | {{ readonly [language in Language]?: string }};\n\n\
         /** A service on the site. */\n\
         export interface ServiceConfig {}\n\n\
         /** A whole configuration: what `consentry.json` holds. */\n\
         export interface ConsentryConfig {}\n",
        words(LANGUAGES),
        object_type(service, ""),
        object_type(&schema, "").replace(&format!("({})", object_type(service, "  ")), "ServiceConfig"),
    );
    same_as_recorded(concat!(env!("CARGO_MANIFEST_DIR"), "/pkg/config.d.ts"), &text);
}

fn words<Word: std::fmt::Debug>(words: &[Word]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" | ")
}

/// What TypeScript says of what this part of the schema allows.
fn type_of(part: &Value, indent: &str) -> String {
    if let Some(shapes) = part["anyOf"].as_array() {
        let types: Vec<_> = shapes.iter().map(|shape| type_of(shape, indent)).collect();
        return if types[1] == "VisitorText" { "VisitorText".to_owned() } else { types.join(" | ") };
    }
    if let Some(values) = part["enum"].as_array() {
        return words(&values.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    }
    match part["type"].as_str() {
        Some("boolean") => "boolean".to_owned(),
        Some("integer") => "number".to_owned(),
        Some("array") => {
            let of = type_of(&part["items"], indent);
            if of.contains(' ') { format!("readonly ({of})[]") } else { format!("readonly {of}[]") }
        }
        Some("object") => object_type(part, indent),
        _ if part["not"].is_object() => "never".to_owned(),
        _ => "string".to_owned(),
    }
}

fn object_type(part: &Value, indent: &str) -> String {
    let no_keys = Map::new();
    let keys = part["properties"].as_object().unwrap_or(&no_keys);
    let is_by_language =
        keys.len() == LANGUAGES.len() && keys.keys().all(|key| LANGUAGES.contains(&key.as_str()));
    if is_by_language {
        let of = type_of(&keys["en"], indent);
        return if of == "string" {
            "VisitorText".to_owned()
        } else {
            format!("{{ readonly [language in Language]?: {of} }}")
        };
    }
    let needed: Vec<_> = part["required"].as_array().into_iter().flatten().collect();
    let deeper = format!("{indent}  ");
    let lines: String = keys
        .iter()
        .map(|(name, shape)| {
            let doc = shape["description"]
                .as_str()
                .map(|doc| format!("{deeper}/** {doc} */\n"))
                .unwrap_or_default();
            let mark = if needed.contains(&&Value::from(name.as_str())) { "" } else { "?" };
            let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric());
            let name = if is_plain { name.clone() } else { format!("{name:?}") };
            format!("{doc}{deeper}readonly {name}{mark}: {};\n", type_of(shape, &deeper))
        })
        .collect();
    format!("{{\n{lines}{indent}}}")
}
