//! What in a name could tell one visitor from another: addresses of mail, runs of digits, of hexadecimal
//! digits, words with digits all over them, long words of every kind of sign. Each becomes `*`.

use crate::model::config::Origin;

/// How long a run of hexadecimal digits may be and still be a word.
const HEX: usize = 8;
/// How often digits may come up in a word that is no id.
const OFTEN: usize = 3;
/// How long a word of small letters, capitals and digits may be and still be one.
const MIXED: usize = 16;
/// The lengths of a UUID's groups.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

/// The name with `*` for what could be an id. Of a name that went through it before it changes nothing.
pub(super) fn name_without_identifiers(name: &str) -> String {
    let name = without_mail(name);
    let mut out = String::with_capacity(name.len());
    let mut rest = name.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some(more) = after_uuid(rest).filter(|_| !out.ends_with(is_word)) {
            out.push('*');
            rest = more;
            continue;
        }
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (part, more) = rest.split_at(end);
        if is_word(first) {
            out.push_str(&word(part));
        } else {
            // Only up to the next word: a UUID may begin there.
            out.push_str(part);
        }
        rest = more;
    }
    out
}

/// The name with `*` for each address of mail.
fn without_mail(name: &str) -> String {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-*".contains(c);
    let mut out = String::with_capacity(name.len());
    let mut parts = name.split('@');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let domain = part.find(|c| !local(c)).unwrap_or(part.len());
        let before = out.trim_end_matches(local).len();
        if domain > 0 && before < out.len() {
            out.truncate(before);
            out.push('*');
            out.push_str(part.get(domain..).unwrap_or_default());
        } else {
            out.push('@');
            out.push_str(part);
        }
    }
    out
}

/// Whether a text is a host without a port, as a browser writes it but for capitals, a dot at its end, and
/// `*` for what could have been an id.
pub(super) fn is_host(text: &str) -> bool {
    let host = lower_case(text);
    let origin = Origin::new(&format!("https://{}", host.replace('*', "0x")));
    origin.is_some_and(|origin| origin.host().len() == origin.as_str().len() - "https://".len())
}

/// A host with `*` for what could be an id in it, in lower case and without a dot at its end. The domain
/// that somebody registered is no visitor's: it stays as it is.
pub(super) fn host_without_identifiers(host: &str) -> String {
    let host = lower_case(host);
    if host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return host;
    }
    let labels: Vec<_> = host.split('.').collect();
    let below = labels.len().saturating_sub(registered(&labels));
    let labels = labels.iter().enumerate();
    let labels = labels
        .map(|(at, label)| if at < below { name_without_identifiers(label) } else { (*label).to_owned() });
    labels.collect::<Vec<_>>().join(".")
}

fn lower_case(host: &str) -> String {
    let mut host = host.to_ascii_lowercase();
    if host.ends_with('.') {
        host.pop();
    }
    host
}

/// How many labels at the end of a host somebody registered. No list of public suffixes is carried: a short
/// label before the last is taken for a part of one (`co.uk`).
pub(super) fn registered(labels: &[&str]) -> usize {
    let before_last = labels.len().checked_sub(2).and_then(|at| labels.get(at));
    if before_last.is_some_and(|label| label.len() <= 3) { 3 } else { 2 }
}

/// Letters and digits of ASCII, and what has been a run.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '*'
}

fn word(word: &str) -> String {
    let has = |class: fn(&u8) -> bool| word.bytes().any(|byte| class(&byte));
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    if word.starts_with("eyJ") || word.len() >= MIXED && mixed {
        return "*".to_owned();
    }
    let mut out = String::with_capacity(word.len());
    let (mut rest, mut runs) = (word, 0);
    while let Some(first) = rest.chars().next() {
        let hex = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '*').unwrap_or(rest.len());
        let length = if hex >= HEX { hex } else { digits };
        if length == 0 {
            out.push(first);
        } else if !out.ends_with('*') {
            out.push('*');
            runs += 1;
        }
        rest = rest.get(length.max(1)..).unwrap_or_default();
    }
    if runs >= OFTEN { "*".to_owned() } else { out }
}

/// What follows the UUID that a text begins with.
fn after_uuid(text: &str) -> Option<&str> {
    let mut rest = text;
    for (at, length) in UUID.into_iter().enumerate() {
        rest = if at == 0 { rest } else { rest.strip_prefix('-')? };
        let (group, more) = rest.split_at_checked(length)?;
        rest = group.bytes().all(|b| b.is_ascii_hexdigit()).then_some(more)?;
    }
    (!rest.starts_with(is_word)).then_some(rest)
}
