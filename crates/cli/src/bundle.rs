//! `consentry bundle`: writes a site's files, all of them or none.

use std::fs;
use std::path::Path;

use crate::{Failure, component, site};

pub fn run(config: &Path, out: &Path, data: Option<&Path>) -> Result<(), Failure> {
    let config = site::read(config)?;
    let hosts = match (data, &config.site) {
        (Some(data), Some(site)) => {
            consentry_backend::observed_hosts(data, site).map_err(Failure::because)?
        }
        (Some(_), None) => {
            return Err(Failure::because(
                "site: found nothing, expected the key under which the ledger keeps it",
            ));
        }
        (None, _) => Vec::new(),
    };
    // Made whole before the first file is written.
    let files = consentry::bundle::bundle(&config, &hosts, &component::file).map_err(Failure::because)?;
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
