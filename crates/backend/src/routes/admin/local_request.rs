//! Who is the owner: whoever asks on the machine itself. There are no accounts yet, so whoever cannot be told
//! from a stranger is treated as one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::{Version, header};

/// Whether the request was made on this machine, to a name of this machine, by no one's proxy.
///
/// A peer on loopback alone is not enough: a page from elsewhere can point its own name at 127.0.0.1 (DNS
/// rebinding), which the host header shows, and a reverse proxy on this machine passes strangers on, which
/// its headers show, or HTTP/1.0, which no browser speaks and some proxies do.
pub fn is_local(peer: IpAddr, request: &Request) -> bool {
    let headers = request.headers();
    let proxied = headers.keys().any(|name| {
        let name = name.as_str();
        name == "forwarded" || name == "via" || name == "x-real-ip" || name.starts_with("x-forwarded")
    });
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    peer.to_canonical().is_loopback()
        && !proxied
        && request.version() != Version::HTTP_10
        && host.is_some_and(is_loopback_name)
        && hosts.next().is_none()
        && request.uri().authority().is_none_or(|authority| is_loopback_name(authority.as_str()))
}

/// Whether a host, perhaps with a port, is this machine's own name.
fn is_loopback_name(host: &str) -> bool {
    if let Some(v6) = host.strip_prefix('[') {
        let Some((v6, port)) = v6.split_once(']') else { return false };
        let port_holds = port.is_empty() || port.strip_prefix(':').is_some_and(digits);
        return port_holds && v6.parse() == Ok(Ipv6Addr::LOCALHOST);
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    port.is_none_or(digits)
        && (name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback()))
}

fn digits(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_loopback_name;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["localhost", "LOCALHOST:8787", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8787"] {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.example:8787",
            "10.0.0.1",
            "[::2]",
            "[::1].evil.example",
            "[::1",
            "localhost:x",
            "0.0.0.0",
            "localhost@evil.example",
        ] {
            assert!(!is_loopback_name(host), "{host}");
        }
    }
}
