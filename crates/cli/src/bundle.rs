//! `consentry bundle`: writes a site's files, all of them or none.

use std::fs;
use std::path::Path;

use crate::{Failure, component, site};

pub fn run(config: &Path, out: &Path) -> Result<(), Failure> {
    let config = site::read(config)?;
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
