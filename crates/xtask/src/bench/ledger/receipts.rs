//! Receipts as pages send them, made faster than a server can take them. Holds no rule of what a receipt is.

use std::time::{SystemTime, UNIX_EPOCH};

use consentry::model::receipt::{Receipt, Time};

use crate::workspace::Outcome;

/// A day in milliseconds.
pub const DAY: u64 = 86_400_000;
/// The origin of the pages that send them.
pub const ORIGIN: &str = "https://shop.example";
/// How long a decision stands.
const VALID_FOR: u64 = 185 * DAY;
/// How many subjects are remembered, of which one in ten decides again.
const REMEMBERED: usize = 1024;

/// What was decided, how often among a hundred, and on which layer.
const DECISIONS: [(u64, &str, &str, &str, u8); 5] = [
    (45, "accept-all", r#"["functional","analytics","advertising"]"#, "[]", 1),
    (35, "reject-all", "[]", r#"["functional","analytics","advertising"]"#, 1),
    (10, "save", r#"["functional","analytics"]"#, r#"["advertising"]"#, 2),
    (5, "save", r#"["functional","service:youtube"]"#, r#"["analytics","advertising"]"#, 2),
    (5, "withdraw", "[]", r#"["functional","analytics","advertising"]"#, 0),
];
const LANGUAGES: [&str; 5] = ["sv", "en", "de", "fr", "nb-NO"];

/// Makes receipts, no two of them alike.
pub struct ReceiptMaker {
    random: u64,
    /// The time of the last receipt, and what it and its end are as texts.
    clock: (u64, String, String),
    subjects: Vec<u128>,
}

impl ReceiptMaker {
    /// `seed`: another for each maker whose receipts meet in one ledger.
    pub fn new(seed: u64) -> ReceiptMaker {
        ReceiptMaker { random: seed, clock: (0, String::new(), String::new()), subjects: Vec::new() }
    }

    /// The next number of SplitMix64 (Steele, Lea and Flood, 2014): what is measured need not be secret.
    pub fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn random_wide(&mut self) -> u128 {
        u128::from(self.random()) << 64 | u128::from(self.random())
    }

    /// Adds a receipt made now; its id.
    pub fn add_receipt(&mut self, to: &mut Vec<u8>) -> u128 {
        self.add_receipt_of(now(), to)
    }

    /// A receipt made at a time, in milliseconds since 1970.
    ///
    /// # Errors
    /// It is no receipt.
    pub fn receipt_of(&mut self, millis: u64) -> Outcome<Receipt> {
        let mut body = Vec::new();
        self.add_receipt_of(millis, &mut body);
        let body = String::from_utf8(body).map_err(|error| error.to_string())?;
        Receipt::parse(&body).map_err(|faults| format!("{body}: found {faults:?}, expected a receipt"))
    }

    fn add_receipt_of(&mut self, millis: u64, to: &mut Vec<u8>) -> u128 {
        if self.clock.0 != millis {
            let text = |millis| Time::from_millis(millis).to_string();
            self.clock = (millis, text(millis), text(millis + VALID_FOR));
        }
        let id = self.id(millis);
        let subject = self.subject();
        let mut drawn = self.random() % 100;
        let decision = DECISIONS.iter().find(|(share, ..)| {
            let is_drawn = drawn < *share;
            drawn = drawn.saturating_sub(*share);
            is_drawn
        });
        let (_, action, granted, denied, layer) = decision.unwrap_or(&DECISIONS[0]);
        let language = self.random() as usize % LANGUAGES.len();
        let mut text = |part: &str| to.extend_from_slice(part.as_bytes());
        text(r#"{"v":1,"id":""#);
        text(uuid(id, &mut [0; 36]));
        text(r#"","site":"shop","subject":""#);
        text(hex(subject, &mut [0; 32]));
        text(r#"","time":""#);
        text(&self.clock.1);
        text(r#"","action":""#);
        text(action);
        text(r#"","granted":"#);
        text(granted);
        text(r#","denied":"#);
        text(denied);
        text(r#","revision":"2026-11-01","notice":"#);
        if *layer == 0 {
            text("null");
        } else {
            text(r#""sha256:"#);
            let notice = language as u128 * 2 + u128::from(*layer);
            text(hex(notice.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835), &mut [0; 32]));
            text(hex(notice, &mut [0; 32]));
            text("\"");
        }
        text(r#","language":""#);
        text(LANGUAGES[language]);
        text(r#"","layer":"#);
        text(["0", "1", "2"][usize::from(*layer)]);
        text(r#","validUntil":""#);
        text(&self.clock.2);
        text(r#"","previous":"#);
        if *layer == 0 {
            let previous = self.id(millis - 60_000);
            to.push(b'"');
            to.extend_from_slice(uuid(previous, &mut [0; 36]).as_bytes());
            to.extend_from_slice(b"\"}");
        } else {
            to.extend_from_slice(b"null}");
        }
        id
    }

    /// A UUID of version 7 (RFC 9562 section 5.7).
    fn id(&mut self, millis: u64) -> u128 {
        let random = self.random_wide();
        let low = random & 0x0fff_3fff_ffff_ffff_ffff;
        u128::from(millis) << 80 | 0x7000_8000_0000_0000_0000 | low
    }

    /// One in ten decides again.
    fn subject(&mut self) -> u128 {
        let drawn = self.random();
        let fresh = self.random_wide();
        let at = (drawn >> 32) as usize % REMEMBERED;
        match self.subjects.get_mut(at) {
            Some(known) if drawn.is_multiple_of(10) => *known,
            Some(known) => {
                *known = fresh;
                fresh
            }
            None => {
                self.subjects.push(fresh);
                fresh
            }
        }
    }
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since_1970.as_millis() as u64
}

/// A request with one receipt; its id.
pub fn request(maker: &mut ReceiptMaker, request: &mut Vec<u8>) -> u128 {
    const HEAD: &str = "POST /v1/receipts HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://shop.example\r\n\
                        Content-Type: text/plain;charset=UTF-8\r\nContent-Length: 0000\r\n\r\n";
    request.clear();
    request.extend_from_slice(HEAD.as_bytes());
    let id = maker.add_receipt(request);
    let length = format!("{:04}", request.len() - HEAD.len());
    request[HEAD.len() - 8..HEAD.len() - 4].copy_from_slice(length.as_bytes());
    id
}

/// 32 hexadecimal digits.
pub fn hex(number: u128, digits: &mut [u8; 32]) -> &str {
    for (at, digit) in digits.iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (124 - 4 * at)) as usize & 15];
    }
    std::str::from_utf8(digits).unwrap_or_default()
}

/// An id as it is written.
pub fn uuid(id: u128, written: &mut [u8; 36]) -> &str {
    let mut digits = [0; 32];
    let digits = hex(id, &mut digits).as_bytes();
    let mut at = 0;
    for (place, letter) in written.iter_mut().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            *letter = b'-';
        } else {
            *letter = digits[at];
            at += 1;
        }
    }
    std::str::from_utf8(written).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_are_receipts_of_all_kinds() {
        let mut maker = ReceiptMaker::new(1);
        let mut actions = std::collections::BTreeMap::new();
        for _ in 0..1000 {
            let mut body = Vec::new();
            let id = maker.add_receipt(&mut body);
            let receipt = Receipt::parse(std::str::from_utf8(&body).unwrap()).unwrap();
            assert_eq!(receipt.id.as_str(), uuid(id, &mut [0; 36]));
            *actions.entry(receipt.action.name()).or_insert(0) += 1;
        }
        assert!(actions.len() == 4 && actions.values().all(|count| *count > 20), "{actions:?}");
    }
}
