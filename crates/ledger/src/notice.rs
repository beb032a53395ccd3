//! Notices: what a site's visitors were told, kept under the hash by which receipts name it.

use consentry::model::receipt::{NoticeHash, Time};
use sha2::{Digest, Sha256};

use crate::{LedgerError, unavailable};

/// A document that is kept under the hash over its bytes, and so cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    hash: [u8; 32],
    text: String,
}

impl Document {
    pub fn new(text: String) -> Document {
        Document { hash: Sha256::digest(&text).into(), text }
    }

    /// SHA-256 over the text.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A notice as its rows say. `appearances`: since when, and hash and text of how it looked; no hash where that was not known, and no
/// text where there is none under the hash.
pub(crate) struct NoticeRows {
    pub hash: [u8; 32],
    pub text: Option<String>,
    pub appearances: Vec<(Time, Option<[u8; 32]>, Option<String>)>,
}

impl NoticeRows {
    /// The notice; nothing where there is no row of it.
    ///
    /// # Errors
    /// A text was changed or taken away.
    pub fn read(self) -> Result<Option<KeptNotice>, LedgerError> {
        let Some((since, ..)) = self.appearances.first() else { return Ok(None) };
        let (since, text) = (*since, unchanged(&self.hash, self.text)?);
        let appearances = self
            .appearances
            .into_iter()
            .filter_map(|(since, hash, text)| Some(unchanged(&hash?, text).map(|text| (since, text))));
        Ok(Some(KeptNotice { text, since, appearances: appearances.collect::<Result<_, _>>()? }))
    }
}

/// The text that was kept under a hash.
fn unchanged(hash: &[u8; 32], text: Option<String>) -> Result<String, LedgerError> {
    let found = match text {
        Some(text) if <[u8; 32]>::from(Sha256::digest(&text)) == *hash => return Ok(text),
        Some(_) => "another text",
        None => "no text",
    };
    let name = notice_hash(hash).map(|hash| hash.to_string()).unwrap_or_default();
    Err(unavailable(format!(
        "found {found} under {name}, expected the one that was kept of what visitors were shown"
    )))
}

/// What is to be kept: the words on one layer in one language, and how the layer looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    pub notice: Document,
    /// Nothing where it is not known.
    pub appearance: Option<Document>,
}

/// A notice as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNotice {
    pub text: String,
    /// When it was there first.
    pub since: Time,
    /// How it looked, each with the time since when; the oldest first.
    pub appearances: Vec<(Time, String)>,
}

/// A notice in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedNotice {
    pub hash: NoticeHash,
    pub text: String,
    /// When it was there first.
    pub since: Time,
}

/// The hash as a notice's 32 bytes.
pub fn hash_bytes(hash: &NoticeHash) -> [u8; 32] {
    let digits = hash.as_str().trim_start_matches("sha256:").as_bytes();
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16).unwrap_or_default() as u8;
        *byte = digit(0) << 4 | digit(1);
    }
    bytes
}

/// The notice's name of 32 bytes.
pub fn notice_hash(bytes: &[u8; 32]) -> Option<NoticeHash> {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    NoticeHash::new(&format!("sha256:{digits}"))
}

#[cfg(test)]
mod tests {
    use super::{Document, hash_bytes, notice_hash};

    #[test]
    fn a_hash_is_the_same_after_being_bytes() {
        let document = Document::new("consentry notice 1\n".into());
        let hash = notice_hash(document.hash()).unwrap();
        assert_eq!(hash.as_str(), "sha256:417e2cf9d921c848e72a8cca47cf465734a07eb4fb151336bee803e8d639115f");
        assert_eq!(hash_bytes(&hash), *document.hash());
    }
}
