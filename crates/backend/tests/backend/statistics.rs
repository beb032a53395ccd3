//! `GET /v1/sites/{site}/stats`.

use serde_json::{Value, json};

use crate::client::get;
use crate::server::{Running, receipt, start};

/// Sends receipts of the shop with these numbers, which say this.
fn send(server: &Running, numbers: std::ops::Range<u64>, action: &str, language: &str) {
    for number in numbers {
        let mut receipt = receipt(number);
        receipt["action"] = action.into();
        receipt["language"] = language.into();
        if action != "accept-all" {
            (receipt["granted"], receipt["denied"]) = (json!([]), receipt["granted"].clone());
        }
        assert_eq!(server.send(&receipt).status, 200);
    }
}

fn stats(server: &Running, query: &str) -> Value {
    let answer = server.look(&format!("/v1/sites/shop/stats{query}"));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()
}

/// Everything came today: the series of a group is in the parts of the overall one, and the last part has its numbers.
fn adds_up(group: &Value, series: &[Value], overall: &[Value]) {
    let days = |part: &Value| (part["from"].clone(), part["to"].clone());
    assert!(series.iter().map(days).eq(overall.iter().map(days)));
    let (today, before) = series.split_last().unwrap();
    for name in ["receipts", "decided", "accepted"].into_iter().filter(|name| group.get(name).is_some()) {
        assert_eq!(today[name], group[name], "{group}");
        assert!(before.iter().all(|part| part[name] == 0), "{group}");
    }
    assert_eq!(today.get("rate"), group.get("rate"));
}

#[test]
fn rates_are_told_over_time_and_by_what_tells_receipts_apart() {
    let server = start();
    let empty = stats(&server, "");
    assert_eq!((&empty["decided"], &empty["rate"]), (&json!(0), &Value::Null));
    send(&server, 0..12, "accept-all", "sv");
    send(&server, 12..20, "reject-all", "en");
    send(&server, 20..25, "withdraw", "en");
    let told = stats(&server, "");
    assert_eq!(told["site"], "shop");
    assert_eq!((&told["decided"], &told["accepted"], &told["rate"]), (&json!(20), &json!(12), &json!(0.6)));
    let series = told["series"].as_array().unwrap();
    assert_eq!(series.len(), 30);
    assert_eq!((&series[29]["to"], &series[29]["decided"]), (&told["to"], &json!(20)));
    assert_eq!((&series[0]["from"], &series[0]["rate"]), (&told["from"], &Value::Null));
    let groups = |by: &str| {
        let told = stats(&server, &format!("?by={by}"));
        assert_eq!(told["by"], by);
        assert_eq!(told["heldBack"], false);
        let mut groups = told["groups"].clone();
        for group in groups.as_array_mut().unwrap() {
            let series = group.as_object_mut().unwrap().remove("series").unwrap();
            adds_up(group, series.as_array().unwrap(), told["series"].as_array().unwrap());
        }
        groups
    };
    let action = |value, receipts| json!({ "value": value, "receipts": receipts });
    assert_eq!(
        groups("action"),
        json!([action("accept-all", 12), action("reject-all", 8), action("withdraw", 5)])
    );
    let group = |value, decided, accepted, rate| json!({ "value": value, "decided": decided, "accepted": accepted, "rate": rate });
    assert_eq!(groups("language"), json!([group("sv", 12, 12, 1.0), group("en", 8, 0, 0.0)]));
    assert_eq!(groups("revision"), json!([group("1", 20, 12, 0.6)]));
    assert_eq!(groups("layer"), json!([group("1", 20, 12, 0.6)]));
    let categories = ["advertising", "analytics", "functional"].map(|category| group(category, 20, 12, 0.6));
    assert_eq!(groups("category"), json!(categories));
    // Other days and other sites have none of it.
    assert_eq!(stats(&server, "?from=2020-01-01&to=2020-12-31")["decided"], 0);
    assert_eq!(server.look("/v1/sites/blog/stats").json()["decided"], 0);
}

/// Rule: no two answers tell what one visitor chose.
#[test]
fn two_answers_do_not_tell_of_one_visitor() {
    let server = start();
    send(&server, 0..4, "accept-all", "sv");
    assert_eq!(stats(&server, "")["decided"], 0, "four are too few");
    send(&server, 4..30, "accept-all", "sv");
    let before = [stats(&server, "?by=action"), stats(&server, "?by=language")];
    assert_eq!(before[0]["accepted"], 30);
    // One more: the same answers as before it came.
    send(&server, 30..31, "reject-all", "fi");
    assert_eq!([stats(&server, "?by=action"), stats(&server, "?by=language")], before);
    // Some more: now it is counted, but not told apart, and what is told does not leave it alone.
    send(&server, 31..40, "accept-all", "sv");
    let by_language = stats(&server, "?by=language");
    assert_eq!((&by_language["decided"], &by_language["heldBack"]), (&json!(40), &json!(true)));
    let groups = by_language["groups"].as_array().unwrap();
    let told: u64 = groups.iter().map(|group| group["decided"].as_u64().unwrap()).sum();
    assert!(40 - told >= 5 && !by_language["groups"].to_string().contains("fi"), "{by_language}");
    let by_action = stats(&server, "?by=action");
    let groups = by_action["groups"].as_array().unwrap();
    assert_eq!(
        (groups.len(), &groups[0]["value"], &groups[0]["receipts"]),
        (1, &json!("accept-all"), &json!(39))
    );
}

#[test]
fn what_cannot_be_asked_is_named() {
    let server = start();
    for (query, message) in [
        ("?from=yesterday", "from: found \"yesterday\", expected a day such as 2026-11-21"),
        ("?to=2026-02-30", "to: found \"2026-02-30\", expected a day such as 2026-11-21"),
        (
            "?from=2026-11-22&to=2026-11-21",
            "from: found 2026-11-22, expected a day that is not after to, 2026-11-21",
        ),
        ("?by=visitor", "by: found \"visitor\", expected one of action, category, language, revision, layer"),
        ("?from=%27%3B+DROP+TABLE+receipts--", "from: found \"'; DROP TABLE receipts--\", expected"),
    ] {
        let answer = server.look(&format!("/v1/sites/shop/stats{query}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad-query"), "{query}");
        let told = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(told.starts_with(message), "{told}");
    }
    assert_eq!(server.look("/v1/sites/none/stats").status, 404);
    assert_eq!(stats(&server, "?from=1970-01-01&to=9999-12-31")["series"].as_array().unwrap().len(), 40);
    // The site's key and origin, which every visitor has, open nothing.
    let answer = get(server.address, "/v1/sites/shop/stats", &[("Origin", crate::server::SHOP)]);
    assert_eq!(answer.status, 401);
}
