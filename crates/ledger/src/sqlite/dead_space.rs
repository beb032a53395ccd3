//! Where a page of SQLite's file holds nothing: what was deleted or moved may still be there. Knows the file's format
//! (<https://www.sqlite.org/fileformat2.html>), and no table.

use std::iter;
use std::ops::Range;

/// What is said of a page that is not as the format says.
#[derive(Debug)]
pub struct BadPage(pub u32);

/// The dead space of the page of a table or an index: the gap between its list of cells and the cells, and the free blocks
/// among them. Nothing where the page is of another kind. Fragments of at most three bytes are left out.
///
/// `usable`: how many bytes of each page the format uses.
///
/// # Errors
/// The page contradicts itself.
pub fn of_tree_page(page: &[u8], number: u32, usable: usize) -> Result<Option<Vec<Range<usize>>>, BadPage> {
    let bad = || BadPage(number);
    // The first page begins with the header of the file.
    let header = if number == 1 { 100 } else { 0 };
    let two = |at: usize| {
        let bytes = page.get(at..at + 2).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok());
        bytes.map(|bytes| usize::from(u16::from_be_bytes(bytes))).ok_or_else(bad)
    };
    let header_bytes = match page.get(header) {
        Some(10 | 13) => 8,
        Some(2 | 5) => 12,
        _ => return Ok(None),
    };
    let cells_begin = match two(header + 5)? {
        0 => 65536,
        begin => begin,
    };
    let list_end = header + header_bytes + 2 * two(header + 3)?;
    if list_end > cells_begin || cells_begin > usable || usable > page.len() {
        return Err(bad());
    }
    let mut dead = Vec::from_iter(iter::once(list_end..cells_begin));
    let mut block = two(header + 1)?;
    while block > 0 {
        let (next, bytes) = (two(block)?, two(block + 2)?);
        let is_in_order = next == 0 || next >= block + bytes;
        if block < cells_begin || bytes < 4 || block + bytes > usable || !is_in_order {
            return Err(bad());
        }
        dead.push(block + 4..block + bytes);
        block = next;
    }
    Ok(Some(dead))
}

/// What a page of the list of free pages says.
pub struct TrunkPage {
    /// The next such page; 0 at the end.
    pub next: u32,
    /// Free pages, all of which is dead space.
    pub leaves: Vec<u32>,
    /// The rest of this page.
    pub dead: Range<usize>,
}

/// Reads a page of the list of free pages.
///
/// # Errors
/// The page contradicts itself.
pub fn of_trunk_page(page: &[u8], number: u32, usable: usize) -> Result<TrunkPage, BadPage> {
    let four = |at: usize| number_at(page, at).ok_or(BadPage(number));
    let count = four(4)? as usize;
    let end = count.checked_mul(4).and_then(|bytes| bytes.checked_add(8));
    let end = end.filter(|end| *end <= usable && usable <= page.len()).ok_or(BadPage(number))?;
    let leaves = (0..count).map(|at| four(8 + 4 * at)).collect::<Result<_, _>>()?;
    Ok(TrunkPage { next: four(0)?, leaves, dead: end..usable })
}

/// A number of four bytes.
pub fn number_at(page: &[u8], at: usize) -> Option<u32> {
    page.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).map(u32::from_be_bytes)
}

/// Whether something is left in these places.
pub fn has_remains(page: &[u8], dead: &[Range<usize>]) -> bool {
    dead.iter().any(|range| page.get(range.clone()).is_some_and(|bytes| bytes.iter().any(|byte| *byte != 0)))
}

/// Overwrites these places with zeros.
pub fn wipe(page: &mut [u8], dead: &[Range<usize>]) {
    for range in dead {
        if let Some(bytes) = page.get_mut(range.clone()) {
            bytes.fill(0);
        }
    }
}
