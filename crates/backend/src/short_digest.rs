//! The first half of SHA-256 as text, the form of a visitor's subject and of a file's entity tag.

use sha2::{Digest, Sha256};

/// The first 32 hexadecimal digits, in lower case, of SHA-256 over the bytes.
pub fn short_digest(bytes: impl AsRef<[u8]>) -> String {
    short(&Sha256::digest(bytes))
}

/// The same of a digest.
pub fn short(sha256: &[u8]) -> String {
    sha256.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::short_digest;

    #[test]
    fn the_digest_of_nothing_is_the_one_that_the_standard_gives() {
        assert_eq!(short_digest(""), "e3b0c44298fc1c149afbf4c8996fb924");
    }
}
