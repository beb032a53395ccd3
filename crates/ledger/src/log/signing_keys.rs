//! The keys that sign checkpoints. They lie in a file beside the database, never in it: whoever can write the database alone
//! cannot sign what is not true.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer, SigningKey};

use super::checkpoint::{Checkpoint, VerifyingKey};
use crate::private_files;

/// The keys of a ledger, each of which signs every checkpoint. There is one, but while an old one is replaced.
pub struct SigningKeys {
    keys: Vec<SigningKey>,
}

impl SigningKeys {
    /// The file's name in the data directory.
    pub const FILE: &str = "signing-keys";

    /// Reads the keys in a directory; makes one where the file is not there.
    ///
    /// # Errors
    /// A sentence for the operator: the file cannot be read or made, or holds something else.
    pub fn open(directory: &Path) -> Result<SigningKeys, String> {
        let file = directory.join(SigningKeys::FILE);
        match SigningKeys::read(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_file(&file),
            read => read,
        }
        .map_err(|error| format!("{}: expected the ledger's signing keys, found: {error}", file.display()))
    }

    /// Reads the keys in a directory, a line each: the private key in base64.
    ///
    /// # Errors
    /// The file cannot be read, or holds something else.
    pub fn read(directory: &Path) -> io::Result<SigningKeys> {
        let text = fs::read_to_string(directory.join(SigningKeys::FILE))?;
        let bad = || io::Error::new(io::ErrorKind::InvalidData, "a line that is no key");
        let key = |line: &str| {
            let bytes = BASE64.decode(line.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            bytes.map(|bytes| SigningKey::from_bytes(&bytes)).ok_or_else(bad)
        };
        let keys: Vec<_> = text.lines().map(key).collect::<io::Result<_>>()?;
        if keys.is_empty() { Err(bad()) } else { Ok(SigningKeys { keys }) }
    }

    /// The public keys under the name of a log, the newest last.
    pub fn verifying_keys(&self, origin: &str) -> Vec<VerifyingKey> {
        self.keys.iter().map(|key| VerifyingKey::new(origin, key.verifying_key())).collect()
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let text = checkpoint.text();
        let line = |key: &SigningKey| {
            let signature = key.sign(text.as_bytes());
            VerifyingKey::new(&checkpoint.origin, key.verifying_key()).signature_line(&signature)
        };
        let signatures: String = self.keys.iter().map(line).collect();
        format!("{text}\n{signatures}")
    }
}

/// Makes a file with one new key.
fn make_file(file: &Path) -> io::Result<SigningKeys> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    let mut made = private_files::make_file(file)?;
    writeln!(made, "{}", BASE64.encode(seed))?;
    made.sync_all()?;
    Ok(SigningKeys { keys: vec![SigningKey::from_bytes(&seed)] })
}
