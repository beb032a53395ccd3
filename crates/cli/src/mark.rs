//! `consentry mark`: holds the static tags in HTML files, or from standard input to standard output.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use consentry::classify::rules::Rules;
use consentry::model::config::{Config, HostPattern};
use consentry_mark::Marker;
use consentry_mark::consent::Consent;

use crate::{Failure, site};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    site: Site,
    /// HTML files, whole documents or fragments; without any, standard input goes to standard output
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// The site whose rules apply.
#[derive(clap::Args)]
pub struct Site {
    /// The configuration file; without it the built-in rules apply
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A host that serves the site, beside those of backend.origins; may be given more than once
    #[arg(long = "host", value_name = "HOST", value_parser = host)]
    hosts: Vec<HostPattern>,
}

fn host(text: &str) -> Result<HostPattern, String> {
    HostPattern::new(text)
        .ok_or_else(|| "expected a host such as www.example.com, without scheme, port and path".into())
}

impl Site {
    /// The configuration and its rules.
    pub fn read(&self) -> Result<(Config, Rules), Failure> {
        let config = match &self.config {
            None => Config::parse("{}").map_err(|faults| Failure::faults(&faults))?,
            Some(path) => site::read(path)?,
        };
        let rules = Rules::new(&config, &self.hosts);
        Ok((config, rules))
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let rules = Arc::new(arguments.site.read()?.1);
    let marker = || Marker::new(Arc::clone(&rules), &Consent::default().grants(&rules));
    if arguments.files.is_empty() {
        return stream(marker()).map_err(Failure::because);
    }
    let mut failed = Vec::new();
    for path in &arguments.files {
        match rewrite(path, marker()) {
            Ok(held) => println!("{held:>8} {}", path.display()),
            Err(reason) => failed.push(format!("error: {}: {reason}", path.display())),
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure(failed)) }
}

fn stream(mut marker: Marker) -> Result<(), String> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let (mut piece, mut out, mut begun) = (vec![0; 1 << 16], Vec::new(), false);
    loop {
        let length =
            input.read(&mut piece).map_err(|error| format!("standard input cannot be read: {error}"))?;
        let first = !std::mem::replace(&mut begun, true);
        if first && piece.get(..length).is_some_and(is_utf16) {
            return Err(format!("standard input: {NO_ASCII}"));
        }
        match piece.get(..length).filter(|piece| !piece.is_empty()) {
            Some(piece) => marker.write(piece, &mut out),
            None => break,
        }
        output.write_all(&out).map_err(unwritable)?;
        out.clear();
    }
    marker.end(&mut out);
    output.write_all(&out).and_then(|()| output.flush()).map_err(unwritable)
}

const NO_ASCII: &str = "expected UTF-8 or another encoding that has ASCII in it, found UTF-16";

fn is_utf16(html: &[u8]) -> bool {
    html.starts_with(&[0xfe, 0xff]) || html.starts_with(&[0xff, 0xfe])
}

fn unwritable(error: io::Error) -> String {
    format!("standard output cannot be written: {error}")
}

/// Rewrites one file; how many elements were held.
fn rewrite(path: &Path, mut marker: Marker) -> Result<usize, String> {
    let html = fs::read(path).map_err(|error| format!("expected a readable file, found: {error}"))?;
    if is_utf16(&html) {
        return Err(NO_ASCII.to_owned());
    }
    let mut out = Vec::with_capacity(html.len());
    marker.write(&html, &mut out);
    let held = marker.end(&mut out);
    if out != html {
        replace(path, &out).map_err(|error| format!("cannot be written: {error}"))?;
    }
    Ok(held)
}

/// Replaces a file's content at once: whoever reads it finds the old or the new one. A link stays one.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = OpenOptions::new().write(true).create_new(true).open(&part).and_then(|mut file: File| {
        file.write_all(content)?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        fs::rename(&part, &path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}
