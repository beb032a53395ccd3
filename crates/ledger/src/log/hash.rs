//! The two hashes of the tree (RFC 9162 section 2.1.1).

use sha2::{Digest, Sha256};

/// How many bytes a hash has.
pub const HASH_BYTES: usize = 32;

/// A SHA-256 hash.
pub type Hash = [u8; HASH_BYTES];

/// The root of a tree without leaves: the hash of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The hash of a leaf with this entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(entry).finalize().into()
}

/// The hash of a node over two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The hashes that stand one behind the other.
pub fn hashes(bytes: &[u8]) -> impl Iterator<Item = Hash> + '_ {
    bytes.as_chunks::<HASH_BYTES>().0.iter().copied()
}
