//! Addresses of tiles (C2SP tlog-tiles): `0/x001/x234/067`, and `0/x001/x234/067.p/112` while a tile is not whole.

use consentry_ledger::log::TILE_WIDTH;

/// What a tile is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileKind {
    /// The hashes of a level, 0 to 5.
    Hashes(u8),
    /// What the leaves were made of.
    Entries,
}

/// Which tile, and how many hashes of it.
#[derive(Debug, PartialEq, Eq)]
pub struct TileAddress {
    pub kind: TileKind,
    pub number: u64,
    /// 1 to 256.
    pub width: u64,
}

impl TileAddress {
    /// Reads the address behind `tile/`; there is one for each tile and no other.
    pub fn parse(address: &str) -> Option<TileAddress> {
        let (kind, rest) = address.split_once('/')?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => TileKind::Hashes(decimal(level)?.try_into().ok().filter(|level| *level <= 5)?),
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => {
                (number, decimal(width).filter(|width| (1..TILE_WIDTH).contains(width))?)
            }
            None => (rest, TILE_WIDTH),
        };
        Some(TileAddress { kind, number: grouped(number)?, width })
    }
}

/// A number without zeros before it.
fn decimal(digits: &str) -> Option<u64> {
    let is_plain = digits == "0" || !digits.starts_with('0');
    (is_plain && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// A number in groups of three digits, all but the last behind an `x`.
fn grouped(text: &str) -> Option<u64> {
    let groups: Vec<_> = text.split('/').collect();
    let (last, first) = groups.split_last()?;
    let digits =
        first.iter().map(|group| group.strip_prefix('x')).chain([Some(*last)]).collect::<Option<Vec<_>>>()?;
    let holds =
        digits.iter().all(|group| group.len() == 3 && group.bytes().all(|digit| digit.is_ascii_digit()));
    let needed = first.is_empty() || digits[0] != "000";
    (holds && needed && groups.len() <= 6).then(|| digits.concat().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{TileAddress, TileKind};

    #[test]
    fn each_tile_has_one_address() {
        let parse = |address| TileAddress::parse(address).map(|tile| (tile.kind, tile.number, tile.width));
        assert_eq!(parse("0/000"), Some((TileKind::Hashes(0), 0, 256)));
        assert_eq!(parse("5/x001/x234/067"), Some((TileKind::Hashes(5), 1_234_067, 256)));
        assert_eq!(parse("entries/x001/000.p/112"), Some((TileKind::Entries, 1000, 112)));
        for wrong in [
            "",
            "0",
            "0/",
            "0/0",
            "0/0000",
            "00/000",
            "6/000",
            "-1/000",
            "0/x000/067",
            "0/001/067",
            "0/x001",
            "0/067.p/0",
            "0/067.p/256",
            "0/067.p/012",
            "0/067.p/",
            "0/067.p/1/2",
            "0/x1/067",
            "0/+01",
            "entry/000",
            "0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
