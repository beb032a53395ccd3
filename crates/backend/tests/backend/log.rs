//! `/v1/log/`: who keeps the public files can check every receipt that its visitor kept, without this program's code.

use std::time::{Duration, Instant};

use consentry_ledger::log::{Checkpoint, VerifyingKey};
use consentry_ledger::proof::ProvenReceipt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Answer, get};
use crate::server::{Running, SECRET, SUBJECT, config, receipt, start, start_in};

/// Asks until the log is signed, which takes a second or two at most.
fn get_when_signed(server: &Running, path: &str, headers: &[(&str, &str)]) -> Answer {
    let start = Instant::now();
    loop {
        let answer = get(server.address, path, headers);
        if ![404, 503].contains(&answer.status) || start.elapsed() > Duration::from_secs(10) {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn id(number: u64) -> String {
    receipt(number)["id"].as_str().unwrap().to_owned()
}

/// A server with so many receipts of the shop, all of them signed.
pub fn server_with(receipts: u64) -> Running {
    let server = start();
    for number in 0..receipts {
        assert_eq!(server.send(&receipt(number)).status, 200);
    }
    wait_for_size(&server, receipts);
    server
}

pub fn wait_for_size(server: &Running, size: u64) -> Checkpoint {
    let start = Instant::now();
    loop {
        let note = get_when_signed(server, "/v1/log/shop/checkpoint", &[]).text();
        let checkpoint = Checkpoint::read(&note).unwrap();
        if checkpoint.size == size {
            return checkpoint;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "the log was not signed");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_visitor_keeps_a_receipt_that_proves_itself() {
    let server = server_with(3);
    let path = format!("/v1/subjects/{SUBJECT}/receipts/{}?site=shop", id(1));
    let secret = format!("Bearer {SECRET}");
    let answer = get_when_signed(&server, &path, &[("Authorization", &secret)]);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-disposition").unwrap(),
        format!("attachment; filename=\"receipt-{}.json\"", id(1))
    );
    let key = get(server.address, "/v1/log/shop/key", &[]).text();
    let key = VerifyingKey::parse(&key).unwrap();
    assert_eq!(key.name(), "consent.example/v1/log/shop");
    let kept = ProvenReceipt::parse(&answer.text()).unwrap();
    assert_eq!(kept.keys, std::slice::from_ref(&key));
    assert_eq!(kept.receipt.to_json(), receipt(1));
    assert_eq!(kept.verify(std::slice::from_ref(&key)).unwrap().size, 3);
    // Nobody else gets it: alike for what is there and what is not.
    let refused = get(server.address, &path, &[]);
    assert_eq!(refused.status, 401);
    let reader = format!("Bearer {}", server.add_token("reader", "read"));
    assert_eq!(get(server.address, &path, &[("Authorization", &reader)]).status, 200, "or whoever may read");
    let of =
        |subject: &str, number, site| format!("/v1/subjects/{subject}/receipts/{}?site={site}", id(number));
    let other_subject = "0".repeat(32);
    for (path, bearer, status) in [
        (of(SUBJECT, 99, "shop"), &secret, 404),
        (of(SUBJECT, 1, "blog"), &secret, 404),
        (of(SUBJECT, 99, "shop"), &reader, 404),
        (of(&other_subject, 1, "shop"), &reader, 404),
        (of(&other_subject, 1, "shop"), &secret, 401),
        (of(&other_subject, 99, "shop"), &secret, 401),
        (path, &"Bearer 00000000000000000000000000000000".to_owned(), 401),
    ] {
        let other = get(server.address, &path, &[("Authorization", bearer)]);
        assert_eq!(other.status, status, "{path}");
        assert!(status == 404 || other.text() == refused.text(), "{path}");
    }
}

#[test]
fn a_proof_tells_neither_salt_nor_receipt() {
    let server = server_with(2);
    let answer = get_when_signed(
        &server,
        &format!("/v1/log/proof/{}", id(0)),
        &[("Origin", "https://anybody.example")],
    );
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some("*")));
    let proof = answer.json();
    let members: Vec<_> = proof.as_object().unwrap().keys().collect();
    assert_eq!(members, ["index", "leafHash", "path", "checkpoint"]);
    let unknown = get(server.address, &format!("/v1/log/proof/{}", id(99)), &[]);
    assert_eq!(unknown.status, 404);
    for bad in ["x", "..", "019aa7f0-2c00-4000-8000-000000000001"] {
        assert_eq!(get(server.address, &format!("/v1/log/proof/{bad}"), &[]).text(), unknown.text());
    }
}

#[test]
fn where_two_sites_have_a_receipt_of_one_id_the_site_is_asked_for() {
    let server = start();
    let mut other = receipt(1);
    other["site"] = "blog".into();
    assert_eq!(server.send(&receipt(1)).status, 200);
    let headers = [("Origin", "https://blog.example"), ("Content-Type", "text/plain")];
    assert_eq!(server.post(&headers, other.to_string().as_bytes()).status, 200);
    wait_for_size(&server, 1);
    let path = format!("/v1/log/proof/{}", id(1));
    assert_eq!(get(server.address, &path, &[]).code(), "missing-site");
    let proof = get_when_signed(&server, &format!("{path}?site=blog"), &[]).json();
    assert!(proof["checkpoint"].as_str().unwrap().starts_with("consent.example/v1/log/blog\n1\n"), "{proof}");
}

#[test]
fn the_public_files_make_the_signed_root() {
    let server = server_with(300);
    let checkpoint = wait_for_size(&server, 300);
    let bytes = |path: &str| {
        let answer = get(server.address, &format!("/v1/log/shop/tile/{path}"), &[]);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
        answer.body
    };
    let mut leaves = [bytes("0/000"), bytes("0/001.p/44")].concat();
    // The entries make the leaves.
    let entries = [bytes("entries/000"), bytes("entries/001.p/44")].concat();
    let hashed: Vec<u8> = entries
        .chunks(34)
        .flat_map(|entry| {
            assert_eq!(entry[..2], [0, 32]);
            Sha256::new_with_prefix([0]).chain_update(&entry[2..]).finalize()
        })
        .collect();
    assert_eq!(hashed, leaves);
    // The root as RFC 6962 section 2.1 defines it, once more and in the plainest way.
    fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
        match leaves {
            [leaf] => *leaf,
            _ => {
                let middle = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(middle);
                Sha256::new_with_prefix([1])
                    .chain_update(root(left))
                    .chain_update(root(right))
                    .finalize()
                    .into()
            }
        }
    }
    assert_eq!(root(leaves.as_chunks().0), checkpoint.root);
    leaves.truncate(256 * 32);
    assert_eq!(bytes("1/000.p/1"), root(leaves.as_chunks().0));
    // What is not there yet, or is no tile.
    for path in ["0/002", "0/001", "0/001.p/45", "1/000", "2/000.p/1", "0/000.p/256", "x", "entries/001"] {
        assert_eq!(get(server.address, &format!("/v1/log/shop/tile/{path}"), &[]).status, 404, "{path}");
    }
}

#[test]
fn a_log_that_is_not_public_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    std::fs::create_dir(&sites).unwrap();
    let mut shop: Value = serde_json::from_str(&config("shop", &["https://shop.example"])).unwrap();
    shop["log"] = json!({ "public": false });
    std::fs::write(sites.join("shop.json"), shop.to_string()).unwrap();
    let server = start_in(folder);
    assert_eq!(server.send(&receipt(0)).status, 200);
    // The visitor still gets the proof.
    let secret = format!("Bearer {SECRET}");
    let path = format!("/v1/subjects/{SUBJECT}/receipts/{}?site=shop", id(0));
    assert_eq!(get_when_signed(&server, &path, &[("Authorization", &secret)]).status, 200);
    for path in [
        "shop/checkpoint",
        "shop/key",
        "shop/tile/0/000.p/1",
        "nobody/checkpoint",
        &format!("proof/{}", id(0)),
    ] {
        assert_eq!(get(server.address, &format!("/v1/log/{path}"), &[]).status, 404, "{path}");
    }
}
