//! The lists of the documentation that are made from what is built: `RECORD=1` writes them.

use std::fs;

use consentry::model::config::Config;
use serde_json::Value;

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
