//! `DELETE /v1/subjects/{subject}`.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use consentry::model::config::SiteKey;
use consentry::model::receipt::Subject;
use consentry_backend::{Place, add_hold, release_hold};

use crate::client::{Answer, ask, get};
use crate::server::{Running, SECRET, SHOP, SUBJECT, data_files, receipt, start, wait_until};

const BLOG: &str = "https://blog.example";

fn delete(
    server: &Running,
    subject: &str,
    bearer: Option<&str>,
    more: &[(&str, &str)],
    query: &str,
) -> Answer {
    let bearer = bearer.map(|bearer| format!("Bearer {bearer}"));
    let headers: Vec<_> =
        bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).chain(more.iter().copied()).collect();
    ask(server.address, "DELETE", &format!("/v1/subjects/{subject}{query}"), &headers, b"")
}

/// The page of the shop, which has the visitor's secret.
pub fn delete_own(server: &Running) -> Answer {
    delete(server, SUBJECT, Some(SECRET), &[("Origin", SHOP)], "")
}

fn send_to_blog(server: &Running, number: u64) {
    let mut of_blog = receipt(number);
    of_blog["site"] = "blog".into();
    let headers = [("Origin", BLOG), ("Content-Type", "text/plain")];
    assert_eq!(server.post(&headers, of_blog.to_string().as_bytes()).status, 200);
}

fn own_receipts(server: &Running, site: &str) -> usize {
    let path = format!("/v1/subjects/{SUBJECT}/receipts?site={site}");
    let answer = get(server.address, &path, &[("Authorization", &format!("Bearer {SECRET}"))]);
    answer.json()["receipts"].as_array().unwrap().len()
}

fn place(server: &Running) -> Place {
    Place::from(&server.data())
}

#[test]
fn a_visitor_erases_what_is_kept_of_them_on_one_site() {
    let server = start();
    for number in 1..=3 {
        assert_eq!(server.send(&receipt(number)).status, 200);
    }
    send_to_blog(&server, 4);
    let answer = delete_own(&server);
    assert_eq!((answer.status, answer.text().as_str()), (200, "{\"erased\":3}"));
    assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!((own_receipts(&server, "shop"), own_receipts(&server, "blog")), (0, 1));
    // Again, it is harmless.
    assert_eq!(delete_own(&server).text(), "{\"erased\":0}");
    // Its proofs are answered as those of receipts that never were.
    let proof = |number: u64| {
        let id = receipt(number)["id"].as_str().unwrap().to_owned();
        let answer = get(server.address, &format!("/v1/log/proof/{id}"), &[]);
        (answer.status, answer.text())
    };
    assert_eq!(proof(2), proof(999));
    assert_eq!(proof(2).0, 404);
    // The erasure is a leaf of its own, and the log is signed with it.
    wait_until(|| {
        let note = get(server.address, "/v1/log/shop/checkpoint", &[]);
        note.status == 200 && note.text().lines().nth(1) == Some("4")
    });
}

#[test]
fn nothing_of_it_is_in_a_file_when_the_answer_comes() {
    let server = start();
    for number in 1..=300 {
        assert_eq!(server.send(&receipt(number)).status, 200);
    }
    let digits = u128::from_str_radix(SUBJECT, 16).unwrap();
    let has_subject = |server: &Running| {
        data_files(server.folder.path()).iter().any(|content| {
            content.windows(16).any(|part| part == digits.to_be_bytes())
                || content.windows(32).any(|part| part == SUBJECT.as_bytes())
        })
    };
    assert!(has_subject(&server), "it is looked for");
    assert_eq!(delete_own(&server).text(), "{\"erased\":300}");
    assert!(!has_subject(&server));
}

#[test]
fn a_token_erases_with_its_scope_and_with_no_other() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    let [reader, eraser] = ["read", "erase"].map(|scope| server.add_token(scope, scope));
    let refused = delete(&server, SUBJECT, Some(&reader), &[], "?site=shop");
    assert_eq!((refused.status, refused.code().as_str()), (403, "missing-scope"));
    assert_eq!(own_receipts(&server, "shop"), 1);
    assert_eq!(delete(&server, SUBJECT, Some(&eraser), &[], "?site=shop").text(), "{\"erased\":1}");
    assert_eq!(delete(&server, &"0".repeat(32), Some(&eraser), &[], "?site=shop").text(), "{\"erased\":0}");
    assert_eq!(delete(&server, "nonsense", Some(&eraser), &[], "?site=shop").status, 404);
}

#[test]
fn everyone_else_gets_one_and_the_same_answer_and_erases_nothing() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    let unknown = "0".repeat(32);
    let upper = SECRET.to_uppercase();
    let mut answers = BTreeSet::new();
    for (subject, bearer) in [
        (SUBJECT, None),
        (SUBJECT, Some("0".repeat(32).as_str())),
        (SUBJECT, Some(upper.as_str())),
        (SUBJECT, Some("")),
        (&unknown, Some(SECRET)),
        (&unknown, None),
        ("nonsense", Some(SECRET)),
    ] {
        let answer = delete(&server, subject, bearer, &[], "?site=shop");
        answers.insert((answer.status, answer.text()));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(answers.first().map(|(status, _)| *status), Some(401));
    assert_eq!(own_receipts(&server, "shop"), 1);
}

#[test]
fn a_foreign_secret_takes_as_long_for_a_known_subject_as_for_an_unknown_one() {
    let server = start();
    for number in 1..=50 {
        assert_eq!(server.send(&receipt(number)).status, 200);
    }
    let (unknown, wrong) = ("1".repeat(32), "0".repeat(32));
    let mut times: [Vec<Duration>; 2] = Default::default();
    // Few enough for one network in a minute, in turns: whatever slows one slows the other.
    for _ in 0..200 {
        for (subject, times) in [SUBJECT, unknown.as_str()].into_iter().zip(&mut times) {
            let begun = Instant::now();
            assert_eq!(delete(&server, subject, Some(&wrong), &[], "?site=shop").status, 401);
            times.push(begun.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    });
    assert!((known / unknown - 1.0).abs() < 0.5, "{known} s for a known one, {unknown} s for an unknown one");
}

#[test]
fn pages_erase_on_their_own_site_alone() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    for (origin, query, status) in [
        (Some("https://evil.example"), "?site=shop", 403),
        (Some("null"), "?site=shop", 403),
        (Some(BLOG), "?site=shop", 403),
        (None, "", 400),
        (None, "?site=unknown", 400),
    ] {
        let headers: Vec<_> = origin.map(|origin| ("Origin", origin)).into_iter().collect();
        let answer = delete(&server, SUBJECT, Some(SECRET), &headers, query);
        assert_eq!(answer.status, status, "{origin:?} {query}: {answer:?}");
    }
    assert_eq!(delete(&server, SUBJECT, Some(SECRET), &[("Origin", BLOG)], "").text(), "{\"erased\":0}");
    assert_eq!(own_receipts(&server, "shop"), 1);
    let path = format!("/v1/subjects/{SUBJECT}");
    let asked = ask(server.address, "OPTIONS", &path, &[("Origin", SHOP)], b"");
    let allowed = |name| asked.header(name).unwrap();
    assert_eq!((asked.status, allowed("access-control-allow-methods")), (204, "DELETE"));
    assert_eq!(allowed("access-control-allow-headers"), "authorization");
    assert_eq!(ask(server.address, "OPTIONS", &path, &[("Origin", "https://evil.example")], b"").status, 403);
    assert_eq!(get(server.address, &path, &[]).status, 405);
}

#[test]
fn what_is_on_hold_is_refused_until_it_is_released() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    send_to_blog(&server, 2);
    let (shop, subject) = (SiteKey::new("shop").unwrap(), Subject::new(SUBJECT).unwrap());
    // By another program, beside the server.
    add_hold(&place(&server), shop.clone(), Some(subject.clone()), "case 17".into()).unwrap();
    let refused = delete_own(&server);
    assert_eq!((refused.status, refused.code().as_str()), (409, "held"));
    assert_eq!(refused.header("access-control-allow-origin"), Some(SHOP));
    assert!(!refused.text().contains("case 17"), "why is the owner's");
    assert_eq!(own_receipts(&server, "shop"), 1);
    assert_eq!(delete(&server, SUBJECT, Some(SECRET), &[("Origin", BLOG)], "").text(), "{\"erased\":1}");
    let stranger = delete(&server, SUBJECT, Some(&"0".repeat(32)), &[("Origin", SHOP)], "");
    assert_eq!(stranger.status, 401, "who has not the secret learns nothing of a hold");
    release_hold(&place(&server), shop, Some(subject)).unwrap();
    assert_eq!(delete_own(&server).text(), "{\"erased\":1}");
}

#[test]
fn whatever_two_sites_keep_an_erasure_takes_its_own_sites_alone() {
    let server = start();
    // Random, and the same each time: who sends what to which site, and who erases where.
    let mut state = 20_261_201_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let subjects: Vec<String> = (0..6).map(|number| format!("{number:032x}")).collect();
    let mut expected: BTreeSet<(u64, &str, usize)> = BTreeSet::new();
    for number in 0..120 {
        let (of_blog, of) = (random(2) == 1, random(6) as usize);
        let (site, origin) = if of_blog { ("blog", BLOG) } else { ("shop", SHOP) };
        if random(5) == 0 {
            let before = expected.len();
            expected.retain(|(_, on, whose)| (*on, *whose) != (site, of));
            let query = format!("?site={site}");
            let answer = delete(&server, &subjects[of], Some(&server.token), &[], &query);
            assert_eq!(answer.json()["erased"], before - expected.len(), "{site} {of}");
            continue;
        }
        let mut value = receipt(number);
        value["site"] = site.into();
        value["subject"] = subjects[of].clone().into();
        let headers = [("Origin", origin), ("Content-Type", "text/plain")];
        assert_eq!(server.post(&headers, value.to_string().as_bytes()).status, 200);
        expected.insert((number, site, of));
    }
    let listed = server.look("/admin/receipts.json?limit=1000").json();
    let listed: BTreeSet<(String, String)> = listed["receipts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["site"].as_str().unwrap().to_owned()))
        .collect();
    let expected: BTreeSet<(String, String)> = expected
        .iter()
        .map(|(number, site, _)| (receipt(*number)["id"].as_str().unwrap().to_owned(), (*site).to_owned()))
        .collect();
    assert_eq!(listed, expected);
}
