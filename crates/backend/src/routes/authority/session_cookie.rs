//! The cookie that holds a session's id.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::access::sessions::LENGTH;

/// Its name: a browser takes such a cookie from this very host alone, over https alone (RFC 6265bis, 4.1.3.2).
const NAME: &str = "__Host-consentry-session";
/// Its name on this machine's own names, where there is mostly no https and a browser would refuse the prefix.
const LOOPBACK_NAME: &str = "consentry-session";

/// The id of the session in a request, if there is exactly one.
pub fn id(headers: &HeaderMap) -> Option<&str> {
    let name = name(headers);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ids = pairs.filter(|(found, _)| *found == name).map(|(_, id)| id);
    ids.next().filter(|_| ids.next().is_none())
}

/// The header line with which a browser keeps a session, and sends it to nobody else.
pub fn begin(headers: &HeaderMap, id: &str) -> Option<HeaderValue> {
    line(headers, id, LENGTH.as_secs())
}

/// The header line with which a browser forgets it.
pub fn end(headers: &HeaderMap) -> Option<HeaderValue> {
    line(headers, "", 0)
}

fn line(headers: &HeaderMap, id: &str, seconds: u64) -> Option<HeaderValue> {
    let name = name(headers);
    let line = format!("{name}={id}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict");
    HeaderValue::from_str(&line).ok()
}

fn name(headers: &HeaderMap) -> &'static str {
    match is_loopback(headers) {
        true => LOOPBACK_NAME,
        false => NAME,
    }
}

/// Whether the browser asked by one of this machine's own names.
pub fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => &host,
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name.parse().is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{begin, id, is_loopback};

    fn headers(host: &str, cookies: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        for line in cookies {
            headers.append(header::COOKIE, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn only_names_of_this_machine_go_without_the_prefix() {
        for host in ["localhost", "LOCALHOST:8787", "a.localhost:1", "127.0.0.1", "127.1.2.3:80", "[::1]:8787", "[::1]"] {
            assert!(is_loopback(&headers(host, &[])), "{host}");
        }
        for host in ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "[::2]", "xlocalhost"] {
            let headers = headers(host, &[]);
            assert!(!is_loopback(&headers), "{host}");
            let line = begin(&headers, "ab").unwrap();
            assert_eq!(
                line,
                "__Host-consentry-session=ab; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"
            );
        }
    }

    #[test]
    fn one_cookie_of_the_name_is_read_and_no_other() {
        let own = ["a=b; __Host-consentry-session=ab", "consentry-session=cd"];
        assert_eq!(id(&headers("consent.example", &own)), Some("ab"));
        assert_eq!(id(&headers("localhost", &own)), Some("cd"));
        assert_eq!(id(&headers("consent.example", &["consentry-session=cd"])), None);
        let two = ["__Host-consentry-session=ab; __Host-consentry-session=cd"];
        assert_eq!(id(&headers("consent.example", &two)), None);
    }
}
