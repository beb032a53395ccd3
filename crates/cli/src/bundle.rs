//! `consentry bundle`: writes a site's files, all of them or none.

use std::fs;
use std::path::Path;

use consentry::model::config::Config;

use crate::{Failure, component};

pub fn run(config: &Path, out: &Path) -> Result<(), Failure> {
    let json = fs::read_to_string(config).map_err(|error| {
        Failure::because(format!("{}: expected a readable file, found: {error}", config.display()))
    })?;
    let config = Config::parse(&json).map_err(|faults| Failure::faults(&faults))?;
    // Made whole before the first file is written.
    let files = consentry::bundle::bundle(&config, &component::file).map_err(Failure::because)?;
    let fail =
        |path: &Path, error| Failure::because(format!("{}: cannot be written: {error}", path.display()));
    fs::create_dir_all(out).map_err(|error| fail(out, error))?;
    for (name, content) in files {
        let path = out.join(name);
        fs::write(&path, &content).map_err(|error| fail(&path, error))?;
        println!("{:>8} {}", content.len(), path.display());
    }
    Ok(())
}
