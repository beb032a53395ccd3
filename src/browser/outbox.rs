//! Receipts on their way to the backend. Each lies under a key of its own in local storage until the
//! backend has named it as stored, and is sent again until then: by later attempts, by later pages, and as
//! the last resort by a beacon when the page goes away. Storing twice is the backend's to prevent (by id).

use std::cell::Cell;

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, RequestCredentials, RequestInit, Response, Storage, Window};

use crate::api::{Host, Json};
use crate::model::view::hex;

const CHOICE: &str = "consentry";
const PREFIX: &str = "consentry.outbox.";
/// Milliseconds before the second attempt; doubled for each after it.
const FIRST_WAIT: u32 = 2_000;
const LONGEST_WAIT: u32 = 300_000;
/// Milliseconds after which a silent backend counts as away.
const PATIENCE: u32 = 30_000;

/// The receipts of this page and of pages before it.
pub struct Outbox {
    host: Host,
    window: Window,
    storage: Option<Storage>,
    busy: Cell<bool>,
}

impl Outbox {
    /// # Errors
    /// There is no window.
    pub fn new(host: Host) -> Result<Outbox, JsValue> {
        let window = web_sys::window().ok_or("no window")?;
        let storage = window.local_storage().ok().flatten();
        Ok(Outbox { host, window, storage, busy: Cell::new(false) })
    }

    /// Sends what waits, one receipt after the other, oldest first; what the backend does not confirm is
    /// tried again with growing pauses.
    pub fn send(&'static self) {
        if self.busy.replace(true) {
            return;
        }
        let last_resort = EventListener::new(&self.window, "pagehide", move |_| self.beacon());
        spawn_local(async move {
            let mut wait = FIRST_WAIT;
            while !self.deliver().await {
                let jitter = (js_sys::Math::random() * f64::from(wait) / 2.0) as u32;
                TimeoutFuture::new(wait / 2 + jitter).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            self.busy.set(false);
            drop(last_resort);
        });
    }

    /// One round; whether nothing is left.
    async fn deliver(&self) -> bool {
        loop {
            let Some(receipt) = self.waiting().into_iter().next() else { return true };
            if !self.post(&receipt).await.unwrap_or(false) {
                return false;
            }
            self.forget(&receipt);
            self.host.emit("reported", &receipt.id.as_str().into());
        }
    }

    /// Sends one receipt; whether the backend says that it is stored. Any other answer is none.
    async fn post(&self, receipt: &Waiting) -> Result<bool, JsValue> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(&receipt.body().into()); // a string: text/plain, which needs no preflight
        init.set_credentials(RequestCredentials::Omit);
        Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
        let Some(address) = self.address() else { return Ok(false) };
        let response = JsFuture::from(self.window.fetch_with_str_and_init(&address, &init)).await?;
        let response: Response = response.unchecked_into();
        if !response.ok() {
            return Ok(false);
        }
        let answer = Json(JsFuture::from(response.json()?).await?);
        let stored = answer.get("stored").map(|it| Array::from(&it.0)).unwrap_or_default();
        let ids = stored.iter().filter_map(|it| Json(it).get("id")?.0.as_string());
        Ok(ids.into_iter().any(|id| id == receipt.id))
    }

    /// The page goes away: the browser is asked to deliver what waits. It cannot tell whether it did, so
    /// the receipts stay.
    fn beacon(&self) {
        let Some(address) = self.address() else { return };
        for receipt in self.waiting() {
            let _ = self.window.navigator().send_beacon_with_opt_str(&address, Some(&receipt.body()));
        }
    }

    fn address(&self) -> Option<String> {
        let backend = Json(self.host.config()).get("backend")?.get("url")?.0.as_string()?;
        Some(format!("{}/v1/receipts", backend.trim_end_matches('/')))
    }

    /// Every waiting receipt, oldest first: their ids begin with the time.
    fn waiting(&self) -> Vec<Waiting> {
        let mut all: Vec<_> = self.host.unstored().iter().filter_map(|it| Waiting::new(it, &self.storage)).collect();
        if let Some(storage) = &self.storage {
            let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
            for key in keys.filter(|key| key.starts_with(PREFIX)) {
                let parsed = storage.get_item(&key).ok().flatten().and_then(|it| JSON::parse(&it).ok());
                match parsed.and_then(|it| Waiting::new(it, &self.storage)) {
                    Some(receipt) => all.push(receipt),
                    // Not ours, or broken by somebody: no backend could take it.
                    None => drop(storage.remove_item(&key)),
                }
            }
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    fn forget(&self, receipt: &Waiting) {
        if let Some(storage) = &self.storage {
            let _ = storage.remove_item(&format!("{PREFIX}{}", receipt.id));
        }
        let unstored = self.host.unstored();
        let place = unstored.iter().position(|it| Json(it).get("id").is_some_and(|id| id.0 == receipt.id.as_str()));
        if let Some(at) = place {
            unstored.splice(at as u32, 1, &JsValue::UNDEFINED);
        }
    }
}

/// One receipt, complete.
struct Waiting {
    id: String,
    receipt: JsValue,
}

impl Waiting {
    /// Fills in the subject: the first 32 hex digits of the hash over the visitor's secret, which the
    /// ledger never sees (contract, The visitor's secret).
    fn new(receipt: JsValue, storage: &Option<Storage>) -> Option<Waiting> {
        let tree = Json(receipt.clone());
        let id = tree.get("id")?.0.as_string()?;
        if tree.get("subject").is_none() {
            let choice = storage.as_ref()?.get_item(CHOICE).ok()??;
            let secret = Json(JSON::parse(&choice).ok()?).get("secret")?.0.as_string()?;
            let subject = hex(&hmac_sha256::Hash::hash(&bytes(&secret)?)).get(..32)?.to_owned();
            Reflect::set(&receipt, &"subject".into(), &subject.into()).ok()?;
        }
        Some(Waiting { id, receipt })
    }

    fn body(&self) -> String {
        JSON::stringify(&self.receipt).map(String::from).unwrap_or_default()
    }
}

/// The bytes that hex digits stand for.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = (0..digits.len() / 2).map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok());
    pairs.collect()
}
