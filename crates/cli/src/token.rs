//! `consentry token`: who gets at what is not public. Works on the ledger's file, whether or not a server runs.

use std::io::{self, BufRead, IsTerminal};

use consentry_backend::TokenScopes;

use crate::Failure;
use crate::database_argument::LedgerArguments;

#[derive(clap::Subcommand)]
pub enum TokenCommand {
    /// List the tokens, with what each allows; their secrets are nowhere kept
    List(LedgerArguments),
    /// Make a token and print it, which is the only time that it is shown
    ///
    /// It is sent as `Authorization: Bearer <token>`, and a person logs in with it at /admin/log-in. One that allows admin or
    /// read can; what a scope allows is said in www/docs/backend.md.
    Add {
        /// What to call it, so that you know which one to revoke
        name: String,
        /// What it allows: admin (everything), read, erase, notices; several with commas between
        #[arg(long = "scope", value_name = "SCOPES")]
        scopes: TokenScopes,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// Give a token a new secret and print it; the old one opens nothing from now on, and its sessions end
    Rotate {
        /// The token's name or id
        name: String,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// Remove a token, or the password; its sessions end
    Revoke {
        /// The token's name or id, or `password`
        name: String,
        #[command(flatten)]
        ledger: LedgerArguments,
    },
    /// Set the password with which a person may log in, in place of an earlier one
    ///
    /// Asks for it on a terminal, and otherwise reads one line of standard input. It allows everything.
    Password(LedgerArguments),
}

pub fn run(command: &TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::List(ledger) => list(ledger),
        TokenCommand::Add { name, scopes, ledger } => {
            consentry_backend::add_token(ledger.place(), name, scopes).map(|token| println!("{token}"))
        }
        TokenCommand::Rotate { name, ledger } => {
            consentry_backend::rotate_token(ledger.place(), name).map(|token| println!("{token}"))
        }
        TokenCommand::Revoke { name, ledger } => consentry_backend::revoke_token(ledger.place(), name),
        TokenCommand::Password(ledger) => {
            read_password().and_then(|password| consentry_backend::set_password(ledger.place(), &password))
        }
    }
    .map_err(Failure::because)
}

/// A line for each: id, day, scopes and name, with tabs between.
fn list(ledger: &LedgerArguments) -> Result<(), String> {
    for token in consentry_backend::list_tokens(ledger.place())? {
        println!("{}\t{}\t{}\t{}", token.id, token.made, token.scopes, token.name);
    }
    Ok(())
}

fn read_password() -> Result<String, String> {
    let failed = |error: io::Error| format!("the password could not be read: {error}");
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(failed)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("New password: ").map_err(failed)?;
    match rpassword::prompt_password("The same again: ").map_err(failed)? == password {
        true => Ok(password),
        false => Err("found two different passwords, expected the same twice".to_owned()),
    }
}
