//! What the model looks at: only what a page or a browser really has. Bytes and whole numbers alone, so that
//! the answer is the same on every machine; each name is cut to a length, so that the time does not grow with
//! it.

use crate::host::domain;
use crate::lines::Says;
use crate::subject::Subject;

/// Bytes of a name and of a value that are looked at.
const NAME: usize = 96;
const VALUE: usize = 256;

/// What the tables made of the subject before the model is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    /// What a line on exactly this name says, believed or not.
    pub exact: Option<Says>,
    /// What a pattern says.
    pub pattern: Option<Says>,
    /// What is said of the host that it belongs to, or of its setter's.
    pub host: Option<Says>,
}

/// Calls `each` with the hash of every feature of a subject. A feature may come twice.
pub fn features(subject: &Subject<'_>, evidence: &Evidence, each: &mut impl FnMut(u32)) {
    name(subject.name, each);
    for (tag, says) in [("exact", evidence.exact), ("pattern", evidence.pattern), ("host", evidence.host)] {
        each(hash(tag, says.map_or("none", Says::word).as_bytes()));
    }
    if let Some(third_party) = subject.is_third_party() {
        each(hash("third", &[u8::from(third_party)]));
    }
    if let Some(other) = subject.third_party_host() {
        each(hash("domain", domain(&other).as_bytes()));
    }
    for (tag, flag) in [
        ("session", subject.session),
        ("http", subject.http_only),
        ("host", subject.host_only),
        ("secure", subject.secure),
    ] {
        if let Some(flag) = flag {
            each(hash(tag, &[u8::from(flag)]));
        }
    }
    if let Some(same_site) = subject.same_site {
        each(hash("same", same_site.as_bytes()));
    }
    if subject.path.is_some_and(|path| path != "/") {
        each(hash("path", &[]));
    }
    if let Some(seconds) = subject.lifetime.filter(|seconds| *seconds > 0) {
        // Powers of two of a minute, and whole days: trackers have round lifetimes.
        each(hash("life", &[(u64::BITS - (seconds / 60).leading_zeros()) as u8 / 2]));
        each(hash("days", &(seconds.saturating_add(43_200) / 86_400).to_le_bytes()));
    }
    if let Some(text) = subject.value {
        value(text.as_bytes(), each);
    }
}

/// The shape of a name: itself with numbers and hashes as one sign each, its words, and runs of three and
/// four signs.
fn name(name: &str, each: &mut impl FnMut(u32)) {
    let bytes = name.as_bytes().get(..NAME).unwrap_or(name.as_bytes());
    let shape = shape(bytes);
    each(hash("name", &shape));
    for word in words(bytes) {
        each(hash("word", &word));
    }
    let mut lower = vec![b'^'];
    lower.extend(shape.iter().map(u8::to_ascii_lowercase));
    lower.push(b'$');
    for run in lower.windows(3).chain(lower.windows(4)) {
        each(hash("run", run));
    }
}

/// The name with every run of digits as `0`, and every run of eight and more hexadecimal digits, with a digit
/// among them, as `#`.
pub fn shape(name: &[u8]) -> Vec<u8> {
    let mut shape = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&first, after)) = rest.split_first() {
        let end = |class: fn(&u8) -> bool| rest.iter().position(|byte| !class(byte)).unwrap_or(rest.len());
        let hex = end(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
        let digits = end(u8::is_ascii_digit);
        let run = rest.get(..hex).unwrap_or(rest);
        if hex >= 8
            && run.iter().any(u8::is_ascii_digit)
            && run.iter().filter(|byte| **byte == b'-').count() <= 4
        {
            shape.push(b'#');
            rest = rest.get(hex..).unwrap_or(&[]);
        } else if digits > 0 {
            shape.push(b'0');
            rest = rest.get(digits..).unwrap_or(&[]);
        } else {
            shape.push(first);
            rest = after;
        }
    }
    shape
}

/// Words of two letters and more, in lower case: split at what is no letter, and before a capital after a
/// small one.
fn words(name: &[u8]) -> Vec<Vec<u8>> {
    let mut words = vec![Vec::new()];
    let mut before = b' ';
    for &byte in name {
        if !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(Vec::new());
        }
        if let (true, Some(word)) = (byte.is_ascii_alphabetic(), words.last_mut()) {
            word.push(byte.to_ascii_lowercase());
        }
        before = byte;
    }
    words.retain(|word| word.len() > 1);
    words
}

/// The shape of a value: its length, what it is made of, what it could be.
fn value(text: &[u8], each: &mut impl FnMut(u32)) {
    let text = text.get(..VALUE).unwrap_or(text);
    let count = |class: fn(&u8) -> bool| text.iter().filter(|byte| class(byte)).count();
    let all = |class: fn(&u8) -> bool| !text.is_empty() && text.iter().all(class);
    let (digits, length) = (count(u8::is_ascii_digit), text.len());
    let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let separators = count(|byte| b".|:~&=".contains(byte));
    let mut say = |tag: &str| each(hash("value", tag.as_bytes()));
    let bits = usize::BITS - length.leading_zeros();
    for (tag, holds) in [
        ("number", all(u8::is_ascii_digit)),
        ("time", (10..=13).contains(&length) && all(u8::is_ascii_digit) && text.first() == Some(&b'1')),
        ("has time", has_time(text)),
        ("hex", length >= 8 && all(u8::is_ascii_hexdigit)),
        ("uuid", length >= 36 && text.iter().filter(|byte| **byte == b'-').count() >= 4),
        (
            "yes or no",
            ["true", "false", "yes", "no", "0", "1", "on", "off"]
                .iter()
                .any(|it| text.eq_ignore_ascii_case(it.as_bytes())),
        ),
        (
            "object",
            text.starts_with(b"{")
                || text.starts_with(b"[")
                || text.starts_with(b"%7B")
                || text.starts_with(b"%5B"),
        ),
        ("url", text.windows(4).any(|run| run == b"http")),
        ("language", (length == 2 || length == 5) && text.iter().take(2).all(u8::is_ascii_lowercase)),
        ("empty", length == 0),
        ("measured", text.starts_with(b"GA1")),
        ("mixed", digits > 0 && lower > 0 && upper > 0),
        ("digits", digits * 2 > length),
    ] {
        if holds {
            say(tag);
        }
    }
    each(hash("length", &[bits.min(9) as u8]));
    each(hash("parts", &[separators.min(4) as u8]));
}

/// Whether a run of ten digits could be a time in seconds: 2014 to 2033.
fn has_time(text: &[u8]) -> bool {
    text.windows(10).any(|run| {
        run.iter().all(u8::is_ascii_digit)
            && (run.starts_with(b"1") && run.get(1).is_some_and(|it| (b'4'..=b'9').contains(it)))
    })
}

/// FNV-1a over a tag and what it speaks of, its bits mixed once more so that all of them may choose a bucket.
fn hash(tag: &str, of: &[u8]) -> u32 {
    let bytes = tag.as_bytes().iter().chain(b"\0").chain(of);
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    let hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash ^ hash >> 13
}
