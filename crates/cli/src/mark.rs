//! `consentry mark`: holds the static tags in HTML files, or from standard input to standard output.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use consentry_mark::Marker;
use consentry_mark::consent::Consent;
use consentry_sites::replace_file;

use crate::Failure;
use crate::site_arguments::SiteArguments;

#[derive(clap::Args)]
pub struct MarkArguments {
    #[command(flatten)]
    site: SiteArguments,
    /// HTML files, whole documents or fragments; without any, standard input goes to standard output
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub fn run(arguments: &MarkArguments) -> Result<(), Failure> {
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

/// Rewrites standard input to standard output.
fn stream(mut marker: Marker) -> Result<(), String> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let (mut buffer, mut out, mut is_first) = (vec![0; 1 << 16], Vec::new(), true);
    loop {
        let length =
            input.read(&mut buffer).map_err(|error| format!("standard input cannot be read: {error}"))?;
        let piece = buffer.get(..length).unwrap_or_default();
        if is_first && is_utf16(piece) {
            return Err(format!("standard input: {FOUND_UTF16}"));
        }
        if piece.is_empty() {
            break;
        }
        is_first = false;
        marker.write(piece, &mut out);
        output.write_all(&out).map_err(unwritable)?;
        out.clear();
    }
    marker.end(&mut out);
    output.write_all(&out).and_then(|()| output.flush()).map_err(unwritable)
}

const FOUND_UTF16: &str = "expected UTF-8 or another encoding that has ASCII in it, found UTF-16";

/// Whether a text begins with one of the byte order marks of UTF-16.
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
        return Err(FOUND_UTF16.to_owned());
    }
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
