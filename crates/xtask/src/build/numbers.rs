//! Writes `crates/gate/js/numbers.js`, the numbers and names that the gate's JavaScript shares with its Rust,
//! from the table in `consentry_policy::numbers`. Chooses no number itself.

use std::fmt::Write as _;

use consentry_notice::KEYS;
use consentry_policy::decision::{Event, handle};
use consentry_policy::grants::Grants;
use consentry_policy::numbers::{CATEGORY_NAMES, GROUPS};
use consentry_policy::verdict::source;

use crate::workspace::{self, Outcome, read};

/// Where the module lies among the sources.
const MODULE: &str = "crates/gate/js/numbers.js";

const HEAD: &str =
    "// The numbers and names that the gate's Rust and its JavaScript share; what each means is described in
// crates/policy. Made by `cargo xtask build` from crates/policy/src/numbers.rs; not edited by hand.
";

/// Writes the module anew.
pub fn write() -> Outcome {
    workspace::write(MODULE, module_text())
}

/// Fails where the module is not what the table says.
pub fn check() -> Outcome {
    if read(MODULE)? == module_text() {
        return Ok(());
    }
    Err(format!(
        "{MODULE}: found other numbers than those of crates/policy, expected what `cargo xtask build` writes"
    ))
}

/// The module's text: a constant for each number, which the minifier puts where it is used, and lists of
/// names by number.
fn module_text() -> String {
    let mut text = HEAD.to_owned();
    for group in GROUPS {
        text.push('\n');
        for number in group.numbers {
            let _ = writeln!(text, "export const {}_{} = {};", group.name, number.constant, number.number);
        }
    }
    text.push('\n');
    for (at, key) in KEYS.iter().enumerate() {
        let _ = writeln!(text, "export const LINE_{} = {at};", in_capitals(key));
    }
    let sources: Vec<_> = source::ALL.iter().map(|source| source.word).collect();
    let effects: Vec<_> = Event::ALL.iter().map(|event| handle(*event, &mut Grants::NONE.clone())).collect();
    let lists = [
        ("What a verdict's category is called, by its number.", "CATEGORY_NAMES", list(&CATEGORY_NAMES)),
        ("What a verdict's source is called, by its number.", "SOURCE_NAMES", list(&sources)),
        (
            "The set of effects of each event, by its number, where nothing is granted.",
            "EFFECTS_WITHOUT_GRANTS",
            list(&effects),
        ),
    ];
    for (about, name, list) in lists {
        let _ = writeln!(text, "\n// {about}\nexport const {name} = {list};");
    }
    text
}

/// `reject-all` and `functionalPurpose` as names of constants.
fn in_capitals(key: &str) -> String {
    let mut name = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(if letter == '-' { '_' } else { letter.to_ascii_uppercase() });
    }
    name
}

/// A list in JavaScript, as prettier writes it.
fn list(items: &[impl std::fmt::Debug]) -> String {
    format!("{items:?}")
}
