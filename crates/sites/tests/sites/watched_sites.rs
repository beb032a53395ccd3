//! All sites of a file or a folder, while their files change.

use std::fs;
use std::sync::Arc;

use consentry::lint::Allowed;
use consentry::model::category::Category;
use consentry::model::declaration::Declaration;
use consentry::model::observation::{Observation, ObservationKind};
use consentry_sites::{DeclareError, WatchedSites};

use super::{folder, small_sites};

/// The keys of the sites.
fn keys(watched: &mut WatchedSites) -> Vec<String> {
    watched.read_changes().sites.into_keys().collect()
}

#[test]
fn a_folder_has_a_site_for_each_file_and_none_for_a_declared_document() {
    let folder = folder(&[
        ("shop.json", r#"{ "site": "shop" }"#),
        ("blog.json", r#"{ "site": "blog" }"#),
        ("shop.declared.json", r#"{ "services": [] }"#),
        ("notes.txt", "no configuration"),
    ]);
    assert_eq!(keys(&mut WatchedSites::new(folder.path().to_owned(), small_sites())), ["blog", "shop"]);
    assert_eq!(keys(&mut WatchedSites::new(folder.path().join("shop.json"), small_sites())), ["shop"]);
    let missing = WatchedSites::new(folder.path().join("missing"), small_sites()).read_changes();
    assert!(missing.sites.is_empty() && missing.faults[0].contains("expected a file or a folder, found: "));
}

#[test]
fn only_what_changed_is_read_again() {
    let folder = folder(&[("shop.json", r#"{ "site": "shop" }"#), ("blog.json", r#"{ "site": "blog" }"#)]);
    let mut watched = WatchedSites::new(folder.path().to_owned(), small_sites());
    let before = watched.read_changes().sites;
    fs::write(folder.path().join("shop.declared.json"), r#"{ "services": [] }"#).unwrap();
    let after = watched.read_changes().sites;
    assert!(Arc::ptr_eq(&before["blog"], &after["blog"]));
    assert!(!Arc::ptr_eq(&before["shop"], &after["shop"]));
    fs::remove_file(folder.path().join("blog.json")).unwrap();
    assert_eq!(keys(&mut watched), ["shop"]);
    fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(keys(&mut watched), ["shop"], "a folder that cannot be read keeps its sites");
}

#[test]
fn a_file_that_became_bad_is_reported_once_and_leaves_its_last_good_configuration() {
    let folder = folder(&[("shop.json", r#"{ "site": "shop", "revision": "first" }"#)]);
    let mut watched = WatchedSites::new(folder.path().to_owned(), small_sites());
    watched.read_changes();
    fs::write(folder.path().join("shop.json"), "{").unwrap();
    let bad = watched.read_changes();
    assert_eq!((bad.sites["shop"].config.revision.as_str(), bad.faults.len()), ("first", 1));
    assert!(watched.read_changes().faults.is_empty());
    fs::write(folder.path().join("shop.json"), r#"{ "site": "shop", "revision": "mended" }"#).unwrap();
    assert_eq!(watched.read_changes().sites["shop"].config.revision.as_str(), "mended");
}

#[test]
fn of_two_files_with_one_key_the_first_is_in_force() {
    let folder = folder(&[
        ("a.json", r#"{ "site": "shop", "revision": "first" }"#),
        ("b.json", r#"{ "site": "shop", "revision": "second" }"#),
    ]);
    let mut watched = WatchedSites::new(folder.path().to_owned(), small_sites());
    let current = watched.read_changes();
    assert_eq!(current.sites["shop"].config.revision.as_str(), "first");
    assert_eq!(current.faults.len(), 1);
    assert!(
        current.faults[0].contains("b.json: site: found \"shop\", expected a key that no other file has")
    );
    assert!(watched.read_changes().faults.is_empty(), "it is said when it is new");
}

#[test]
fn a_declaration_is_in_force_at_the_next_look() {
    let folder = folder(&[("shop.json", r#"{ "site": "shop" }"#)]);
    let mut watched = WatchedSites::new(folder.path().to_owned(), small_sites());
    watched.read_changes();
    let observation = Observation::new(ObservationKind::Host, "a.example").unwrap();
    for category in [Category::Analytics, Category::Functional, Category::Necessary] {
        let declaration = Declaration::new(&observation, category, None).unwrap();
        watched.declare("shop", &declaration).unwrap();
        assert_eq!(watched.read_changes().sites["shop"].declared_services()[0].category, category);
    }
    let declaration = Declaration::new(&observation, Category::Analytics, None).unwrap();
    let unknown = watched.declare("other", &declaration).unwrap_err();
    assert!(matches!(&unknown, DeclareError::UnknownSite(site) if site == "other"));
}

#[test]
fn errors_of_the_lint_are_as_bad_as_faults_unless_they_are_allowed() {
    let folder = folder(&[("shop.json", r#"{ "site": "shop", "revision": "first" }"#)]);
    let refused = WatchedSites::new(folder.path().to_owned(), Allowed::default()).read_changes();
    assert!(refused.sites.is_empty());
    assert!(
        refused.faults[0].contains("missing-controller controller.name: found nothing"),
        "{:?}",
        refused.faults
    );
    let mut watched = WatchedSites::new(folder.path().to_owned(), small_sites());
    let reasons = watched.read_changes().sites["shop"].reasons.clone();
    assert_eq!(reasons.reason("missing-controller"), Some("small sites of a test"));
    assert_eq!(reasons.reason("missing-retention"), None, "only what is needed is kept");
    // A configuration that turns bad leaves the last good one in force.
    let low = r##"{ "site": "shop", "revision": "faint", "banner": { "style": { "color": "#fefefe" } } }"##;
    fs::write(folder.path().join("shop.json"), low).unwrap();
    let turned = watched.read_changes();
    assert_eq!(turned.sites["shop"].config.revision.as_str(), "first");
    assert!(
        turned.faults.iter().all(|fault| fault.contains("low-contrast banner.style.color")),
        "{:?}",
        turned.faults
    );
}
