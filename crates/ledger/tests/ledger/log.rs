//! The tree against another implementation of the same standard (`ct-merkle`), and its signed checkpoints.

use std::collections::HashMap;
use std::convert::Infallible;

use consentry_ledger::log::{
    BadProof, Checkpoint, CheckpointError, EMPTY_ROOT, Hash, LogTail, SigningKeys, TileId, TileSet,
    VerifyingKey, check_consistency, check_inclusion, leaf_hash,
};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The entry of a leaf in the tests.
fn entry(leaf: u64) -> Hash {
    Sha256::digest(leaf.to_be_bytes()).into()
}

/// A log of so many leaves, added in parts, after each of which the open tiles are saved.
fn log_in_parts(parts: &[u64]) -> (LogTail, HashMap<TileId, Vec<u8>>) {
    let (mut tail, mut stored) = (LogTail::default(), HashMap::new());
    for part in parts {
        for _ in 0..*part {
            let entry = entry(tail.size());
            let Ok(()) = tail.add(&entry, |tile, hashes| {
                stored.insert(tile, hashes.to_vec());
                Ok::<_, Infallible>(())
            });
        }
        let Ok(()) = tail.save_open_tiles(|tile, hashes| {
            stored.insert(tile, hashes.to_vec());
            Ok::<_, Infallible>(())
        });
    }
    (tail, stored)
}

/// Only the tiles that are said to be needed.
fn tiles(stored: &HashMap<TileId, Vec<u8>>, needed: Vec<TileId>) -> TileSet {
    let mut tiles = TileSet::default();
    for tile in needed {
        tiles.insert(tile, stored[&tile].clone());
    }
    tiles
}

fn other_implementation(size: u64) -> MemoryBackedTree<Sha256, [u8; 32]> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|leaf| tree.push(entry(leaf)));
    tree
}

fn root(stored: &HashMap<TileId, Vec<u8>>, size: u64) -> Hash {
    tiles(stored, TileSet::needed_for_root(size)).root(size).unwrap()
}

#[test]
fn every_root_is_the_other_implementations() {
    let (_, stored) = log_in_parts(&[1; 600]);
    let mut tree = MemoryBackedTree::<Sha256, [u8; 32]>::new();
    assert_eq!(root(&stored, 0), EMPTY_ROOT);
    for size in 1..=600 {
        tree.push(entry(size - 1));
        // A root of the past too: tiles only grow.
        assert_eq!(root(&stored, size)[..], tree.root().as_bytes()[..], "{size}");
    }
}

#[test]
fn a_tree_of_three_levels_has_the_other_implementations_root_and_proofs() {
    let size = 256 * 256 + 256 * 3 + 5;
    let (_, stored) = log_in_parts(&[size]);
    let tree = other_implementation(size);
    let root = root(&stored, size);
    assert_eq!(root[..], tree.root().as_bytes()[..]);
    for leaf in [0, 255, 256, 65_535, 65_536, size - 6, size - 1] {
        let path = tiles(&stored, TileSet::needed_for_proof(leaf, size)).inclusion_proof(leaf, size).unwrap();
        assert_eq!(path.as_flattened(), tree.prove_inclusion(leaf as usize).as_bytes());
        check_inclusion(leaf, leaf_hash(&entry(leaf)), size, &path, &root).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_are_the_other_implementations_and_hold(parts in prop::collection::vec(1u64..400, 1..4), leaf in any::<u64>(), old in any::<u64>()) {
        let size: u64 = parts.iter().sum();
        let (leaf, old) = (leaf % size, old % size + 1);
        let (tail, stored) = log_in_parts(&parts);
        prop_assert_eq!(&LogTail::read(size, |tile| Ok::<_, Infallible>(stored[&tile].clone())).unwrap(), &tail);
        let tree = other_implementation(size);
        let whole = root(&stored, size);
        let expected = tree.root();
        prop_assert_eq!(&whole[..], &expected.as_bytes()[..]);

        let path = tiles(&stored, TileSet::needed_for_proof(leaf, size)).inclusion_proof(leaf, size).unwrap();
        let expected = tree.prove_inclusion(leaf as usize);
        prop_assert_eq!(path.as_flattened(), expected.as_bytes());
        prop_assert_eq!(check_inclusion(leaf, leaf_hash(&entry(leaf)), size, &path, &whole), Ok(()));
        // Nothing else is in that place, and it is in no other.
        prop_assert_eq!(check_inclusion(leaf, leaf_hash(&entry(size)), size, &path, &whole), Err(BadProof::Root));
        prop_assert!(check_inclusion((leaf + 1) % size, leaf_hash(&entry(leaf)), size, &path, &whole).is_err() || size == 1);
        prop_assert!(check_inclusion(leaf, leaf_hash(&entry(leaf)), size, &[&path[..], &[whole]].concat(), &whole).is_err());
        if let Some((_, shorter)) = path.split_last() {
            prop_assert!(check_inclusion(leaf, leaf_hash(&entry(leaf)), size, shorter, &whole).is_err());
        }

        let old_root = root(&stored, old);
        let path = tiles(&stored, TileSet::needed_for_proof(old - 1, size)).consistency_proof(old, size).unwrap();
        if old < size {
            let expected = tree.prove_consistency((size - old) as usize);
            prop_assert_eq!(path.as_flattened(), expected.as_bytes());
        }
        prop_assert_eq!(check_consistency((old, &old_root), (size, &whole), &path), Ok(()));
        prop_assert!(check_consistency((old, &leaf_hash(b"fork")), (size, &whole), &path).is_err());
        prop_assert!(check_consistency((old, &old_root), (size, &leaf_hash(b"fork")), &path).is_err());
    }

    #[test]
    fn no_note_makes_the_reader_panic(note in "\\PC{0,200}", lines in prop::collection::vec("[0-9A-Za-z+/=— \n]{0,40}", 0..6)) {
        let _ = Checkpoint::read(&note);
        let _ = Checkpoint::read(&lines.join("\n"));
        let _ = VerifyingKey::parse(&note);
        let _ = VerifyingKey::parse(&lines.join("+"));
    }
}

#[test]
fn a_size_beyond_every_tile_is_no_panic() {
    let tiles = TileSet::default();
    assert!(tiles.root(u64::MAX).is_err());
    assert!(tiles.inclusion_proof(7, u64::MAX).is_err());
    assert!(tiles.consistency_proof(7, u64::MAX).is_err());
    assert_eq!(check_inclusion(0, [0; 32], u64::MAX, &[], &[0; 32]), Err(BadProof::Length));
}

#[test]
fn a_checkpoint_is_taken_from_its_key_alone_and_as_it_was_signed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = SigningKeys::open(folder.path()).unwrap();
    let checkpoint = Checkpoint { origin: "consent.example/v1/log/shop".into(), size: 20, root: entry(1) };
    let note = keys.sign(&checkpoint);
    let key = keys.verifying_keys(&checkpoint.origin).pop().unwrap();
    assert_eq!(Checkpoint::verify(&note, &key), Ok(checkpoint.clone()));
    assert_eq!(VerifyingKey::parse(&key.to_string()), Some(key.clone()));
    // The file gives the same key again.
    assert_eq!(
        SigningKeys::open(folder.path()).unwrap().verifying_keys(&checkpoint.origin),
        std::slice::from_ref(&key)
    );
    for (changed, error) in [
        (note.replace("\n20\n", "\n21\n"), CheckpointError::Signature),
        (note.replace("shop\n20", "blog\n20"), CheckpointError::Signature),
        (note.replace("\n20\n", "\n020\n"), CheckpointError::Form),
        (note.replace("\n20\n", "\n-20\n"), CheckpointError::Form),
        (note.replace("\n\n", "\n"), CheckpointError::Form),
        (note[..note.len() - 1].to_owned(), CheckpointError::Form),
        (String::new(), CheckpointError::Form),
    ] {
        assert_eq!(Checkpoint::verify(&changed, &key), Err(error), "{changed:?}");
    }
    let other = tempfile::tempdir().unwrap();
    let stranger = SigningKeys::open(other.path()).unwrap().verifying_keys(&checkpoint.origin).pop().unwrap();
    assert_eq!(Checkpoint::verify(&note, &stranger), Err(CheckpointError::Signature));
    // Signed for another log.
    let blog = keys.verifying_keys("consent.example/v1/log/blog").pop().unwrap();
    assert_eq!(Checkpoint::verify(&note, &blog), Err(CheckpointError::Signature));
}

#[test]
fn while_a_key_is_replaced_both_sign() {
    let folder = tempfile::tempdir().unwrap();
    let old = SigningKeys::open(folder.path()).unwrap();
    let other = tempfile::tempdir().unwrap();
    drop(SigningKeys::open(other.path()).unwrap());
    let file = folder.path().join(SigningKeys::FILE);
    let both = [&file, &other.path().join(SigningKeys::FILE)]
        .map(|file| std::fs::read_to_string(file).unwrap())
        .concat();
    std::fs::write(&file, both).unwrap();
    let keys = SigningKeys::open(folder.path()).unwrap();
    let checkpoint = Checkpoint { origin: "log".into(), size: 1, root: entry(1) };
    let note = keys.sign(&checkpoint);
    let [first, second] = &keys.verifying_keys("log")[..] else { panic!("expected two keys") };
    assert_eq!(old.verifying_keys("log"), std::slice::from_ref(first));
    for key in [first, second] {
        assert_eq!(Checkpoint::verify(&note, key).as_ref(), Ok(&checkpoint));
    }
}

#[cfg(unix)]
#[test]
fn only_the_programs_own_account_reads_the_keys_and_a_bad_file_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    drop(SigningKeys::open(folder.path()).unwrap());
    let file = folder.path().join(SigningKeys::FILE);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for bad in ["", "no key\n", "AAAA\n"] {
        std::fs::write(&file, bad).unwrap();
        let error = SigningKeys::open(folder.path()).err().unwrap();
        assert!(error.contains("expected the ledger's signing keys"), "{error}");
    }
}
