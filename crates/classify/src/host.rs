//! Hosts: how they are written, and whose domain they are below.

/// No host is longer (RFC 1035, section 2.3.4).
pub const LONGEST: usize = 253;

/// A host in lower case, without the dot that may end it, the dot of a cookie's domain, or a port.
pub fn trimmed(host: &str) -> String {
    let is_port = |(name, port): &(&str, &str)| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && (name.ends_with(']') || !name.contains(':'))
    };
    let host = host.trim();
    let host = host.rsplit_once(':').filter(is_port).map_or(host, |(name, _)| name);
    host.trim_matches(|sign: char| sign == '.' || sign.is_whitespace()).to_ascii_lowercase()
}

/// What stands before a country's label where anybody may register a name.
const SHARED: [&str; 12] = ["ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "ne", "net", "or", "org"];

/// The domain that somebody registered: the last two labels, or three where the last two are a country's
/// (`co.uk`, `com.br`). No public suffix list: a guess, good enough to name a vendor and to feed the model.
pub fn domain(host: &str) -> &str {
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.ends_with(']') || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return host; // an address
    }
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    let third = dots.next();
    let country = host.len() - last == 3;
    let shared = host.get(second + 1..last).is_some_and(|label| SHARED.contains(&label));
    let cut = if country && shared { third } else { Some(second) };
    cut.and_then(|at| host.get(at + 1..)).unwrap_or(host)
}

/// What whoever registered a host's domain may be called: `Example` for `a.example.com`.
pub fn owner(host: &str) -> String {
    let label = domain(host).split('.').next().unwrap_or_default();
    let mut letters = label.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// A host and then those above it, the nearest first; what is too long for a host is none.
pub fn above(host: &str) -> impl Iterator<Item = &str> {
    let cuts = host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..));
    std::iter::once(host).chain(cuts).filter(|host| host.len() <= LONGEST)
}
