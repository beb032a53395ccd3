//! One site's configuration and its declared document.

use std::fs;
use std::path::Path;

use consentry::model::category::Category;
use consentry::model::declaration::Declaration;
use consentry::model::observation::{Observation, ObservationKind};
use consentry_sites::{DeclareError, ReadError, Site, SiteFiles, read_configuration};

use super::{folder, names, small_sites};

const SITE: &str =
    r#"{ "site": "shop", "services": [{ "id": "a", "category": "analytics", "hosts": ["a.example"] }] }"#;
const DECLARED: &str = r#"{ "services": [{ "id": "b", "category": "functional", "hosts": ["b.example"] }] }"#;

fn declaration(host: &str, category: Category) -> Declaration {
    let observation = Observation::new(ObservationKind::Host, host).unwrap();
    Declaration::new(&observation, category, None).unwrap()
}

/// The ids of the services that the configuration of these files has.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = folder(files);
    let config = read_configuration(&folder.path().join("site.json")).unwrap();
    let ids: Vec<_> = config.services.iter().map(|service| service.id.to_string()).collect();
    assert_eq!(ids, expected);
}

#[test]
fn what_was_declared_follows_what_is_configured() {
    check(&[("site.json", SITE), ("shop.declared.json", DECLARED)], &["a", "b"]);
    check(&[("site.json", SITE)], &["a"]);
    check(&[("site.json", SITE), ("other.declared.json", DECLARED)], &["a"]);
    check(&[("site.json", "{}"), ("site.declared.json", DECLARED)], &[]);
}

#[test]
fn a_site_tells_its_declared_services_from_its_configured_ones() {
    let folder = folder(&[("site.json", SITE), ("shop.declared.json", DECLARED)]);
    let files = SiteFiles::read(&folder.path().join("site.json")).unwrap();
    let site = Site::read(&files, &small_sites()).unwrap();
    assert_eq!((site.key.as_str(), site.config.services.len()), ("shop", 2));
    let declared: Vec<_> = site.declared_services().iter().map(|service| service.id.as_str()).collect();
    assert_eq!(declared, ["b"]);
}

#[test]
fn a_fault_is_named_with_its_file_and_its_place() {
    let read = |files: &[(&str, &str)]| {
        let folder = folder(files);
        let error = SiteFiles::read(&folder.path().join("site.json"));
        let error = error.and_then(|files| Site::read(&files, &small_sites())).unwrap_err();
        let root = format!("{}/", folder.path().display());
        error.lines().iter().map(|line| line.replace(&root, "")).collect::<Vec<_>>()
    };
    let lines = read(&[]);
    assert!(lines[0].starts_with("site.json: expected a readable file, found: "), "{lines:?}");
    let lines = read(&[("site.json", r#"{ "site": "shop", "validity": 0, "sit": 1 }"#)]);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("site.json: bad-value validity: found 0, expected ")));
    let lines = read(&[("site.json", "{}")]);
    assert_eq!(lines, ["site.json: missing site: found nothing, expected a site key to serve it under"]);
    let lines = read(&[("site.json", SITE), ("shop.declared.json", r#"{ "more": 1 }"#)]);
    assert!(lines[0].starts_with("shop.declared.json: unknown-key more: found "), "{lines:?}");
}

#[test]
fn a_declaration_is_saved_beside_what_was_written_by_hand() {
    let folder = folder(&[("site.json", SITE), ("shop.declared.json", DECLARED)]);
    let files = SiteFiles::read(&folder.path().join("site.json")).unwrap();
    files.declare("shop", &declaration("c.example", Category::Advertising)).unwrap();
    let config = files.join().unwrap();
    let ids: Vec<_> = config.services.iter().map(|service| service.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c-example"]);
    assert_eq!(names(&folder), ["shop.declared.json", "site.json"]);
    let saved = fs::metadata(folder.path().join("shop.declared.json")).unwrap().modified().unwrap();
    files.declare("shop", &declaration("c.example", Category::Advertising)).unwrap();
    let again = fs::metadata(folder.path().join("shop.declared.json")).unwrap().modified().unwrap();
    assert_eq!(again, saved, "what the document says already is not written again");
}

#[test]
fn a_declaration_that_cannot_be_saved_changes_nothing() {
    let declare = |files: &[(&str, &str)], site: &str| {
        let folder = folder(files);
        let read = SiteFiles::read(&folder.path().join("site.json")).unwrap();
        let error = read.declare(site, &declaration("c.example", Category::Analytics)).unwrap_err();
        for (name, content) in files {
            assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), *content);
        }
        assert_eq!(names(&folder).len(), files.len());
        error
    };
    let other = declare(&[("site.json", SITE)], "other");
    assert!(matches!(other, DeclareError::KeyChanged { .. }), "{other}");
    let broken = declare(&[("site.json", SITE), ("shop.declared.json", "{")], "shop");
    assert!(matches!(broken, DeclareError::Read(ReadError::Declared { .. })), "{broken}");
}

#[test]
fn the_declared_document_lies_beside_the_configuration() {
    let folder = folder(&[("site.json", SITE), ("nameless.json", "{}")]);
    let path = |name: &str| SiteFiles::read(&folder.path().join(name)).unwrap();
    let site = path("site.json");
    assert_eq!(site.declared_path().and_then(Path::file_name), Some("shop.declared.json".as_ref()));
    assert_eq!(path("nameless.json").declared_path(), None);
}
