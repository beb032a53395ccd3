//! A receipt that its visitor kept proves itself without the ledger, and nothing else does.

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use consentry_ledger::log::{CheckpointError, VerifyingKey};
use consentry_ledger::proof::{InclusionProof, NotProven, ProvenReceipt, Prover};
use consentry_ledger::sealer::Sealer;
use consentry_ledger::sqlite::SqliteLedger;
use consentry_ledger::{Ledger, ReceiptRange, StoredReceipt};
use serde_json::Value;

use crate::receipt::{parse, receipt};

/// The proven receipt with this number of a ledger with 300, and its log's key.
async fn proven(number: u64) -> (Value, VerifyingKey) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let sealer = Sealer::open(folder.path()).unwrap();
    for number in 0..300 {
        ledger.append(vec![parse(&receipt(number))], Time::from_millis(number)).await.unwrap();
    }
    let receipt = parse(&receipt(number));
    let mut found = ledger.receipts_with_id(receipt.id.clone()).await.unwrap();
    let stored = found.pop().unwrap();
    let before = InclusionProof::of(&ledger, &receipt.site, &stored).await.unwrap();
    assert_eq!(before, None, "no checkpoint covers it yet");
    sealer.seal(&ledger, |site| format!("consent.example/v1/log/{site}")).await.unwrap();
    let proof = InclusionProof::of(&ledger, &receipt.site, &stored).await.unwrap().unwrap();
    let StoredReceipt { received, salt, receipt, .. } = stored;
    let keys = sealer.verifying_keys("consent.example/v1/log/shop");
    let key = keys[0].clone();
    (ProvenReceipt { receipt, received, salt, proof, keys }.to_json(), key)
}

fn verify(value: &Value, key: &VerifyingKey) -> Result<u64, NotProven> {
    // Written for people too: its layout does not count.
    ProvenReceipt::parse(&format!("{value:#}"))?
        .verify(std::slice::from_ref(key))
        .map(|checkpoint| checkpoint.size)
}

#[tokio::test]
async fn a_kept_receipt_proves_itself() {
    for number in [0, 41, 255, 256, 299] {
        let (value, key) = proven(number).await;
        assert_eq!(verify(&value, &key), Ok(300));
    }
}

#[tokio::test]
async fn what_was_changed_proves_nothing() {
    let (whole, key) = proven(41).await;
    let check = |change: &dyn Fn(&mut Value), expected: &dyn Fn(&NotProven) -> bool| {
        let mut value = whole.clone();
        change(&mut value);
        let error = verify(&value, &key).unwrap_err();
        assert!(expected(&error), "{error:?}");
    };
    let other = |error: &NotProven| *error == NotProven::OtherReceipt;
    check(&|value| value["receipt"]["action"] = "save".into(), &other);
    check(
        &|value| value["receipt"]["granted"] = serde_json::json!(["analytics", "functional", "advertising"]),
        &other,
    );
    check(&|value| value["received"] = "2026-11-21T20:00:00.000Z".into(), &other);
    check(&|value| value["salt"] = "0".repeat(32).into(), &other);
    let proof = |error: &NotProven| matches!(error, NotProven::Proof(_));
    check(&|value| value["proof"]["index"] = 42.into(), &proof);
    check(&|value| value["proof"]["index"] = u64::MAX.into(), &proof);
    check(&|value| drop(value["proof"]["path"].as_array_mut().unwrap().pop()), &proof);
    let unsigned = |error: &NotProven| *error == NotProven::Checkpoint(CheckpointError::Signature);
    let replace_size = |value: &mut Value| {
        let note = value["proof"]["checkpoint"].as_str().unwrap().replace("\n300\n", "\n301\n");
        value["proof"]["checkpoint"] = note.into();
    };
    check(&replace_size, &unsigned);
    let form = |place: &'static str| move |error: &NotProven| matches!(error, NotProven::Form(text) if text.starts_with(place));
    check(&|value| value["salt"] = "zz".into(), &form("salt: "));
    check(&|value| value["received"] = 5.into(), &form("received: "));
    check(&|value| value["proof"]["path"] = "".into(), &form("proof: "));
    check(&|value| value["receipt"]["id"] = "x".into(), &form("receipt.id: "));
    check(&|value| value["keys"] = Value::Null, &form("keys: "));
    check(&|value| value["receipt"] = Value::Null, &form("receipt: "));
    check(&|value| value["note"] = 1.into(), &form("note: found an unknown key"));
    check(&|value| value["proof"]["note"] = 1.into(), &form("proof.note: found an unknown key"));
    check(&|value| value["salt"] = value["salt"].as_str().unwrap().to_uppercase().into(), &form("salt: "));
}

#[tokio::test]
async fn many_are_proven_by_one_checkpoint_and_newer_ones_not_yet() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let sealer = Sealer::open(folder.path()).unwrap();
    let site = SiteKey::new("shop").unwrap();
    assert!(Prover::of(&ledger, site.clone()).await.unwrap().is_none(), "nothing is signed");
    let append = async |numbers: std::ops::Range<u64>| {
        for number in numbers {
            ledger.append(vec![parse(&receipt(number))], Time::from_millis(number)).await.unwrap();
        }
    };
    append(0..700).await;
    sealer.seal(&ledger, |site| format!("consent.example/v1/log/{site}")).await.unwrap();
    append(700..703).await;
    let prover = Prover::of(&ledger, site.clone()).await.unwrap().unwrap();
    // A later checkpoint is another prover's.
    sealer.seal(&ledger, |site| format!("consent.example/v1/log/{site}")).await.unwrap();
    let mut stored = ledger.receipts(ReceiptRange { before: None, limit: 703 }).await.unwrap();
    stored.reverse();
    let proofs = prover.prove(&ledger, &stored).await.unwrap();
    let keys = sealer.verifying_keys("consent.example/v1/log/shop");
    for (stored, proof) in stored.into_iter().zip(proofs) {
        let leaf = stored.leaf.unwrap();
        assert_eq!(proof.is_some(), leaf < 700, "{leaf}");
        let Some(proof) = proof else { continue };
        let StoredReceipt { receipt, received, salt, .. } = stored;
        let proven = ProvenReceipt { receipt, received, salt, proof, keys: keys.clone() };
        assert_eq!(proven.verify(&keys).map(|checkpoint| checkpoint.size), Ok(700));
    }
}

#[tokio::test]
async fn another_ledger_signed_nothing_of_it() {
    let (value, _) = proven(41).await;
    let (_, key) = proven(41).await;
    assert_eq!(verify(&value, &key), Err(NotProven::Checkpoint(CheckpointError::Signature)));
}

#[tokio::test]
async fn a_file_that_says_something_twice_is_refused() {
    let (value, key) = proven(41).await;
    let text = value.to_string();
    let doubled = text.replacen('{', &format!("{{\"salt\":{},", value["salt"]), 1);
    let error = ProvenReceipt::parse(&doubled).map(|_| ()).unwrap_err();
    assert_eq!(error, NotProven::Form("salt: found it twice, expected each key once".into()));
    ProvenReceipt::parse(&text).unwrap().verify(&[key]).unwrap();
}
