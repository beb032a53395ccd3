//! The host of an address, as the URL standard reads it. Which parser does the reading is the caller's
//! affair: the crate `url` natively, the browser's own in a page, which would otherwise download a second
//! one. Contacts nobody.

/// An address after a parser has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The whole of it, serialized: `https://user@example.com/a`.
    pub href: String,
    /// Empty where there is none.
    pub username: String,
    /// As it is compared (ASCII, lower case), an IPv6 address in its brackets; empty where there is none.
    pub host: String,
}

impl Address {
    fn after_scheme(&self) -> (&str, &str) {
        self.href.split_once(':').unwrap_or_default()
    }

    /// Whether it contacts a host.
    fn is_web(&self) -> bool {
        matches!(self.after_scheme().0, "http" | "https" | "ws" | "wss")
    }

    /// Whether it is one of those that no other can be relative to, as `mailto:` and `data:`.
    fn is_opaque(&self) -> bool {
        !self.after_scheme().1.starts_with('/')
    }

    /// The host that it contacts, without the dot that may stand at its end.
    pub fn contacted(self) -> Option<String> {
        let web = self.is_web() && !self.host.is_empty();
        web.then(|| self.host.strip_suffix('.').unwrap_or(&self.host).to_owned())
    }
}

/// The host that a URL contacts, or that stands alone; nothing where nobody is contacted, or only the page's
/// own host. `parse` reads an absolute address, and gives nothing where there is none.
pub fn host_of(text: &str, parse: impl Fn(&str) -> Option<Address>) -> Option<String> {
    let text = text.trim();
    let written = text.strip_prefix("//").map(|rest| format!("https://{rest}"));
    let read = parse(written.as_deref().unwrap_or(text));
    match read.filter(|address| address.is_web() || !address.is_opaque()) {
        Some(address) => address.contacted(),
        // `example.com:443` reads as a scheme, `example.com` as nothing; `mailto:a@example.com` is no host.
        None if text.contains("://") || text.starts_with(['/', '\\']) => None,
        None => parse(&format!("https://{text}"))
            .filter(|address| address.username.is_empty() && address.host.contains('.'))?
            .contacted(),
    }
}

/// [`host_of`] with the crate `url`.
#[cfg(feature = "owner")]
pub(super) fn host(text: &str) -> Option<String> {
    host_of(text, |text| {
        let url = url::Url::parse(text).ok()?;
        let host = url.host_str().unwrap_or_default().to_owned();
        Some(Address { username: url.username().to_owned(), host, href: url.into() })
    })
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_is_read_as_a_browser_reads_it() {
        for (text, expected) in [
            ("https://user:pass@Stats.Example.COM:8443/a?b#c", Some("stats.example.com")),
            ("//stats.example.com/a", Some("stats.example.com")),
            ("stats.example.com", Some("stats.example.com")),
            ("stats.example.com.", Some("stats.example.com")),
            ("https://stats.example.com.:8443/", Some("stats.example.com")),
            ("stats.example.com:443/a", Some("stats.example.com")),
            ("wss:\\\\stats.example.com", Some("stats.example.com")),
            ("https://bücher.example/", Some("xn--bcher-kva.example")),
            ("https://1.2.3.4/", Some("1.2.3.4")),
            ("https://[::1]:80/", Some("[::1]")),
            ("  https://exa\nmple.com ", Some("example.com")),
            ("data:text/html,x", None),
            ("javascript:alert(1)", None),
            ("about:blank", None),
            ("blob:https://example.com/1", None),
            ("ftp://example.com/", None),
            ("https://", None),
            ("https://exa mple.com/", None),
            ("mailto:somebody@example.com", None),
            ("mailto:somebody:x@example.com", None),
            ("/cdn.example.com/a.js", None),
            ("/index.php", None),
            ("a/cdn.example.com", None),
            ("", None),
            ("word", None),
        ] {
            assert_eq!(host(text).as_deref(), expected, "{text:?}");
        }
    }
}
