//! `consentry bundle`: writes a site's files once all of them are made, all of them or none. Needs no server; only
//! `--data` reads the ledger.

use std::path::{Path, PathBuf};
use std::{fs, io};

use consentry::lint::Allowed;
use consentry::model::config::Config;
use consentry_sites::replace_files;

use crate::allow_arguments::AllowArguments;
#[cfg(feature = "serve")]
use crate::database_argument::DatabaseArgument;
use crate::{Failure, component, configuration};

#[derive(clap::Args)]
pub struct BundleArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Where to write; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The ledger's directory: what the tables know of the hosts observed on your site is baked in too
    #[cfg(feature = "serve")]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[cfg(feature = "serve")]
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(flatten)]
    allow: AllowArguments,
}

pub fn run(arguments: &BundleArguments) -> Result<(), Failure> {
    let (config, reasons) = configuration::read_for_use(&arguments.config, &arguments.allow.allowed())?;
    let hosts = observed_hosts(arguments, &config)?;
    let mut files = consentry::bundle::bundle(&config, &hosts, &component::file).map_err(Failure::because)?;
    let fail =
        |path: &Path, error| Failure::because(format!("{}: cannot be written: {error}", path.display()));
    fs::create_dir_all(&arguments.out).map_err(|error| fail(&arguments.out, error))?;
    if !reasons.is_empty() {
        files.push((Allowed::FILE.to_owned(), reasons.to_json().into_bytes()));
    }
    // The script comes last: a page never gets a new one before the files that belong to it are there.
    files.reverse();
    let files: Vec<_> =
        files.into_iter().map(|(name, content)| (arguments.out.join(name), content)).collect();
    replace_files(&files).map_err(|(path, error)| fail(&path, error))?;
    if reasons.is_empty() {
        // Those of an earlier bundle no longer hold.
        let path = arguments.out.join(Allowed::FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(&path, error)),
            _ => {}
        }
    }
    for (path, content) in files.iter().rev() {
        println!("{:>8} {}", content.len(), path.display());
    }
    Ok(())
}

/// The hosts that the ledger saw the site contact, where a ledger is given.
#[cfg(feature = "serve")]
fn observed_hosts(arguments: &BundleArguments, config: &Config) -> Result<Vec<String>, Failure> {
    let Some(data) = &arguments.data else { return Ok(Vec::new()) };
    let Some(site) = &config.site else {
        let reason = "site: found nothing, expected the key under which the ledger keeps it";
        return Err(Failure::because(reason));
    };
    consentry_backend::observed_hosts(&arguments.database.place(data.clone()), site).map_err(Failure::because)
}

/// None: this program was built without what reads a ledger.
#[cfg(not(feature = "serve"))]
fn observed_hosts(_: &BundleArguments, _: &Config) -> Result<Vec<String>, Failure> {
    Ok(Vec::new())
}
