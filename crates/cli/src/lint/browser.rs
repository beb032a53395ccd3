//! The installed Chromium, without a window and with a profile of its own, spoken to through two pipes (Chrome DevTools
//! Protocol, `--remote-debugging-pipe`). Knows the protocol and nothing of consent.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Where it usually lies, beside what the variable `CHROMIUM` names.
const USUAL_PLACES: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The protocol's pipes are the descriptors 3 and 4: the shell puts those of our child there.
const WITH_PIPES: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

const ARGUMENTS: [&str; 12] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    // Frames of other sites stay in the page's own process, where their requests are seen.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,Translate",
];

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running browser with one page. It ends with this value.
pub struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    last_id: u64,
    session: Option<String>,
    events: VecDeque<Value>,
    _profile: TempDir,
}

impl Browser {
    /// The program, if there is one.
    pub fn program() -> Option<String> {
        let named = std::env::var("CHROMIUM").ok();
        named.into_iter().chain(USUAL_PLACES.map(String::from)).find(|path| Path::new(path).exists())
    }

    /// Starts the browser with an empty page.
    pub fn start(program: &str) -> Result<Browser, String> {
        let fail = |error: std::io::Error| format!("{program} cannot be started: {error}");
        let profile = tempfile::tempdir().map_err(fail)?;
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut child = Command::new("sh")
            .args(["-c", WITH_PIPES, program])
            .args(ARGUMENTS)
            .args([folder.as_str(), "about:blank"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(fail)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{program} cannot be started: found no pipes"));
        };
        let (sender, messages) = channel();
        thread::spawn(move || {
            for message in BufReader::new(output).split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).unwrap_or_default();
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let events = VecDeque::new();
        let mut browser =
            Browser { child, input, messages, last_id: 0, session: None, events, _profile: profile };
        browser.open_page()?;
        Ok(browser)
    }

    fn open_page(&mut self) -> Result<(), String> {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }))?;
        let parameters = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.call("Target.attachToTarget", parameters)?;
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Network.enable", "Runtime.enable"] {
            self.call(domain, json!({}))?;
        }
        Ok(())
    }

    /// Asks for something; the result.
    pub fn call(&mut self, method: &str, parameters: Value) -> Result<Value, String> {
        self.last_id += 1;
        let id = self.last_id;
        let mut request = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            request["sessionId"] = session.as_str().into();
        }
        let mut bytes = request.to_string().into_bytes();
        bytes.push(0);
        let written = self.input.write_all(&bytes).and_then(|()| self.input.flush());
        written.map_err(|error| format!("the browser went away: {error}"))?;
        let until = Instant::now() + PATIENCE;
        loop {
            let message = self.next(until)?.ok_or_else(|| format!("the browser did not answer {method}"))?;
            if message["id"] == id {
                return match message["error"]["message"].as_str() {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(message["result"].clone()),
                };
            }
            self.events.push_back(message);
        }
    }

    /// The next event of this name that has come or comes in time, and all that came before it.
    pub fn wait_for(&mut self, method: &str, patience: Duration) -> Result<Vec<Value>, String> {
        self.events_until(patience, |event| event["method"] == method)
    }

    /// All events that have come or come in this time.
    pub fn collect_events(&mut self, time: Duration) -> Result<Vec<Value>, String> {
        self.events_until(time, |_| false)
    }

    fn events_until(
        &mut self,
        patience: Duration,
        is_last: impl Fn(&Value) -> bool,
    ) -> Result<Vec<Value>, String> {
        let until = Instant::now() + patience;
        let mut passed: Vec<_> = self.events.drain(..).collect();
        while !passed.iter().any(&is_last) {
            match self.next(until)? {
                Some(message) => passed.push(message),
                None => break,
            }
        }
        Ok(passed)
    }

    /// What a script in the page comes to, once its promise is kept.
    pub fn evaluate(&mut self, script: &str) -> Result<Value, String> {
        let parameters = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", parameters)?;
        match answer["exceptionDetails"]["exception"]["description"].as_str() {
            Some(error) => Err(format!("the page could not be judged: {error}")),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// The next message, or nothing if none comes in time.
    fn next(&mut self, until: Instant) -> Result<Option<Value>, String> {
        match self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(message) => Ok(Some(message)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("the browser ended before it answered".into()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session = None;
        // In order, so that its own processes end too; and else by force.
        let _ = self.call("Browser.close", json!({}));
        let until = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
