//! The documentation's list of options: `RECORD=1` writes it.

use std::fs;

use consentry::model::config::Config;

use crate::recorded::same_as_recorded;

#[test]
fn the_documentation_lists_every_key_of_a_configuration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/docs/options.md");
    let text = fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once("<!-- keys -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of keys -->").unwrap();
    let mut table = "| key | means | expected |\n|---|---|---|\n".to_owned();
    for key in Config::keys() {
        let needed = if key.needed { " **Needed.**" } else { "" };
        table += &format!("| `{}` | {}{needed} | {} |\n", key.path, key.doc, in_a_cell(&key.expected));
    }
    same_as_recorded(path, &format!("{before}<!-- keys -->\n{table}<!-- end of keys -->{after}"));
}

/// What would be a sign of Markdown in a table's cell, as itself.
fn in_a_cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*").replace('<', "&lt;").replace('_', "\\_")
}
