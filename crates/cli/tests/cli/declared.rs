//! What was observed and declared, from the page's report to the page's script, through the real program.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::SMALL_SITES;
use crate::token::admin_token;

struct Program {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    fn start(folder: &Path) -> Program {
        let token = admin_token(folder);
        let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
            .args([
                "serve",
                "--config",
                "site.json",
                "--data",
                "data",
                "--listen",
                "127.0.0.1:0",
                SMALL_SITES,
            ])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Program { child, address, token }
    }

    /// Status and body; asks as the owner does.
    fn ask(&self, head: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{head}\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n",
            self.address, self.token
        );
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn declare(&self, form: &str) -> u16 {
        let kind = "application/x-www-form-urlencoded";
        let head = format!(
            "POST /admin/declare HTTP/1.1\r\nOrigin: http://{}\r\nContent-Type: {kind}",
            self.address
        );
        self.ask(&head, form).0
    }
}

fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let site = json!({ "site": "shop", "observe": true,
        "backend": { "url": "http://127.0.0.1:8787", "origins": ["https://shop.example"] } });
    fs::write(folder.path().join("site.json"), site.to_string()).unwrap();
    folder
}

fn run(arguments: &[&str], folder: &TempDir) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consentry")).args(arguments).current_dir(folder).output().unwrap()
}

/// Whether the component was built when the program was.
fn is_built(output: &Output) -> bool {
    output.status.success() || {
        let reason = String::from_utf8_lossy(&output.stderr);
        assert!(reason.contains("run `cargo xtask build`"), "{reason}");
        false
    }
}

#[test]
fn what_a_page_observed_is_declared_once_and_in_force_everywhere() {
    let folder = site();
    let program = Program::start(folder.path());
    let report = json!({ "site": "shop", "observations": [
        { "kind": "host", "name": "chat.example.net" }, { "kind": "cookie", "name": "chat_0123456789abcdef" }
    ] });
    let head = "POST /v1/observations HTTP/1.1\r\nOrigin: https://shop.example\r\nContent-Type: text/plain";
    assert_eq!(program.ask(head, &report.to_string()).0, 204);
    let listed: Value =
        serde_json::from_str(&program.ask("GET /admin/observations.json HTTP/1.1", "").1).unwrap();
    let listed = listed["sites"][0]["observations"].as_array().unwrap();
    assert_eq!(
        listed.iter().map(|observation| observation["name"].clone()).collect::<Vec<_>>(),
        ["chat_*", "chat.example.net"]
    );
    assert_eq!(program.declare("site=shop&kind=host&name=chat.example.net&category=functional"), 303);
    assert_eq!(program.declare("site=shop&kind=cookie&name=chat_%2A&category=functional"), 303);

    let services = json!([
        { "id": "chat-example-net", "name": "chat.example.net", "category": "functional",
          "hosts": ["chat.example.net"] },
        { "id": "chat", "name": "chat_*", "category": "functional", "cookies": ["chat_*"] }
    ]);
    let file = fs::read_to_string(folder.path().join("shop.declared.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&file).unwrap(), json!({ "services": services }));

    let baked = concat!(
        r#""services":[{"id":"chat-example-net","category":"functional","hosts":["chat.example.net"]},"#,
        r#"{"id":"chat","category":"functional","cookies":["chat_*"]}],"observe":true}"#
    );
    let bundled = run(&["bundle", "--config", "site.json", "--out", "out", SMALL_SITES], &folder);
    if is_built(&bundled) {
        let (status, script) = program.ask("GET /shop/consentry.js HTTP/1.1", "");
        assert!(status == 200 && script.contains(baked), "{status}");
        let script = fs::read_to_string(folder.path().join("out/consentry.js")).unwrap();
        assert!(script.contains(baked));
        let preferences =
            fs::read_to_string(folder.path().join("out/consentry-preferences.en.json")).unwrap();
        assert!(preferences.contains("chat-example-net"));
    }

    let policy = run(&["csp", "--config", "site.json", "--granted", "service:chat-example-net"], &folder);
    assert!(String::from_utf8(policy.stdout).unwrap().contains(" chat.example.net:*"));
    assert_eq!(program.declare("site=shop&kind=host&name=chat.example.net&category=necessary"), 303);
    fs::write(folder.path().join("a.html"), "<img src=https://chat.example.net/>").unwrap();
    let marked = run(&["mark", "--config", "site.json", "a.html"], &folder);
    assert_eq!(String::from_utf8(marked.stdout).unwrap(), "       0 a.html\n");
}

#[test]
fn a_fault_of_the_declared_document_names_it_in_every_command() {
    let folder = site();
    fs::write(
        folder.path().join("shop.declared.json"),
        r#"{ "services": [{ "id": "x", "category": "ads" }], "more": 1 }"#,
    )
    .unwrap();
    for command in [
        &["bundle", "--config", "site.json", "--out", "out", SMALL_SITES][..],
        &["mark", "--config", "site.json"],
        &["csp", "--config", "site.json"],
        &["serve", "--config", "site.json", "--data", "data", "--listen", "127.0.0.1:0", SMALL_SITES],
    ] {
        let output = run(command, &folder);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        for line in [
            "error: shop.declared.json: bad-value services[0].category: found \"ads\", \
             expected one of necessary,",
            "error: shop.declared.json: unknown-key more: found",
        ] {
            assert!(errors.contains(line), "{command:?}\n{errors}");
        }
    }
}
