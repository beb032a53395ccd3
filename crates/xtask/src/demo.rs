//! Runs the demo: one backend on its embedded store for all demo sites, the sites with their third parties'
//! stand-ins, and a browser in which the third parties' real host names lead to the stand-ins.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::build::component_and_program;
use crate::install;
use crate::workspace::{Outcome, names_in, read, root, run, write};

/// A folder in it that has a `site.json` is a site.
const SOURCES: &str = "www/demo";
/// Gets a folder for each site, with its bundle; `sites` in it holds their configurations.
const FOLDER: &str = "target/demo";

/// `cargo xtask demo [--port N] [--no-open]`
pub fn run_demo(options: &[&str]) -> Outcome {
    let (port, open) = parse_options(options)?;
    component_and_program()?;
    let (tls, backend) = (free_port(8443)?, free_port(8787)?);
    let config = format!("{FOLDER}/sites");
    for site in sites()? {
        write_bundle(&site, &config, Ports { plain: port, secure: tls, backend })?;
    }
    let address = format!("127.0.0.1:{backend}");
    let data = format!("{FOLDER}/ledger");
    let token = token_of_this_run(&data)?;
    let serve = ["serve", "--config", &config, "--data", &data, "--listen", &address];
    let mut backend_process =
        Running(start(&mut Command::new(root().join("target/release/consentry")), &serve)?);
    let (port, tls) = (port.to_string(), tls.to_string());
    let backend = format!("http://{address}");
    let ports = ["--port", &port, "--tls-port", &tls, "--components", FOLDER, "--backend", &backend];
    let arguments = [&["www/demo/server.mjs"], &ports[..]].concat();
    let mut node = Command::new("node");
    let mut site = Running(start(node.stdout(Stdio::piped()).env("CONSENTRY_TOKEN", &token), &arguments)?);
    let lines = BufReader::new(site.0.stdout.take().ok_or("the demo server has no output")?).lines();
    let mut lines = lines.map_while(Result::ok);
    let flags = lines.by_ref().inspect(|line| println!("{line}")).find(|line| line.trim().starts_with("'--"));
    println!("\nopen http://localhost:{port}/   (Ctrl-C ends the demo)");
    println!("receipts: {backend}/admin, with the token {token}");
    println!("In a browser without these flags, accepting contacts the real third parties.");
    thread::spawn(move || lines.for_each(|line| println!("{line}")));
    match flags {
        Some(flags) if open => open_browser(flags.trim(), &port),
        Some(_) => {}
        None => return Err("the demo server ended".into()),
    }
    let ended = backend_process.0.wait().map_err(|error| error.to_string())?;
    Err(format!("the backend ended: {ended}"))
}

/// A token that opens the ledger for as long as this run lasts: the next one gets another in its place.
fn token_of_this_run(data: &str) -> Outcome<String> {
    let program = root().join("target/release/consentry");
    let ask = |arguments: &[&str]| {
        let arguments = [&["token"], arguments, &["--data", data]].concat();
        Command::new(&program).args(arguments).current_dir(root()).output().map_err(|error| error.to_string())
    };
    drop(ask(&["revoke", "demo"])?); // of the run before, if there was one
    let added = ask(&["add", "demo", "--scope", "admin"])?;
    match added.status.success() {
        true => Ok(String::from_utf8_lossy(&added.stdout).trim().to_owned()),
        false => Err(String::from_utf8_lossy(&added.stderr).trim().to_owned()),
    }
}

fn parse_options(options: &[&str]) -> Outcome<(u16, bool)> {
    match options {
        [] => Ok((8080, true)),
        ["--no-open", rest @ ..] => parse_options(rest).map(|(port, _)| (port, false)),
        ["--port", number, rest @ ..] => {
            let port =
                number.parse().map_err(|_| format!("--port: found {number:?}, expected a port number"))?;
            parse_options(rest).map(|(_, open)| (port, open))
        }
        other => Err(format!("found {other:?}, expected --port N or --no-open")),
    }
}

/// This port, or any other if it is taken.
fn free_port(wanted: u16) -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", wanted)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)));
    listener
        .and_then(|bound| bound.local_addr())
        .map(|address| address.port())
        .map_err(|error| error.to_string())
}

/// Where a run of the demo listens.
#[derive(Clone, Copy)]
struct Ports {
    plain: u16,
    secure: u16,
    backend: u16,
}

/// The names of the demo's sites, sorted.
fn sites() -> Outcome<Vec<String>> {
    let is_site = |name: &String| root().join(SOURCES).join(name).join("site.json").is_file();
    Ok(names_in(SOURCES)?.into_iter().filter(is_site).collect())
}

/// Writes a site's configuration with the ports of this run, and the bundle that belongs to it.
fn write_bundle(site: &str, configs: &str, ports: Ports) -> Outcome {
    let source = format!("{SOURCES}/{site}/site.json");
    let mut document: Value =
        serde_json::from_str(&read(&source)?).map_err(|error| format!("{source}: {error}"))?;
    let Ports { plain, secure, backend } = ports;
    let named = [format!("{site}.test"), format!("www.{site}.test")];
    let mut origins = vec![format!("http://{site}.localhost:{plain}")];
    for host in named {
        // Without a port too: the browser that the demo opens finds the usual ones here.
        origins.extend([format!("http://{host}:{plain}"), format!("http://{host}")]);
        origins.extend([format!("https://{host}:{secure}"), format!("https://{host}")]);
    }
    document["backend"]["url"] = format!("http://localhost:{backend}").into();
    document["backend"]["origins"] = origins.into();
    let config = format!("{configs}/{site}.json");
    write(&config, document.to_string())?;
    let folder = format!("{FOLDER}/{site}");
    run("target/release/consentry", &["bundle", "--config", &config, "--out", &folder])
}

fn start(command: &mut Command, arguments: &[&str]) -> Outcome<Child> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.args(arguments).current_dir(root()).spawn().map_err(|error| format!("{name}: {error}"))
}

/// A program that ends with the demo.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn open_browser(flags: &str, port: &str) {
    let Some(browser) = install::browser() else {
        println!("no Chromium found to open: start one with the flags above");
        return;
    };
    let profile = format!("--user-data-dir={}", root().join(FOLDER).join("profile").display());
    let quoted = format!("exec '{browser}' {flags} '{profile}' http://localhost:{port}/ >/dev/null 2>&1");
    if let Err(error) = Command::new("sh").args(["-c", &quoted]).spawn() {
        println!("{browser} could not be started: {error}");
    }
}
