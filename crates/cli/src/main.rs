//! `consentry`, the site owner's program. Reads arguments and prints; what the commands mean is said in
//! the crates that they call.

mod bundle;
mod classify;
mod component;
mod csp;
mod mark;
mod serve;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use consentry::model::config::{Config, Fault};

/// Consent for your site: holds trackers until there is consent, and keeps proof of every decision
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keep receipts, and serve the component to your sites
    Serve {
        /// A configuration file, or a folder with one *.json for each site
        #[arg(long, value_name = "FILE|DIR")]
        config: PathBuf,
        /// Where the ledger is kept; made if it is not there
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where to listen; port 0 takes a free one
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
        listen: std::net::SocketAddr,
    },
    /// Check a configuration and write the files that your site needs, with it baked in
    ///
    /// What was declared in /admin (<site>.declared.json beside the configuration) is part of it.
    Bundle {
        /// The configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Where to write; made if it is not there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The ledger's directory: what the tables know of the hosts observed on your site is baked in too
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Hold the static tags of other hosts in HTML, so that no browser asks for them before there is consent
    ///
    /// Files are rewritten in place, each whole or not at all; one in which nothing is held keeps its bytes
    /// and its time. For each it prints how many elements were held. Marking twice is marking once, so a build
    /// may run it as its last step: consentry mark --config site.json public/*.html
    Mark(mark::Arguments),
    /// Print the Content-Security-Policy for a visitor with these grants
    ///
    /// For servers that do not use the middleware. A policy never widens on a page that is shown, so send the
    /// one without grants to every visitor whose `consentry` cookie grants nothing, and another for each set of
    /// grants.
    Csp(csp::Arguments),
    /// Say what a cookie, a storage key or a host is for, and why
    ///
    /// consentry classify cookie _ga --domain .example.com
    Classify(classify::Arguments),
    /// Print the JSON Schema of a configuration
    Schema,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Serve { config, data, listen } => serve::run(config, data, listen),
        Command::Bundle { config, out, data } => bundle::run(&config, &out, data.as_deref()),
        Command::Mark(arguments) => mark::run(&arguments),
        Command::Csp(arguments) => csp::run(&arguments),
        Command::Classify(arguments) => classify::run(&arguments),
        Command::Schema => {
            println!("{:#}", Config::schema());
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

    /// Every fault of a configuration, as `error <code> <path>: found …, expected …`.
    fn faults(faults: &[Fault]) -> Failure {
        Failure(faults.iter().map(|fault| format!("error {} {fault}", fault.code)).collect())
    }
}
