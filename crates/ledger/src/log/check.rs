//! Whether a proof holds, as whoever does not trust the ledger asks (RFC 9162 sections 2.1.3.2 and 2.1.4.2).

use std::fmt;

use super::hash::{Hash, node_hash};

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadProof {
    /// The leaf is not below the size, or the older size is not between 1 and the newer.
    Sizes,
    /// Too few or too many hashes for these sizes.
    Length,
    /// The hashes lead to another root.
    Root,
}

impl fmt::Display for BadProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadProof::Sizes => "found a place outside the log, expected one within it",
            BadProof::Length => "found another number of hashes than a proof for this size has",
            BadProof::Root => "the proof leads to another root than the checkpoint's",
        })
    }
}

impl std::error::Error for BadProof {}

/// Whether the leaf with this hash is at `leaf` in the tree of `size` leaves and this root.
///
/// # Errors
/// The proof does not show it.
pub fn check_inclusion(
    leaf: u64,
    leaf_hash: Hash,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), BadProof> {
    if leaf >= size {
        return Err(BadProof::Sizes);
    }
    let (mut at, mut last, mut hash) = (leaf, size - 1, leaf_hash);
    for sibling in path {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if at % 2 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            // A node without a sibling on its height is its own parent.
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (at, last) = (at / 2, last / 2);
    }
    match (last, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}

/// Whether the tree of `size` leaves and `root` begins with the one of `old` leaves and `old_root`.
///
/// # Errors
/// The proof does not show it.
pub fn check_consistency(
    (old, old_root): (u64, &Hash),
    (size, root): (u64, &Hash),
    path: &[Hash],
) -> Result<(), BadProof> {
    if old == 0 || old > size {
        return Err(BadProof::Sizes);
    }
    if old == size {
        return match (path.is_empty(), old_root == root) {
            (true, true) => Ok(()),
            (true, false) => Err(BadProof::Root),
            (false, _) => Err(BadProof::Length),
        };
    }
    let mut path = path.iter();
    let first = if old.is_power_of_two() { old_root } else { path.next().ok_or(BadProof::Length)? };
    let (mut at, mut last) = (old - 1, size - 1);
    while at % 2 == 1 {
        (at, last) = (at / 2, last / 2);
    }
    let (mut old_hash, mut hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if at % 2 == 1 || at == last {
            old_hash = node_hash(sibling, &old_hash);
            hash = node_hash(sibling, &hash);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (at, last) = (at / 2, last / 2);
    }
    match (last, old_hash == *old_root && hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}
