//! The cookie that holds a session's id.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::access::sessions::LENGTH;

/// Its name: a browser takes such a cookie from this very host alone (RFC 6265bis, 4.1.3.2), over https; Chromium also over plain
/// http from this machine's own names.
pub const NAME: &str = "__Host-consentry-session";

/// The id of the session in a request, if there is exactly one.
pub fn id(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ids = pairs.filter(|(name, _)| *name == NAME).map(|(_, id)| id);
    ids.next().filter(|_| ids.next().is_none())
}

/// The header line with which a browser keeps a session, and sends it to nobody else.
pub fn begin(id: &str) -> Option<HeaderValue> {
    line(id, LENGTH.as_secs())
}

/// The header line with which a browser forgets it.
pub fn end() -> Option<HeaderValue> {
    line("", 0)
}

fn line(id: &str, seconds: u64) -> Option<HeaderValue> {
    let line = format!("{NAME}={id}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict");
    HeaderValue::from_str(&line).ok()
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
    fn only_names_of_this_machine_are_loopback() {
        for host in [
            "localhost",
            "LOCALHOST:8787",
            "a.localhost:1",
            "127.0.0.1",
            "127.1.2.3:80",
            "[::1]:8787",
            "[::1]",
        ] {
            assert!(is_loopback(&headers(host, &[])), "{host}");
        }
        for host in
            ["", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "[::2]", "xlocalhost"]
        {
            assert!(!is_loopback(&headers(host, &[])), "{host}");
        }
    }

    #[test]
    fn one_cookie_of_the_name_is_read_and_no_other() {
        let read = |cookies: &[&'static str]| id(&headers("localhost", cookies)).map(str::to_owned);
        assert_eq!(read(&["a=b; __Host-consentry-session=ab", "c=d"]).as_deref(), Some("ab"));
        assert_eq!(read(&["consentry-session=ab"]), None);
        assert_eq!(read(&["__Host-consentry-session=ab; __Host-consentry-session=cd"]), None);
        let line = begin("ab").unwrap();
        assert_eq!(
            line,
            "__Host-consentry-session=ab; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"
        );
    }
}
