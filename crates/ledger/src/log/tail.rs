//! The end of a log, where it grows: what has to be known to add leaves, a few kilobytes however long the log is.

use std::mem;

use super::hash::{HASH_BYTES, Hash};
use super::tiles::{TILE_WIDTH, TileId, TileLevel, hash_over, width_at};

/// The last tile of each level, as far as it is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogTail {
    size: u64,
    /// From the entries upwards.
    levels: Vec<OpenTile>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OpenTile {
    hashes: Vec<u8>,
    changed: bool,
}

impl LogTail {
    /// The tiles that [`LogTail::read`] asks for in a log of `size` leaves: the last of each level, where it is not whole.
    pub fn open_tiles(size: u64) -> Vec<TileId> {
        let levels = (0..u8::MAX).map(TileLevel::of_index).map(|level| (level, nodes_on(level, size)));
        let open = levels.take_while(|(_, nodes)| *nodes > 0).filter(|(_, nodes)| nodes % TILE_WIDTH > 0);
        open.map(|(level, nodes)| TileId { level, number: nodes / TILE_WIDTH }).collect()
    }

    /// The end of a log of `size` leaves. `read_tile` gives a tile's hashes, and may give more than the size says.
    ///
    /// # Errors
    /// What `read_tile` fails with, or the tile that has too few hashes.
    pub fn read<E>(
        size: u64,
        mut read_tile: impl FnMut(TileId) -> Result<Vec<u8>, E>,
    ) -> Result<LogTail, TailError<E>> {
        let mut tail = LogTail { size, levels: Vec::new() };
        for tile in LogTail::open_tiles(size) {
            let mut hashes = read_tile(tile).map_err(TailError::Read)?;
            let bytes = width_at(size, tile) as usize * HASH_BYTES;
            if hashes.len() < bytes {
                return Err(TailError::Short(tile));
            }
            hashes.truncate(bytes);
            tail.level(tile.level).hashes = hashes;
        }
        Ok(tail)
    }

    /// How many leaves the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. `save_tile` gets each tile that this fills.
    pub fn add<E>(
        &mut self,
        entry: &Hash,
        mut save_tile: impl FnMut(TileId, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size += 1;
        let (mut level, mut hash) = (TileLevel::Entries, *entry);
        loop {
            let open = self.level(level);
            open.hashes.extend_from_slice(&hash);
            open.changed = true;
            if (open.hashes.len() / HASH_BYTES) as u64 != TILE_WIDTH {
                return Ok(());
            }
            let whole = mem::take(open).hashes;
            save_tile(TileId { level, number: nodes_on(level, self.size) / TILE_WIDTH - 1 }, &whole)?;
            hash = hash_over(level, &whole);
            level = TileLevel::of_index(level.index() + 1);
        }
    }

    /// Gives `save_tile` each tile that changed since it was last saved and is not whole.
    pub fn save_open_tiles<E>(
        &mut self,
        mut save_tile: impl FnMut(TileId, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let size = self.size;
        for (index, open) in (0..u8::MAX).zip(&mut self.levels) {
            let level = TileLevel::of_index(index);
            if mem::take(&mut open.changed) {
                save_tile(TileId { level, number: nodes_on(level, size) / TILE_WIDTH }, &open.hashes)?;
            }
        }
        Ok(())
    }

    fn level(&mut self, level: TileLevel) -> &mut OpenTile {
        let index = usize::from(level.index());
        if self.levels.len() <= index {
            self.levels.resize_with(index + 1, OpenTile::default);
        }
        &mut self.levels[index]
    }
}

/// Why the end of a log cannot be read.
#[derive(Debug)]
pub enum TailError<E> {
    Read(E),
    /// The tile has fewer hashes than the log's size says.
    Short(TileId),
}

/// How many whole nodes a log of `size` leaves has on a level of tiles.
fn nodes_on(level: TileLevel, size: u64) -> u64 {
    size.checked_shr(8 * u32::from(level.index())).unwrap_or(0)
}
