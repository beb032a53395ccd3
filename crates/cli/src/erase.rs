//! `consentry erase`: erases what is kept of a visitor. Works on the ledger, whether or not a server runs.

use std::path::PathBuf;

use consentry::model::config::SiteKey;
use consentry::model::receipt::Subject;
use serde_json::json;

use crate::Failure;
use crate::database_argument::DatabaseArgument;
use crate::progress::Progress;

#[derive(clap::Args)]
pub struct EraseArguments {
    /// Where the ledger is kept, as given to `consentry serve`
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    database: DatabaseArgument,
    /// The site's key
    #[arg(long, value_name = "SITE", value_parser = site_key)]
    site: SiteKey,
    /// The visitor's subject, as receipts name it
    #[arg(long, value_name = "HEX", value_parser = subject)]
    subject: Subject,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &EraseArguments) -> Result<(), Failure> {
    let EraseArguments { data, database, site, subject, json } = arguments;
    let place = database.place(data.clone());
    let waiting = Progress::waiting("erasing, and wiping the files");
    let erased = consentry_backend::erase(&place, site.clone(), subject.clone());
    drop(waiting);
    let erased = erased.map_err(Failure::because)?;
    match json {
        true => println!("{}", json!({ "site": site.as_str(), "erased": erased })),
        false => println!("{site}: {erased} receipts erased"),
    }
    Ok(())
}

/// A site's key.
pub fn site_key(text: &str) -> Result<SiteKey, String> {
    SiteKey::new(text).ok_or_else(|| "expected a site key of lower-case letters, digits and -".to_owned())
}

/// A subject.
pub fn subject(digits: &str) -> Result<Subject, String> {
    Subject::new(digits).ok_or_else(|| "expected 32 hexadecimal digits in lower case".to_owned())
}
