//! A first visit to a running page, as a visitor without a choice makes it: what is shown on a small screen and a large
//! one, what is stored and who is asked. Measures; what is right is said in the rules.

use std::collections::BTreeSet;
use std::time::Duration;

use consentry::classify::rules::Rules;
use consentry::lint::Visit;
use serde_json::{Value, json};

use super::browser::Browser;

/// Why a page was not judged: a sentence.
pub struct VisitError(pub String);

impl From<String> for VisitError {
    fn from(reason: String) -> VisitError {
        VisitError(reason)
    }
}

/// The function that measures in the page; its argument says what.
const IN_PAGE: &str = include_str!("in-page.js");

/// The smallest screen and a usual one: width and height in CSS pixels.
const SCREENS: [(u32, u32); 2] = [(320, 568), (1280, 800)];

/// How long a page may take to load.
const LOADING: Duration = Duration::from_secs(30);
/// How long what it starts may go on after that.
const SETTLING: Duration = Duration::from_millis(1500);

/// Visits an address of a site with these rules.
pub fn visit(address: &str, rules: &Rules) -> Result<Visit, VisitError> {
    let Some(program) = Browser::program() else {
        let missing = "found no Chromium, expected one to look at the page with: install it (Debian: apt-get install \
                       chromium), or set CHROMIUM to the program's path";
        return Err(VisitError(missing.into()));
    };
    let mut browser = Browser::start(&program)?;
    show_on(&mut browser, SCREENS[0])?;
    let opened = browser.call("Page.navigate", json!({ "url": address }))?;
    if let Some(error) = opened["errorText"].as_str() {
        return Err(VisitError(format!("{address}: expected a page, found: {error}")));
    }
    let mut events = browser.wait_for("Page.loadEventFired", LOADING)?;
    let mut seen = measure(&mut browser, "\"wait\"")?;
    events.extend(browser.collect_events(SETTLING)?);
    let mut screens = Vec::new();
    for screen in SCREENS {
        show_on(&mut browser, screen)?;
        let mut measured = measure(&mut browser, "\"buttons\"")?;
        measured["size"] = format!("{}x{}", screen.0, screen.1).into();
        screens.push(measured);
    }
    let mut stored = measure(&mut browser, "\"stored\"")?.as_array().cloned().unwrap_or_default();
    stored.extend(cookies(&mut browser)?);
    let ours = |stored: &Value| stored["name"].as_str().is_some_and(|name| name.starts_with("consentry"));
    stored.retain(|it| !ours(it));
    if seen["banner"].is_object() {
        seen["banner"]["screens"] = screens.into();
        seen["switchesOn"] = measure(&mut browser, "\"switches\"")?;
    }
    seen["stored"] = stored.into();
    seen["requested"] = requested(&events, address, &seen["componentHost"]).into_iter().collect();
    seen["address"] = address.into();
    Visit::read(seen, rules)
        .map_err(|error| VisitError(format!("{address}: the page could not be judged: {error}")))
}

fn show_on(browser: &mut Browser, (width, height): (u32, u32)) -> Result<Value, String> {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.call("Emulation.setDeviceMetricsOverride", size)
}

fn measure(browser: &mut Browser, what: &str) -> Result<Value, String> {
    // The file ends with a semicolon, as a script does.
    browser.evaluate(&format!("{}({what})", IN_PAGE.trim_end().trim_end_matches(';')))
}

/// Every cookie, those of other sites and those that no script sees among them.
fn cookies(browser: &mut Browser) -> Result<Vec<Value>, String> {
    let all = browser.call("Network.getAllCookies", json!({}))?;
    let cookies = all["cookies"].as_array().into_iter().flatten();
    Ok(cookies.map(|cookie| json!({ "kind": "cookie", "name": cookie["name"] })).collect())
}

/// The addresses that were asked, without what comes behind their paths: those of the page's own host as paths, and none of
/// the hosts below it or of the host of `consentry.js`.
fn requested(events: &[Value], address: &str, component_host: &Value) -> BTreeSet<String> {
    let bare = |host: String| host.strip_prefix("www.").unwrap_or(&host).to_owned();
    let own = host(address).map(bare).unwrap_or_default();
    let sent = events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
    let urls = sent.filter_map(|event| event["params"]["request"]["url"].as_str());
    let asked = urls.filter_map(|url| {
        let url = url.split(['?', '#']).next()?;
        let host = host(url)?;
        let (_, after_scheme) = url.split_once("://")?;
        match host.strip_suffix(own.as_str()) {
            Some("" | "www.") => after_scheme.get(after_scheme.find('/')?..).map(str::to_owned),
            Some(rest) if rest.ends_with('.') => None,
            _ => (component_host.as_str() != Some(&host)).then(|| url.to_owned()),
        }
    });
    asked.collect()
}

/// The host of an address that a browser wrote.
fn host(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let host = match authority.rfind(':').filter(|at| !authority[*at..].contains(']')) {
        Some(at) => &authority[..at],
        None => authority,
    };
    matches!(scheme, "http" | "https" | "ws" | "wss").then(|| host.to_ascii_lowercase())
}
