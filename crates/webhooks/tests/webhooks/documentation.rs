//! The program of the documentation accepts what is sent, and nothing else.

use std::fs;
use std::process::Command;

use crate::client::now;
use crate::receiver::{Answer, Authority, Receiver};
use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use consentry_webhooks::message::Message;
use serde_json::json;

/// The example of the file `verify.mjs`.
fn example() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/docs/webhooks.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```mjs\n").unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_check_accepts_what_is_sent_and_nothing_else() {
    let name = "processor.example";
    let authority = Authority::new();
    let receiver = Receiver::start(&authority, name, Answer::Status(200)).await;
    let endpoint = receiver.endpoint(name);
    let message = Message::test(
        "019aa7f0-2c00-7000-8000-000000000001".into(),
        &SiteKey::new("shop").unwrap(),
        Time::from_millis(1),
    );
    authority.usual_client().tell(&endpoint, message, now()).await.unwrap();
    let request = &receiver.requests()[0];
    let headers = |seconds: i64| {
        let time = request.header("webhook-timestamp").parse::<i64>().unwrap() + seconds;
        json!({
            "webhook-id": request.header("webhook-id"), "webhook-timestamp": time.to_string(),
            "webhook-signature": request.header("webhook-signature")
        })
    };
    let secret = endpoint.secret.text();
    let signed_later = {
        let time = now() / 1000 - 3600;
        let signature = endpoint.secret.signature(request.header("webhook-id"), time, &request.body);
        json!({ "webhook-id": request.header("webhook-id"), "webhook-timestamp": time.to_string(), "webhook-signature": signature })
    };
    let two_keys = {
        let mut headers = headers(0);
        headers["webhook-signature"] = format!("v1,AAAA {}", request.header("webhook-signature")).into();
        headers
    };
    let other = receiver.endpoint(name).secret.text();
    let cases = json!([
        [secret, headers(0), request.body, true],
        [secret, two_keys, request.body, true],
        [secret, headers(1), request.body, false],
        [secret, signed_later, request.body, false],
        [secret, headers(0), request.body.replace("shop", "blog"), false],
        [other, headers(0), request.body, false],
        [secret, {}, request.body, false]
    ]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("verify.mjs"), example()).unwrap();
    let check = format!(
        "import {{ isGenuine }} from './verify.mjs';
         for (const [secret, headers, body, expected] of {cases})
           if (isGenuine(secret, headers, body) !== expected) throw new Error(JSON.stringify([headers, body, expected]));"
    );
    fs::write(folder.path().join("check.mjs"), check).unwrap();
    let run = Command::new("node").arg("check.mjs").current_dir(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
