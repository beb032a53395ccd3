//! The tree in tiles of 256 hashes, as C2SP's tlog-tiles names them: a tile of level n holds nodes 8 × n above the leaves,
//! and the leaves' entries have tiles of their own. Computes roots and proofs from whichever tiles are there.

use std::collections::HashMap;
use std::fmt;

use super::hash::{EMPTY_ROOT, HASH_BYTES, Hash, hashes, leaf_hash, node_hash};

/// How many hashes a whole tile has.
pub const TILE_WIDTH: u64 = 256;
/// Levels of nodes in a tile, as a power of two: `TILE_WIDTH` is 2 to the power of it.
const TILE_HEIGHT: u32 = 8;

/// What the hashes of a tile are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileLevel {
    /// What stands in the leaves, from which level 0 follows.
    Entries,
    /// The nodes that stand `8 × n` above the leaves; n is at least 1.
    Nodes(u8),
}

/// Which tile of a site's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    pub level: TileLevel,
    /// Counted from 0 within its level.
    pub number: u64,
}

impl TileLevel {
    /// 0 for the entries, n for nodes of level n.
    pub fn index(self) -> u8 {
        match self {
            TileLevel::Entries => 0,
            TileLevel::Nodes(level) => level,
        }
    }

    /// The opposite of [`TileLevel::index`].
    pub fn of_index(index: u8) -> TileLevel {
        if index == 0 { TileLevel::Entries } else { TileLevel::Nodes(index) }
    }
}

/// How many hashes a tile has in a log of `size` leaves: 256, fewer in the last one of a level, none past it.
pub fn width_at(size: u64, tile: TileId) -> u64 {
    let on_level = size.checked_shr(TILE_HEIGHT * u32::from(tile.level.index())).unwrap_or(0);
    on_level.saturating_sub(tile.number.saturating_mul(TILE_WIDTH)).min(TILE_WIDTH)
}

/// Tiles of one log.
#[derive(Default)]
pub struct TileSet {
    tiles: HashMap<TileId, Vec<u8>>,
}

/// Nodes that were computed already, by their height above the leaves and their place on it.
type KnownNodes = HashMap<(u32, u64), Hash>;

/// A tile that is needed and not there, or is too short.
#[derive(Debug, PartialEq, Eq)]
pub struct MissingTile(pub TileId);

impl fmt::Display for MissingTile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (level, number) = (self.0.level.index(), self.0.number);
        write!(f, "found too few hashes in tile {number} of level {level} of the log")
    }
}

impl std::error::Error for MissingTile {}

impl TileSet {
    /// Takes a tile, its hashes one behind the other.
    pub fn insert(&mut self, tile: TileId, bytes: Vec<u8>) {
        self.tiles.insert(tile, bytes);
    }

    /// The tiles from which [`TileSet::root`] is computed.
    pub fn needed_for_root(size: u64) -> Vec<TileId> {
        match size.checked_sub(1) {
            Some(last) => TileSet::above(&[last], size),
            None => Vec::new(),
        }
    }

    /// The tiles from which a proof is computed that begins at a leaf, or at the last leaf of an older size.
    pub fn needed_for_proof(leaf: u64, size: u64) -> Vec<TileId> {
        TileSet::needed_for_proofs(&[leaf], size)
    }

    /// The same of several, each tile once.
    pub fn needed_for_proofs(leaves: &[u64], size: u64) -> Vec<TileId> {
        TileSet::above(&[leaves, &[size.saturating_sub(1)]].concat(), size)
    }

    /// Every tile above these leaves. A node's sibling is in the node's own tile, where it is whole; else it is made of
    /// whole nodes above the last leaf.
    fn above(leaves: &[u64], size: u64) -> Vec<TileId> {
        let mut tiles = Vec::new();
        for level in 0..TILE_HEIGHT as u8 {
            for leaf in leaves {
                // Level 8 has one hash for each 2 to the power of 64 leaves.
                let number = leaf >> (TILE_HEIGHT * u32::from(level)) >> TILE_HEIGHT;
                let tile = TileId { level: TileLevel::of_index(level), number };
                if width_at(size, tile) > 0 && !tiles.contains(&tile) {
                    tiles.push(tile);
                }
            }
        }
        tiles
    }

    /// The root of the tree over the first `size` leaves.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn root(&self, size: u64) -> Result<Hash, MissingTile> {
        if size == 0 { Ok(EMPTY_ROOT) } else { self.hash_of_leaves(0, size, &mut KnownNodes::new()) }
    }

    /// The proof that a leaf is in the tree of `size` leaves (RFC 9162 section 2.1.3.1), from the leaf upwards; `leaf` is
    /// below `size`.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn inclusion_proof(&self, leaf: u64, size: u64) -> Result<Vec<Hash>, MissingTile> {
        self.path(leaf, size, &mut KnownNodes::new())
    }

    /// The same of several leaves, in their order: what their paths have in common is computed once.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn inclusion_proofs(&self, leaves: &[u64], size: u64) -> Result<Vec<Vec<Hash>>, MissingTile> {
        let mut known = KnownNodes::new();
        leaves.iter().map(|leaf| self.path(*leaf, size, &mut known)).collect()
    }

    fn path(&self, leaf: u64, size: u64, known: &mut KnownNodes) -> Result<Vec<Hash>, MissingTile> {
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + left_leaves(end - start);
            if leaf < middle {
                path.push(self.hash_of_leaves(middle, end, known)?);
                end = middle;
            } else {
                path.push(self.hash_of_leaves(start, middle, known)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The proof that the tree of `size` leaves begins with that of `old` leaves (RFC 9162 section 2.1.4.1); `old` is at
    /// least 1 and at most `size`.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn consistency_proof(&self, old: u64, size: u64) -> Result<Vec<Hash>, MissingTile> {
        let (mut start, mut end, mut known) = (0, size, KnownNodes::new());
        let mut path = Vec::new();
        while end > old {
            let middle = start + left_leaves(end - start);
            if old <= middle {
                path.push(self.hash_of_leaves(middle, end, &mut known)?);
                end = middle;
            } else {
                path.push(self.hash_of_leaves(start, middle, &mut known)?);
                start = middle;
            }
        }
        if start > 0 {
            path.push(self.hash_of_leaves(start, end, &mut known)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The hash of the subtree over the leaves from `start` to before `end`, as the whole tree is split into.
    fn hash_of_leaves(&self, start: u64, end: u64, known: &mut KnownNodes) -> Result<Hash, MissingTile> {
        let leaves = end - start;
        if leaves.is_power_of_two() && start.is_multiple_of(leaves) {
            return self.whole_node(leaves.trailing_zeros(), start / leaves, known);
        }
        let middle = start + left_leaves(leaves);
        let left = self.hash_of_leaves(start, middle, known)?;
        Ok(node_hash(&left, &self.hash_of_leaves(middle, end, known)?))
    }

    /// The node over 2 to the power of `height` leaves, counted from 0 on its height.
    fn whole_node(&self, height: u32, index: u64, known: &mut KnownNodes) -> Result<Hash, MissingTile> {
        if let Some(hash) = known.get(&(height, index)) {
            return Ok(*hash);
        }
        let hash = match height % TILE_HEIGHT {
            0 => self.hash_in_tile(TileLevel::of_index((height / TILE_HEIGHT) as u8), index)?,
            _ => {
                let left = self.whole_node(height - 1, 2 * index, known)?;
                node_hash(&left, &self.whole_node(height - 1, 2 * index + 1, known)?)
            }
        };
        known.insert((height, index), hash);
        Ok(hash)
    }

    /// What stands in a tile, counted from 0 within the level.
    fn hash_in_tile(&self, level: TileLevel, index: u64) -> Result<Hash, MissingTile> {
        let tile = TileId { level, number: index / TILE_WIDTH };
        let from = (index % TILE_WIDTH) as usize * HASH_BYTES;
        let bytes = self.tiles.get(&tile).and_then(|bytes| bytes.get(from..from + HASH_BYTES));
        Ok(hash_over(level, bytes.ok_or(MissingTile(tile))?))
    }
}

/// The hash of the subtree over hashes of a tile, a power of two of them.
pub fn hash_over(level: TileLevel, bytes: &[u8]) -> Hash {
    let mut row: Vec<Hash> = match level {
        TileLevel::Entries => hashes(bytes).map(|entry| leaf_hash(&entry)).collect(),
        TileLevel::Nodes(_) => hashes(bytes).collect(),
    };
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied().unwrap_or(EMPTY_ROOT)
}

/// How many leaves are left of the split of a tree: the largest power of two below `leaves`, which is at least 2.
fn left_leaves(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
