//! `consentry`, the site owner's program. Reads arguments and prints; what the commands mean is said in the
//! crates that they call. Only `serve`, `export`, `erase`, `retention`, `token`, `verify`, `webhook`, `backup` and `bundle --data` need the backend: they are the feature
//! `serve`, without which the program is built without a server and a database.

mod allow_arguments;
#[cfg(feature = "serve")]
mod backup;
mod bundle;
mod classify;
mod component;
mod configuration;
mod convert;
mod csp;
#[cfg(feature = "serve")]
mod database_argument;
mod declaration;
#[cfg(feature = "serve")]
mod erase;
#[cfg(feature = "serve")]
mod export;
mod lint;
mod mark;
#[cfg(feature = "serve")]
mod progress;
#[cfg(feature = "serve")]
mod retention;
#[cfg(feature = "serve")]
mod serve;
mod site_arguments;
#[cfg(feature = "serve")]
mod token;
#[cfg(feature = "serve")]
mod verify;
#[cfg(feature = "serve")]
mod webhook;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use consentry::model::config::{Config, Fault};

/// Consent for your site: holds trackers until there is consent, and keeps proof of every decision
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keep receipts, and serve the component to your sites
    #[cfg(feature = "serve")]
    Serve(serve::ServeArguments),
    /// Say who gets at what is not public: receipts, observations, /admin
    #[cfg(feature = "serve")]
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Check a configuration and write the files that your site needs, with it baked in
    ///
    /// What was declared in /admin (<site>.declared.json beside the configuration) is part of it.
    Bundle(bundle::BundleArguments),
    /// Hold the static tags of other hosts in HTML, so that no browser asks for them before there is consent
    ///
    /// Files are rewritten in place, each whole or not at all; one in which nothing is held keeps its bytes
    /// and its time. For each it prints how many elements were held. Marking twice is marking once, so a
    /// build may run it as its last step: consentry mark --config site.json public/*.html
    Mark(mark::MarkArguments),
    /// Print the Content-Security-Policy for a visitor with these grants
    ///
    /// For servers that do not use the middleware. A policy never widens on a page that is shown, so send the
    /// one without grants to every visitor whose `consentry` cookie grants nothing, and another for each set
    /// of grants.
    Csp(csp::CspArguments),
    /// Print the declaration as HTML, to stand inside <consentry-declaration> for search engines and where no script runs
    ///
    /// consentry declaration --config site.json --language sv
    Declaration(declaration::DeclarationArguments),
    /// Say what is wrong with a site: its configuration, its pages, and how it acts in a browser
    ///
    /// Prints `level rule path: found …, expected …` and fails where one is an error. `bundle` and `serve` refuse what is
    /// an error of the configuration.
    Lint(lint::LintArguments),
    /// Say what a cookie, a storage key or a host is for, and why
    ///
    /// consentry classify cookie _ga --domain .example.com
    Classify(classify::ClassifyArguments),
    /// Turn the configuration of Klaro or vanilla-cookieconsent into one for Consentry
    ///
    /// Prints it, and on standard error a remark for each thing that could not be carried over or should be looked at. Reads
    /// JSON; the same command of the npm package also runs a script and takes the configuration out of it.
    Convert(convert::ConvertArguments),
    /// Check a receipt that a visitor kept, or a whole ledger
    ///
    /// consentry verify receipt.json asks nobody: the file holds the receipt and the proof that the log had it.
    /// consentry verify --data DIR, with --database URL where the ledger is in one, finds what was edited, removed, put in another order or put back to an older state;
    /// with --checkpoint FILE, a checkpoint that you kept, also what its owner made anew.
    #[cfg(feature = "serve")]
    Verify(verify::VerifyArguments),
    /// Erase what is kept of a visitor on a site
    ///
    /// Answers when nothing of it is in any file of the ledger. The log still verifies, and has that something was erased, not
    /// whose. Works whether or not a server runs.
    #[cfg(feature = "serve")]
    Erase(erase::EraseArguments),
    /// Erase what is past the periods of the configuration, or keep it from being erased
    ///
    /// `consentry serve` does the first by itself, at its start and once a day. Without a command it is `run`:
    /// consentry retention --dry-run --config site.json --data DIR
    #[cfg(feature = "serve")]
    Retention(retention::RetentionArguments),
    /// Have processors and partners told of erasures and withdrawals
    ///
    /// A server tells them: signed, over HTTPS, and again for seven days until they have it (www/docs/webhooks.md).
    #[cfg(feature = "serve")]
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Copy the ledger while a server runs on it, whole or not at all
    ///
    /// consentry backup --data ledger/ --out backups/monday holds everything that was acknowledged before it began. What to do
    /// with it after a loss is said in www/docs/operations.md.
    #[cfg(feature = "serve")]
    Backup(backup::BackupArguments),
    /// Write the receipts of a site, or of one visitor, to a file: as a table, a workbook, JSON or TS 27560 records
    ///
    /// consentry export --data ledger --site shop --format xlsx --out receipts.xlsx
    /// reads the ledger beside a running server. The file is there whole or not at all.
    #[cfg(feature = "serve")]
    Export(export::ExportArguments),
    /// Print the JSON Schema of a configuration, or of an export
    Schema {
        #[arg(value_enum, default_value_t)]
        of: SchemaOf,
    },
}

/// What has a published form.
#[derive(Clone, Copy, Default, ValueEnum)]
enum SchemaOf {
    /// The site's configuration
    #[default]
    Config,
    /// What `consentry export --format json` writes
    #[cfg(feature = "serve")]
    Export,
}

fn main() -> ExitCode {
    let result = match CommandLine::parse().command {
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(arguments),
        #[cfg(feature = "serve")]
        Command::Token(command) => token::run(&command),
        Command::Bundle(arguments) => bundle::run(&arguments),
        Command::Mark(arguments) => mark::run(&arguments),
        Command::Csp(arguments) => csp::run(&arguments),
        Command::Declaration(arguments) => declaration::run(&arguments),
        Command::Classify(arguments) => classify::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Verify(arguments) => verify::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Erase(arguments) => erase::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Retention(arguments) => retention::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Backup(arguments) => backup::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Webhook(command) => webhook::run(&command),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Lint(arguments) => match lint::run(&arguments) {
            Ok(code) => return code,
            Err(failure) => Err(failure),
        },
        #[cfg(feature = "serve")]
        Command::Export(arguments) => export::run(&arguments),
        Command::Schema { of } => {
            match of {
                SchemaOf::Config => println!("{:#}", Config::schema()),
                #[cfg(feature = "serve")]
                SchemaOf::Export => println!("{:#}", consentry_export::schema()),
            }
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(lines)) => {
            for line in lines {
                eprintln!("{line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Why a command failed, as lines to print.
struct Failure(Vec<String>);

impl Failure {
    /// One sentence.
    fn because(reason: impl std::fmt::Display) -> Failure {
        Failure(vec![format!("error: {reason}")])
    }

    /// Lines that each say what is wrong.
    fn lines(lines: Vec<String>) -> Failure {
        Failure(lines.into_iter().map(|line| format!("error: {line}")).collect())
    }

    /// Every fault of a configuration, as `error <code> <path>: found …, expected …`.
    fn faults(faults: &[Fault]) -> Failure {
        Failure(faults.iter().map(|fault| format!("error {} {fault}", fault.code)).collect())
    }
}
