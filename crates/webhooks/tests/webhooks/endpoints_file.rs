//! The file of the endpoints: private, whole, and refused where it is none.

use std::fs;

use consentry::model::config::SiteKey;
use consentry_ledger::event::Event;
use consentry_webhooks::endpoint::Endpoint;
use consentry_webhooks::endpoints_file::{EndpointsFile, FILE};
use consentry_webhooks::url::EndpointUrl;
use serde_json::{Value, json};

fn endpoint(events: &[Event]) -> Endpoint {
    let url = EndpointUrl::parse("https://processor.example/hook").unwrap();
    Endpoint::new(SiteKey::new("shop").unwrap(), url, events.to_vec()).unwrap()
}

fn add(file: &EndpointsFile, endpoint: Endpoint) {
    let added = file.change(|known| {
        known.push(endpoint);
        Ok(())
    });
    added.unwrap();
}

#[test]
fn it_is_private_and_says_the_same_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = EndpointsFile::new(folder.path());
    assert!(file.read().unwrap().is_empty());
    let (one, two) = (endpoint(&Event::ALL), endpoint(&[Event::Erased]));
    add(&file, one.clone());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = || fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        fs::set_permissions(folder.path().join(FILE), fs::Permissions::from_mode(0o644)).unwrap();
        add(&file, two.clone());
        assert_eq!(mode(), 0o600, "the rights of others are taken");
    }
    let read = file.read().unwrap();
    for (read, added) in read.iter().zip([one, two]) {
        assert_eq!((&read.id, &read.site, &read.url), (&added.id, &added.site, &added.url));
        assert!(read.events == added.events && read.secret == added.secret);
    }
    assert!(file.change(|_| Err::<(), _>("no".to_owned())).is_err());
    assert_eq!(file.read().unwrap().len(), 2);
}

#[test]
fn of_many_changes_at_once_none_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = EndpointsFile::new(folder.path());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..5).for_each(|_| add(&file, endpoint(&Event::ALL))));
        }
    });
    assert_eq!(file.read().unwrap().len(), 40);
}

#[test]
fn what_is_no_list_of_endpoints_is_refused_without_a_secret_in_the_message() {
    let folder = tempfile::tempdir().unwrap();
    let file = EndpointsFile::new(folder.path());
    add(&file, endpoint(&Event::ALL));
    let path = folder.path().join(FILE);
    let good: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let check = |pointer: &str, value: Value, reason: &str| {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        fs::write(&path, bad.to_string()).unwrap();
        let refused = file.read().map(|_| ()).unwrap_err();
        assert!(refused.starts_with(&path.display().to_string()), "{refused}");
        assert!(refused.contains(reason) && !refused.contains("whsec_A"), "{pointer}: {refused}");
    };
    check("/v", 2.into(), "v: found 2, expected 1");
    check("/endpoints/0/id", "X".into(), "endpoints[0].id: found \"X\", expected 8 hexadecimal digits");
    check("/endpoints/0/site", "No Site".into(), "endpoints[0].site: found \"No Site\"");
    check("/endpoints/0/url", "http://a.example/".into(), "endpoints[0].url: found \"http\", expected https");
    check("/endpoints/0/url", "https://[::1]/".into(), "endpoints[0].url: found the address ::1");
    check("/endpoints/0/events/1", "sold".into(), "endpoints[0].events: found \"sold\"");
    check("/endpoints/0/secret", "whsec_AAAA".into(), "endpoints[0].secret: found something else");
    check("/endpoints/0", json!({ "id": "00000000" }), "found no list of endpoints");
    let twice = json!([good["endpoints"][0], good["endpoints"][0]]);
    check("/endpoints", twice, "endpoints[1].id: found");
}
