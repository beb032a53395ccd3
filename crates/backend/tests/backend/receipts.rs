//! `POST /v1/receipts`.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{ask, get, raw};
use crate::server::{SECRET, SHOP, SUBJECT, data_files, in_days, receipt, start};

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

#[test]
fn a_receipt_is_stored_and_the_same_again_is_known() {
    let server = start();
    let id = receipt(1)["id"].clone();
    let answer = server.send(&receipt(1));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json(), json!({ "stored": [{ "id": id, "status": "stored" }] }));
    assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(server.send(&receipt(1)).json(), json!({ "stored": [{ "id": id, "status": "known" }] }));
    // Other spaces, other order of keys: the same receipt.
    let mut keys: Vec<_> = receipt(1).as_object().unwrap().clone().into_iter().collect();
    keys.reverse();
    let reversed: Value = keys.into_iter().collect();
    assert_eq!(server.send(&reversed).json()["stored"][0]["status"], "known");
    assert_eq!(server.rows(), 1);
}

#[test]
fn json_is_taken_like_text_and_nothing_else_is() {
    let server = start();
    for (at, kind) in ["application/json", "text/plain", "Text/Plain; charset=utf-8"].iter().enumerate() {
        let answer = server
            .post(&[("Origin", SHOP), ("Content-Type", kind)], receipt(at as u64).to_string().as_bytes());
        assert_eq!(answer.status, 200, "{kind}");
    }
    for headers in [
        &[("Origin", SHOP)][..],
        &[("Origin", SHOP), ("Content-Type", "application/x-www-form-urlencoded")],
        &[("Origin", SHOP), TEXT, ("Content-Encoding", "gzip")],
        &[("Origin", SHOP), TEXT, ("Content-Encoding", "identity")],
    ] {
        let answer = server.post(headers, receipt(9).to_string().as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported-type"), "{headers:?}");
    }
    assert_eq!(server.rows(), 3);
}

#[test]
fn only_the_sites_own_origins_may_write_and_nothing_of_others_is_stored() {
    let server = start();
    for origin in [
        "null",
        "",
        "*",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://sub.shop.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example:443",
        "https://shop.example/",
        "https://SHOP.example",
        "https://Shop.Example",
        "https://shop.example ,https://evil.example",
        "http://localhost:3001",
        "http://localhost",
        "https://blog.example",
        "shop.example",
    ] {
        let answer = server.post(&[("Origin", origin), TEXT], receipt(1).to_string().as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (403, "foreign-origin"), "{origin}");
        // The blog's origin may read that it was refused, it is a known one. No other may read anything.
        let readable = answer.header("access-control-allow-origin");
        assert!(readable.is_none() || origin == "https://blog.example", "{origin}: {readable:?}");
    }
    assert_eq!(server.post(&[TEXT], receipt(1).to_string().as_bytes()).status, 403);
    let twice = [("Origin", SHOP), ("Origin", "https://evil.example"), TEXT];
    assert_eq!(server.post(&twice, receipt(1).to_string().as_bytes()).status, 403);
    assert_eq!(server.rows(), 0);
    let answer = server.post(&[("Origin", "http://localhost:3000"), TEXT], receipt(1).to_string().as_bytes());
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
    assert_eq!(server.rows(), 1);
}

#[test]
fn preflights_are_answered_for_allowed_origins_only() {
    let server = start();
    let answer = ask(
        server.address,
        "OPTIONS",
        "/v1/receipts",
        &[("Origin", SHOP), ("Access-Control-Request-Method", "POST")],
        b"",
    );
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type"));
    assert_eq!(answer.header("vary"), Some("Origin"));
    let answer = ask(server.address, "OPTIONS", "/v1/receipts", &[("Origin", "https://evil.example")], b"");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None));
}

#[test]
fn a_body_has_8192_bytes_at_most_in_chunks_too() {
    let server = start();
    let padded = |size: usize| {
        let json = receipt(1).to_string();
        [json.as_bytes(), " ".repeat(size - json.len()).as_bytes()].concat()
    };
    let headers = [("Origin", SHOP), TEXT];
    assert_eq!(server.post(&headers, &padded(8193)).status, 413);
    assert_eq!(server.post(&headers, &padded(20_000)).status, 413);
    assert_eq!(server.rows(), 0);
    let chunked = |size: usize, chunk: usize| {
        let head = format!(
            "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: {SHOP}\r\n\
             Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        let mut bytes = head.into_bytes();
        for part in padded(size).chunks(chunk) {
            bytes.extend(format!("{:x}\r\n", part.len()).as_bytes());
            bytes.extend(part);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
        raw(server.address, &bytes)
    };
    assert_eq!(chunked(8193, 1000).status, 413);
    assert_eq!(chunked(8193, 8193).status, 413);
    assert_eq!(server.rows(), 0);
    assert_eq!(chunked(8192, 100).status, 200);
    assert_eq!(server.rows(), 1);
}

#[test]
fn an_endless_body_is_cut_off() {
    let server = start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = format!(
        "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nOrigin: {SHOP}\r\n\
             Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"1000\r\n", &[b' '; 4096][..], b"\r\n"].concat();
    let cut = (0..10_000).any(|_| stream.write_all(&chunk).is_err());
    assert!(cut, "40 MB were taken");
    assert_eq!(server.send(&receipt(1)).status, 200);
}

#[test]
fn a_head_with_two_lengths_is_refused() {
    let server = start();
    let head = format!(
        "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: {SHOP}\r\n\
         Content-Type: text/plain\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
    );
    assert_eq!(raw(server.address, head.as_bytes()).status, 400);
}

#[test]
fn bad_json_and_bad_receipts_name_every_fault() {
    let server = start();
    let answer = server.post(&[("Origin", SHOP), TEXT], b"{\"v\": 1,\n}");
    assert_eq!((answer.status, answer.code().as_str()), (400, "syntax"));
    assert_eq!(answer.json()["error"]["faults"][0]["path"], "line 2 column 1");
    assert_eq!(server.post(&[("Origin", SHOP), TEXT], b"\xff").status, 400);
    assert_eq!(server.post(&[("Origin", SHOP), TEXT], "[".repeat(8000).as_bytes()).status, 400);
    let mut bad = receipt(1);
    bad["ip"] = "203.0.113.7".into();
    bad["layer"] = 9.into();
    let answer = server.send(&bad);
    assert_eq!((answer.status, answer.code().as_str()), (422, "bad-receipt"));
    let faults: Vec<_> = answer.json()["error"]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["path"].clone())
        .collect();
    assert_eq!(faults, ["layer", "ip"]);
    let twice = receipt(1).to_string().replacen('{', "{\"v\":1,", 1);
    let answer = server.post(&[("Origin", SHOP), TEXT], twice.as_bytes());
    assert_eq!(answer.json()["error"]["faults"][0]["code"], "duplicate-key");
    assert_eq!(server.rows(), 0);
}

#[test]
fn a_site_that_is_not_configured_is_said_to_be_unknown() {
    let server = start();
    let mut other = receipt(1);
    other["site"] = "elsewhere".into();
    let answer = server.send(&other);
    assert_eq!((answer.status, answer.code().as_str()), (404, "unknown-site"));
    assert_eq!(server.rows(), 0);
}

#[test]
fn another_receipt_under_a_known_id_is_refused_and_changes_nothing() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    let mut other = receipt(1);
    other["action"] = "reject-all".into();
    let answer = server.send(&json!([receipt(2), other]));
    assert_eq!((answer.status, answer.code().as_str()), (409, "conflict"));
    assert_eq!(server.rows(), 1);
    assert_eq!(server.send(&receipt(1)).json()["stored"][0]["status"], "known");
}

#[test]
fn the_same_id_at_two_sites_is_two_receipts() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    let mut other = receipt(1);
    other["site"] = "blog".into();
    let answer = server.post(&[("Origin", "https://blog.example"), TEXT], other.to_string().as_bytes());
    assert_eq!(answer.json()["stored"][0]["status"], "stored");
    assert_eq!(server.rows(), 2);
}

#[test]
fn an_array_is_stored_whole_or_not_at_all() {
    let server = start();
    let mut foreign = receipt(2);
    foreign["site"] = "blog".into();
    assert_eq!(server.send(&json!([receipt(1), foreign])).status, 403);
    let mut bad = receipt(2);
    bad["v"] = 2.into();
    let answer = server.send(&json!([receipt(1), bad]));
    assert_eq!((answer.status, answer.json()["error"]["faults"][0]["path"].clone()), (422, "[1].v".into()));
    let mut twin = receipt(1);
    twin["language"] = "en".into();
    assert_eq!(server.send(&json!([receipt(1), twin])).status, 409);
    assert_eq!(server.send(&json!([])).status, 422);
    assert_eq!(server.send(&Value::Array(vec![json!(1); 101])).status, 422);
    assert_eq!(server.rows(), 0);
    let answer = server.send(&json!([receipt(1), receipt(2), receipt(1)]));
    let states: Vec<_> =
        answer.json()["stored"].as_array().unwrap().iter().map(|stored| stored["status"].clone()).collect();
    assert_eq!(states, ["stored", "stored", "known"]);
    assert_eq!(server.rows(), 2);
}

#[test]
fn sixty_four_copies_at_once_are_one_receipt() {
    let server = start();
    let states: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..64).map(|_| scope.spawn(|| server.send(&receipt(1)))).collect();
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap().json()["stored"][0]["status"].as_str().unwrap().to_owned())
            .collect()
    });
    assert_eq!(states.iter().filter(|state| *state == "stored").count(), 1);
    assert_eq!(server.rows(), 1);
}

#[test]
fn a_receipt_of_a_wrong_clock_is_kept_as_it_was_made_and_told_apart_by_the_servers_time() {
    let server = start();
    let old = ["1970-01-01T00:00:00.000Z", "1970-07-05T00:00:00.000Z"];
    let far = ["9998-01-01T00:00:00.000Z", "9998-07-05T00:00:00.000Z"];
    let cases: [([String; 2], Option<&str>); 7] = [
        ([in_days(0), in_days(185)], None),
        ([in_days(-2), in_days(183)], Some("late")),
        ([in_days(-29), in_days(156)], Some("late")),
        ([in_days(-31), in_days(154)], Some("behind")),
        ([in_days(2), in_days(187)], Some("ahead")),
        (old.map(str::to_owned), Some("behind")),
        (far.map(str::to_owned), Some("ahead")),
    ];
    for (number, ([time, until], flag)) in cases.iter().enumerate() {
        let mut sent = receipt(number as u64);
        sent["time"] = time.as_str().into();
        sent["validUntil"] = until.as_str().into();
        let answer = server.send(&sent);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["stored"][0]["clock"].as_str(), *flag, "{time}");
    }
    // Whoever reads is told the same, and a time of the server's that no visitor can set.
    let bearer = format!("Bearer {SECRET}");
    let path = format!("/v1/subjects/{SUBJECT}/receipts");
    let own = get(server.address, &path, &[("Authorization", &bearer), ("Origin", SHOP)]).json();
    let mut all = server.look("/admin/receipts.json").json();
    all["receipts"].as_array_mut().unwrap().reverse();
    for told in [own, all] {
        for (found, ([time, _], flag)) in told["receipts"].as_array().unwrap().iter().zip(&cases) {
            assert_eq!((found["time"].as_str(), found["clock"].as_str()), (Some(time.as_str()), *flag));
            let received = found["received"].as_str().unwrap();
            assert!((in_days(0).as_str()..in_days(1).as_str()).contains(&received), "{received}");
        }
    }
}

#[test]
fn a_decision_that_would_stand_for_longer_than_any_may_is_refused() {
    let server = start();
    for until in [in_days(401), "9999-12-31T23:59:59.999Z".to_owned()] {
        let mut endless = receipt(1);
        endless["validUntil"] = until.into();
        let answer = server.send(&endless);
        assert_eq!((answer.status, answer.code().as_str()), (422, "bad-receipt"));
        assert_eq!(answer.json()["error"]["faults"][0]["path"], "validUntil");
    }
    assert_eq!(server.rows(), 0);
}

#[test]
fn ids_have_one_form() {
    let server = start();
    let good = receipt(1)["id"].as_str().unwrap().to_owned();
    let bad = [
        good.to_uppercase(),
        good.replace('-', ""),
        format!("{{{good}}}"),
        format!("urn:uuid:{good}"),
        format!(" {good}"),
        format!("{good}\0"),
        good.replacen("-7", "-4", 1),
        good.replacen("-8", "-c", 1),
        good[..35].to_owned(),
        format!("{good}0"),
        "' OR 1=1 --".to_owned(),
        String::new(),
    ];
    for key in ["id", "previous"] {
        for id in &bad {
            let mut sent = receipt(1);
            sent[key] = id.as_str().into();
            let answer = server.send(&sent);
            assert_eq!((answer.status, answer.code().as_str()), (422, "bad-receipt"), "{key} {id:?}");
        }
    }
    assert_eq!(server.rows(), 0);
}

#[test]
fn nothing_of_the_visitor_but_the_receipt_reaches_the_disk() {
    let server = start();
    let headers = [
        ("Origin", SHOP),
        TEXT,
        ("User-Agent", "MarkerAgent/1"),
        ("X-Forwarded-For", "203.0.113.77"),
        ("Referer", "https://shop.example/marker-path"),
        ("Cookie", "marker-cookie=1"),
        ("Accept-Language", "marker-language"),
    ];
    let answer =
        ask(server.address, "POST", "/v1/receipts?marker-query", &headers, receipt(1).to_string().as_bytes());
    assert_eq!(answer.status, 200);
    let check = |folder: &std::path::Path| {
        for bytes in data_files(folder) {
            for marker in ["MarkerAgent", "203.0.113", "127.0.0.1", "marker-"] {
                assert!(!bytes.windows(marker.len()).any(|part| part == marker.as_bytes()), "{marker}");
            }
        }
    };
    check(server.folder.path());
    let folder = server.stop();
    check(folder.path());
}

#[test]
fn what_nobody_could_read_again_is_not_acknowledged_and_health_says_so() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    server.wait_until_kept();
    fs::remove_dir_all(server.folder.path().join("data")).unwrap();
    assert_eq!(server.send(&receipt(2)).status, 503);
    assert_eq!(server.send(&receipt(2)).status, 503);
    assert_eq!(get(server.address, "/healthz", &[]).status, 503);
}

#[test]
fn a_receipt_that_cannot_be_written_fails_alone() {
    let server = start();
    let ledger = rusqlite::Connection::open(server.folder.path().join("data/ledger.sqlite3")).unwrap();
    let bad = receipt(7)["id"].as_str().unwrap().replace('-', "");
    let fails = format!(
        "CREATE TRIGGER bad BEFORE INSERT ON receipts WHEN NEW.id = x'{bad}' BEGIN SELECT RAISE(ABORT, 'damaged'); END"
    );
    ledger.execute_batch(&fails).unwrap();
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..32)
            .map(|number| {
                scope.spawn({
                    let server = &server;
                    move || (number, server.send(&receipt(number)).status)
                })
            })
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(
        statuses.iter().all(|(number, status)| *status == if *number == 7 { 503 } else { 200 }),
        "{statuses:?}"
    );
    assert_eq!(server.send(&receipt(7)).status, 503);
    assert_eq!(get(server.address, "/healthz", &[]).status, 200, "others are stored");
    ledger.execute_batch("DROP TRIGGER bad").unwrap();
    assert_eq!(server.send(&receipt(7)).status, 200);
}
