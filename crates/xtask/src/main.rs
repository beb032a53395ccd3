//! The project's commands, `cargo xtask <command>`: what each is called and which files carry it out.

mod bench;
mod build;
mod built_files;
mod demo;
mod docs;
mod install;
mod lint;
mod tables;
mod test;
mod train;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "cargo xtask <command>
  demo [--port N] [--no-open]   build everything and run the demo
  test                          lint, then every test, browser tests included
  test --engines                what holds in every engine, in Firefox and WebKitGTK
  lint                          formatting, compilers' and linters' warnings, import circles
  soak [seed]                   whole sites of the npm registry, used by a random visitor with and without us
  fuzz [seed]                   the browser tests that draw odd spellings, with a new seed or this one
  contact-sheet [part...]       pictures of every layer, layout, theme, language and width, in target/contact-sheet
  build                         release artefacts, their sizes against the budgets, their syntax
  docs                          the documentation alone, as a website in www/site
  table                         the classifier's tables, from pinned packages of public registries
  train                         the classifier's model, from labelled cookies and the tables
  bench [name]                  the benchmarks: classify and gate, and if it is named ledger [--long],
                                start [--rounds N] [--before DIR] [--component DIR] [--only NAMES] or
                                serve [--sites N] [--like NAME] [--program FILE]
  bench stores                  how many receipts a second a node stores, in SQLite and in PostgreSQL
  bench failover                two nodes on PostgreSQL with a standby: the primary is killed, then a node";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["build"] => build::component_and_program().and_then(|()| built_files::check()),
        ["docs"] => docs::write_site(),
        ["demo", options @ ..] => demo::run_demo(options),
        ["test"] => test::lint_and_run_all_tests(),
        ["test", "--engines"] => test::run_in_other_engines(),
        ["lint"] => lint::check_sources(),
        ["soak"] => test::soak("1"),
        ["soak", seed] => test::soak(seed),
        ["fuzz"] => test::fuzz(None),
        ["fuzz", seed] => test::fuzz(Some(seed)),
        ["contact-sheet", parts @ ..] => test::contact_sheet(parts),
        ["table"] => tables::write_all(),
        ["train"] => train::write_model(),
        ["bench", "classify"] => bench::classify(),
        ["bench", "gate"] => bench::gate(),
        ["bench", "ledger", options @ ..] => bench::ledger(options),
        ["bench", "start", options @ ..] => bench::start(options),
        ["bench", "stores"] => bench::stores(),
        ["bench", "failover"] => bench::failover(),
        ["bench", "serve", options @ ..] => bench::serve(options),
        ["bench"] => bench::classify().and_then(|()| bench::gate()),
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
