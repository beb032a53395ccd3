//! `consentry mark`: holds the static tags in HTML files, or from standard input to standard output.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use consentry_mark::consent::Consent;
use consentry_mark::{Encoding, Marker};
use consentry_sites::replace_file;

use crate::Failure;
use crate::site_arguments::SiteArguments;

#[derive(clap::Args)]
pub struct MarkArguments {
    #[command(flatten)]
    site: SiteArguments,
    /// The encoding that the server names in Content-Type, which counts more than what a page says of itself
    #[arg(long, value_name = "LABEL", value_parser = parse_charset)]
    charset: Option<&'static Encoding>,
    /// HTML files, whole documents or fragments; without any, standard input goes to standard output
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn parse_charset(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label_no_replacement(label.as_bytes())
        .ok_or_else(|| "expected the label of an encoding, such as utf-8".into())
}

pub fn run(arguments: &MarkArguments) -> Result<(), Failure> {
    let rules = Arc::new(arguments.site.read()?.1);
    let marker = || {
        let marker = Marker::new(Arc::clone(&rules), &Consent::default().grants(&rules));
        arguments.charset.into_iter().fold(marker, Marker::in_encoding)
    };
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

/// Rewrites standard input to standard output.
fn stream(mut marker: Marker) -> Result<(), String> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let (mut buffer, mut out) = (vec![0; 1 << 16], Vec::new());
    loop {
        let length =
            input.read(&mut buffer).map_err(|error| format!("standard input cannot be read: {error}"))?;
        let piece = buffer.get(..length).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        marker.write(piece, &mut out);
        output.write_all(&out).map_err(unwritable)?;
        out.clear();
    }
    marker.end(&mut out);
    output.write_all(&out).and_then(|()| output.flush()).map_err(unwritable)
}

fn unwritable(error: io::Error) -> String {
    format!("standard output cannot be written: {error}")
}

/// Rewrites one file; how many elements were held.
pub fn rewrite(path: &Path, mut marker: Marker) -> Result<usize, String> {
    let html = fs::read(path).map_err(|error| format!("expected a readable file, found: {error}"))?;
    let mut out = Vec::with_capacity(html.len());
    marker.write(&html, &mut out);
    let held = marker.end(&mut out);
    if out != html {
        replace(path, &out).map_err(|error| format!("cannot be written: {error}"))?;
    }
    Ok(held)
}

/// Replaces a file that its owner may write: a rename alone would replace one that is read-only, too.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::metadata(path)?.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    replace_file(path, content)
}
