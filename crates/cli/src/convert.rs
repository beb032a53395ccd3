//! `consentry convert`: another consent manager's configuration as ours. What becomes of it is said in
//! `consentry::convert`.

use std::fs;
use std::path::{Path, PathBuf};

use consentry::convert::convert_json;

use crate::Failure;

/// Files that must be run to be read.
const SCRIPTS: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];

#[derive(clap::Args)]
pub struct ConvertArguments {
    /// The other configuration, as JSON
    file: PathBuf,
}

pub fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    let path = &arguments.file;
    let name = path.display();
    if is_script(path) {
        return Err(Failure::because(format!(
            "{name}: found a script, which must be run to be read, expected JSON; npx consentry convert {name} runs it, \
             or save its object as JSON (console.log(JSON.stringify(…)))"
        )));
    }
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::because(format!("{name}: expected a readable file, found: {error}")))?;
    let converted = convert_json(&text).map_err(|error| Failure::because(format!("{name}: {error}")))?;
    println!("{:#}", converted.config);
    for remark in &converted.remarks {
        eprintln!("{remark}");
    }
    eprintln!(
        "next: save what is printed as a file; consentry lint FILE names what visitors are not told yet"
    );
    Ok(())
}

fn is_script(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    SCRIPTS.contains(&ending.to_ascii_lowercase().as_str())
}
