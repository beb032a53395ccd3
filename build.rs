//! Makes the list of the component's languages and of their texts' names from the files in `src/ui/texts`: a language is
//! added by adding its file. A file that says less, more or something else than the English one ends the build. And takes
//! out of the component's style sheets what is there for readers alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value};

const FOLDER: &str = "src/ui/texts";

/// The language that the others are held against, and the first in the list.
const REFERENCE: &str = "en";

/// The forms that a text with a number in it may have: those of Unicode's plural rules, and one for none at all.
const FORMS: [&str; 7] = ["=0", "zero", "one", "two", "few", "many", "other"];

/// The style sheets that the component carries.
const STYLES: [&str; 3] = ["declaration", "placeholder", "preferences"];

fn main() -> Result<(), String> {
    for name in STYLES {
        write_style(name)?;
    }
    write_languages()
}

/// A style sheet without comments, and without the spaces that are there to be read.
fn write_style(name: &str) -> Result<(), String> {
    let path = format!("src/ui/{name}.css");
    println!("cargo:rerun-if-changed={path}");
    let mut text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    while let Some((before, rest)) = text.split_once("/*") {
        let after = rest.split_once("*/").ok_or_else(|| format!("{path}: a comment without an end"))?.1;
        text = before.to_owned() + after;
    }
    let mut style: String = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    for (long, short) in [
        ("  ", " "),
        (" {", "{"),
        ("{ ", "{"),
        ("; ", ";"),
        (": ", ":"),
        (", ", ","),
        (";}", "}"),
        ("} ", "}"),
    ] {
        while style.contains(long) {
            style = style.replace(long, short);
        }
    }
    write(&format!("{name}.css"), style.trim())
}

fn write(name: &str, content: &str) -> Result<(), String> {
    let folder = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&folder).join(name), content).map_err(|error| format!("{name}: {error}"))
}

fn write_languages() -> Result<(), String> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let reference = read(REFERENCE)?;
    let mut languages = vec![REFERENCE.to_owned()];
    let mut faults = Vec::new();
    let files = fs::read_dir(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    for file in files.filter_map(Result::ok) {
        let name = file.file_name().to_string_lossy().into_owned();
        let Some(language) = name.strip_suffix(".json").filter(|language| *language != REFERENCE) else {
            continue;
        };
        compare(&name, &reference, &read(language)?, &mut faults);
        languages.push(language.to_owned());
    }
    if !faults.is_empty() {
        return Err(format!("\n{}", faults.join("\n")));
    }
    languages[1..].sort();
    let labels = languages.iter().map(|language| deciding_labels(language)).collect::<Result<Vec<_>, _>>()?;
    let names = reference.values().filter_map(Value::as_object).flat_map(Map::keys);
    // In which direction a language is written is no wording of its owner's.
    let names: Vec<_> = names.filter(|name| *name != "direction").collect();
    let list = format!(
        "/// The languages that the component has texts in, the fallback first.\n\
         pub const LANGUAGES: &[&str] = &{languages:?};\n\
         /// The names of their texts that a site may word itself.\n\
         pub const TEXT_NAMES: &[&str] = &{names:?};\n\
         /// A language, and what its two buttons say that accept and refuse everything.\n\
         #[cfg(feature = \"owner\")]\n\
         pub const DECIDING_LABELS: &[(&str, &str, &str)] = &{labels:?};\n"
    );
    write("languages.rs", &list)
}

/// The language, and what its two buttons say that decide everything.
fn deciding_labels(language: &str) -> Result<(String, String, String), String> {
    let texts = read(language)?;
    let label = |name: &str| texts.get("banner")?.get(name)?.as_str().map(str::to_owned);
    let labels = label("accept-all").zip(label("reject-all"));
    let (accept, reject) =
        labels.ok_or_else(|| format!("{language}.json: expected labels of the buttons"))?;
    Ok((language.to_owned(), accept, reject))
}

fn read(language: &str) -> Result<Map<String, Value>, String> {
    let path = format!("{FOLDER}/{language}.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

/// Names everything in which what lies at a place of a language's file differs in kind from the reference.
fn compare(
    place: &str,
    reference: &Map<String, Value>,
    found: &Map<String, Value>,
    faults: &mut Vec<String>,
) {
    for (name, expected) in reference {
        let path = format!("{place}: {name}");
        match (expected, found.get(name)) {
            (_, None) => {
                faults.push(format!("{path}: found nothing, expected what {REFERENCE}.json has there"))
            }
            (Value::Object(expected), Some(Value::Object(found))) if !is_plural(expected) => {
                compare(&path, expected, found, faults);
            }
            (expected, Some(found)) => compare_texts(&path, expected, found, faults),
        }
    }
    for name in found.keys().filter(|name| !reference.contains_key(*name)) {
        faults.push(format!("{place}: {name}: expected only the names that {REFERENCE}.json has"));
    }
}

fn is_plural(texts: &Map<String, Value>) -> bool {
    texts.contains_key("other")
}

/// A text, or one in several forms, has the reference's places. A form may say the number in words.
fn compare_texts(path: &str, expected: &Value, found: &Value, faults: &mut Vec<String>) {
    let forms = |value: &Value| match value {
        Value::Object(forms) => forms.iter().map(|(form, text)| (form.clone(), text.clone())).collect(),
        text => vec![(String::new(), text.clone())],
    };
    if expected.is_object() != found.is_object() || (found.is_object() && found.get("other").is_none()) {
        return faults.push(format!("{path}: found {found}, expected the same forms as {expected}"));
    }
    for (form, text) in forms(found) {
        let model = expected.get(if form == "=0" { "=0" } else { "other" }).unwrap_or(expected);
        let (Some(text), Some(model)) = (text.as_str(), model.as_str()) else {
            faults.push(format!("{path} {form}: found {text}, expected a text"));
            continue;
        };
        if !form.is_empty() && !FORMS.contains(&form.as_str()) {
            faults.push(format!("{path} {form}: expected one of the forms {}", FORMS.join(", ")));
        }
        if text.trim().is_empty()
            || text.trim() != text
            || text.contains(|c: char| c.is_control() || c == '|')
        {
            faults.push(format!(
                "{path} {form}: found {text:?}, expected one line without | and spaces around"
            ));
        }
        let (mut places, mut allowed) = (places(text), places(model));
        if !form.is_empty() {
            places.remove("number");
            allowed.remove("number");
        }
        if places != allowed {
            faults.push(format!("{path} {form}: found the places {places:?}, expected {allowed:?}"));
        }
    }
}

/// The names between braces.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}
