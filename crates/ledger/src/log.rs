//! A site's log: a Merkle tree (RFC 9162 section 2.1) over what its receipts hash to. Whoever keeps one signed checkpoint
//! finds out later whether a receipt was changed, taken out, put elsewhere, or never there. Pure: no clock, no randomness,
//! no database.
//!
//! ```text
//! tail (adds leaves) ─> tiles (roots and proofs) ─> hash <─ check (of proofs)
//! record (what a leaf stands for) ─> hash              checkpoint (signed with the keys of signing_keys)
//! ```

mod check;
mod checkpoint;
mod hash;
mod record;
mod signing_keys;
mod tail;
mod tiles;

pub use check::{BadProof, check_consistency, check_inclusion};
pub use checkpoint::{Checkpoint, CheckpointError, VerifyingKey};
pub use hash::{EMPTY_ROOT, HASH_BYTES, Hash, leaf_hash};
pub use record::{Salt, entry, record_text};
pub use signing_keys::SigningKeys;
pub use tail::{LogTail, TailError};
pub use tiles::{MissingTile, TILE_WIDTH, TileId, TileLevel, TileSet, width_at};
