//! `consentry serve` under requests that are made to harm: what they take of its memory, and what stays of them.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::SMALL_SITES;
use crate::serve::{Program, folder, folder_with_limit, get, post, receipt, send, start, start_with};

/// The most memory that the program ever had, in kilobytes.
fn most_memory(program: &Program) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Sends a chunked body without an end until the program closes; how many bytes it let come.
fn send_endlessly(address: &str) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = "POST /v1/receipts HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n\
                Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"1000\r\n", &[b'['; 4096][..], b"\r\n"].concat();
    (0..50_000).take_while(|_| stream.write_all(&chunk).is_ok()).count() * chunk.len()
}

#[test]
fn large_deep_and_endless_bodies_take_no_memory() {
    let folder = folder();
    let program = start(folder.path(), "");
    let address = program.address.as_str();
    assert_eq!(send(address, 1), Some(200));
    let before = most_memory(&program);
    let list = format!("[{}0]", "0,".repeat(1_000_000));
    let bodies = [
        " ".repeat(2 * 1024 * 1024),
        list,
        "[".repeat(2 * 1024 * 1024),
        "[".repeat(8192),
        format!("[{}0]", "0,".repeat(4000)),
        format!("[{}[]]", "[],".repeat(2700)),
    ];
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for body in &bodies {
                    for _ in 0..4 {
                        // A server that has read enough may close before the end.
                        let answer = post(address, "", body);
                        assert!(answer.is_none_or(|(status, _)| matches!(status, 400 | 413 | 422)));
                    }
                }
                assert!(send_endlessly(address) < 40 * 1024 * 1024);
            });
        }
    });
    let grown = most_memory(&program) - before;
    assert!(grown < 32 * 1024, "{grown} KB more");
    assert_eq!(send(address, 2), Some(200));
}

#[test]
fn nothing_of_who_asks_is_in_the_ledger_or_in_the_log() {
    let folder = folder_with_limit(20);
    let before = "exec 2>log; RUST_LOG=trace; export RUST_LOG;";
    let program = start_with(folder.path(), before, "--trusted-proxy 127.0.0.1");
    let lines = "User-Agent: MarkerAgent/1\r\nX-Forwarded-For: 203.0.113.77\r\nForwarded: for=203.0.113.77\r\n\
                 Referer: https://shop.example/marker-path\r\nCookie: marker-cookie=1\r\nVia: marker-proxy\r\n";
    let ask = |body: &str| post(&program.address, lines, body).unwrap().0;
    assert_eq!(["{", "{}", &" ".repeat(9000)].map(ask), [400, 422, 413], "each counts as one");
    let statuses: Vec<_> = (0..25).map(|number| ask(&receipt(number))).collect();
    assert!(statuses.starts_with(&[200; 17]) && statuses.ends_with(&[429; 3]), "{statuses:?}");
    assert_eq!(ask(&receipt(1).replace("reject-all", "withdraw")), 429);
    for path in ["/marker-path?marker-query", "/shop/marker-file", "/v1/subjects/marker-subject/receipts"] {
        assert_eq!(get(&program, path).0, 404);
    }
    let check = |when: &str| {
        let files = |directory: &str| {
            let entries = fs::read_dir(folder.path().join(directory)).unwrap().map(|it| it.unwrap().path());
            entries.filter(|path| path.is_file()).collect::<Vec<_>>()
        };
        let mut files = [files("data"), files("data/checkpoints")].concat();
        assert!(files.len() >= 3);
        files.push(folder.path().join("log"));
        for file in files {
            let bytes = fs::read(&file).unwrap();
            let found =
                |text: &str| bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()));
            for marker in ["marker", "203.0.113", "127.0.0.1", "/v1/subjects", "/v1/receipts"] {
                assert!(!found(marker), "{when}: {marker} in {}", file.display());
            }
        }
    };
    check("while it runs");
    Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    check("at the end");
}

#[test]
fn only_listed_proxies_say_whose_a_request_is() {
    let send_for = |program: &Program, number: u64, client: &str| {
        let line = format!("X-Forwarded-For: {client}\r\n");
        post(&program.address, &line, &receipt(number)).unwrap().0
    };
    let clients = ["203.0.113.7", "203.0.114.7", "203.0.115.7"];
    for (more, expected) in [
        ("", [200, 429, 429]),
        ("--trusted-proxy 192.0.2.0/24", [200, 429, 429]),
        ("--trusted-proxy 192.0.2.1 --trusted-proxy 127.0.0.0/8", [200, 200, 200]),
    ] {
        let folder = folder_with_limit(1);
        let program = start_with(folder.path(), "", more);
        let found: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(number, client)| send_for(&program, number as u64, client))
            .collect();
        assert_eq!(found, expected, "{more}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args([
            "serve",
            "--config",
            "site.json",
            "--data",
            "data",
            "--trusted-proxy",
            "proxy.example",
            SMALL_SITES,
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("found \"proxy.example\", expected an address or a network"), "{said}");
}
