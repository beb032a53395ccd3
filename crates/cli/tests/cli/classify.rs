//! `consentry classify`: one subject, and every line of a table.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use tempfile::TempDir;

fn run(arguments: &[&str], folder: &TempDir, input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .arg("classify")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// A folder with a configuration that declares `_ga` and `*.stats.example`.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = r#"{ "services": [{ "id": "own", "name": "Own counter", "category": "functional",
        "cookies": ["_ga", "own_*"], "hosts": ["*.stats.example"] }] }"#;
    fs::write(folder.path().join("site.json"), config).unwrap();
    folder
}

/// One subject; `expected`: the values of category, confidence, rule, pattern, vendor and source.
#[track_caller]
fn check(arguments: &[&str], expected: [&str; 6]) {
    let output = run(arguments, &site(), b"");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let titles = ["category", "confidence", "rule", "pattern", "vendor", "source"];
    let lines = titles.iter().zip(expected).map(|(title, value)| format!("{title:<11}{value}\n"));
    assert_eq!(text, lines.collect::<String>());
}

#[test]
fn one_subject_is_answered_with_its_reason() {
    let ga = ["analytics", "0.97", "override", "_ga", "Google Analytics", "gate"];
    check(&["cookie", "_ga"], ga);
    check(
        &["cookie", "_ga", "--domain", ".shop.example", "--site", "shop.example", "--value", "GA1.2.3.4"],
        ga,
    );
    check(&["storage", "_ga"], ga);
    let click = ["advertising", "0.97", "override", "doubleclick.net", "Google Ads", "gate"];
    check(&["url", "https://Stats.G.DoubleClick.net:443/r/collect?v=1"], click);
    check(&["url", "stats.g.doubleclick.net"], click);
    check(
        &["cookie", "id", "--setter", "ad.doubleclick.net"],
        ["advertising", "0.97", "override", "id", "Google Ads", "overrides"],
    );
    let nothing = ["unclassified", "0.00", "unclassified", "-", "-", "-"];
    check(&["url", "data:text/html,x"], nothing);
    check(&["cookie", ""], nothing);
    check(&["url", "nobody.example"], ["unclassified", "0.00", "unclassified", "-", "nobody.example", "-"]);
}

#[test]
fn what_the_site_declares_comes_first() {
    let own = |pattern| ["functional", "1.00", "declared", pattern, "Own counter", "service:own"];
    check(&["--config", "site.json", "cookie", "_ga"], own("_ga"));
    check(&["cookie", "own_1", "--config", "site.json"], own("own_*"));
    check(&["url", "https://a.stats.example/x", "--config", "site.json"], own("stats.example"));
    let gid = ["analytics", "0.97", "override", "_gid", "Google Analytics", "gate"];
    check(&["--config", "site.json", "cookie", "_gid"], gid);
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    for (arguments, expected) in [
        (vec![], "<KIND>"),
        (vec!["cookie"], "<NAME>"),
        (vec!["pixel", "_ga"], "expected cookie, storage or url"),
        (vec!["cookie", "_ga", "--csv", "-"], "cannot be used with"),
        (vec!["--csv", "none.csv"], "none.csv: expected a readable file, found:"),
        (vec!["--csv", "."], "error: .:"),
        (vec!["cookie", "_ga", "--config", "none.json"], "none.json"),
    ] {
        let output = run(&arguments, &site(), b"");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
}

/// A table from standard input: what is printed, and what is warned of.
#[track_caller]
fn table(input: impl AsRef<[u8]>) -> (Vec<u8>, String) {
    let output = run(&["--csv", "-"], &site(), input.as_ref());
    let warned = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{warned}");
    (output.stdout, warned)
}

/// The lines of a table without its first; `expected` is what each should be.
#[track_caller]
fn rows(input: impl AsRef<[u8]>, expected: &[&str]) {
    let (printed, warned) = table(input);
    let printed = String::from_utf8(printed).unwrap();
    assert_eq!(printed.lines().skip(1).collect::<Vec<_>>(), expected);
    assert_eq!(warned, "");
}

const GA: &str = "analytics,0.97,override,Google Analytics";

#[test]
fn a_table_comes_back_with_four_columns_more() {
    let columns = "kind,name,cookie_domain,site,setter,third_party,path,lifetime_s,session,\
                   http_only,host_only,secure,same_site,value";
    let whole = "cookie,_ga,.shop.example,shop.example,,0,/,63072000,0,0,0,1,lax,GA1.2.3";
    let third = "cookie,id,.doubleclick.net,shop.example,,1,/,,1,1,0,1,no_restriction,abc";
    let key = "storage,_ga,,,,,,,,,,,,";
    let host = "url,https://static.hotjar.com/c.js,,,,,,,,,,,,";
    let (printed, warned) = table([columns, whole, third, key, host, ""].join("\n"));
    let expected = [
        format!("{columns},category,confidence,rule,vendor"),
        format!("{whole},{GA}"),
        format!("{third},advertising,0.97,override,Google Ads"),
        format!("{key},{GA}"),
        format!("{host},analytics,0.97,override,Hotjar"),
        String::new(),
    ];
    assert_eq!(String::from_utf8(printed).unwrap(), expected.join("\n"));
    assert_eq!(warned, "");
}

#[test]
fn the_name_is_enough_and_the_columns_may_stand_in_any_order() {
    let ga = format!("_ga,{GA}");
    rows("name\n_ga\n_ga", &[&ga, &ga]);
    rows("name\n", &[]);
    rows("value,name,kind\nx,_ga,\n", &[&format!("x,_ga,,{GA}")]);
    rows(" NAME ,Kind\n_ga,storage\n", &[&format!("_ga,storage,{GA}")]);
    rows("name,name\n_ga,other\n", &[&format!("_ga,other,{GA}")]);
}

#[test]
fn other_columns_pass_through_and_change_nothing() {
    let (printed, _) = table("label,name,notes,category\nnecessary,_ga,\"a, \"\"b\"\"\nc\",necessary\n");
    let expected = format!(
        "label,name,notes,category,category,confidence,rule,vendor\n\
         necessary,_ga,\"a, \"\"b\"\"\nc\",necessary,{GA}\n"
    );
    assert_eq!(String::from_utf8(printed).unwrap(), expected);
}

#[test]
fn what_spreadsheets_write_is_read() {
    let ga = format!("_ga,{GA}");
    rows("\u{feff}name\r\n_ga\r\n", &[&ga]);
    rows("\u{feff}\"name\"\r\n\"_ga\"", &[&ga]);
    rows("\n\r\nname\n\n_ga\n\n", &[&ga]);
    rows("name,value\n\"_ga\",\"a\nb\"\n_ga,\n", &["_ga,\"a", &format!("b\",{GA}"), &format!("_ga,,{GA}")]);
    let (printed, warned) = table(b"name,value\n_ga,\xff\xfe\n\xe5,1\n");
    let lines: Vec<_> = printed.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines[1], [b"_ga,\xff\xfe,", GA.as_bytes()].concat());
    assert!(lines[2].starts_with(b"\xe5,1,"), "{lines:?}");
    assert_eq!((lines.len(), warned.as_str()), (4, ""));
}

#[test]
fn a_table_without_names_is_refused_with_what_was_found() {
    let long = format!("{},b\n", "a".repeat(100));
    for (input, expected) in [
        ("", "- line 1: found the columns \"\", expected one called name"),
        ("\n\n", "- line 2: found the columns \"\", expected one called name"),
        ("nam,value\n_ga,1\n", "- line 1: found the columns \"nam, value\", expected one called name"),
        ("\r\n\r\n_ga\r\n", "- line 3: found the columns \"_ga\", expected one called name"),
        ("_ga;1\n", "- line 1: found the columns \"_ga;1\", expected one called name"),
        (&long, &format!("- line 1: found the columns \"{}, b\", expected one called name", "a".repeat(40))),
    ] {
        let output = run(&["--csv", "-"], &site(), input.as_bytes());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{input:?}");
        assert_eq!(message, format!("error: {expected}\n"));
    }
}

#[test]
fn a_row_that_is_too_short_or_too_long_keeps_its_place() {
    let (printed, warned) = table("name,value,label\n_ga\n_ga,1,necessary,more\n_ga,1,x\n");
    let expected = format!(
        "name,value,label,category,confidence,rule,vendor\n_ga,,,{GA}\n_ga,1,necessary,{GA}\n_ga,1,x,{GA}\n"
    );
    assert_eq!(String::from_utf8(printed).unwrap(), expected);
    assert_eq!(warned, "- line 3: found 4 fields, expected 3: the last are left out\n");
}

#[test]
fn a_field_that_cannot_be_read_is_named_with_its_line_and_says_nothing() {
    let header = "name,kind,lifetime_s,secure";
    let lines =
        ["_ga,pixel,,", "_ga,,soon,", "_ga,,,maybe", "_ga,Cookie,inf,2", "_ga, cookie , 1000.5 ,TRUE"];
    let expected = "- line 2: kind: found \"pixel\", expected cookie, storage or url
- line 3: lifetime_s: found \"soon\", expected seconds, as a number
- line 4: secure: found \"maybe\", expected 0 or 1
- line 5: secure: found \"2\", expected 0 or 1
- line 5: lifetime_s: found \"inf\", expected seconds, as a number
- line 5: kind: found \"Cookie\", expected cookie, storage or url
";
    for end in ["\n", "\r\n"] {
        let input = [&[header][..], &lines[..]].concat().join(end);
        let (printed, warned) = table(&input);
        let printed = String::from_utf8(printed).unwrap();
        let whole = lines.map(|line| format!("{line},{GA}"));
        assert_eq!(printed.lines().skip(1).collect::<Vec<_>>(), whole);
        assert_eq!(warned, expected, "{end:?}");
    }
    for input in [
        "name,kind\n\n\n\"_g\na\",\n\n_ga,pixel\n",
        "\u{feff}\r\nname,kind\r\n\r\n\"_g\r\na\",\r\n\r\n_ga,pixel",
        "name,kind\n\n\n\n\r\n\n\"_\n\"\"ga\",pixel",
    ] {
        let (_, warned) = table(input);
        assert_eq!(warned, "- line 7: kind: found \"pixel\", expected cookie, storage or url\n", "{input:?}");
    }
}

#[test]
fn a_declaration_comes_first_in_a_table_too() {
    let output =
        run(&["--config", "site.json", "--csv", "-"], &site(), b"kind,name\n,_ga\nurl,//x.stats.example\n");
    let expected = "kind,name,category,confidence,rule,vendor
,_ga,functional,1.00,declared,Own counter
url,//x.stats.example,functional,1.00,declared,Own counter
";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn a_reader_that_closes_early_ends_the_program_without_a_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(["classify", "--csv", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut first = [0; 5];
    // Input without an end, each line with something to warn of.
    let feeder = std::thread::spawn(move || {
        let mut fed = input.write_all(b"name,kind\n");
        while fed.is_ok() {
            fed = input.write_all(&b"_ga,pixel\n".repeat(100));
        }
    });
    drop(child.stderr.take());
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"name,");
    assert!(child.wait().unwrap().success());
    feeder.join().unwrap();
}

/// Pieces of tables, and bytes that are none.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        "(name|kind|url|_ga|,|\"|\"\"|\r\n|\n|\r|;|1e9|\u{feff}|[!-~]{0,9})".prop_map(String::into_bytes),
    ];
    (any::<bool>(), prop::collection::vec(piece, 0..60)).prop_map(|(titled, pieces)| {
        [if titled { &b"kind,name,value\n"[..] } else { b"" }, &pieces.concat()].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_bytes_are_a_table_of_as_many_rows_or_a_fault(input in bytes()) {
        let read = |bytes: &[u8]| -> Vec<csv::ByteRecord> {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
            reader.byte_records().map(Result::unwrap).collect()
        };
        let output = run(&["--csv", "-"], &tempfile::tempdir().unwrap(), &input);
        if output.status.success() {
            let (before, after) = (read(&input), read(&output.stdout));
            prop_assert_eq!(before.len(), after.len());
            let columns = before[0].len();
            for (before, after) in before.iter().zip(&after) {
                prop_assert_eq!(after.len(), columns + 4);
                prop_assert!(before.iter().take(columns).eq(after.iter().take(before.len().min(columns))));
            }
        } else {
            prop_assert_eq!(output.status.code(), Some(1));
            prop_assert!(output.stderr.starts_with(b"error: - line "));
        }
    }
}
