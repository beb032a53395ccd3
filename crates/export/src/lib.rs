//! Receipts in forms that people and other programs read. Takes them one by one and holds one at a time, so that a million
//! need no more memory than one. Knows neither HTTP nor a store, and reads no clock.
//!
//! ```text
//! lib (one face for all forms) ─> json <─ schema (its published form)
//!                              ├> csv ─> safe_cell ┐
//!                              ├> xlsx ───────────┴> columns (what a row says, and what that means)
//!                              └> ts27560 ─> vocabulary
//! about (what an export is of) <─ all but csv
//! ```

mod about;
mod columns;
mod csv;
mod json;
mod safe_cell;
mod schema;
mod ts27560;
mod xlsx;

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

use consentry::model::receipt::{Receipt, Time};
use serde::Serialize;
use serde_json::Value;

pub use self::about::{About, Covers, Day, Period, SignedLog};
pub use self::schema::schema;

/// A receipt with what the ledger knows of it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub receipt: Receipt,
    /// When it came, by the server's clock.
    pub received: Time,
    /// Its place in the log of its site, counted from 0; nothing while it has none.
    pub leaf: Option<u64>,
    /// What proves it, in an export that carries proofs ([`About::log`]).
    pub proof: Option<ProofParts>,
}

/// What proves a receipt, as `consentry_ledger::proof` writes it.
#[derive(Clone, Debug, Serialize)]
pub struct ProofParts {
    /// 32 hexadecimal digits.
    pub salt: String,
    /// `{ leafHash, path }`; nothing while the export's checkpoint does not cover the receipt.
    pub proof: Option<Value>,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One document whose form [`schema`] tells.
    Json,
    /// A table: UTF-8, commas, a first line with the columns' names (RFC 4180).
    Csv,
    /// A workbook: the same table, and a sheet that explains it (ECMA-376).
    Xlsx,
    /// Consent records of ISO/IEC TS 27560:2023 in the Data Privacy Vocabulary, as JSON-LD.
    Ts27560,
}

impl Format {
    /// Every form.
    pub const ALL: [Format; 4] = [Format::Json, Format::Csv, Format::Xlsx, Format::Ts27560];

    /// The word that asks for it.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Ts27560 => "ts27560",
        }
    }

    /// What files of this form end with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Format::Ts27560 => "jsonld",
            other => other.name(),
        }
    }

    /// The media type of such a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Ts27560 => "application/ld+json",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        let found = Format::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| format!("found {text:?}, expected json, csv, xlsx or ts27560"))
    }
}

/// An export that is being written.
pub struct Export<W: Write + Send>(Form<W>);

enum Form<W: Write + Send> {
    Json(json::JsonExport<W>),
    Csv(Box<csv::CsvExport<W>>),
    Xlsx(Box<xlsx::XlsxExport<W>>),
    Ts27560(Box<ts27560::Ts27560Export<W>>),
}

/// Where and in which form an export is written.
pub struct Target<W> {
    pub format: Format,
    pub out: W,
    /// The folder for what a workbook keeps on the disk until it is finished: about 1 kB a row, in files without a name, which
    /// are gone when the export is, however it ends.
    pub temporary: PathBuf,
}

impl<W: Write + Send> Export<W> {
    /// Writes what comes before the first receipt.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(about: About, target: Target<W>) -> io::Result<Export<W>> {
        let Target { format, out, temporary } = target;
        Ok(Export(match format {
            Format::Json => Form::Json(json::JsonExport::begin(&about, out)?),
            Format::Csv => Form::Csv(Box::new(csv::CsvExport::begin(out)?)),
            Format::Xlsx => Form::Xlsx(Box::new(xlsx::XlsxExport::begin(about, out, &temporary)?)),
            Format::Ts27560 => Form::Ts27560(Box::new(ts27560::Ts27560Export::begin(about, out)?)),
        }))
    }

    /// Writes a receipt of the export's site. A workbook is kept beside until `finish`.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        match &mut self.0 {
            Form::Json(export) => export.add(entry),
            Form::Csv(export) => export.add(entry),
            Form::Xlsx(export) => export.add(entry),
            Form::Ts27560(export) => export.add(entry),
        }
    }

    /// Passes on everything that was written so far. A workbook is written at the end.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Form::Json(export) => export.flush(),
            Form::Csv(export) => export.flush(),
            Form::Xlsx(export) => export.flush(),
            Form::Ts27560(export) => export.flush(),
        }
    }

    /// Writes what comes after the last receipt. What was not finished is no whole document in any form but CSV.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.0 {
            Form::Json(export) => export.finish(),
            Form::Csv(export) => export.finish(),
            Form::Xlsx(export) => export.finish(),
            Form::Ts27560(export) => export.finish(),
        }
    }
}
