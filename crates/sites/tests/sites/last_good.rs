//! A site whose file is broken when a server starts, served from what the file said before.

use std::fs;
use std::path::Path;

use consentry::lint::Allowed;
use consentry_sites::{CurrentSites, WatchedSites};
use tempfile::TempDir;

use super::{folder, small_sites};

const GOOD: &str = r#"{ "site": "shop", "revision": "first" }"#;
const DECLARED: &str = r#"{ "services": [{ "id": "b", "category": "functional" }] }"#;

/// A server's first look at the folder's `sites`, with `kept` beside them.
fn start(folder: &TempDir) -> WatchedSites {
    start_with(folder, small_sites())
}

fn start_with(folder: &TempDir, allowed: Allowed) -> WatchedSites {
    WatchedSites::new(folder.path().join("sites"), allowed).keeping_in(folder.path().join("kept"))
}

/// A folder in which a server with these files has been.
fn served_before(files: &[(&str, &str)]) -> TempDir {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("sites")).unwrap();
    write(&folder, files);
    let mut watched = start(&folder);
    assert_eq!(watched.read_changes().broken.len(), 0);
    assert_eq!(watched.keep_good(), [""; 0]);
    folder
}

fn write(folder: &TempDir, files: &[(&str, &str)]) {
    for (name, content) in files {
        fs::write(folder.path().join("sites").join(name), content).unwrap();
    }
}

fn revision(current: &CurrentSites) -> &str {
    current.sites["shop"].config.revision.as_str()
}

#[test]
fn a_file_that_is_broken_at_a_restart_leaves_its_last_good_configuration_in_force() {
    let folder = served_before(&[("shop.json", GOOD), ("shop.declared.json", DECLARED)]);
    for (name, content, fault) in [
        ("shop.json", r#"{ "site": "shop", "validity": 0 }"#, "shop.json: bad-value validity: found 0"),
        ("shop.json", "{", "shop.json: "),
        ("shop.declared.json", r#"{ "more": 1 }"#, "shop.declared.json: unknown-key more"),
    ] {
        write(&folder, &[("shop.json", GOOD), ("shop.declared.json", DECLARED), (name, content)]);
        let mut watched = start(&folder);
        let current = watched.read_changes();
        assert_eq!((revision(&current), current.sites["shop"].declared_services().len()), ("first", 1));
        let start = format!(
            "shop: served from its last good configuration: {}",
            folder.path().join("sites").join(fault).display()
        );
        assert!(current.faults[0].starts_with(&start), "{:?} {start}", current.faults);
        assert_eq!(current.broken[0].lines(), current.faults);
        assert_eq!(watched.keep_good(), [""; 0]);
        // It is still kept at the next restart, told at each, and mended as any other.
        let mut watched = self::start(&folder);
        assert_eq!(revision(&watched.read_changes()), "first");
        assert_eq!(watched.read_changes().broken.len(), 1, "it stays broken until it is mended");
        write(&folder, &[(name, if name == "shop.json" { GOOD } else { DECLARED })]);
        assert_eq!(watched.read_changes().broken.len(), 0);
    }
}

#[test]
fn what_is_kept_is_what_was_in_force_last() {
    let folder = served_before(&[("shop.json", GOOD), ("shop.declared.json", DECLARED)]);
    let mut watched = start(&folder);
    watched.read_changes();
    watched.keep_good();
    write(&folder, &[("shop.json", r#"{ "site": "shop", "revision": "second" }"#)]);
    fs::remove_file(folder.path().join("sites/shop.declared.json")).unwrap();
    watched.read_changes();
    write(&folder, &[("shop.json", "{ half of it")]);
    assert_eq!(watched.keep_good(), [""; 0], "what was not read is not kept");
    write(&folder, &[("shop.json", r#"{ "site": "shop", "revision": "second" }"#)]);
    watched.read_changes();
    watched.keep_good();
    write(&folder, &[("shop.json", "{")]);
    let current = start(&folder).read_changes();
    assert_eq!((revision(&current), current.sites["shop"].declared_services().len()), ("second", 0));
}

#[test]
fn a_rule_of_the_lint_that_is_newer_than_the_configuration_does_not_end_the_site() {
    let folder = served_before(&[("shop.json", GOOD)]);
    let current = start_with(&folder, Allowed::default()).read_changes();
    assert_eq!(revision(&current), "first");
    assert!(current.faults[0].contains("missing-controller"), "{:?}", current.faults);
    let reason = current.sites["shop"].reasons.reason("missing-controller").map(str::to_owned);
    assert_eq!(reason.as_deref(), Some("in force before its file broke"));
}

#[test]
fn a_good_file_comes_before_what_another_was() {
    let folder = served_before(&[("a.json", GOOD)]);
    write(&folder, &[("a.json", "{"), ("b.json", r#"{ "site": "shop", "revision": "moved" }"#)]);
    assert_eq!(revision(&start(&folder).read_changes()), "moved");
}

#[test]
fn what_was_never_good_is_not_served() {
    let folder = served_before(&[("shop.json", GOOD)]);
    write(&folder, &[("blog.json", "{")]);
    let current = start(&folder).read_changes();
    assert_eq!(current.sites.len(), 1);
    assert_eq!((current.broken.len(), current.broken[0].site.is_none()), (1, true));
    assert!(current.broken[0].lines()[0].contains("blog.json: "), "the file, and no site");
}

/// What is in force where `shop.json` is broken and this is what was kept of it.
fn fall_back_on(kept: impl AsRef<[u8]>) -> CurrentSites {
    let folder = folder(&[]);
    for name in ["sites", "kept"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("kept/shop.json"), kept).unwrap();
    write(&folder, &[("shop.json", "{")]);
    start(&folder).read_changes()
}

#[test]
fn the_recorded_form_can_be_read() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/last-good/v1.json");
    let current = fall_back_on(fs::read(recorded).unwrap());
    assert_eq!((revision(&current), current.sites["shop"].declared_services().len()), ("first", 1));
}

#[test]
fn what_is_kept_and_cannot_be_used_is_named() {
    for (kept, fault) in [
        ("", "kept/shop.json: v: found null, expected 1"),
        (r#"{"v":2,"configuration":"{}","declared":null}"#, "kept/shop.json: v: found 2, expected 1"),
        (r#"{"v":1,"configuration":"{\"site\":7}","declared":null}"#, "kept/shop.json: wrong-type site"),
    ] {
        let current = fall_back_on(kept);
        assert!(current.sites.is_empty());
        assert!(current.faults.iter().any(|line| line.contains(fault)), "{:?}", current.faults);
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look_into_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = served_before(&[("shop.json", GOOD)]);
    let mode = fs::metadata(folder.path().join("kept")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("sites")).unwrap();
    write(&folder, &[("shop.json", GOOD)]);
    fs::write(folder.path().join("kept"), "a file").unwrap();
    let mut watched = start(&folder);
    watched.read_changes();
    let told = watched.keep_good();
    assert!(told[0].contains("shop.json: its last good configuration cannot be kept: "), "{told:?}");
}
