//! `/v1/log/` as another implementation of the same forms reads it (`signed_note` and `tlog_tiles`): what a witness does.

use std::net::SocketAddr;

use consentry_ledger::log::{Checkpoint, VerifyingKey, leaf_hash};
use serde_json::Value;
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::tile::{Tile, TileHashReader, TileReader};
use tlog_tiles::tlog::{Error, HASH_SIZE, Hash, check_record, check_tree, prove_record, prove_tree};

use crate::client::get;
use crate::log::{id, server_with, wait_for_size};
use crate::server::{Running, receipt};

/// Tiles as the server has them.
struct PublicTiles(SocketAddr);

impl TileReader for PublicTiles {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let read = |tile: &Tile| {
            // The form of Go's checksum database names the height too.
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            let answer = get(self.0, &format!("/v1/log/shop/{path}"), &[]);
            assert_eq!(
                (answer.status, answer.body.len()),
                (200, tile.width() as usize * HASH_SIZE),
                "{path}"
            );
            answer.body
        };
        Ok(tiles.iter().map(read).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// The newest checkpoint, as the other implementation reads it: size and root.
fn read(server: &Running, more: &str) -> (u64, Hash) {
    let note = get(server.address, "/v1/log/shop/checkpoint", &[]).text() + more;
    let key = get(server.address, "/v1/log/shop/key", &[]).text();
    // Further signatures change nothing for our reader either.
    Checkpoint::verify(&note, &VerifyingKey::parse(&key).unwrap()).unwrap();
    let note = Note::from_bytes(note.as_bytes()).unwrap();
    let verifier = StandardVerifier::new(key.trim()).unwrap();
    let (signed, unknown) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((signed.len(), unknown.len()), (1, more.lines().count()));
    let checkpoint = tlog_tiles::checkpoint::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(checkpoint.origin(), "consent.example/v1/log/shop");
    (checkpoint.size(), *checkpoint.hash())
}

#[test]
fn a_witness_sees_that_the_log_only_grew_and_has_each_receipt() {
    let server = server_with(20);
    let (old_size, old_root) = read(&server, "");
    for number in 20..300 {
        assert_eq!(server.send(&receipt(number)).status, 200);
    }
    wait_for_size(&server, 300);
    let cosignature = format!("— witness.example {}\n", "A".repeat(96));
    let (size, root) = read(&server, &cosignature);
    assert_eq!((old_size, size), (20, 300));
    // It checks each tile that it reads against the root.
    let tiles = PublicTiles(server.address);
    let reader = TileHashReader::new(size, root, &tiles);
    let growth = prove_tree(size, old_size, &reader).unwrap();
    check_tree(&growth, size, root, old_size, old_root).unwrap();
    for number in [0, 19, 255, 256, 299] {
        let ours = get(server.address, &format!("/v1/log/proof/{}", id(number)), &[]).json();
        let theirs = prove_record(size, number, &reader).unwrap();
        let path: Vec<Value> = theirs.iter().map(|hash| hash.to_string().into()).collect();
        assert_eq!(ours["path"], Value::from(path));
        let leaf = Hash::parse_hash(ours["leafHash"].as_str().unwrap()).unwrap();
        check_record(&theirs, size, root, number, leaf).unwrap();
    }
    // The entries are what the leaves were made of.
    let entries = get(server.address, "/v1/log/shop/tile/entries/000", &[]).body;
    let first = tlog_tiles::tlog::record_hash(&entries[2..34]);
    assert_eq!(first.0, leaf_hash(&entries[2..34]));
    let proof = prove_record(size, 0, &reader).unwrap();
    check_record(&proof, size, root, 0, first).unwrap();
}
