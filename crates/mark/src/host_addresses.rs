//! Addresses of hosts in a text of any kind, as the gate finds them in one. Knows no language and no rule.

/// The schemes that an address may begin with.
const SCHEMES: &[&str] = &["https:", "http:", "wss:", "ws:"];

/// The addresses in their order, the scheme in lower case. Each ends where the next one begins, so that they
/// are together no longer than the text. A namespace of the W3C is none.
pub(crate) fn host_addresses(text: &str) -> Vec<String> {
    let starts: Vec<_> =
        text.match_indices("//").map(|(at, _)| at).filter(|at| begins_with_host(text, at + 2)).collect();
    let mut addresses = Vec::new();
    for (index, start) in starts.iter().copied().enumerate() {
        let limit = starts.get(index + 1).copied().unwrap_or(text.len());
        let rest = text.get(start + 2..limit).unwrap_or_default();
        let host = rest.split(ends_address).next().unwrap_or_default();
        if !host.starts_with("www.w3.org") {
            addresses.push(format!("{}//{host}", scheme_before(text, start)));
        }
    }
    addresses
}

/// Whether a host's first label, its dot and one more character stand here.
fn begins_with_host(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let label = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    let after = label.filter(|length| *length > 0).and_then(|length| rest.get(length..)?.strip_prefix('.'));
    after.and_then(|after| after.chars().next()).is_some_and(|c| !ends_address(c))
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '\\')
}

fn scheme_before(text: &str, at: usize) -> &'static str {
    let stands_there = |scheme: &&&str| {
        let from = at.checked_sub(scheme.len());
        from.and_then(|from| text.get(from..at)).is_some_and(|found| found.eq_ignore_ascii_case(scheme))
    };
    SCHEMES.iter().find(stands_there).copied().unwrap_or_default()
}
