//! The lines that a table is made of, and how the registries' words become parts of one: vendors and host
//! names. Knows no registry.

use std::collections::BTreeMap;

use consentry_classify::lines::{PatternKind, Says};

/// Lines by kind and pattern: what they say, and the vendor.
pub type Lines = BTreeMap<(PatternKind, String), (Says, String)>;

/// A vendor's name on one line, without what would read as more.
pub fn vendor_name(name: &str) -> String {
    name.replace('#', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A host name in lower case, without `*.`; nothing where it is an address or has one label only.
pub fn host_name(text: &str) -> Option<String> {
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

/// Whether a host is for rent, so that no vendor can be named by it.
pub fn is_rented(host: &str) -> bool {
    RENTED.iter().any(|of| host == *of || host.strip_suffix(of).is_some_and(|rest| rest.ends_with('.')))
}
