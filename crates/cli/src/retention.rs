//! `consentry retention`: erases what is past its period, tells what was erased so, and keeps the holds.

use std::path::{Path, PathBuf};

use consentry::model::config::SiteKey;
use consentry::model::receipt::Subject;
use consentry_backend::Place;
use consentry_ledger::hold::Hold;
use consentry_ledger::retention::{ErasedRecords, RetentionRun, RunMode};
use serde_json::{Value, json};

use crate::Failure;
use crate::database_argument::DatabaseArgument;
use crate::erase::{site_key, subject};
use crate::progress::Progress;

/// How many runs are told.
const RUNS: u32 = 100;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct RetentionArguments {
    #[command(subcommand)]
    command: Option<RetentionCommand>,
    #[command(flatten)]
    run: RunArguments,
}

#[derive(clap::Subcommand)]
enum RetentionCommand {
    /// Erase what is past the periods of the configuration, as the server does once a day
    Run(RunArguments),
    /// List what the last runs erased, the newest first
    Runs(LedgerArguments),
    /// Keep the records of a site, or of one visitor on it, from being erased: for legal claims (GDPR article 17(3)(e))
    Hold {
        #[command(flatten)]
        held: HeldArguments,
        /// Why, such as the number of a file; no names
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// End a hold; what is past its period goes with the next run
    Release {
        #[command(flatten)]
        held: HeldArguments,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// List what is on hold
    Holds(LedgerArguments),
}

#[derive(clap::Args)]
struct RunArguments {
    /// A configuration file, or a folder with one *.json for each site
    #[arg(long, value_name = "FILE|DIR", required = true)]
    config: Option<PathBuf>, // none only where a command follows
    /// Say what would be erased, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    ledger: LedgerArguments,
}

#[derive(clap::Args)]
struct HeldArguments {
    /// The site's key
    #[arg(long, value_name = "SITE", value_parser = site_key)]
    site: SiteKey,
    /// One visitor's subject, as receipts name it; the whole site without it
    #[arg(long, value_name = "HEX", value_parser = subject)]
    subject: Option<Subject>,
}

#[derive(clap::Args)]
struct LedgerArguments {
    /// Where the ledger is kept, as given to `consentry serve`
    #[arg(long, value_name = "DIR", required = true)]
    data: Option<PathBuf>, // none only where a command follows
    #[command(flatten)]
    database: DatabaseArgument,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl LedgerArguments {
    fn place(&self) -> Place {
        self.database.place(self.data.clone().unwrap_or_default())
    }

    /// Prints a value, or else these lines.
    fn print(&self, value: &Value, lines: impl IntoIterator<Item = String>) {
        match self.json {
            true => println!("{value}"),
            false => lines.into_iter().for_each(|line| println!("{line}")),
        }
    }
}

pub fn run(arguments: &RetentionArguments) -> Result<(), Failure> {
    match &arguments.command {
        None => erase(&arguments.run),
        Some(RetentionCommand::Run(run)) => erase(run),
        Some(RetentionCommand::Runs(ledger)) => runs(ledger),
        Some(RetentionCommand::Hold { held, reason, ledger }) => {
            let HeldArguments { site, subject } = held;
            consentry_backend::add_hold(&ledger.place(), site.clone(), subject.clone(), reason.clone())
                .map_err(Failure::because)?;
            ledger.print(&json!({ "held": true }), [format!("{site}: on hold")]);
            Ok(())
        }
        Some(RetentionCommand::Release { held: HeldArguments { site, subject }, ledger }) => {
            consentry_backend::release_hold(&ledger.place(), site.clone(), subject.clone())
                .map_err(Failure::because)?;
            ledger.print(&json!({ "held": false }), [format!("{site}: released")]);
            Ok(())
        }
        Some(RetentionCommand::Holds(ledger)) => holds(ledger),
    }
}

fn erase(RunArguments { config, dry_run, ledger }: &RunArguments) -> Result<(), Failure> {
    let configs = consentry_sites::read_configurations(config.as_deref().unwrap_or(Path::new("")))
        .map_err(|error| Failure::lines(error.lines()))?;
    let mode = if *dry_run { RunMode::Dry } else { RunMode::Erase };
    let bar = Progress::new("receipts");
    let done = consentry_backend::run_retention(&ledger.place(), &configs, mode, |at, of| bar.set(at, of));
    drop(bar);
    let done = done.map_err(Failure::because)?;
    let word = if *dry_run { "would be erased" } else { "erased" };
    let mut lines: Vec<String> = done.erased.iter().map(|records| line(records, word)).collect();
    if lines.is_empty() {
        lines.push("nothing is past its period".to_owned());
    }
    let mut value = run_json(&done);
    value["dryRun"] = (*dry_run).into();
    ledger.print(&value, lines);
    Ok(())
}

fn line(ErasedRecords { site, class, erased, held }: &ErasedRecords, word: &str) -> String {
    let class = class.name();
    match held {
        0 => format!("{site}: {erased} {class} {word}"),
        _ => format!("{site}: {erased} {class} {word}, {held} on hold"),
    }
}

fn run_json(RetentionRun { at, erased }: &RetentionRun) -> Value {
    json!({ "at": at.to_string(), "erased": erased })
}

fn runs(ledger: &LedgerArguments) -> Result<(), Failure> {
    let runs = consentry_backend::retention_runs(&ledger.place(), RUNS).map_err(Failure::because)?;
    let lines = runs.iter().map(|run| {
        let erased: Vec<String> = run.erased.iter().map(|records| line(records, "erased")).collect();
        let erased = if erased.is_empty() { "nothing".to_owned() } else { erased.join("; ") };
        format!("{}\t{erased}", run.at)
    });
    ledger.print(&runs.iter().map(run_json).collect(), lines);
    Ok(())
}

/// A line for each: site, subject or `*`, since when and why, with tabs between.
fn holds(ledger: &LedgerArguments) -> Result<(), Failure> {
    let holds = consentry_backend::holds(&ledger.place()).map_err(Failure::because)?;
    let value = holds.iter().map(|Hold { site, subject, reason, since }| {
        let subject = subject.as_ref().map(Subject::as_str);
        json!({ "site": site.as_str(), "subject": subject, "reason": reason, "since": since.to_string() })
    });
    let lines = holds.iter().map(|Hold { site, subject, reason, since }| {
        let subject = subject.as_ref().map_or("*", Subject::as_str);
        format!("{site}\t{subject}\t{since}\t{reason}")
    });
    ledger.print(&value.collect(), lines);
    Ok(())
}
