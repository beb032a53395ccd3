//! Values as columns hold them: ids as the 16 bytes of their digits, times as milliseconds.

use consentry::model::receipt::{ReceiptId, Subject, Time};

/// The 16 bytes of an id's or a subject's 32 hexadecimal digits.
pub fn digits_to_bytes(text: &str) -> [u8; 16] {
    let digits = text.bytes().filter_map(|digit| char::from(digit).to_digit(16));
    digits.fold(0_u128, |number, digit| number << 4 | u128::from(digit)).to_be_bytes()
}

/// The receipt's id of 16 bytes; nothing where they are none.
pub fn receipt_id(bytes: [u8; 16]) -> Option<ReceiptId> {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
    ReceiptId::new(&format!("{a}-{b}-{c}-{d}-{e}"))
}

/// The subject of 16 bytes.
pub fn subject(bytes: [u8; 16]) -> Option<Subject> {
    Subject::new(&format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// A time as a column holds it.
pub fn millis(time: Time) -> i64 {
    i64::try_from(time.millis()).unwrap_or(i64::MAX)
}

/// A number that is never negative, as a column holds it.
pub fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{digits_to_bytes, receipt_id, subject};

    #[test]
    fn an_id_is_the_same_after_being_a_column() {
        let id = "019aa7f0-2c00-7000-8000-0000000000ff";
        assert_eq!(receipt_id(digits_to_bytes(id)).unwrap().as_str(), id);
        let digits = "00cb2605bf36bebde684841a28f0fdff";
        assert_eq!(subject(digits_to_bytes(digits)).unwrap().as_str(), digits);
        assert_eq!(receipt_id([0xff; 16]), None);
    }
}
