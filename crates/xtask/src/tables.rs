//! Makes the classifier's tables from what pinned packages of public registries know (`cargo xtask table`),
//! one file for each, so that a change of categories is read line by line. Where they differ,
//! `consentry-classify` decides: its own lines first. The same packages always make the same files.

mod entries;
mod open_cookie_database;
mod packages;
mod prebid;
mod third_party_web;
mod whotracksme;

use consentry_classify::lines::PatternKind;
use entries::Lines;

use crate::install;
use crate::workspace::{Outcome, read, write};

const FOLDER: &str = "crates/classify/tables";

/// A registry's package and the file that is made of it.
struct Source {
    /// The file's name in [`FOLDER`].
    file: &'static str,
    /// Package, licence and holder, as the notice that the file begins with.
    notice: &'static str,
    read_lines: fn() -> Outcome<Lines>,
    /// Fetches the package where the build has not done it already.
    fetch: Option<fn() -> Outcome>,
}

const SOURCES: [Source; 4] = [
    Source {
        file: "whotracksme.txt",
        notice: "whotracksme 2018.5.17 (PyPI), CC BY 4.0, Copyright (c) 2018 Cliqz GmbH; changed: categories mapped",
        read_lines: whotracksme::read_lines,
        fetch: Some(whotracksme::fetch),
    },
    Source {
        file: "third-party-web.txt",
        notice: "third-party-web 0.30.0 (npm), MIT, Copyright (c) 2019 Patrick Hulce",
        read_lines: third_party_web::read_lines,
        fetch: None,
    },
    Source {
        file: "open-cookie-database.txt",
        notice: "the Open Cookie Database, Apache-2.0, as carried by @slashgear/gdpr-cookie-scanner 3.8.2 (npm)",
        read_lines: open_cookie_database::read_lines,
        fetch: None,
    },
    Source {
        file: "prebid.txt",
        notice: "prebid.js 11.36.0 (npm), Apache-2.0, Copyright (c) Prebid.org, Inc.: vendors' own storage disclosures",
        read_lines: prebid::read_lines,
        fetch: Some(prebid::fetch),
    },
];

/// `cargo xtask table`: writes the files anew.
pub fn write_all() -> Outcome {
    install::for_build()?;
    for source in SOURCES {
        if let Some(fetch) = source.fetch {
            fetch()?;
        }
        let path = format!("{FOLDER}/{}", source.file);
        write(&path, source.text()?)?;
        println!("{path} is written: read the difference, line by line");
    }
    Ok(())
}

/// Fails where a file is not what [`write_all`] makes; those of packages that no build fetches are left out.
pub fn check_files() -> Outcome {
    for source in SOURCES.iter().filter(|source| source.fetch.is_none()) {
        let path = format!("{FOLDER}/{}", source.file);
        if source.text()? != read(&path)? {
            return Err(format!(
                "{path} is not what the pinned package gives: run `cargo xtask table` and read the difference"
            ));
        }
    }
    Ok(())
}

impl Source {
    /// What the file must hold.
    fn text(&self) -> Outcome<String> {
        let mut text = format!(
            "# Made by `cargo xtask table`; not edited by hand: what is wrong here, overrides.txt puts right.\n# From {}.\n",
            self.notice
        );
        for ((kind, pattern), (says, vendor)) in (self.read_lines)()? {
            let kind = if kind == PatternKind::Host { "host" } else { "name" };
            text += &format!("{} {kind} {pattern} {vendor}\n", says.word());
        }
        Ok(text)
    }
}
