//! `/admin/log-in`, `/admin/log-out`, and what a session may.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use consentry_backend::{list_tokens, revoke_token, rotate_token, set_password};
use serde_json::json;

use crate::client::{ask, get};
use crate::server::{SHOP, receipt, report, start, start_in, start_observing};
use crate::session::{FORM, Session, log_in, log_in_from, origin};

const PASSWORD: &str = "correct horse battery";

#[test]
fn a_token_or_the_password_begins_a_session() {
    let server = start();
    let page = get(server.address, "/admin/log-in", &[]);
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(page.headers("set-cookie").is_empty());
    assert_eq!(log_in(&server, PASSWORD).status, 401, "no password is set");
    set_password(&server.data(), PASSWORD).unwrap();
    let reader = server.add_token("reader", "read");
    for secret in [server.token.as_str(), &format!(" {}", server.token), &reader, PASSWORD] {
        let answer = log_in(&server, secret);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/admin")), "{answer:?}");
        let [cookie] = answer.headers("set-cookie")[..] else { panic!("{answer:?}") };
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict");
        let id = pair.strip_prefix("__Host-consentry-session=").unwrap();
        assert!(id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        let session = Session::begin(&server, secret);
        assert_ne!(session.cookie, pair, "each session has an id of its own");
        assert_eq!(session.get(&server, "/admin/receipts.json").status, 200);
        assert_eq!(session.get(&server, "/admin/log-in").header("location"), Some("/admin"));
    }
    let for_notices = server.add_token("build", "notices");
    assert_eq!(log_in(&server, &for_notices).status, 401, "it may not look");
}

#[test]
fn a_session_ends_by_log_out_by_its_token_and_with_the_server() {
    let server = start();
    let is_in = |server: &_, session: &Session| session.get(server, "/admin").status == 200;
    let [first, second] = [0; 2].map(|_| Session::begin(&server, &server.token));
    let own = origin(&server);
    let answer = first.post(&server, "/admin/log-out", &[("Origin", &own)], "");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/admin/log-in")));
    let [cookie] = answer.headers("set-cookie")[..] else { panic!("{answer:?}") };
    assert!(cookie.starts_with("__Host-consentry-session=; Path=/; Max-Age=0; HttpOnly; Secure"), "{cookie}");
    assert!(!is_in(&server, &first) && is_in(&server, &second), "the other one stays");
    let other = server.add_token("other", "admin");
    let session = Session::begin(&server, &other);
    let new = rotate_token(&server.data(), "other").unwrap();
    assert!(!is_in(&server, &session), "the token was rotated");
    let session = Session::begin(&server, &new);
    revoke_token(&server.data(), "other").unwrap();
    assert!(!is_in(&server, &session), "the token was revoked");
    set_password(&server.data(), PASSWORD).unwrap();
    let session = Session::begin(&server, PASSWORD);
    assert!(is_in(&server, &session));
    set_password(&server.data(), "another long password").unwrap();
    assert!(!is_in(&server, &session), "the password was changed");
    assert_eq!(log_in(&server, PASSWORD).status, 401);
    assert!(is_in(&server, &second));
    let server = start_in(server.stop());
    assert!(!is_in(&server, &second), "the server was started again");
}

#[test]
fn a_form_of_another_page_or_another_session_does_nothing() {
    let server = start_observing(json!({}));
    server.observe(&report(&[("host", "a.example")]));
    let (session, other) = (server.session(), Session::begin(&server, &server.token));
    let own = origin(&server);
    let forms = [
        ("/admin/declare", "site=shop&kind=host&name=a.example&category=analytics"),
        ("/admin/forget", "site=shop"),
        ("/admin/log-out", ""),
    ];
    for (path, form) in forms {
        let foreign = [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")];
        for headers in
            [&foreign[..], &foreign[..1], &foreign[1..], &[("Origin", "null")], &[("Origin", SHOP)], &[]]
        {
            let answer = session.post(&server, path, headers, form);
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (403, "not-same-origin"),
                "{path} {headers:?}"
            );
            // A browser sends no cookie with it (SameSite); it is no better without.
            let without = [headers, &[("Content-Type", FORM)]].concat();
            assert_eq!(ask(server.address, "POST", path, &without, form.as_bytes()).status, 403, "{path}");
        }
        let and = if form.is_empty() { "" } else { "&" };
        let (key, others) = (&session.form_key, &other.form_key);
        for end in [
            String::new(),
            format!("{and}form-key="),
            format!("{and}form-key={others}"),
            format!("{and}form-key={key}&form-key={key}"),
        ] {
            let form = format!("{form}{end}");
            let answer = session.post_as_it_is(&server, path, &[("Origin", &own)], &form);
            assert_eq!((answer.status, answer.code().as_str()), (403, "not-same-origin"), "{path} {form}");
        }
    }
    for headers in [&[][..], &[("Origin", "https://evil.example")], &[("Sec-Fetch-Site", "cross-site")]] {
        let headers = [headers, &[("Content-Type", FORM)]].concat();
        let form = format!("secret={}", server.token);
        let answer = ask(server.address, "POST", "/admin/log-in", &headers, form.as_bytes());
        assert_eq!((answer.status, answer.headers("set-cookie").len()), (403, 0), "{headers:?}");
    }
    assert_eq!(server.observed().len(), 1, "nothing was forgotten or declared");
    assert_eq!(session.get(&server, "/admin").status, 200, "nobody was logged out");
}

#[test]
fn whoever_may_only_look_finds_no_form_and_sends_none() {
    let server = start_observing(json!({}));
    server.observe(&report(&[("host", "a.example")]));
    let session = Session::begin(&server, &server.add_token("reader", "read"));
    let page = session.get(&server, "/admin/observed?site=shop").text();
    assert!(page.contains("a.example") && page.contains("/admin/log-out"), "{page}");
    assert!(!page.contains("/admin/declare") && !page.contains("/admin/forget"), "{page}");
    let own = origin(&server);
    let answer = session.post(&server, "/admin/forget", &[("Origin", &own)], "site=shop");
    assert_eq!((answer.status, answer.code().as_str()), (403, "missing-scope"));
    assert_eq!(server.observed().len(), 1);
}

#[test]
fn wrong_log_ins_are_slowed_and_nobody_else_is() {
    let server = start();
    set_password(&server.data(), PASSWORD).unwrap();
    let wrong_token = format!("consentry_00000000_{}", "0".repeat(64));
    let answers: Vec<_> = (0..100)
        .map(|number| match number % 3 {
            0 => log_in(&server, &wrong_token),
            1 => log_in(&server, "a wrong long password"),
            _ => log_in(&server, "x"),
        })
        .collect();
    let (refused, slowed): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 401);
    assert!((10..15).contains(&refused.len()), "{}", refused.len());
    assert!(refused.iter().all(|answer| answer.text() == refused[0].text()), "none says what was wrong");
    assert_eq!(refused[0].header("www-authenticate"), Some("Bearer realm=\"consentry\""));
    assert!(slowed.iter().all(|answer| answer.status == 429 && answer.headers("set-cookie").is_empty()));
    let wait: u64 = slowed[0].header("retry-after").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert_eq!(log_in(&server, PASSWORD).status, 429, "from there even the right one has to wait");
    assert_eq!(log_in_from("127.0.0.9", &server, PASSWORD).status, 429, "so has the same network");
    // No account is locked: from elsewhere the password opens, and a token from anywhere.
    assert_eq!(log_in_from("127.0.9.1", &server, PASSWORD).status, 303);
    assert_eq!(log_in_from("127.0.9.1", &server, &server.token).status, 303);
    assert_eq!(log_in(&server, &server.token).status, 303);
    assert_eq!(server.look("/admin/receipts.json").status, 200);
}

#[test]
fn a_flood_of_wrong_passwords_from_everywhere_holds_up_no_visitor() {
    let server = start();
    set_password(&server.data(), PASSWORD).unwrap();
    let until = Instant::now() + Duration::from_secs(2);
    let slowest = std::thread::scope(|scope| {
        for network in 1..=40 {
            let server = &server;
            scope.spawn(move || {
                while Instant::now() < until {
                    let answer = log_in_from(&format!("127.0.{network}.1"), server, "a wrong long password");
                    assert!(matches!(answer.status, 401 | 429), "{answer:?}");
                }
            });
        }
        let mut slowest = Duration::ZERO;
        // Fewer than a network may send.
        for number in (1..500).take_while(|_| Instant::now() < until) {
            let begun = Instant::now();
            assert_eq!(server.send(&receipt(number)).status, 200);
            slowest = slowest.max(begun.elapsed());
        }
        slowest
    });
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    assert_eq!(log_in_from("127.0.99.1", &server, PASSWORD).status, 303, "and the owner gets in");
}

#[test]
fn nobody_logs_in_where_the_browser_would_forget_it_at_once() {
    let server = start();
    let form = format!("secret={}", server.token);
    for (scheme, host, status) in [
        ("http", "consent.example", 403),
        ("http", "192.168.1.5:8787", 403),
        ("https", "consent.example", 303),
        ("http", "localhost:8787", 303),
        ("http", "[::1]:8787", 303),
    ] {
        let origin = format!("{scheme}://{host}");
        let headers = [("Host", host), ("Origin", origin.as_str()), ("Content-Type", FORM)];
        let answer = ask(server.address, "POST", "/admin/log-in", &headers, form.as_bytes());
        assert_eq!(answer.status, status, "{origin}");
        assert!(status == 303 || answer.code() == "not-secure", "{origin}");
    }
}

#[test]
fn a_bad_form_says_what_is_missing() {
    let server = start();
    let own = origin(&server);
    for (form, kind, status, code) in [
        ("", FORM, 422, "bad-form"),
        ("secret=a&secret=b", FORM, 422, "bad-form"),
        ("secret=a&name=b", FORM, 422, "bad-form"),
        ("{}", "application/json", 415, "unsupported-type"),
    ] {
        let headers = [("Origin", own.as_str()), ("Content-Type", kind)];
        let answer = ask(server.address, "POST", "/admin/log-in", &headers, form.as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{form}");
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![fs::read(path).unwrap()] })
        .collect()
}

#[test]
fn no_file_holds_a_secret() {
    let server = start_observing(json!({}));
    set_password(&server.data(), PASSWORD).unwrap();
    let sessions = [Session::begin(&server, &server.token), Session::begin(&server, PASSWORD)];
    let old = server.add_token("rotated", "read");
    let new = rotate_token(&server.data(), "rotated").unwrap();
    server.send(&receipt(1));
    let own = origin(&server);
    let form = "site=shop&kind=host&name=a.example&category=analytics";
    assert_eq!(sessions[0].post(&server, "/admin/declare", &[("Origin", &own)], form).status, 303);
    let mut secrets = vec![PASSWORD.to_owned()];
    for token in [&server.token, &old, &new] {
        secrets.push(token.clone());
        secrets.push(token.rsplit('_').next().unwrap().to_owned());
    }
    for session in &sessions {
        secrets.extend([session.cookie.split_once('=').unwrap().1.to_owned(), session.form_key.clone()]);
    }
    let mut kept = files(server.folder.path());
    assert!(kept.iter().any(|file| file.windows(9).any(|part| part == b"$argon2id")), "a hash is there");
    assert_eq!(list_tokens(&server.data()).unwrap().len(), 3);
    kept.extend(files(server.stop().path()));
    for secret in secrets {
        let is_in = |file: &Vec<u8>| file.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!kept.iter().any(is_in), "{secret}");
    }
}
