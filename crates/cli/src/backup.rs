//! `consentry backup`: a copy of the ledger that can be put in its place, while a server runs on it.

use std::path::PathBuf;

use consentry_backend::WEBHOOKS_FILE;
use consentry_ledger::backup::{Copied, back_up};
use consentry_ledger::log::SigningKeys;
use serde_json::json;

use crate::Failure;
use crate::database_argument::DatabaseArgument;
use crate::progress::Progress;

#[derive(clap::Args)]
pub struct BackupArguments {
    /// The directory of the ledger, as given to `consentry serve`
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    database: DatabaseArgument,
    /// Where the copy goes, where nothing may be yet: a directory or, under a name that ends with .tar, one file
    #[arg(long, value_name = "FILE|DIR")]
    out: PathBuf,
    /// Copy the signing keys and the webhooks with their secrets too. Who has the keys and the ledger can make another past:
    /// without this, keep them apart
    #[arg(long)]
    with_keys: bool,
    /// Print what was copied as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &BackupArguments) -> Result<(), Failure> {
    let BackupArguments { data, database, out, with_keys, json } = arguments;
    if database.address().is_some() {
        return Err(Failure::because(
            "found the address of a database, expected a ledger in --data: PostgreSQL's own tools copy it (pg_dump, pg_basebackup). \
             Keep the node's signing-keys and checkpoints/ beside that copy (www/docs/operations.md)",
        ));
    }
    let mut secrets = Vec::new();
    if *with_keys {
        secrets.push(SigningKeys::FILE);
        // Where there is a webhook.
        secrets.extend(data.join(WEBHOOKS_FILE).exists().then_some(WEBHOOKS_FILE));
    }
    let bar = Progress::new("pages");
    let copied = back_up(data, out, &secrets, &mut |pages, all| bar.set(pages, all));
    drop(bar);
    let copied = copied.map_err(Failure::because)?;
    match json {
        true => print_json(arguments, &copied),
        false => print_lines(arguments, &copied),
    }
    Ok(())
}

fn print_json(arguments: &BackupArguments, copied: &Copied) {
    let logs = copied.logs.iter().map(|(site, leaves)| json!({ "site": site.as_str(), "leaves": leaves }));
    let copied = json!({
        "out": arguments.out,
        "bytes": copied.bytes,
        "keys": arguments.with_keys,
        "logs": logs.collect::<Vec<_>>(),
    });
    println!("{copied}");
}

fn print_lines(arguments: &BackupArguments, copied: &Copied) {
    for (site, leaves) in &copied.logs {
        println!("{site}: {leaves} leaves");
    }
    println!("{}: {} bytes of ledger", arguments.out.display(), copied.bytes);
    if !arguments.with_keys {
        println!("without signing-keys and webhooks.json: keep a copy of them somewhere else");
    }
}
