//! The part of the preferences that tells what the backend has recorded of the visitor's choices: a list, files to take away, and
//! the question before all of it is erased. It is asked of the backend only when it is opened. Erases nothing itself.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_utils::window;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, Element, Event, HtmlElement, Url};

use super::Outcome;
use super::elements::{add, around};
use super::gate_interface::{Consent, Stage, export_data, receipts, when_settled};
use super::words::{digits, moment};
use crate::model::view::{Texts, fill};

/// How many records are listed; the files have all of them.
const LISTED: usize = 5;

/// The files to take away, as `exportData()` and as visitors call them.
const FORMATS: [(&str, &str); 3] = [("json", "JSON"), ("csv", "CSV"), ("xlsx", "Excel")];

/// How long the browser has to begin a download, in milliseconds.
const DOWNLOAD_BEGINS: i32 = 60_000;

/// The records in the preferences; its clones are the same ones.
#[derive(Clone)]
pub struct Records {
    stage: Rc<Stage>,
    /// What says how many there are, or why that is not known.
    status: Element,
    list: Element,
    /// The buttons, and what stands in their place while it is asked whether to erase.
    controls: Element,
    question: Element,
}

impl Records {
    /// Adds them below all else that the dialog says, where a backend may have recorded something.
    pub fn add_where_recorded(stage: &Rc<Stage>, dialog: &Element) -> Outcome<Option<Records>> {
        let place = dialog.query_selector(".text")?;
        let Some(place) = place.filter(|_| stage.gate.is_recorded()) else { return Ok(None) };
        let texts = &stage.source.texts;
        let panel = add(&place, "details", &[("class", "records"), ("part", "records")], "")?;
        add(&panel, "summary", &[], texts.label("records"))?;
        add(&panel, "p", &[], texts.label("recordsText"))?;
        let status = add(&panel, "p", &[("role", "status")], "")?;
        let list = add(&panel, "ol", &[("reversed", "")], "")?;
        let controls = add(&panel, "div", &[("class", "choices")], "")?;
        for (format, name) in FORMATS {
            let text = fill(texts.label("download"), &[("format", name)]);
            add_choice(&controls, "export", &text)?.set_attribute("value", format)?;
        }
        add_choice(&controls, "ask-erase", texts.label("eraseRecords"))?;
        let attributes = [("class", "choices"), ("role", "group"), ("aria-labelledby", "t5"), ("hidden", "")];
        let question = add(&panel, "div", &attributes, "")?;
        add(&question, "p", &[("id", "t5")], texts.label("eraseAsk"))?;
        add_choice(&question, "erase", texts.label("eraseRecords"))?;
        add_choice(&question, "keep", texts.label("keepRecords"))?;
        let records = Records { stage: Rc::clone(stage), status, list, controls, question };
        let opened = records.clone();
        let follow = move |event: &Event| {
            if around(event, ".records[open]").is_some() {
                opened.clone().load();
            }
        };
        EventListener::new(&panel, "toggle", follow).forget(); // as long as the element is there
        Ok(Some(records))
    }

    /// A control was clicked, perhaps one of these.
    pub fn clicked(&self, event: &Event, control: &str) {
        match control {
            "export" => self.export(event),
            "ask-erase" => drop(self.ask(true)),
            "keep" => drop(self.ask(false)),
            _ => {}
        }
    }

    /// Puts the question before the visitor, or takes it back.
    fn ask(&self, is_asked: bool) -> Outcome {
        self.controls.toggle_attribute_with_force("hidden", is_asked)?;
        self.question.toggle_attribute_with_force("hidden", !is_asked)?;
        let (place, control) =
            if is_asked { (&self.question, "keep") } else { (&self.controls, "ask-erase") };
        match place.query_selector(&format!("[data-consentry={control}]"))? {
            Some(control) => control.unchecked_into::<HtmlElement>().focus(),
            None => Ok(()),
        }
    }

    fn load(self) {
        self.status.set_text_content(Some(self.stage.source.texts.label("moment")));
        self.then(&receipts(), |records, found| records.show(&found.unchecked_into()));
    }

    /// Goes on with what a promise gives, or says why it gives nothing.
    fn then(self, promise: &Promise, go_on: fn(&Records, JsValue) -> Outcome) {
        let told = move |outcome: Outcome<JsValue>| {
            if let Err(error) = outcome.and_then(|given| go_on(&self, given)) {
                self.status.set_text_content(Some(why_not(&self.stage.source.texts, &error)));
            }
        };
        when_settled(promise, Box::new(told));
    }

    /// Lists the newest.
    fn show(&self, found: &Array) -> Outcome {
        let source = &self.stage.source;
        let number = digits(&source.language, found.length().into());
        let said = match found.length() {
            0 => source.texts.label("noRecords").to_owned(),
            _ => fill(source.texts.label("allRecords"), &[("number", &number)]),
        };
        self.status.set_text_content(Some(&said));
        self.list.set_text_content(None);
        self.list.set_attribute("start", &found.length().to_string())?;
        for at in (0..found.length()).rev().take(LISTED) {
            // A receipt says as much as a choice in force.
            let Consent { time, granted, denied } = serde_wasm_bindgen::from_value(found.get(at))?;
            let time = &time.unwrap_or_default();
            let item = add(&self.list, "li", &[], "")?;
            add(&item, "time", &[("datetime", time)], &moment(time, &source.language))?;
            for line in source.recorded(&granted, &denied) {
                add(&item, "p", &[], &line)?;
            }
        }
        Ok(())
    }

    /// Downloads all in the format that the clicked button names.
    fn export(&self, event: &Event) {
        let format = around(event, "[value]").and_then(|button| button.get_attribute("value"));
        let file = export_data(&format.unwrap_or_default());
        self.clone().then(&file, |records, file| records.save(&file));
    }

    /// Has the browser save a file.
    fn save(&self, file: &JsValue) -> Outcome {
        let address = Url::create_object_url_with_blob(file.unchecked_ref::<Blob>())?;
        let name = Reflect::get(file, &"name".into())?.as_string().unwrap_or_default();
        let link = add(&self.controls, "a", &[("href", &address), ("download", &name), ("hidden", "")], "")?;
        link.unchecked_ref::<HtmlElement>().click();
        link.remove();
        let release = Closure::once_into_js(move || Url::revoke_object_url(&address));
        window().set_timeout_with_callback_and_timeout_and_arguments_0(
            release.unchecked_ref(),
            DOWNLOAD_BEGINS,
        )?;
        Ok(())
    }
}

/// A button among those of the records.
fn add_choice(place: &Element, name: &str, text: &str) -> Outcome<Element> {
    add(place, "button", &[("type", "button"), ("data-consentry", name), ("part", "choice")], text)
}

/// Why the backend did not do what it was asked, as the visitor reads it.
pub fn why_not<'a>(texts: &'a Texts, error: &JsValue) -> &'a str {
    let code = Reflect::get(error, &"code".into()).ok().and_then(|code| code.as_string());
    texts.label(match code.as_deref() {
        Some("no-records") => "noRecords",
        Some("refused") => "refused",
        _ => "unreachable",
    })
}
