//! Who may: every route that is not public, and what a token opens.

use consentry_backend::{list_tokens, revoke_token, rotate_token};

use crate::client::{Answer, ask, get, raw};
use crate::server::{Running, SECRET, SHOP, SUBJECT, receipt, start};
use crate::session::{FORM, origin};

/// The routes that a token with `read` opens.
const READ: [&str; 11] = [
    "/admin",
    "/admin/receipts.json",
    "/admin/observations.json",
    "/v1/subjects/be45cb2605bf36bebde684841a28f0fd/receipts?site=shop",
    "/v1/subjects/be45cb2605bf36bebde684841a28f0fd/receipts/019aa7f0-2c00-7000-8000-000000000001?site=shop",
    "/admin?site=shop",
    "/admin/receipts",
    "/admin/receipts/019aa7f0-2c00-7000-8000-000000000001",
    "/admin/observed?site=shop",
    "/admin/notices?site=shop",
    "/v1/sites/shop/stats",
];
/// The forms that only `admin` may send.
const ADMIN: [(&str, &str); 2] = [
    ("/admin/declare", "site=shop&kind=host&name=a.example&category=analytics"),
    ("/admin/forget", "site=shop"),
];

/// Sends a form as one of this server's own pages does.
fn post(server: &Running, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
    let own = origin(server);
    let all = [headers, &[("Content-Type", FORM), ("Origin", &own)]].concat();
    ask(server.address, "POST", path, &all, form.as_bytes())
}

#[track_caller]
fn check_unauthorized(answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{what}: {answer:?}");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"consentry\""), "{what}");
    assert!(!answer.text().contains("019aa7f0"), "{what}");
}

/// A receipt's own file is not there before the log was signed.
#[track_caller]
fn check_open(answer: &Answer, path: &str) {
    let statuses = if path == READ[4] { &[200, 404, 503][..] } else { &[200] };
    assert!(statuses.contains(&answer.status), "{path}: {answer:?}");
}

#[test]
fn what_is_not_public_opens_to_a_token_alone() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    let wrong = format!("{}{}", &server.token[..server.token.len() - 8], "00000000");
    let revoked = server.add_token("revoked", "admin");
    revoke_token(&server.data(), "revoked").unwrap();
    let rotated = server.add_token("rotated", "admin");
    let new = rotate_token(&server.data(), "rotated").unwrap();
    let id = server.token.split('_').nth(1).unwrap();
    for authorization in [
        None,
        Some(format!("Bearer {wrong}")),
        Some(format!("Bearer {revoked}")),
        Some(format!("Bearer {rotated}")),
        Some(format!("Bearer {}", server.token.to_uppercase())),
        Some(format!("Bearer {}", id)),
        Some(format!("Basic {}", server.token)),
        Some(server.token.clone()),
        Some("Bearer shop".to_owned()),
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {}", "0".repeat(32))),
    ] {
        // The site's key and origin, which every visitor has, add nothing.
        for origin in [None, Some(("Origin", SHOP))] {
            let bearer = authorization.as_deref().map(|value| ("Authorization", value));
            let headers: Vec<_> = bearer.into_iter().chain(origin).collect();
            for path in READ {
                check_unauthorized(&get(server.address, path, &headers), &format!("{path} {headers:?}"));
            }
        }
        let headers: Vec<_> = authorization.iter().map(|value| ("Authorization", value.as_str())).collect();
        for (path, form) in ADMIN.into_iter().chain([("/admin/log-out", "")]) {
            check_unauthorized(&post(&server, path, form, &headers), &format!("{path} {headers:?}"));
        }
    }
    let new = format!("bearer   {new}");
    for path in READ {
        check_open(&get(server.address, path, &[("Authorization", &new)]), path);
        let twice = [("Authorization", new.as_str()), ("Authorization", new.as_str())];
        check_unauthorized(&get(server.address, path, &twice), path);
    }
    assert!(!server.folder.path().join("sites/shop.declared.json").exists());
    for (path, form) in ADMIN {
        assert_eq!(post(&server, path, form, &[("Authorization", &new)]).status, 303, "{path}");
    }
}

#[test]
fn a_token_opens_what_its_scopes_allow() {
    let server = start();
    for (scopes, may_read) in [("read", true), ("read,erase", true), ("erase", false), ("notices", false)] {
        let bearer = format!("Bearer {}", server.add_token(scopes, scopes));
        let bearer = [("Authorization", bearer.as_str())];
        let refused = |answer: &Answer, expected: &str| {
            assert_eq!((answer.status, answer.code().as_str()), (403, "missing-scope"), "{answer:?}");
            let message = format!("found a token with the scopes \\\"{scopes}\\\", expected {expected}");
            assert!(answer.text().contains(&message), "{answer:?}");
        };
        for path in READ {
            match get(server.address, path, &bearer) {
                answer if may_read => check_open(&answer, path),
                answer => refused(&answer, "read"),
            }
        }
        for (path, form) in ADMIN {
            refused(&post(&server, path, form, &bearer), "admin");
        }
    }
    assert!(!server.folder.path().join("sites/shop.declared.json").exists());
}

#[test]
fn a_proxy_on_this_machine_that_hides_itself_opens_nothing() {
    let server = start();
    server.send(&receipt(1));
    // What nginx and HAProxy send on loopback where nobody told them to add a header.
    for host in [server.address.to_string(), "localhost".to_owned(), "consent.example".to_owned()] {
        for path in READ {
            let asked = format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: Mozilla/5.0\r\n\
                 Accept: */*\r\n\r\n"
            );
            check_unauthorized(&raw(server.address, asked.as_bytes()), &format!("{host} {path}"));
        }
        for (path, form) in ADMIN {
            let length = form.len();
            let asked = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: https://{host}\r\n\
                 Content-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n{form}"
            );
            check_unauthorized(&raw(server.address, asked.as_bytes()), &format!("{host} {path}"));
        }
    }
    // The owner's own requests come through it, whatever it adds.
    for header in [("Host", "consent.example"), ("X-Forwarded-For", "203.0.113.7"), ("Via", "1.1 proxy")] {
        let bearer = format!("Bearer {}", server.token);
        let headers = [("Authorization", bearer.as_str()), header];
        assert_eq!(get(server.address, "/admin/receipts.json", &headers).status, 200, "{header:?}");
    }
}

#[test]
fn a_browser_that_is_not_logged_in_is_shown_where() {
    let server = start();
    let page = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let answer = get(server.address, "/admin", &[page]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/admin/log-in")));
    for (path, form) in ADMIN.into_iter().chain([("/admin/log-out", "")]) {
        let answer = post(&server, path, form, &[page]);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/admin/log-in")), "{path}");
    }
    check_unauthorized(&get(server.address, "/admin/receipts.json", &[page]), "JSON is for programs");
    let wrong = [page, ("Authorization", "Bearer x")];
    check_unauthorized(&get(server.address, "/admin", &wrong), "so is a token");
}

#[test]
fn what_is_public_stays_public() {
    let server = start();
    assert_eq!(server.send(&receipt(1)).status, 200);
    for path in ["/healthz", "/shop/consentry.js", "/admin/log-in", "/admin/admin.css"] {
        assert_eq!(get(server.address, path, &[("Authorization", "Bearer wrong")]).status, 200, "{path}");
    }
}

#[test]
fn a_token_that_may_read_reads_any_subject_and_is_told_nothing_more() {
    let server = start();
    server.send(&receipt(1));
    let bearer = format!("Bearer {}", server.add_token("reader", "read"));
    let bearer = [("Authorization", bearer.as_str())];
    let receipts_of = |subject: &str| {
        let answer = get(server.address, &format!("/v1/subjects/{subject}/receipts?site=shop"), &bearer);
        (answer.status, answer.json()["receipts"].as_array().map(Vec::len))
    };
    assert_eq!(receipts_of(SUBJECT), (200, Some(1)));
    assert_eq!(receipts_of(&"0".repeat(32)), (200, Some(0)));
    assert_eq!(receipts_of("nonsense"), (404, None));
    // The visitor's secret opens the visitor's own receipts, and nothing else.
    let secret = format!("Bearer {SECRET}");
    let secret = [("Authorization", secret.as_str())];
    assert_eq!(get(server.address, READ[3], &secret).status, 200);
    for path in &READ[..3] {
        check_unauthorized(&get(server.address, path, &secret), path);
    }
}

#[test]
fn it_takes_no_longer_to_be_refused_for_a_subject_that_is_there() {
    let server = start();
    server.send(&receipt(1));
    let mut times = [Vec::new(), Vec::new()];
    let wrong = format!("Bearer consentry_00000000_{}", "0".repeat(64));
    let unknown = "0".repeat(32);
    for round in 0..500 {
        let (at, subject) = if round % 2 == 0 { (0, SUBJECT) } else { (1, unknown.as_str()) };
        let path = format!("/v1/subjects/{subject}/receipts?site=shop");
        let begun = std::time::Instant::now();
        assert_eq!(get(server.address, &path, &[("Authorization", &wrong)]).status, 401);
        times[at].push(begun.elapsed());
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.8..1.25).contains(&ratio), "medians: {known:?} and {unknown:?}");
}

#[test]
fn the_first_start_makes_one_token_and_no_other_start_does() {
    let folder = crate::server::folder_of_two_sites();
    let data = folder.path().join("data");
    let names = || -> Vec<_> { list_tokens(&data).unwrap().into_iter().map(|token| token.name).collect() };
    assert!(list_tokens(&data).is_err_and(|reason| reason.contains("expected a ledger")));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let first_token = || {
        runtime.block_on(async {
            let server = consentry_backend::Server::bind(crate::server::options(&folder)).await.unwrap();
            server.make_first_token().await.unwrap()
        })
    };
    consentry_backend::add_token(&{ data.clone() }, "reader", &"read".parse().unwrap()).unwrap();
    let token = first_token().unwrap();
    assert!(token.starts_with("consentry_") && token.len() == "consentry_".len() + 8 + 1 + 64, "{token}");
    assert_eq!(names(), ["first", "reader"]);
    assert_eq!(first_token(), None);
    revoke_token(&data, "first").unwrap();
    assert!(first_token().is_some_and(|new| new != token), "whoever revoked the last one gets in again");
}
