//! Makes the classifier's tables from what pinned packages of public registries know (`cargo xtask table`),
//! one file for each, so that a change of categories is read line by line. What is right in the end where they
//! differ, `consentry-classify` decides: its own lines first. Always makes the same files from the same packages.

mod open_cookie_database;
mod prebid;
mod third_party_web;
mod whotracksme;

use std::collections::BTreeMap;

use consentry_classify::lines::{Kind, Says};
use consentry_policy::category::Category;
use serde_json::Value;

use crate::{Outcome, read, root, run, setup, write};

const FOLDER: &str = "crates/classify/tables";
/// Where packages lie that no build needs.
const SOURCES: &str = "target/sources";

/// Lines by kind and pattern: what they say, and the vendor.
type Lines = BTreeMap<(Kind, String), (Says, String)>;

/// A registry's package and the file that is made of it.
struct Source {
    file: &'static str,
    /// Package, licence and holder, as the notice that the file begins with.
    notice: &'static str,
    lines: fn() -> Outcome<Lines>,
    /// Fetches the package where the build has not done it already.
    fetch: Option<fn() -> Outcome>,
}

const ALL: [Source; 4] = [
    Source {
        file: "whotracksme.txt",
        notice: "whotracksme 2018.5.17 (PyPI), CC BY 4.0, Copyright (c) 2018 Cliqz GmbH; changed: categories mapped",
        lines: whotracksme::lines,
        fetch: Some(whotracksme::fetch),
    },
    Source {
        file: "third-party-web.txt",
        notice: "third-party-web 0.30.0 (npm), MIT, Copyright (c) 2019 Patrick Hulce",
        lines: third_party_web::lines,
        fetch: None,
    },
    Source {
        file: "open-cookie-database.txt",
        notice: "the Open Cookie Database, Apache-2.0, as carried by @slashgear/gdpr-cookie-scanner 3.8.2 (npm)",
        lines: open_cookie_database::lines,
        fetch: None,
    },
    Source {
        file: "prebid.txt",
        notice: "prebid.js 11.36.0 (npm), Apache-2.0, Copyright (c) Prebid.org, Inc.: vendors' own storage disclosures",
        lines: prebid::lines,
        fetch: Some(prebid::fetch),
    },
];

/// `cargo xtask table`: writes the files anew.
pub fn generate() -> Outcome {
    setup::for_build()?;
    for source in ALL {
        if let Some(fetch) = source.fetch {
            fetch()?;
        }
        let path = format!("{FOLDER}/{}", source.file);
        write(&path, source.text()?)?;
        println!("{path} is written: read the difference, line by line");
    }
    Ok(())
}

/// Whether the files are what the generator makes; of packages that no build fetches, nothing is asked.
pub fn check() -> Outcome {
    for source in ALL.iter().filter(|source| source.fetch.is_none()) {
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
    fn text(&self) -> Outcome<String> {
        let mut text = format!(
            "# Made by `cargo xtask table`; not edited by hand: what is wrong here, overrides.txt puts right.\n# From {}.\n",
            self.notice
        );
        for ((kind, pattern), (says, vendor)) in (self.lines)()? {
            let kind = if kind == Kind::Host { "host" } else { "name" };
            text += &format!("{} {kind} {pattern} {vendor}\n", says.word());
        }
        Ok(text)
    }
}

const fn is(category: Category) -> Says {
    Says::Category(category)
}

/// A package of the npm registry, unpacked; where it lies.
fn npm(package: &str, version: &str) -> Outcome {
    let folder = format!("{SOURCES}/{package}");
    if root().join(&folder).join("package.json").exists() {
        return Ok(());
    }
    std::fs::create_dir_all(root().join(&folder)).map_err(|error| format!("{folder}: {error}"))?;
    run("npm", &["pack", "--silent", &format!("{package}@{version}"), "--pack-destination", SOURCES])?;
    run("tar", &["xzf", &format!("{SOURCES}/{package}-{version}.tgz"), "--strip-components=1", "-C", &folder])
}

/// A JSON string, or nothing.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A vendor's name on one line, without what would read as more.
fn vendor(name: &str) -> String {
    name.replace('#', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A host name in lower case, without `*.`; not an address, not one label.
fn host(text: &str) -> Option<String> {
    let host = text.trim().trim_start_matches("*.").trim_matches('.').to_ascii_lowercase();
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    let last = host.rsplit('.').next()?;
    let named = last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    (host.contains('.') && !host.contains("..") && named && host.bytes().all(plain)).then_some(host)
}

/// Hosts below these belong to whoever rents them this year.
const RENTED: [&str; 24] = [
    "akamaihd.net",
    "akamaized.net",
    "amazonaws.com",
    "appspot.com",
    "azureedge.net",
    "azurefd.net",
    "azurewebsites.net",
    "b-cdn.net",
    "blob.core.windows.net",
    "cdn77.org",
    "cloudapp.net",
    "cloudfront.net",
    "cloudfunctions.net",
    "edgesuite.net",
    "fastly.net",
    "firebaseapp.com",
    "github.io",
    "googleusercontent.com",
    "herokuapp.com",
    "netlify.app",
    "pages.dev",
    "vercel.app",
    "workers.dev",
    "run.app",
];

fn rented(host: &str) -> bool {
    RENTED.iter().any(|of| host == *of || host.strip_suffix(of).is_some_and(|rest| rest.ends_with('.')))
}
