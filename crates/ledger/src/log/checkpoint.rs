//! Checkpoints: a log's size and root, signed, in the forms of C2SP's tlog-checkpoint and signed-note. One that somebody
//! kept shows whether the log is still the same.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey as PublicKey};
use sha2::{Digest, Sha256};

use super::hash::Hash;

/// The byte that says Ed25519 (signed-note, Signature types).
const ED25519: u8 = 1;

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, such as `consent.example.com/v1/log/shop`.
    pub origin: String,
    /// How many leaves the log had.
    pub size: u64,
    pub root: Hash,
}

/// Why a checkpoint is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// It is no checkpoint in form.
    Form,
    /// None of the expected keys signed it, or what is signed was changed.
    Signature,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CheckpointError::Form => {
                "found something else, expected a checkpoint: origin, size, root, signatures"
            }
            CheckpointError::Signature => "the checkpoint is not signed by the expected key, or was changed",
        })
    }
}

impl std::error::Error for CheckpointError {}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    /// Reads a signed checkpoint, whoever signed it. Lines behind the root are passed over, as the form says.
    ///
    /// # Errors
    /// [`CheckpointError::Form`].
    pub fn read(note: &str) -> Result<Checkpoint, CheckpointError> {
        let (text, _) = split(note)?;
        let mut lines = text.lines();
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError::Form);
        let (origin, size, root) = (line()?, line()?, line()?);
        let is_decimal =
            size == "0" || !size.starts_with('0') && size.bytes().all(|byte| byte.is_ascii_digit());
        let size = size.parse().ok().filter(|_| is_decimal).ok_or(CheckpointError::Form)?;
        let root =
            BASE64.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or(CheckpointError::Form)?;
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }

    /// Reads a checkpoint that the key signed.
    ///
    /// # Errors
    /// Another form, or no signature of the key that fits.
    pub fn verify(note: &str, key: &VerifyingKey) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = Checkpoint::read(note)?;
        let (text, signatures) = split(note)?;
        let is_signed = signatures.lines().any(|line| key.has_signed(text, line));
        if is_signed && checkpoint.origin == key.name {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Signature)
        }
    }
}

/// The text of a signed note and its lines of signatures.
fn split(note: &str) -> Result<(&str, &str), CheckpointError> {
    let at = note.rfind("\n\n").ok_or(CheckpointError::Form)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    let whole = signatures.ends_with('\n') && signatures.lines().all(|line| line.starts_with("— "));
    if whole { Ok((text, signatures)) } else { Err(CheckpointError::Form) }
}

/// A key that checkpoints of one log are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: PublicKey,
}

impl VerifyingKey {
    /// The key of the log of this name.
    pub fn new(name: &str, key: PublicKey) -> VerifyingKey {
        VerifyingKey { name: name.to_owned(), key }
    }

    /// Reads the form that [`VerifyingKey`] is displayed in: `<name>+<8 hexadecimal digits>+<base64>`.
    pub fn parse(text: &str) -> Option<VerifyingKey> {
        let (name, rest) = text.trim().split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = BASE64.decode(key).ok()?;
        let (kind, key) = bytes.split_first()?;
        let key = PublicKey::from_bytes(key.try_into().ok()?).ok()?;
        let parsed = VerifyingKey::new(name, key);
        (*kind == ED25519 && hexadecimal(&parsed.id()) == id).then_some(parsed)
    }

    /// The log's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of the hash over name and key (signed-note, Format).
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new_with_prefix(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The line that says this signature.
    pub(super) fn signature_line(&self, signature: &Signature) -> String {
        let mut bytes = self.id().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        format!("— {} {}\n", self.name, BASE64.encode(bytes))
    }

    /// Whether the line is a signature of this key over the text.
    fn has_signed(&self, text: &str, line: &str) -> bool {
        let signature = || {
            let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = BASE64.decode(signature).ok()?;
            let (id, signature) = bytes.split_at_checked(4)?;
            (name == self.name && id == self.id()).then_some(())?;
            Signature::from_slice(signature).ok()
        };
        signature().is_some_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hexadecimal(&self.id()), BASE64.encode(bytes))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
