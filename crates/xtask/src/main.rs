//! The project's commands, `cargo xtask <command>`: what they are called and in which order they work.

mod bench;
mod bound;
mod build;
mod demo;
mod javascript;
mod learn;
mod setup;
mod sizes;
mod table;
mod test;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

const HELP: &str = "cargo xtask <command>
  demo [--port N] [--no-open]   build everything and run the demo
  test                          every test, browser tests included
  build                         release artefacts, with their sizes against the budgets
  table                         the classifier's tables, from pinned packages of public registries
  train                         the classifier's model, from labelled cookies and the tables
  bench [name]                  the benchmarks: classify, gate, start [--rounds N] [--before DIR]";

/// What stopped a command, told to the person who ran it.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["build"] => build::everything().and_then(|()| sizes::check()),
        ["demo", options @ ..] => demo::run_demo(options),
        ["test"] => test::everything_tested(),
        ["table"] => table::generate(),
        ["train"] => learn::train(),
        ["bench", "classify"] => test::bench_classify(),
        ["bench", "gate"] => test::bench_gate(),
        ["bench", "start", options @ ..] => bench::start(options),
        ["bench"] => test::bench_classify().and_then(|()| test::bench_gate()),
        other => Err(format!("found {other:?}, expected one of the commands\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Runs a program in the workspace's folder and waits; what it prints is shown.
fn run(program: &str, arguments: &[&str]) -> Outcome {
    run_with(program, arguments, &[])
}

/// The same with additions to the environment.
fn run_with(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(program);
    let status = command.args(arguments).envs(environment.iter().copied()).current_dir(root()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program} {}` ended with {status}", arguments.join(" "))),
        Err(error) => Err(format!("`{program}` could not be started: {error}")),
    }
}

/// Reads a file of the workspace.
fn read(path: &str) -> Outcome<String> {
    std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// Writes a file of the workspace, its folders too.
fn write(path: &str, content: impl AsRef<[u8]>) -> Outcome {
    let path = root().join(path);
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder
        .and_then(|()| std::fs::write(&path, content))
        .map_err(|error| format!("{}: {error}", path.display()))
}
