//! What relative URLs start from, and how a URL's text is read. Knows no rule.

use url::Url;

/// Stands for the page's own host, which is not always known. Nobody can have it (RFC 6761 section 6.4).
pub(super) const PAGE: &str = "page.invalid";

/// What relative URLs are relative to: the page's address, or what its `<base>` says. Kept in both
/// schemes, because `https:a.js` is a path on an https page and a host on an http one.
#[derive(Clone, Debug)]
pub struct Base {
    http: Option<Url>,
    https: Option<Url>,
}

impl Base {
    /// A page at this path of the site: `/shop/index.html`. What is no path is the site's root.
    pub fn page(path: &str) -> Base {
        let path = if path.starts_with('/') { path } else { "/" };
        let url = |scheme: &str| Url::parse(&format!("{scheme}://{PAGE}{path}")).ok();
        Base { http: url("http"), https: url("https") }
    }

    /// What `<base href>` makes of it; unchanged where the browser ignores it (HTML standard, 4.2.3).
    #[must_use]
    pub fn with(&self, href: &str) -> Base {
        let Ok(url) = self.join(&trimmed(href)) else { return self.clone() };
        let in_scheme = |scheme: &str| {
            let mut url = url.clone();
            (matches!(url.scheme(), "http" | "https") && url.set_scheme(scheme).is_ok()).then_some(url)
        };
        match (in_scheme("http"), in_scheme("https")) {
            (Some(http), Some(https)) => Base { http: Some(http), https: Some(https) },
            _ => self.clone(),
        }
    }

    /// The address of a [`trimmed`] text; of two readings the one that names a host.
    pub(super) fn join(&self, text: &str) -> Result<Url, url::ParseError> {
        let secure = text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
        let base = if secure { &self.http } else { &self.https };
        Url::options().base_url(base.as_ref()).parse(text)
    }
}

/// A URL without what its parser passes over (URL standard, 4.4), and with two slashes where it has more
/// before a host, which `url` 2.5 takes for an error.
pub(super) fn trimmed(url: &str) -> String {
    let url = url.trim_matches(|c| c <= ' ');
    let url: String = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let host = url.trim_start_matches(['/', '\\']);
    if url.len() >= host.len() + 2 { format!("//{host}") } else { url }
}
