//! Random secrets, and what is kept of one: its hash.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// This many random bytes from the system, as hexadecimal digits in lower case.
///
/// # Errors
/// The system gives none.
pub fn random_hex<const BYTES: usize>() -> Result<String, String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("found no random numbers, expected the system's: {error}"))?;
    Ok(hex(&bytes))
}

/// SHA-256 of a text, as 64 hexadecimal digits in lower case. Enough for a secret of 256 random bits; a password needs
/// `password`.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Whether two texts are the same. Takes as long for any two of one length, so that its time tells nothing of where they differ.
pub fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{digest, is_same, random_hex};

    #[test]
    fn a_secret_is_new_each_time_and_its_hash_is_the_standards() {
        let (one, other) = (random_hex::<32>().unwrap(), random_hex::<32>().unwrap());
        assert!(one.len() == 64 && other.len() == 64 && one != other);
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(is_same(&one, &one) && !is_same(&one, &other) && !is_same(&one, ""));
    }
}
