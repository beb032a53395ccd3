//! Where an endpoint is: an HTTPS address outside.

use std::fmt;

use url::{Host, Url};

use crate::addresses::is_public;

/// How long one may be, in bytes.
const MAX_LENGTH: usize = 2000;
const EXPECTED: &str = "expected such as https://processor.example/consentry";

/// The address of an endpoint: `https`, without a user, a password and a fragment. Where it names no host but an address, that is
/// public. Its path may be a secret: it is never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointUrl(Url);

impl EndpointUrl {
    /// Reads one as its owner wrote it.
    ///
    /// # Errors
    /// What was found instead, and what was expected.
    pub fn parse(text: &str) -> Result<EndpointUrl, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("found {} bytes, expected at most {MAX_LENGTH}", text.len()));
        }
        let url = Url::parse(text).map_err(|error| format!("found no address ({error}), {EXPECTED}"))?;
        if url.scheme() != "https" {
            return Err(format!("found {:?}, expected https: {EXPECTED}", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("found a user or a password in it, expected none: messages are signed instead".into());
        }
        if url.fragment().is_some() {
            return Err(format!("found a part behind # in it, which is never sent, {EXPECTED}"));
        }
        let address = match url.host() {
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            None => return Err(format!("found no host in it, {EXPECTED}")),
        };
        match address {
            Some(address) if !is_public(address) => {
                Err(format!("found the address {address}, expected one of the public internet"))
            }
            _ => Ok(EndpointUrl(url)),
        }
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The same for whoever sends to it.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// What may be logged of it.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}/…", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::EndpointUrl;

    #[test]
    fn only_https_outside_is_an_endpoint() {
        for text in [
            "https://processor.example/hook?key=1",
            "https://processor.example:8443/",
            "https://1.1.1.1/",
            "https://[2606:4700:4700::1111]/hook",
        ] {
            assert_eq!(EndpointUrl::parse(text).unwrap().as_str(), text);
        }
        for (text, reason) in [
            ("", "relative URL without a base"),
            ("processor.example/hook", "relative URL without a base"),
            ("http://processor.example/", "found \"http\", expected https"),
            ("ftp://processor.example/", "found \"ftp\""),
            ("file:///etc/passwd", "found \"file\""),
            ("https://", "empty host"),
            ("https://a:b@processor.example/", "a user or a password"),
            ("https://processor.example@127.0.0.1/", "a user or a password"),
            ("https://processor.example/#a", "behind #"),
            ("https://127.0.0.1/", "found the address 127.0.0.1"),
            ("https://2130706433/", "found the address 127.0.0.1"),
            ("https://0x7f.1/", "found the address 127.0.0.1"),
            ("https://0177.0.0.1/", "found the address 127.0.0.1"),
            ("https://127.1/", "found the address 127.0.0.1"),
            ("https://127\u{3002}0\u{3002}0\u{3002}1/", "found the address 127.0.0.1"),
            ("https://0/", "found the address 0.0.0.0"),
            ("https://169.254.169.254/latest/meta-data/", "found the address 169.254.169.254"),
            ("https://192.168.1.1:8443/", "found the address 192.168.1.1"),
            ("https://[::1]/", "found the address ::1"),
            ("https://[::ffff:127.0.0.1]/", "found the address ::ffff:127.0.0.1"),
            ("https://[fd00:ec2::254]/", "found the address fd00:ec2::254"),
            ("https://[64:ff9b::7f00:1]/", "found the address 64:ff9b::7f00:1"),
            ("https://processor.example:99999/", "invalid port"),
            (&format!("https://processor.example/{}", "a".repeat(2000)), "expected at most 2000"),
        ] {
            let refused = EndpointUrl::parse(text).unwrap_err();
            assert!(refused.contains(reason), "{text}: {refused}");
        }
    }
}
