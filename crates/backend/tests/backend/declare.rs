//! `POST /admin/declare` and the section of `/admin` that it serves.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Answer, ask, get};
use crate::server::{Running, SHOP, config, report, start_in, start_observing};
use crate::session::origin;

/// Posts a form as the page of `/admin` does, with these headers beside those of the session.
fn post(server: &Running, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
    server.session().post(server, path, headers, form)
}

fn declare(server: &Running, kind: &str, name: &str, category: &str) -> Answer {
    let name = name.replace('*', "%2A").replace(' ', "+");
    let form = format!("site=shop&kind={kind}&name={name}&category={category}");
    post(server, "/admin/declare", &[("Origin", &origin(server))], &form)
}

fn declared(server: &Running) -> Value {
    let file = server.folder.path().join("sites/shop.declared.json");
    fs::read_to_string(file).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

fn script(server: &Running) -> String {
    get(server.address, "/shop/consentry.js", &[]).text()
}

#[test]
fn one_click_declares_and_the_page_gets_it_at_once() {
    let server = start_observing(json!({}));
    server.observe(&report(&[("host", "chat.example"), ("cookie", "chat_17"), ("host", "other.example")]));
    let page = server.look("/admin/observed?site=shop").text();
    assert!(page.contains("<code>chat.example</code>") && page.contains("<code>chat_*</code>"));
    let answer = declare(&server, "host", "chat.example", "functional");
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/admin?site=shop#observed")),
        "{answer:?}"
    );
    let (name, category) = ("chat.example", "functional");
    let chat = json!({ "id": "chat-example", "name": name, "category": category, "hosts": [name] });
    assert_eq!(declared(&server), json!({ "services": [chat] }));
    let services = r#""services":[{"id":"chat-example","category":"functional","hosts":["chat.example"]}]"#;
    assert!(script(&server).contains(services), "{}", script(&server));
    assert_eq!(declare(&server, "cookie", "chat_*", "functional").status, 303);
    assert!(script(&server).contains(r#""cookies":["chat_*"]"#));
    let names: Vec<_> = server.observed().iter().map(|observation| observation["name"].clone()).collect();
    assert_eq!(names, ["other.example"], "what is declared is no longer listed");
    // Nor is it stored again.
    server.observe(&report(&[("host", "eu.chat.example"), ("cookie", "chat_18")]));
    assert_eq!(server.observed().len(), 1);
    // A wrong click is mended by another.
    assert_eq!(declare(&server, "host", "chat.example", "analytics").status, 303);
    assert_eq!(declared(&server)["services"][0]["category"], "analytics");
    assert!(script(&server).contains(r#"{"id":"chat-example","category":"analytics""#));
    let page = server.session().get(&server, "/admin/observed?site=shop").text();
    assert!(page.contains("Declared in shop.declared.json") && page.contains("value=\"chat_*\""));
    let files = fs::read_dir(server.folder.path().join("sites")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files.len(), 3, "nothing is left beside the files: {files:?}");
}

#[test]
fn a_form_of_another_page_is_refused() {
    let server = start_observing(json!({}));
    let form = "site=shop&kind=host&name=a.example&category=necessary";
    let port = server.address.port();
    let own_origin = origin(&server);
    for headers in [
        &[][..],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Origin", SHOP)],
        &[("Origin", "http://localhost:1")],
        &[("Origin", &format!("http://localhost:{port}"))],
        &[("Origin", &own_origin), ("Origin", "https://evil.example")],
        &[("Origin", &own_origin), ("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "same-origin")],
    ] {
        for path in ["/admin/declare", "/admin/forget"] {
            let answer = post(&server, path, headers, form);
            assert_eq!((answer.status, answer.code().as_str()), (403, "not-same-origin"), "{headers:?}");
        }
    }
    assert_eq!(declared(&server), Value::Null);
    assert_eq!(post(&server, "/admin/declare", &[("Sec-Fetch-Site", "same-origin")], form).status, 303);
    let both = [("Origin", own_origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(post(&server, "/admin/declare", &both, form).status, 303);
    for host in [format!("localhost:{port}"), format!("[::1]:{port}")] {
        let origin = format!("http://{host}");
        assert_eq!(
            post(&server, "/admin/declare", &[("Host", &host), ("Origin", &origin)], form).status,
            303
        );
    }
}

#[test]
fn what_cannot_be_declared_is_refused_with_a_reason() {
    let server = start_observing(json!({ "categories": ["functional"] }));
    for (kind, name, category) in [
        ("left", "x", "functional"),
        ("frame", "x", "functional"),
        ("host", "https%3A%2F%2Fa.example", "functional"),
        ("host", "co.uk*", "functional"),
        ("cookie", "u1", "functional"),
        ("cookie", "a", "unclassified"),
        ("cookie", "", "functional"),
    ] {
        let answer = declare(&server, kind, name, category);
        assert_eq!((answer.status, answer.code().as_str()), (422, "bad-declaration"), "{kind} {name}");
    }
    let answer = declare(&server, "cookie", "abc", "analytics");
    assert_eq!((answer.status, answer.code().as_str()), (422, "not-declared"));
    assert!(
        answer.text().contains("shop.declared.json: contradiction services[0].category"),
        "{}",
        answer.text()
    );
    let own = origin(&server);
    for form in [
        "",
        "site=shop",
        "site=shop&kind=host&name=a.example&category=necessary&more=1",
        "site=shop&kind=host&name=a.example&name=b.example",
        "site=%3Cb%3E&kind=host&name=a.example&category=necessary",
    ] {
        let answer = post(&server, "/admin/declare", &[("Origin", &own)], form);
        assert_eq!((answer.status, answer.code().as_str()), (422, "bad-form"), "{form}");
    }
    let elsewhere = "site=elsewhere&kind=host&name=a.example&category=necessary";
    assert_eq!(post(&server, "/admin/declare", &[("Origin", &own)], elsewhere).code(), "not-declared");
    let bearer = format!("Bearer {}", server.token);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "text/plain")];
    let json = ask(server.address, "POST", "/admin/declare", &headers, b"x");
    assert_eq!(json.status, 415);
    assert_eq!(declared(&server), Value::Null);
}

#[test]
fn a_document_that_an_owner_broke_is_named_and_never_overwritten() {
    let server = start_observing(json!({}));
    let file = server.folder.path().join("sites/shop.declared.json");
    fs::write(&file, r#"{ "services": [{ "id": "x", "category": "ads" }] }"#).unwrap();
    let answer = declare(&server, "host", "a.example", "analytics");
    assert_eq!(answer.code(), "not-declared");
    assert!(answer.text().contains("bad-value services[0].category"), "{}", answer.text());
    assert!(fs::read_to_string(&file).unwrap().contains("ads"));
    assert!(script(&server).contains("shop"), "the last good one is still served");
}

#[test]
fn a_declared_document_is_no_site_and_a_change_of_it_is_in_force_soon() {
    let server = start_observing(json!({}));
    let file = server.folder.path().join("sites/shop.declared.json");
    let write = |host: &str| {
        let service = json!({ "id": "x", "category": "analytics", "purpose": "By hand", "hosts": [host] });
        fs::write(&file, json!({ "services": [service] }).to_string()).unwrap();
    };
    let wait_until = |text: &str, there: bool| {
        let start = std::time::Instant::now();
        while script(&server).contains(text) != there {
            assert!(start.elapsed().as_secs() < 5, "{text}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    write("one.example");
    wait_until("one.example", true);
    let folder = server.folder.path().join("sites");
    write("two.example");
    wait_until("two.example", true);
    fs::remove_file(&file).unwrap();
    wait_until("two.example", false);
    fs::write(folder.join("other.declared.json"), r#"{ "site": "other" }"#).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(get(server.address, "/other/consentry.js", &[]).status, 404);
    assert_eq!(get(server.address, "/shop/consentry.js", &[]).status, 200);
}

#[test]
fn a_site_is_served_once_its_declared_document_is_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    fs::create_dir(&sites).unwrap();
    fs::write(sites.join("blog.json"), config("blog", &["https://blog.example"])).unwrap();
    fs::write(sites.join("shop.json"), config("shop", &[SHOP])).unwrap();
    fs::write(sites.join("shop.declared.json"), "{").unwrap();
    let server = start_in(folder);
    assert_eq!(get(server.address, "/shop/consentry.js", &[]).status, 404);
    fs::write(sites.join("shop.declared.json"), "{}").unwrap();
    let start = std::time::Instant::now();
    while get(server.address, "/shop/consentry.js", &[]).status != 200 {
        assert!(start.elapsed().as_secs() < 5);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn what_was_observed_is_forgotten_when_the_owner_asks() {
    let server = start_observing(json!({}));
    server.observe(&report(&[("host", "a.example"), ("left", "x")]));
    let answer = post(&server, "/admin/forget", &[("Origin", &origin(&server))], "site=shop");
    assert_eq!((answer.status, server.observed().len()), (303, 0));
    assert!(server.look("/admin/observed?site=shop").text().contains("Nothing undeclared was seen."));
    server.observe(&report(&[("host", "a.example")]));
    assert_eq!(server.observed().len(), 1);
}

#[test]
fn a_hostile_name_is_never_markup() {
    let server = start_observing(json!({}));
    let hostile = "\"><script>alert(x)</script><b a='&";
    server.observe(&report(&[("storage", hostile), ("cookie", hostile), ("left", hostile)]));
    let answer = server.session().get(&server, "/admin/observed?site=shop");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    let html = answer.text();
    assert!(!html.contains("<script") && !html.contains("<b a"), "{html}");
    assert!(
        html.contains("value=\"&quot;&gt;&lt;script&gt;alert(x)&lt;/script&gt;&lt;b a=&#39;&amp;\""),
        "{html}"
    );
    let encoded = "%22%3E%3Cscript%3Ealert(x)%3C%2Fscript%3E%3Cb+a%3D%27%26";
    assert_eq!(declare(&server, "storage", encoded, "functional").status, 303);
    let html = server.session().get(&server, "/admin/observed?site=shop").text();
    assert!(!html.contains("<script") && html.contains("Declared in"), "{html}");
    assert!(!script(&server).contains("<script"));
}
