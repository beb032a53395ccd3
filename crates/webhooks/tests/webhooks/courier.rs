//! What waits in the ledger is told, whatever happens in between, and nobody waits for anybody.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use consentry::model::config::SiteKey;
use consentry::model::receipt::{Receipt, Subject, Time};
use consentry_ledger::Ledger;
use consentry_ledger::erasure::{ErasedBy, erase_subject};
use consentry_ledger::sqlite::SqliteLedger;
use consentry_webhooks::courier::Courier;
use consentry_webhooks::endpoint::Endpoint;
use consentry_webhooks::endpoints_file::EndpointsFile;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::client::now;
use crate::receiver::{Answer, Authority, Receiver};

const NAME: &str = "processor.example";
const DAY: u64 = 86_400_000;

fn clock() -> Time {
    Time::from_millis(now())
}

fn subject(number: u64) -> Subject {
    Subject::new(&format!("31415926535897932384626{number:09x}")).unwrap()
}

fn receipt(number: u64) -> Receipt {
    let value = serde_json::json!({
        "v": 1, "id": format!("019aa7f0-2c00-7000-8000-{number:012x}"), "site": "shop", "subject": subject(number).as_str(),
        "time": "2026-11-21T20:00:00.000Z", "action": "withdraw", "granted": [], "denied": ["analytics"],
        "revision": "1", "notice": null, "language": "sv", "layer": 0,
        "validUntil": "2027-05-25T20:00:00.000Z", "previous": null
    });
    Receipt::parse(&value.to_string()).unwrap()
}

/// A ledger whose site `shop` has these endpoints.
async fn ledger_with(folder: &Path, endpoints: &[Endpoint]) -> SqliteLedger {
    let ledger = SqliteLedger::open(folder).unwrap();
    let file = EndpointsFile::new(folder);
    file.change(|known| {
        known.extend(endpoints.iter().cloned());
        Ok(())
    })
    .unwrap();
    for endpoint in endpoints {
        ledger.add_listener(endpoint.listener()).await.unwrap();
    }
    ledger
}

/// Delivers until it holds; panics after ten seconds.
async fn deliver_until(
    authority: &Authority,
    ledger: &dyn Ledger,
    folder: &Path,
    mut holds: impl FnMut() -> bool,
) {
    let courier = Courier::new(authority.usual_client(), EndpointsFile::new(folder), clock);
    let held = async {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < Duration::from_secs(10), "it does not hold");
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = courier.deliver_for_ever(ledger) => panic!("it ended"),
        () = held => {}
    }
}

/// Delivers until nothing waits.
async fn deliver_all(authority: &Authority, ledger: &SqliteLedger, folder: &Path) {
    let courier = Courier::new(authority.usual_client(), EndpointsFile::new(folder), clock);
    let done = async {
        let begun = Instant::now();
        while !ledger.waiting_deliveries().await.unwrap().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(10), "something waits");
            sleep(Duration::from_millis(10)).await;
        }
        ledger.wipe().await.unwrap(); // it may be under way
    };
    tokio::select! {
        () = courier.deliver_for_ever(ledger) => panic!("it ended"),
        () = done => {}
    }
}

async fn erase(ledger: &SqliteLedger, number: u64, at: u64) {
    let site = SiteKey::new("shop").unwrap();
    let erased = erase_subject(ledger, site, subject(number), ErasedBy::Visitor, Time::from_millis(at)).await;
    assert_eq!(erased.unwrap(), 1);
}

/// Whether a subject is in a file of the folder, as bytes or digits.
fn is_in_a_file(folder: &TempDir, of: &Subject) -> bool {
    let bytes = u128::from_str_radix(of.as_str(), 16).unwrap().to_be_bytes();
    let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let mut contents = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
    contents.any(|content| {
        content.windows(16).any(|part| part == bytes)
            || content.windows(32).any(|part| part == of.as_str().as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_and_an_erasure_are_told_and_then_forgotten() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let ledger = ledger_with(folder.path(), &[receiver.endpoint(NAME)]).await;
    let at = now();
    ledger.append(vec![receipt(1)], Time::from_millis(at)).await.unwrap();
    deliver_all(&authority, &ledger, folder.path()).await;
    erase(&ledger, 1, at + 1).await;
    assert!(is_in_a_file(&folder, &subject(1)), "it has to be told yet");
    deliver_all(&authority, &ledger, folder.path()).await;
    let requests = receiver.requests();
    let [withdrawn, erased] = &requests[..] else { panic!("{requests:?}") };
    for (request, kind, at) in [(withdrawn, "withdrawn", at), (erased, "erased", at + 1)] {
        let body = request.json();
        assert_eq!((&body["v"], &body["type"]), (&1.into(), &kind.into()));
        assert_eq!(body["id"], request.header("webhook-id"));
        assert_eq!(body["timestamp"], Time::from_millis(at).to_string());
        let data = serde_json::json!({ "site": "shop", "subject": subject(1).as_str() });
        assert_eq!(body["data"], data);
    }
    assert_ne!(withdrawn.header("webhook-id"), erased.header("webhook-id"));
    assert!(!is_in_a_file(&folder, &subject(1)), "nobody has to be told any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_told_is_told_after_a_restart_under_the_same_id() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let silent = Receiver::start(&authority, NAME, Answer::Nothing).await;
    let endpoint = silent.endpoint(NAME);
    let ledger = ledger_with(folder.path(), std::slice::from_ref(&endpoint)).await;
    ledger.append(vec![receipt(1)], clock()).await.unwrap();
    deliver_until(&authority, &ledger, folder.path(), || silent.requests().len() == 1).await;
    drop(ledger);
    // It answers meanwhile, and the pause is over.
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let answers = Endpoint { url: receiver.endpoint(NAME).url, ..endpoint };
    EndpointsFile::new(folder.path())
        .change(|known| {
            *known = vec![answers];
            Ok(())
        })
        .unwrap();
    let ledger = SqliteLedger::open(folder.path()).unwrap();
    let due = ledger.due_deliveries(Time::from_millis(now() + DAY), 9).await.unwrap();
    assert_eq!(due[0].tries, 1);
    assert!(ledger.begin_delivery(due[0].clone(), clock()).await.unwrap());
    deliver_all(&authority, &ledger, folder.path()).await;
    let (before, after) = (&silent.requests()[0], &receiver.requests()[0]);
    assert_eq!(before.header("webhook-id"), after.header("webhook-id"));
    assert_eq!(before.body, after.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_never_answers_delays_no_other() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let silent = Receiver::start(&authority, NAME, Answer::Nothing).await;
    let quick = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let ledger = ledger_with(folder.path(), &[silent.endpoint(NAME), quick.endpoint(NAME)]).await;
    for number in 0..40 {
        ledger.append(vec![receipt(number)], clock()).await.unwrap();
    }
    let begun = Instant::now();
    deliver_until(&authority, &ledger, folder.path(), || quick.requests().len() == 40).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let ids: BTreeSet<String> =
        quick.requests().iter().map(|request| request.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 40, "each once");
    assert!(silent.connections() <= 8, "{} at a time", silent.connections());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_for_a_week_is_given_up_and_forgotten() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let broken = Receiver::start(&authority, NAME, Answer::Status(500)).await;
    let ledger = ledger_with(folder.path(), &[broken.endpoint(NAME)]).await;
    ledger.append(vec![receipt(1), receipt(2)], Time::from_millis(now() - 8 * DAY + DAY / 2)).await.unwrap();
    erase(&ledger, 1, now() - 7 * DAY).await;
    erase(&ledger, 2, now() - 6 * DAY).await;
    deliver_until(&authority, &ledger, folder.path(), || broken.requests().len() == 4).await;
    sleep(Duration::from_millis(300)).await;
    let left = ledger.due_deliveries(Time::from_millis(now() + DAY), 9).await.unwrap();
    let left: Vec<_> = left.iter().map(|delivery| (&delivery.subject, delivery.tries)).collect();
    assert_eq!(left, [(&subject(2), 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_an_endpoint_that_nobody_knows_is_forgotten() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let ledger = ledger_with(folder.path(), &[receiver.endpoint(NAME)]).await;
    // Of another machine, whose file has it.
    let elsewhere = receiver.endpoint(NAME);
    ledger.add_listener(elsewhere.listener()).await.unwrap();
    ledger.append(vec![receipt(1)], Time::from_millis(now() - 9 * DAY)).await.unwrap();
    ledger.append(vec![receipt(2)], clock()).await.unwrap();
    let courier = Courier::new(authority.usual_client(), EndpointsFile::new(folder.path()), clock);
    let forgotten = async {
        let begun = Instant::now();
        loop {
            let waiting = ledger.waiting_deliveries().await.unwrap();
            if let [one] = &waiting[..]
                && (one.endpoint == elsewhere.id && one.count == 1)
            {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{waiting:?}");
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = courier.deliver_for_ever(&ledger) => panic!("it ended"),
        () = forgotten => {}
    }
    let left = ledger.due_deliveries(clock(), 9).await.unwrap();
    let left: Vec<_> = left.iter().map(|delivery| (&delivery.subject, delivery.tries)).collect();
    assert_eq!(left, [(&subject(2), 0)], "another machine may know it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_removed_elsewhere_is_told_nothing_more() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let [removed, other] = [receiver.endpoint(NAME), receiver.endpoint(NAME)];
    let ledger = ledger_with(folder.path(), &[removed.clone(), other]).await;
    // This machine's file still has it.
    ledger.remove_listener(removed.site, removed.id).await.unwrap();
    ledger.append(vec![receipt(1)], clock()).await.unwrap();
    deliver_all(&authority, &ledger, folder.path()).await;
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_loses_nothing() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let receiver = Receiver::start(&authority, NAME, Answer::Status(200)).await;
    let ledger = ledger_with(folder.path(), &[receiver.endpoint(NAME)]).await;
    let file = folder.path().join("webhooks.json");
    let good = std::fs::read(&file).unwrap();
    std::fs::write(&file, "{").unwrap();
    ledger.append(vec![receipt(1)], clock()).await.unwrap();
    let mended = async {
        sleep(Duration::from_millis(300)).await;
        assert_eq!(receiver.connections(), 0);
        std::fs::write(&file, good).unwrap();
    };
    let ((), ()) = tokio::join!(deliver_all(&authority, &ledger, folder.path()), mended);
    assert_eq!(receiver.requests().len(), 1);
}
