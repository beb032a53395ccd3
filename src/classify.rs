//! What something is for, and why: the owner's declaration first, then the tables and the model of
//! `consentry-classify`. The gate, `/admin` and the command line all ask here, or ask the same tables. In a
//! page it is `crates/page-classifier` that asks, which has no configuration that was checked and no parser of
//! addresses of its own.

#[cfg(feature = "owner")]
mod baked_hosts;
mod host;
mod owner;
#[cfg(feature = "owner")]
pub mod rules;

use consentry_classify::{Answer, Subject, SubjectKind};

#[cfg(feature = "owner")]
pub use self::baked_hosts::verdicts;
pub use self::host::{Address, host_of};
pub use self::owner::{Declared, OwnersWord};
#[cfg(feature = "owner")]
use crate::model::config::Config;

/// The answer on a subject, for a site with this configuration if there is one. Of a URL its host counts,
/// read as a browser reads it (URL standard); a host may stand alone.
#[cfg(feature = "owner")]
pub fn answer(config: Option<&Config>, subject: &Subject<'_>) -> Answer {
    let word = config.map(OwnersWord::of).unwrap_or_default();
    answer_by(&word, subject, host::host)
}

/// The answer on a subject where this is the owner's word; `read_host` gives the host of a URL, or nothing
/// where the URL contacts nobody.
pub fn answer_by(
    word: &OwnersWord<'_>,
    subject: &Subject<'_>,
    read_host: impl Fn(&str) -> Option<String>,
) -> Answer {
    let host = match subject.kind {
        SubjectKind::Url => read_host(subject.name),
        SubjectKind::Cookie | SubjectKind::Storage => Some(subject.name.to_owned()),
    };
    let Some(name) = host else { return Answer::unclassified(String::new(), "") };
    let subject = Subject { name: &name, ..subject.clone() };
    word.answer(&subject).unwrap_or_else(|| consentry_classify::classify(&subject))
}
