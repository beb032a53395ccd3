//! `consentry verify`: checks the receipts that a visitor kept, or a whole ledger. Reads, asks nobody, changes nothing.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use consentry_backend::Place;
use consentry_ledger::log::{Checkpoint, SigningKeys, VerifyingKey};
use consentry_ledger::proof::{KeptReceipt, ProvenReceipt, read_kept_file};
use consentry_ledger::verify::verify;

use crate::Failure;
use crate::database_argument::DatabaseArgument;

/// Of a receipt that was newer than the file's checkpoint.
const NOT_YET: &str =
    "not provable yet: the log was not signed since it came when the file was made. Download it again";

#[derive(clap::Args)]
pub struct VerifyArguments {
    /// A receipt as it was downloaded, or all of a visitor's, downloaded as JSON
    #[arg(value_name = "RECEIPT", required_unless_present = "data")]
    receipt: Option<PathBuf>,
    /// The directory of a ledger: all of it is checked; with a receipt, only the receipt, by this ledger's own keys
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgument,
    /// The key that must have signed the log, as /v1/log/<site>/key gives it; by default any that the receipt names
    #[arg(long, value_name = "KEY", value_parser = parse_key, requires = "receipt", conflicts_with = "data")]
    key: Option<VerifyingKey>,
    /// A checkpoint that you kept, as /v1/log/<site>/checkpoint gave it; may be given more than once
    #[arg(long = "checkpoint", value_name = "FILE", requires = "data", conflicts_with = "receipt")]
    checkpoints: Vec<PathBuf>,
}

fn parse_key(text: &str) -> Result<VerifyingKey, String> {
    VerifyingKey::parse(text).ok_or_else(|| "expected a key such as name+0123abcd+AaBb…".into())
}

pub fn run(arguments: &VerifyArguments) -> Result<(), Failure> {
    match (&arguments.receipt, &arguments.data) {
        (Some(file), data) => verify_file(file, data.as_deref(), arguments.key.as_ref()),
        (None, Some(data)) => verify_ledger(&arguments.database.place(data.clone()), &arguments.checkpoints),
        (None, None) => Err(Failure::because("expected a receipt, or --data with the directory of a ledger")),
    }
}

fn verify_file(file: &Path, data: Option<&Path>, key: Option<&VerifyingKey>) -> Result<(), Failure> {
    let failed = |reason: &dyn Display| format!("{}: {reason}", file.display());
    let text = fs::read_to_string(file).map_err(|error| Failure::because(failed(&error)))?;
    let kept = read_kept_file(&text).map_err(|fault| Failure::because(failed(&fault)))?;
    let named =
        kept.iter().find_map(KeptReceipt::proven).map(|proven| proven.keys.clone()).unwrap_or_default();
    let keys = match (key, data) {
        (Some(key), _) => vec![key.clone()],
        (None, Some(data)) => {
            let keys = SigningKeys::read(data);
            let keys = keys.map_err(|error| Failure::because(format!("{}: {error}", data.display())))?;
            named.iter().flat_map(|named| keys.verifying_keys(named.name())).collect()
        }
        (None, None) => named,
    };
    let mut faults = Vec::new();
    let mut signed = None;
    for kept_receipt in &kept {
        let receipt = kept_receipt.receipt();
        // Of one receipt alone it is clear which one is meant.
        let fault = |reason: String| match kept.len() {
            1 => failed(&reason),
            _ => failed(&format!("receipt {}: {reason}", receipt.id)),
        };
        let Some(proven) = kept_receipt.proven() else {
            faults.push(fault(NOT_YET.into()));
            continue;
        };
        match proven.verify(&keys) {
            Err(reason) => faults.push(fault(format!("not proven: {reason}"))),
            Ok(checkpoint) => {
                print_proven(proven, &checkpoint);
                signed = Some((&proven.proof.checkpoint, checkpoint.origin));
            }
        }
    }
    // All receipts of a file have one checkpoint.
    if let Some((note, origin)) = signed {
        // A file may name keys that signed nothing of it.
        for key in keys.iter().filter(|key| Checkpoint::verify(note, key).is_ok()) {
            println!("signed by {key}");
        }
        if key.is_none() && data.is_none() {
            println!("which the file itself names: compare it with https://{origin}/key");
        }
    }
    if kept.len() > 1 {
        println!("{} of {} receipts are proven", kept.len() - faults.len(), kept.len());
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::lines(faults)) }
}

fn print_proven(proven: &ProvenReceipt, checkpoint: &Checkpoint) {
    let ProvenReceipt { receipt, received, proof, .. } = proven;
    println!("receipt {} of {}: {} at {}", receipt.id, receipt.site, receipt.action.name(), receipt.time);
    println!("recorded at {received}, unchanged since");
    println!("leaf {} of {} in the log {}", proof.index, checkpoint.size, checkpoint.origin);
}

fn verify_ledger(place: &Place, checkpoints: &[PathBuf]) -> Result<(), Failure> {
    let read = |file: &PathBuf| {
        fs::read_to_string(file).map_err(|error| Failure::because(format!("{}: {error}", file.display())))
    };
    let kept = checkpoints.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().map_err(Failure::because)?;
    let findings = runtime.block_on(async {
        let ledger = place.open_to_read().await.map_err(Failure::because)?;
        verify(ledger.as_ref(), &place.data, &kept).await.map_err(Failure::because)
    })?;
    for (site, leaves) in &findings.logs {
        println!("{site}: {leaves} leaves");
    }
    println!("{} receipts compared with their leaves", findings.receipts);
    if findings.erased > 0 {
        println!("{} receipts were erased, as recorded", findings.erased);
    }
    if findings.without_notice > 0 {
        println!(
            "{} receipts name a notice that is not kept: unknown when they came, or taken away",
            findings.without_notice
        );
    }
    if findings.faults.is_empty() {
        println!("nothing was changed");
        return Ok(());
    }
    let mut faults = findings.faults;
    if findings.more_faults > 0 {
        faults.push(format!("and {} more faults", findings.more_faults));
    }
    Err(Failure::lines(faults))
}
