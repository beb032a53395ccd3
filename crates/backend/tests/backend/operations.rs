//! What whoever runs the server asks it.

use std::fs;

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, Time};
use consentry_ledger::Ledger;
use consentry_ledger::event::{Event, Listener};
use consentry_ledger::sqlite::SqliteLedger;
use serde_json::Value;

use crate::client::{ask, get};
use crate::server::{
    Running, SHOP, folder_of_two_sites, folder_with_limit, in_days, receipt, report, start, start_in,
    wait_until,
};

const TEXT: (&str, &str) = ("Content-Type", "text/plain");

/// The value of a metric, named with its labels; nothing where it is not told.
fn metric(server: &Running, name: &str) -> Option<f64> {
    let text = server.look("/metrics").text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map(|value| value.parse().unwrap())
}

/// Status and reasons of `/readyz`.
fn readiness(server: &Running) -> (u16, Vec<String>) {
    let answer = get(server.address, "/readyz", &[]);
    if answer.status == 200 {
        return (200, Vec::new());
    }
    assert_eq!((answer.code().as_str(), answer.header("retry-after")), ("not-ready", Some("5")));
    let reasons = answer.json()["error"]["reasons"].as_array().unwrap().clone();
    (answer.status, reasons.iter().map(|reason| reason.as_str().unwrap().to_owned()).collect())
}

#[test]
fn it_is_ready_while_it_stores_and_says_why_when_it_does_not() {
    let server = start();
    assert_eq!(readiness(&server), (200, vec![]));
    assert_eq!(get(server.address, "/healthz", &[]).status, 200);
    // The file is taken away: what would be written now nobody could read.
    fs::remove_file(server.data().join("ledger.sqlite3")).unwrap();
    assert_eq!(server.send(&receipt(1)).status, 503);
    assert_eq!(readiness(&server), (503, vec!["the store fails: the log says why".to_owned()]));
    assert_eq!(get(server.address, "/healthz", &[]).status, 503);
}

#[test]
fn it_is_not_ready_without_a_site_though_it_lives() {
    let server = start();
    server.wait_until_kept();
    for name in ["shop.json", "blog.json"] {
        fs::remove_file(server.folder.path().join("sites").join(name)).unwrap();
    }
    wait_until(|| readiness(&server) == (503, vec!["no site is served".to_owned()]));
    assert_eq!(get(server.address, "/healthz", &[]).status, 200);
}

#[test]
fn metrics_and_the_description_are_for_whoever_may_look() {
    let server = start();
    let erase = format!("Bearer {}", server.add_token("eraser", "erase"));
    let read = format!("bearer {}", server.add_token("prometheus", "read"));
    for path in ["/metrics", "/openapi.json"] {
        assert_eq!(get(server.address, path, &[]).status, 401, "{path}");
        assert_eq!(get(server.address, path, &[("Authorization", &erase)]).status, 403, "{path}");
        assert_eq!(get(server.address, path, &[("Authorization", &read)]).status, 200, "{path}");
    }
    let answer = server.look("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4"));
}

#[test]
fn what_happens_is_counted() {
    let server = start_in(folder_with_limit(8));
    assert_eq!(server.send(&Value::Array((0..3).map(receipt).collect())).status, 200);
    assert_eq!(server.send(&receipt(1)).status, 200);
    assert_eq!(server.send(&Value::Array((10..18).map(receipt).collect())).status, 429);
    assert_eq!(server.post(&[("Origin", "https://evil.example"), TEXT], b"{}").status, 403);
    assert_eq!(server.post(&[("Origin", SHOP), TEXT], b"{").status, 400);
    assert_eq!(server.observe(&report(&[("cookie", "one"), ("cookie", "two")])).status, 204);
    for (name, expected) in [
        ("consentry_receipts_total{result=\"stored\"}", 3.0),
        ("consentry_receipts_total{result=\"known\"}", 1.0),
        ("consentry_refusals_total{code=\"too-many\",route=\"/v1/receipts\"}", 1.0),
        ("consentry_refusals_total{code=\"foreign-origin\",route=\"/v1/receipts\"}", 1.0),
        ("consentry_refusals_total{code=\"syntax\",route=\"/v1/receipts\"}", 1.0),
        ("consentry_http_requests_total{method=\"POST\",route=\"/v1/receipts\",status=\"2xx\"}", 2.0),
        ("consentry_http_requests_total{method=\"POST\",route=\"/v1/receipts\",status=\"4xx\"}", 3.0),
        ("consentry_observations_total{result=\"counted\"}", 2.0),
        ("consentry_append_seconds_count", 2.0),
        ("consentry_ready", 1.0),
        ("consentry_sites", 2.0),
        ("consentry_queue_most", 4096.0),
        ("consentry_webhook_messages_waiting", 0.0),
        ("consentry_webhook_oldest_seconds", 0.0),
        ("consentry_log_leaves{site=\"shop\"}", 3.0),
    ] {
        assert_eq!(metric(&server, name), Some(expected), "{name}");
    }
    wait_until(|| metric(&server, "consentry_unsigned_leaves{site=\"shop\"}") == Some(0.0));
    assert!(metric(&server, "consentry_checkpoint_age_seconds{site=\"shop\"}").unwrap() < 5.0);
    assert!(metric(&server, "consentry_open_connections").unwrap() >= 1.0);
    #[cfg(target_os = "linux")]
    assert!(metric(&server, "process_resident_memory_bytes").unwrap() > 1e6);
}

#[test]
fn what_waits_too_long_is_forgotten_though_no_file_names_a_webhook() {
    let folder = folder_of_two_sites();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let nine_days_ago = Time::parse(&in_days(-9)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let ledger = SqliteLedger::open(&data).unwrap();
        let site = SiteKey::new("shop").unwrap();
        let endpoint = "wh_known_to_the_ledger_alone".to_owned();
        ledger.add_listener(Listener { site, endpoint, events: vec![Event::Withdrawn] }).await.unwrap();
        let mut withdrawal = receipt(1);
        withdrawal["action"] = "withdraw".into();
        let withdrawal = Receipt::parse(&withdrawal.to_string()).unwrap();
        ledger.append(vec![withdrawal], nine_days_ago).await.unwrap();
        assert_eq!(ledger.waiting_deliveries().await.unwrap().len(), 1);
    });
    let server = start_in(folder);
    assert!(!server.data().join("webhooks.json").exists());
    wait_until(|| metric(&server, "consentry_webhook_messages_waiting") == Some(0.0));
}

#[test]
fn no_request_makes_a_label_of_its_own() {
    let server = start();
    for number in 0..20 {
        let path = format!("/marker-{number}/marker");
        let headers = [
            ("User-Agent", "marker"),
            ("X-Forwarded-For", "203.0.113.77"),
            ("Origin", "https://marker.example"),
        ];
        assert_eq!(get(server.address, &path, &headers).status, 404);
        assert_eq!(ask(server.address, "MARKER", "/marker/a/b/c/d", &headers, b"").status, 404);
        let subject = format!("/v1/subjects/{number:032x}/receipts?site=marker");
        assert_eq!(get(server.address, &subject, &[("Authorization", "Bearer marker")]).status, 401);
    }
    let text = server.look("/metrics").text();
    assert!(!text.to_lowercase().contains("marker") && !text.contains("203.0.113"), "{text}");
    assert_eq!(
        metric(
            &server,
            "consentry_http_requests_total{method=\"GET\",route=\"/{site}/{file}\",status=\"4xx\"}"
        ),
        Some(20.0)
    );
    assert_eq!(
        metric(&server, "consentry_http_requests_total{method=\"other\",route=\"none\",status=\"4xx\"}"),
        Some(20.0)
    );
    assert!(
        text.lines().filter(|line| line.starts_with("consentry_http_requests_total")).count() < 6,
        "{text}"
    );
}

#[test]
fn the_description_names_what_there_is_and_nothing_else() {
    let server = start();
    let description = server.look("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    let bearer = format!("Bearer {}", server.token);
    assert!(paths.len() > 25, "{}", paths.len());
    for (path, item) in paths {
        // Something that stands for each name in braces.
        let parts = path.split('/').map(|part| if part.starts_with('{') { "a" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let is_described = item.get(method.to_lowercase()).is_some();
            let is_there =
                ask(server.address, method, &path, &[("Authorization", &bearer)], b"").status != 405;
            assert_eq!(is_there, is_described, "{method} {path}");
        }
    }
}

#[test]
fn a_route_is_in_the_table_only_with_its_description() {
    for (file, table) in [
        ("routes.rs", include_str!("../../src/routes.rs")),
        ("verify.rs", include_str!("../../src/routes/verify.rs")),
    ] {
        let undescribed = table.matches(".route(").count();
        assert_eq!(undescribed, 0, "{file}: expected `.routes(routes!(…))`, which takes the description too");
    }
}
