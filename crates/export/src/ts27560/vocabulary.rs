//! The vocabularies that records are written in, and the names of what stands in them.

use consentry::model::receipt::{NoticeHash, ReceiptId, Scope, Subject};
use serde_json::{Value, json};

use crate::About;

/// The profile that records keep: its schema version (TS 27560, 6.3.2.1).
pub const PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record";
/// In place of what the standard asks for and the configuration does not say.
pub const NOT_STATED: &str = "not stated";

/// What the short names stand for.
pub fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "loc": "https://w3id.org/dpv/loc#",
        "pd": "https://w3id.org/dpv/pd#",
        "dct": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

/// The names of what belongs to one site: below its address at the backend, where its notices can be read.
pub struct Names {
    base: String,
}

impl Names {
    pub fn of(about: &About) -> Names {
        let backend = about.config.as_ref().and_then(|config| config.backend.as_ref());
        let base = match backend {
            Some(backend) => format!("{}/v1/sites/{}", backend.url.as_str(), about.site),
            None => format!("urn:x-consentry:{}", about.site),
        };
        Names { base }
    }

    pub fn controller(&self) -> String {
        format!("{}#controller", self.base)
    }

    /// The whole site's process, where a decision names no scope.
    pub fn site(&self) -> String {
        format!("{}#site", self.base)
    }

    pub fn process(&self, scope: &Scope) -> String {
        format!("{}#{scope}", self.base)
    }

    pub fn notice(&self, notice: &NoticeHash) -> String {
        format!("{}/notices/{notice}", self.base)
    }

    pub fn subject(&self, subject: &Subject) -> String {
        format!("{}#visitor:{subject}", self.base)
    }

    pub fn record(id: &ReceiptId) -> String {
        format!("urn:uuid:{id}")
    }
}
