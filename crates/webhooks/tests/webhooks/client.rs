//! What is sent, to whom, and what no endpoint can make of it.

use std::time::{Duration, Instant};

use consentry::model::config::SiteKey;
use consentry::model::receipt::Time;
use consentry_webhooks::addresses::is_public;
use consentry_webhooks::client::{Client, Reach};
use consentry_webhooks::endpoint::Endpoint;
use consentry_webhooks::message::Message;
use consentry_webhooks::url::EndpointUrl;
use standardwebhooks::Webhook;

use crate::receiver::{ALLOWED, Answer, Authority, FORBIDDEN, Names, Receiver, is_first_of_machine};

const NAME: &str = "processor.example";

/// The time now, in milliseconds since 1970.
pub fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64
}

fn message() -> Message {
    let id = "019aa7f0-2c00-7000-8000-000000000001".to_owned();
    Message::test(id, &SiteKey::new("shop").unwrap(), Time::from_millis(1_764_547_200_000))
}

async fn tell(client: &Client, endpoint: &Endpoint) -> Result<(), String> {
    let begun = Instant::now();
    let told = client.tell(endpoint, message(), now()).await;
    assert!(begun.elapsed() < Duration::from_secs(8), "it took {:?}", begun.elapsed());
    if let Err(reason) = &told {
        assert!(!reason.contains("not-for-logs") && !reason.contains("whsec_"), "{reason}");
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_comes_signed_as_receivers_libraries_check_it() {
    let authority = Authority::new();
    let receiver = Receiver::start(&authority, NAME, Answer::Status(204)).await;
    let endpoint = receiver.endpoint(NAME);
    tell(&authority.usual_client(), &endpoint).await.unwrap();
    let [request] = &receiver.requests()[..] else { panic!() };
    assert!(request.head.starts_with("POST /hook?key=not-for-logs HTTP/1.1\r\n"), "{request:?}");
    assert_eq!(request.header("content-type"), "application/json");
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let mut headers = reqwest::header::HeaderMap::new();
    for name in names {
        headers.insert(name, request.header(name).parse().unwrap());
    }
    let library = Webhook::new(&endpoint.secret.text()).unwrap();
    library.verify(request.body.as_bytes(), &headers).unwrap();
    assert!(library.verify(request.body.replace("shop", "blog").as_bytes(), &headers).is_err());
    let other = receiver.endpoint(NAME);
    let others_library = Webhook::new(&other.secret.text()).unwrap();
    assert!(others_library.verify(request.body.as_bytes(), &headers).is_err());
    assert_eq!(
        request.body,
        r#"{"v":1,"id":"019aa7f0-2c00-7000-8000-000000000001","type":"test","timestamp":"2025-12-01T00:00:00.000Z","data":{"site":"shop"}}"#
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_other_than_of_success_is_a_failure() {
    let authority = Authority::new();
    for status in [400, 404, 410, 429, 500, 503] {
        let receiver = Receiver::start(&authority, NAME, Answer::Status(status)).await;
        let refused = tell(&authority.usual_client(), &receiver.endpoint(NAME)).await.unwrap_err();
        assert_eq!(refused, format!("found the status {status}, expected 200 to 299"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_redirect_is_followed() {
    let authority = Authority::new();
    for status in [301, 302, 303, 307, 308] {
        let receiver = Receiver::start(&authority, NAME, Answer::Redirect(status)).await;
        let refused = tell(&authority.usual_client(), &receiver.endpoint(NAME)).await.unwrap_err();
        assert_eq!(refused, format!("found the status {status}, expected 200 to 299"));
        assert_eq!((receiver.requests().len(), receiver.connections()), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_leads_inside_is_not_connected_to() {
    let authority = Authority::new();
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let endpoint = receiver.endpoint(NAME);
    for addresses in [
        &[ALLOWED][..],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["100.64.0.1"],
        &["fd00:ec2::254"],
        &["64:ff9b::7f00:1"],
        &["0.0.0.0"],
        // One of several suffices.
        &["1.1.1.1", ALLOWED],
    ] {
        let client = authority.client(Names::always(addresses), is_public);
        let refused = tell(&client, &endpoint).await.unwrap_err();
        assert!(refused.contains("expected one of the public internet"), "{addresses:?}: {refused}");
    }
    assert_eq!(receiver.connections(), 0);
    // With the program's own reach.
    let client = Client::new(Reach::public()).unwrap();
    let local = Endpoint { url: EndpointUrl::parse(&receiver.url("localhost")).unwrap(), ..endpoint };
    let refused = tell(&client, &local).await.unwrap_err();
    assert!(refused.contains("expected one of the public internet"), "{refused}");
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_changes_between_check_and_connection_leads_nowhere_else() {
    let authority = Authority::new();
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let trap = receiver.beside(FORBIDDEN, &authority, NAME).await;
    let endpoint = receiver.endpoint(NAME);
    let names = Names::in_turn(&[&[ALLOWED], &[FORBIDDEN]]);
    let client = authority.client(names, is_first_of_machine);
    tell(&client, &endpoint).await.unwrap();
    let refused = tell(&client, &endpoint).await.unwrap_err();
    assert!(refused.contains("found the address 127.0.0.2"), "{refused}");
    assert_eq!((receiver.requests().len(), trap.connections()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_never_ends_is_left() {
    let authority = Authority::new();
    let silent = Receiver::start(&authority, NAME, Answer::Nothing).await;
    let refused = tell(&authority.usual_client(), &silent.endpoint(NAME)).await.unwrap_err();
    assert!(refused.contains("timed out"), "{refused}");
    let endless = Receiver::start(&authority, NAME, Answer::EndlessHead).await;
    assert!(tell(&authority.usual_client(), &endless.endpoint(NAME)).await.is_err());
    // Of the body nothing is read: its status is all that counts.
    let chatty = Receiver::start(&authority, NAME, Answer::EndlessBody).await;
    let begun = Instant::now();
    tell(&authority.usual_client(), &chatty.endpoint(NAME)).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_no_authority_certifies_is_told_nothing() {
    let (authority, other) = (Authority::new(), Authority::new());
    let receiver = Receiver::start(&other, NAME, Answer::Status(200)).await;
    assert!(tell(&authority.usual_client(), &receiver.endpoint(NAME)).await.is_err());
    let of_another_name = Receiver::start(&authority, "other.example", Answer::Status(200)).await;
    assert!(tell(&authority.usual_client(), &of_another_name.endpoint(NAME)).await.is_err());
    assert_eq!((receiver.requests().len(), of_another_name.requests().len()), (0, 0));
}
