//! Receipts as consent records of ISO/IEC TS 27560:2023, in the Data Privacy Vocabulary (DPV 2) as its guide `consent-27560` maps
//! the standard's fields, in JSON-LD. Its context stands in the document: nothing has to be fetched to read it.
//!
//! What is the same in all records stands once and is named by them: the controller, and a process for each category and each
//! service. It is what the configuration says now; a record names the revision that it was made under, and the notice, which
//! has the words that were shown. What the configuration does not say is said not to be stated, and never made up.

mod process;
mod record;
mod vocabulary;

use std::collections::BTreeSet;
use std::io::{self, Write};

use consentry::model::category::Category;
use consentry::model::config::{LegalBasis, Service};
use consentry::model::receipt::Scope;
use serde_json::{Value, json};

use self::vocabulary::{Names, context};
use crate::{About, Entry};

pub struct Ts27560Export<W: Write> {
    about: About,
    names: Names,
    out: W,
    /// Those whose processes are written already, or will be at the end.
    described: BTreeSet<Scope>,
    not_described: BTreeSet<Scope>,
}

impl<W: Write> Ts27560Export<W> {
    pub fn begin(about: About, mut out: W) -> io::Result<Ts27560Export<W>> {
        let names = Names::of(&about);
        let controller = process::controller(&about, &names);
        write!(out, "{{\"@context\":{},\"@graph\":[\n{controller}", context())?;
        let mut export =
            Ts27560Export { about, names, out, described: BTreeSet::new(), not_described: BTreeSet::new() };
        let categories = Category::ALL.into_iter().filter(|category| *category != Category::Necessary);
        let services = export.about.services().iter().map(|service| Scope::Service(service.id.clone()));
        export.described = categories.map(Scope::Category).chain(services).collect();
        let processes: Vec<_> = export
            .described
            .iter()
            .map(|scope| process::process(&export.about, &export.names, scope))
            .collect();
        for process in processes {
            export.node(&process)?;
        }
        export.node(&process::whole_site(&export.about, &export.names))?;
        Ok(export)
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        for scope in entry.receipt.granted.iter().chain(&entry.receipt.denied) {
            if !self.described.contains(scope) && !self.not_described.contains(scope) {
                self.not_described.insert(scope.clone());
            }
        }
        let record = record::record(&self.names, entry);
        self.node(&record)
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub fn finish(mut self) -> io::Result<W> {
        for scope in std::mem::take(&mut self.not_described) {
            self.node(&process::process(&self.about, &self.names, &scope))?;
        }
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn node(&mut self, node: &Value) -> io::Result<()> {
        self.out.write_all(b",\n")?;
        Ok(serde_json::to_writer(&mut self.out, node)?)
    }
}

/// Why processing by a service is lawful: consent for all but the necessary, where it is what the owner says.
pub fn legal_basis(service: &Service) -> Option<LegalBasis> {
    match service.category {
        Category::Necessary => service.legal_basis,
        _ => Some(LegalBasis::Consent),
    }
}

/// A reference to another node.
fn reference(id: impl Into<String>) -> Value {
    json!({ "@id": id.into() })
}
