//! `/admin`: the list of sites, the page of one, and its receipts.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::server::{Running, SHOP, config, receipt, report, start, start_in, start_observing, wait_until};

fn id(number: u64) -> String {
    receipt(number)["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    let html = answer.text();
    assert!(!html.contains("<script") && !html.contains(" style="), "{html}");
    html
}

#[test]
fn the_owner_reads_the_ledger() {
    let server = start();
    assert!(server.look("/admin?site=shop").text().contains("none here yet"));
    for number in 1..=3 {
        server.send(&receipt(number));
    }
    for page in ["/admin", "/admin?site=shop", "/admin/receipts", "/admin/receipts?site=shop"] {
        let html = check_page(&server.look(page));
        let places: Vec<_> = (1..=3).map(|number| html.find(&id(number)).unwrap()).collect();
        assert!(places[2] < places[1] && places[1] < places[0], "{page}: the newest is first");
    }
    for page in ["/admin?site=blog", "/admin/receipts?site=blog"] {
        assert!(!check_page(&server.look(page)).contains("019aa7f0"), "{page}: another site's");
    }
}

#[test]
fn the_list_is_paged_without_gaps() {
    let server = start();
    for number in 1..=5 {
        server.send(&receipt(number));
    }
    for site in ["", "&site=shop"] {
        let (mut path, mut ids) = (format!("/admin/receipts.json?limit=2{site}"), Vec::new());
        loop {
            let body = server.look(&path).json();
            for receipt in body["receipts"].as_array().unwrap() {
                assert!(receipt["received"].is_string());
                ids.push(receipt["id"].clone());
            }
            let Some(next) = body["next"].as_u64() else { break };
            path = format!("/admin/receipts.json?limit=2&before={next}{site}");
        }
        let expected: Vec<Value> = (1..=5).rev().map(|number| id(number).into()).collect();
        assert_eq!(ids, expected);
        let page = server.look(&format!("/admin/receipts?limit=2{site}")).text();
        assert!(page.contains(&format!("before=4&amp;limit=2{}", site.replace('&', "&amp;"))), "{page}");
    }
    assert_eq!(server.look("/admin/receipts.json?site=blog").json()["receipts"], json!([]));
    assert_eq!(server.look("/admin/receipts.json?site=none").status, 404);
}

#[test]
fn what_is_not_there_leads_back() {
    let server = start();
    server.send(&receipt(1));
    let there = id(1);
    for path in [
        "/admin?site=none".to_owned(),
        "/admin/receipts?site=none".to_owned(),
        "/admin/observed?site=none".to_owned(),
        "/admin/notices?site=none".to_owned(),
        "/admin/receipts/none".to_owned(),
        format!("/admin/receipts/{}", id(2)),
        format!("/admin/receipts/{there}?site=blog"),
    ] {
        let answer = server.look(&path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("<a href=\"/admin\">Back to the beginning</a>"), "{path}");
    }
    assert_eq!(server.look(&format!("/admin/receipts/{there}/receipt.json?site=blog")).status, 404);
}

#[test]
fn each_receipt_has_a_page_with_its_proof() {
    let server = start();
    let mut old = receipt(1);
    old["time"] = crate::server::in_days(-40).into();
    old["validUntil"] = crate::server::in_days(100).into();
    server.send(&old);
    let page = format!("/admin/receipts/{}?site=shop", id(1));
    wait_until(|| server.look(&page).text().contains("signed checkpoint covers it"));
    let html = check_page(&server.look(&page));
    assert!(html.contains("clock behind") && html.contains("notice not known"), "{html}");
    assert!(html.contains("/v1/log/shop"), "the checkpoint itself");
    let file = server.look(&format!("/admin/receipts/{}/receipt.json?site=shop", id(1)));
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").unwrap().starts_with("attachment"));
    let proven = consentry_ledger::proof::ProvenReceipt::parse(&file.text()).unwrap();
    proven.verify(&proven.keys).unwrap();
    // The mark is also where the receipt is listed, and no other receipt has one.
    let html = server.look("/admin?site=shop").text();
    assert!(html.contains("clock behind"), "{html}");
    server.send(&receipt(2));
    assert_eq!(server.look("/admin?site=shop").text().matches("clock behind").count(), 1);
}

#[test]
fn the_first_view_has_the_rate_the_newest_host_and_a_receipt() {
    let server = start_observing(json!({}));
    for number in 1..=30 {
        let mut receipt = receipt(number);
        if number % 3 == 0 {
            receipt["action"] = "reject-all".into();
            (receipt["granted"], receipt["denied"]) = (json!([]), receipt["granted"].clone());
        }
        assert_eq!(server.send(&receipt).status, 200);
    }
    server.observe(&report(&[("host", "new.example"), ("cookie", "seen")]));
    let html = check_page(&server.session().get(&server, "/admin?site=shop"));
    assert!(html.contains("<dd>67 %</dd>"), "{html}");
    assert!(
        html.contains("<code>new.example</code>") && html.contains("aria-label=\"analytics: new.example\"")
    );
    assert!(html.contains(&format!("href=\"/admin/receipts/{}?site=shop\"", id(30))));
    assert!(html.contains("accept-all") && html.contains("reject-all"));
    // The same is a click from the list of sites, which tells no more than roughly.
    let html = check_page(&server.look("/admin"));
    assert!(
        html.contains("href=\"/admin?site=shop\"") && html.contains("under 50") && !html.contains("67 %"),
        "{html}"
    );
    for days in ["7", "90", "365", "all", "unknown"] {
        assert!(
            check_page(&server.look(&format!("/admin?site=shop&days={days}"))).contains("67 %"),
            "{days}"
        );
    }
}

#[test]
fn a_thousand_sites_are_a_list_to_page_and_to_search() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    std::fs::create_dir(&sites).unwrap();
    for number in 0..60 {
        let name = format!("site-{number:03}");
        std::fs::write(sites.join(format!("{name}.json")), config(&name, &[SHOP])).unwrap();
    }
    let server = start_in(folder);
    let links = |path: &str| check_page(&server.look(path)).matches("href=\"/admin?site=site-").count();
    assert_eq!([links("/admin"), links("/admin?page=2"), links("/admin?page=3")], [25, 25, 10]);
    assert_eq!([links("/admin?page=99"), links("/admin?page=0")], [10, 25]);
    assert_eq!(links("/admin?find=SITE-01"), 10);
    assert!(check_page(&server.look("/admin?find=none")).contains("No site has"));
    let hostile = check_page(&server.look("/admin?find=%3Cscript%3E%22%27"));
    assert!(hostile.contains("value=\"&lt;script&gt;&quot;&#39;\""), "{hostile}");
}

#[test]
fn one_site_is_shown_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    std::fs::create_dir(&sites).unwrap();
    std::fs::write(sites.join("shop.json"), config("shop", &[SHOP])).unwrap();
    let server: Running = start_in(folder);
    let html = check_page(&server.look("/admin"));
    assert!(
        html.contains("<h1>shop</h1>")
            && html.contains("href=\"/admin?days=90\"")
            && !html.contains("All sites")
    );
}

#[test]
fn what_a_visitor_sent_is_never_markup() {
    let server = start();
    let mut hostile = receipt(1);
    hostile["revision"] = "<script>alert(1)</script>&\"'".into();
    assert_eq!(server.send(&hostile).status, 200);
    let page = format!("/admin/receipts/{}?site=shop", id(1));
    assert!(
        check_page(&server.look(&page)).contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;")
    );
    // Enough of them to be told apart.
    for number in 2..=6 {
        hostile["id"] = id(number).into();
        server.send(&hostile);
    }
    let html = check_page(&server.look("/admin?site=shop"));
    assert!(
        html.contains("<th scope=\"row\">&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"),
        "{html}"
    );
}
