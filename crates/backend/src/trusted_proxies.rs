//! Who a request is from where a proxy passes it on. Only listed proxies are believed; what anybody else says of an address
//! is ignored, so that no stranger chooses the network by which his requests are counted.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// Whom a header names, the nearest last; nothing for what is no address.
type Hops = Vec<Option<IpAddr>>;

impl TrustedProxies {
    /// Those in these networks.
    pub fn new(networks: Vec<IpNet>) -> TrustedProxies {
        TrustedProxies(networks)
    }

    /// Whether an address is one of theirs.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whose request it is: the peer's, or that of the nearest address which a chain of these proxies names and is none of
    /// theirs. By `X-Forwarded-For` or `Forwarded` (RFC 7239 section 5.2); where there are both and they differ, one of them
    /// may be the stranger's own, and neither is believed.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.contain(peer) {
            return peer;
        }
        let lines = |name: &'static str| {
            headers.get_all(name).into_iter().map(|line| line.to_str().unwrap_or_default())
        };
        let by_x: Hops = lines("x-forwarded-for").flat_map(|line| line.split(',').map(address)).collect();
        let by_standard: Hops = lines("forwarded").flat_map(elements).map(forwarded_for).collect();
        let found: Vec<_> = [by_x, by_standard]
            .into_iter()
            .filter(|hops| !hops.is_empty())
            .map(|hops| self.nearest_stranger(peer, &hops))
            .collect();
        match found[..] {
            [one] => one,
            [one, other] if one == other => one,
            _ => peer,
        }
    }

    /// The last address before one that cannot be read, or the first stranger's.
    fn nearest_stranger(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> IpAddr {
        let mut nearest = peer;
        for hop in hops.iter().rev() {
            let Some(address) = hop else { break };
            nearest = *address;
            if !self.contain(nearest) {
                break;
            }
        }
        nearest
    }
}

/// A proxy as an operator writes it: an address, or a network such as `10.0.0.0/8`.
///
/// # Errors
/// What was found and expected.
pub fn proxy_network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().or_else(|_| text.parse().map(IpNet::from as fn(IpAddr) -> IpNet));
    let expected = "expected an address or a network, such as 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32";
    network.map_err(|_| format!("found {text:?}, {expected}"))
}

/// An address, perhaps with a port and in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().or_else(|_| text.parse().map(|with_port: SocketAddr| with_port.ip()));
    found.ok().map(|address: IpAddr| address.to_canonical())
}

/// The elements of a line of `Forwarded`. A comma in quotes ends none.
fn elements(line: &str) -> Vec<&str> {
    split_outside_quotes(line, ',')
}

/// Whom an element names in `for=`, quoted or not.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = split_outside_quotes(element, ';').into_iter().filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    address(value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value))
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let split = text.split(move |character: char| {
        let ends = character == separator && !is_quoted;
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = character == '\\' && is_quoted && !is_escaped;
        ends
    });
    split.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whose request it is, where 10.0.0.0/8 and one IPv6 address are listed.
    #[track_caller]
    fn check(peer: &str, lines: &[(&'static str, &str)], expected: &str) {
        let listed = ["10.0.0.0/8", "2001:db8::1"].map(|text| proxy_network(text).unwrap());
        let proxies = TrustedProxies::new(listed.into());
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let client = proxies.client(peer.parse().unwrap(), &headers);
        assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
    }

    const X: &str = "x-forwarded-for";

    #[test]
    fn a_stranger_is_who_he_is_whatever_he_says() {
        for line in [(X, "203.0.113.7"), ("forwarded", "for=203.0.113.7"), ("x-real-ip", "203.0.113.7")] {
            check("198.51.100.1", &[line], "198.51.100.1");
            check("2001:db8::2", &[line], "2001:db8::2");
        }
        check("10.0.0.1", &[("x-real-ip", "203.0.113.7")], "10.0.0.1");
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn a_listed_proxy_names_the_client_and_what_the_client_said_before_is_ignored() {
        check("10.0.0.1", &[(X, "203.0.113.7")], "203.0.113.7");
        check("::ffff:10.0.0.1", &[(X, "203.0.113.7")], "203.0.113.7");
        check("2001:db8::1", &[(X, "2001:db8:7::7")], "2001:db8:7::7");
        check("10.0.0.1", &[(X, "1.1.1.1, 203.0.113.7, 10.9.9.9")], "203.0.113.7");
        check("10.0.0.1", &[(X, "1.1.1.1"), (X, "203.0.113.7")], "203.0.113.7");
        check("10.0.0.1", &[(X, "203.0.113.7:4711 ,10.1.1.1:80")], "203.0.113.7");
        check("10.0.0.1", &[(X, "[2001:db8:7::7]:4711")], "2001:db8:7::7");
        check("10.0.0.1", &[(X, "10.1.1.1, 10.2.2.2")], "10.1.1.1");
    }

    #[test]
    fn what_cannot_be_read_counts_for_the_proxy_that_said_it() {
        check("10.0.0.1", &[(X, "unknown")], "10.0.0.1");
        check("10.0.0.1", &[(X, "203.0.113.7, nonsense, 10.2.2.2")], "10.2.2.2");
        check("10.0.0.1", &[(X, "")], "10.0.0.1");
        check("10.0.0.1", &[("forwarded", "for=_hidden")], "10.0.0.1");
        check("10.0.0.1", &[("forwarded", "for=\"1.1.1.1, for=203.0.113.7")], "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_as_well() {
        check(
            "10.0.0.1",
            &[("forwarded", "For=1.1.1.1, for=203.0.113.7;proto=https;by=10.0.0.1")],
            "203.0.113.7",
        );
        check("10.0.0.1", &[("forwarded", "by=10.0.0.1; for=\"[2001:db8:7::7]:4711\"")], "2001:db8:7::7");
        check("10.0.0.1", &[("forwarded", "for=1.1.1.1;ext=\"a,\\\"b;for=2.2.2.2\"")], "1.1.1.1");
        check("10.0.0.1", &[("forwarded", "for=203.0.113.7"), (X, "203.0.113.7")], "203.0.113.7");
        // A proxy that writes one of them passes on what a stranger wrote into the other.
        check("10.0.0.1", &[("forwarded", "for=1.1.1.1"), (X, "203.0.113.7")], "10.0.0.1");
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        for (text, expected) in
            [("10.0.0.1", "10.0.0.1/32"), ("::1", "::1/128"), ("10.0.0.0/8", "10.0.0.0/8")]
        {
            assert_eq!(proxy_network(text).unwrap().to_string(), expected);
        }
        for bad in ["", "localhost", "10.0.0.0/33", "10.0.0.1:80"] {
            assert!(proxy_network(bad).unwrap_err().contains("expected an address or a network"), "{bad}");
        }
    }
}
