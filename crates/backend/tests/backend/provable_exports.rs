//! What a visitor takes away as JSON proves itself: each receipt of it, without the server.

use consentry_ledger::proof::{KeptReceipt, NotProven, read_kept_file};
use serde_json::Value;

use crate::client::Answer;
use crate::erase::delete_own;
use crate::exports::{json, own, server_of_two, whole};
use crate::log::{id, wait_for_size};
use crate::server::{Running, SUBJECT, folder_with_limit, receipt, start_in};

/// Two receipts of a visitor and one of another, all of them signed.
fn signed_server() -> Running {
    let server = server_of_two();
    wait_for_size(&server, 3);
    server
}

fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    String::from_utf8(whole(answer).unwrap()).unwrap()
}

/// What each receipt's check says, by the keys that the file names.
fn check(file: &str) -> Result<Vec<Result<u64, NotProven>>, NotProven> {
    let kept = read_kept_file(file)?;
    let checked = kept.iter().map(|receipt| match receipt {
        KeptReceipt::Provable(proven) => proven.verify(&proven.keys).map(|checkpoint| checkpoint.size),
        KeptReceipt::NotYet(receipt) => panic!("{} has no proof", receipt.id),
    });
    Ok(checked.collect())
}

#[test]
fn each_receipt_that_a_visitor_takes_away_proves_itself() {
    let server = signed_server();
    let by_visitor = text(&own(&server, ""));
    let by_owner = text(&server.look(&format!("/v1/subjects/{SUBJECT}/export?site=shop&format=json")));
    for file in [&by_visitor, &by_owner] {
        assert_eq!(check(file), Ok(vec![Ok(3), Ok(3)]));
        let kept = read_kept_file(file).unwrap();
        let ids: Vec<_> = kept.iter().map(|kept| kept.receipt().to_json()["id"].clone()).collect();
        assert_eq!(ids, [id(1), id(2)]);
    }
}

#[test]
fn whichever_byte_is_changed_something_is_not_proven() {
    let server = signed_server();
    let file = text(&own(&server, ""));
    let first = file.find("\"log\":").unwrap();
    for at in first..file.trim_end().len() {
        let mut bytes = file.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        let checked = check(&changed);
        let is_proven = checked.as_ref().is_ok_and(|all| all.iter().all(Result::is_ok));
        assert!(!is_proven, "byte {at} of {changed}");
    }
}

#[test]
fn a_changed_receipt_leaves_the_others_proven() {
    let server = signed_server();
    let whole = json(&own(&server, ""));
    let mut changed = whole.clone();
    changed["receipts"][1]["receipt"]["granted"] = serde_json::json!(["functional"]);
    assert_eq!(check(&changed.to_string()), Ok(vec![Ok(3), Err(NotProven::OtherReceipt)]));
    let mut exchanged = whole;
    let other = exchanged["receipts"][0]["proof"].clone();
    exchanged["receipts"][1]["proof"] = other;
    assert_eq!(check(&exchanged.to_string()), Ok(vec![Ok(3), Err(NotProven::OtherReceipt)]));
}

#[test]
fn what_is_of_a_whole_site_or_in_another_form_carries_no_proofs() {
    let server = signed_server();
    let all = text(&server.look("/v1/sites/shop/export?format=json"));
    for word in ["\"log\"", "\"salt\"", "\"proof\"", "leafHash"] {
        assert!(!all.contains(word), "{word} in {all}");
    }
    let refused = check(&all).unwrap_err();
    assert!(matches!(&refused, NotProven::Form(text) if text.contains("carries no proofs")), "{refused:?}");
    let salt = json(&own(&server, ""))["receipts"][0]["salt"].as_str().unwrap().to_owned();
    for format in ["csv", "ts27560"] {
        assert!(!text(&own(&server, &format!("?format={format}"))).contains(&salt), "{format}");
    }
}

#[test]
fn what_was_erased_is_in_no_later_file_and_proves_itself_in_an_earlier_one() {
    let server = signed_server();
    let before = text(&own(&server, ""));
    assert_eq!(delete_own(&server).json()["erased"], 2);
    assert_eq!(server.send(&receipt(7)).status, 200);
    wait_for_size(&server, 5);
    assert_eq!(check(&text(&own(&server, ""))), Ok(vec![Ok(5)]));
    assert_eq!(check(&before), Ok(vec![Ok(3), Ok(3)]));
}

#[test]
fn many_receipts_are_proven_page_by_page() {
    let server = start_in(folder_with_limit(0));
    for part in (0..1203).map(receipt).collect::<Vec<Value>>().chunks(10) {
        assert_eq!(server.send(&part.to_vec().into()).status, 200);
    }
    wait_for_size(&server, 1203);
    let checked = check(&text(&own(&server, ""))).unwrap();
    assert_eq!(checked.len(), 1203);
    assert!(checked.iter().all(|one| *one == Ok(1203)));
}
