//! `consentry mark` and `consentry csp`.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const HELD: &str = "<img src=https://t.example/>";
const MARKED: &str = "<img data-consent=\"auto\" data-consent-src=https://t.example/>";

fn run(arguments: &[&str], folder: &TempDir, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn standard_input_goes_to_standard_output() {
    let output = run(&["mark"], &folder(&[]), &format!("<p>é{HELD}<b"));
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), format!("<p>é{MARKED}<b"));
    let empty = run(&["mark"], &folder(&[]), "");
    assert!(empty.status.success() && empty.stdout.is_empty());
}

#[test]
fn a_page_is_read_in_its_encoding() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let folder = folder(&[("japanese.html", &format!("<p>\u{1b}$B<!--\u{1b}(B{HELD}"))]);
    fs::write(folder.path().join("wide.html"), utf16(&format!("\u{feff}{HELD}"))).unwrap();
    let output = run(&["mark", "wide.html"], &folder, "");
    assert_eq!(text(&output.stdout), "       1 wide.html\n");
    assert_eq!(fs::read(folder.path().join("wide.html")).unwrap(), utf16(&format!("\u{feff}{MARKED}")));
    let output = run(&["mark", "--charset", "utf-8", "japanese.html"], &folder, "");
    assert_eq!(text(&output.stdout), "       0 japanese.html\n");
    let output = run(&["mark", "--charset", "iso-2022-jp", "japanese.html"], &folder, "");
    assert_eq!(text(&output.stdout), "       1 japanese.html\n");
    let output = run(&["mark", "--charset", "unknown", "japanese.html"], &folder, "");
    assert!(text(&output.stderr).contains("expected the label of an encoding"));
}

#[test]
fn files_are_rewritten_in_place_and_the_bad_ones_are_named() {
    let folder = folder(&[("a.html", HELD), ("b.html", "<p>none"), ("c.html", HELD)]);
    let time = |name: &str| fs::metadata(folder.path().join(name)).unwrap().modified().unwrap();
    let before = time("b.html");
    let output = run(&["mark", "a.html", "none.html", ".", "b.html", "c.html"], &folder, "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "       1 a.html\n       0 b.html\n       1 c.html\n");
    let errors: Vec<_> = text(&output.stderr).lines().collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("error: none.html: expected a readable file, found: "), "{errors:?}");
    assert!(errors[1].starts_with("error: .: expected a readable file, found: "), "{errors:?}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        (read("a.html"), read("b.html"), read("c.html")),
        (MARKED.into(), "<p>none".into(), MARKED.into())
    );
    assert_eq!(time("b.html"), before);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing is left beside the files");
    let again = run(&["mark", "a.html"], &folder, "");
    assert_eq!((again.status.success(), text(&again.stdout)), (true, "       0 a.html\n"));
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_a_link_stays_one() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("a.html", HELD)]);
    let path = folder.path().join("a.html");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("a.html", folder.path().join("link.html")).unwrap();
    assert!(run(&["mark", "link.html"], &folder, "").status.success());
    assert_eq!(fs::read_to_string(&path).unwrap(), MARKED);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.path().join("link.html")).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_named_and_keeps_its_bytes() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.html", HELD)]);
    let path = folder.path().join("a.html");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let output = run(&["mark", "a.html"], &folder, "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: a.html: cannot be written: "), "{output:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), HELD);
}

#[test]
fn a_host_is_judged_by_the_configuration() {
    let config = r#"{ "services": [{ "id": "t", "category": "necessary", "hosts": ["t.example"] }] }"#;
    let folder =
        folder(&[("site.json", config), ("a.html", HELD), ("bad.json", r#"{ "validity": 0, "sit": 1 }"#)]);
    let output = run(&["mark", "--config", "site.json", "a.html"], &folder, "");
    assert_eq!(text(&output.stdout), "       0 a.html\n");
    let output = run(&["mark", "--host", "www.t.example"], &folder, HELD);
    assert_eq!(text(&output.stdout), HELD);
    for command in ["mark", "csp"] {
        let output = run(&[command, "--config", "bad.json"], &folder, "");
        assert_eq!(output.status.code(), Some(1));
        let errors = text(&output.stderr);
        assert!(
            errors.contains("error unknown-key sit: ") && errors.contains("error bad-value validity: "),
            "{errors}"
        );
        let output = run(&[command, "--config", "none.json"], &folder, "");
        assert!(text(&output.stderr).starts_with("error: none.json: expected a readable file"));
    }
    let output = run(&["mark", "--host", "https://t.example"], &folder, "");
    assert!(text(&output.stderr).contains("expected a host such as"), "{}", text(&output.stderr));
}

#[test]
fn the_policy_is_printed_for_what_is_granted() {
    let config = r#"{ "services": [{ "id": "t", "category": "analytics", "hosts": ["t.example"] }] }"#;
    let folder = folder(&[("site.json", config)]);
    let csp = |more: &[&str]| run(&[&["csp", "--config", "site.json"], more].concat(), &folder, "");
    let none = csp(&["--host", "shop.example"]);
    let start = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' ";
    assert!(text(&none.stdout).starts_with(start) && !text(&none.stdout).contains("t.example"));
    assert!(text(&none.stdout).contains(" *.shop.example:*") && text(&none.stdout).lines().count() == 1);
    let granted = csp(&["--granted", "functional,service:t", "--header"]);
    assert!(text(&granted.stdout).starts_with(&format!("Content-Security-Policy: {start}")));
    assert!(text(&granted.stdout).contains(" t.example:*"));
    assert!(text(&csp(&["--granted", "analytics"]).stdout).contains(" t.example:*"));
    let denied = csp(&["--granted", "analytics", "--denied", "service:t"]);
    assert!(denied.status.success() && !text(&denied.stdout).contains("t.example"));
    for option in ["--granted", "--denied"] {
        for bad in ["analytics,", "necessary", "service:other", "analytic", " "] {
            let output = csp(&[option, bad]);
            assert_eq!(output.status.code(), Some(1), "{bad}");
            assert!(text(&output.stderr).starts_with(&format!("error: {option}: found ")), "{bad}");
        }
    }
}
