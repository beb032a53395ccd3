//! Receipts as one JSON document. What it looks like is said in `schema`.

use std::io::{self, Write};

use consentry::model::receipt::{ClockFlag, Receipt, Time};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{About, Covers, Entry, ProofParts};

/// The version of the document's form.
pub const VERSION: u64 = 1;

pub struct JsonExport<W: Write> {
    out: W,
    count: u64,
}

#[derive(Serialize)]
struct ExportedReceipt<'a> {
    receipt: &'a Receipt,
    received: Time,
    leaf: Option<u64>,
    clock: Option<&'static str>,
    #[serde(flatten)]
    proof: Option<&'a ProofParts>,
}

impl<W: Write> JsonExport<W> {
    pub fn begin(about: &About, mut out: W) -> io::Result<JsonExport<W>> {
        let head = head(about).to_string();
        // The list is written as it comes, and the document is closed behind it.
        out.write_all(head.trim_end_matches('}').as_bytes())?;
        out.write_all(b",\"receipts\":[")?;
        Ok(JsonExport { out, count: 0 })
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let Entry { receipt, received, leaf, proof } = entry;
        let clock = ClockFlag::of(receipt.time, *received).map(ClockFlag::name);
        self.out.write_all(if self.count == 0 { b"\n" } else { b",\n" })?;
        let exported =
            ExportedReceipt { receipt, received: *received, leaf: *leaf, clock, proof: proof.as_ref() };
        serde_json::to_writer(&mut self.out, &exported)?;
        self.count += 1;
        Ok(())
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub fn finish(mut self) -> io::Result<W> {
        writeln!(self.out, "\n],\"count\":{}}}", self.count)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// All that is not the list. Its last value is no object, so that the text ends with one brace.
fn head(about: &About) -> Value {
    let controller: Map<_, _> =
        about.controller().into_iter().map(|(key, text)| (key.to_owned(), Value::from(text))).collect();
    let services: Vec<_> = about.services().iter().map(|service| about.described(service)).collect();
    let (subject, from, to) = match &about.covers {
        Covers::Subject(subject) => (Some(subject.as_str()), None, None),
        Covers::Site(period) => {
            (None, period.first().map(|day| day.to_string()), period.last().map(|day| day.to_string()))
        }
    };
    let mut head = json!({
        "v": VERSION,
        "site": about.site,
        "exported": about.exported,
        "subject": subject,
        "from": from,
        "to": to,
        "controller": controller,
        "revision": about.config.as_ref().map(|config| config.revision.as_str()),
    });
    if let Some(log) = &about.log {
        head["log"] = json!(log);
    }
    head["services"] = services.into();
    head
}
