//! The preferences while they are shown: what they were built from, and what follows an event in them.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, KeyboardEvent};

use super::dialog::Dialog;
use super::gate_interface::{Consent, Gate, Page, Shown};
use super::{Outcome, close, paint, style, switches};
use crate::model::view::{Layer, Site, Source, View};

/// The preferences with the listeners on their dialog, which end with this value.
pub struct Open {
    preferences: Rc<Preferences>,
    listeners: [EventListener; 4],
}

struct Preferences {
    gate: Gate,
    source: Source,
    view: View,
    /// The notice's hash, where a bundle brought it.
    notice: Option<String>,
    dialog: Dialog,
}

impl Open {
    /// Builds the preferences, puts them into the banner's shadow root, and shows them.
    pub fn new(gate: Gate, page: JsValue) -> Outcome<Open> {
        let page: Page = serde_wasm_bindgen::from_value(page).unwrap_or_default();
        let site =
            page.site.unwrap_or_else(|| Site::read(serde_wasm_bindgen::Deserializer::from(gate.config())));
        let source = Source { site, texts: page.texts, language: gate.language() };
        let view = source.second_layer();
        let (root, consent) = (gate.root(), Consent::in_force(&gate));
        let element = paint::preferences(&source, &view, &consent, &gate.undescribed())?;
        switches::write(&element, &consent)?;
        style::give(&root, &element)?;
        let dialog = Dialog::show(element, root)?;
        let preferences = Rc::new(Preferences { gate, source, view, notice: page.notice, dialog });
        Ok(Open { listeners: listen(&preferences), preferences })
    }

    /// The dialog that shows them.
    pub fn dialog(&self) -> Dialog {
        self.preferences.dialog.clone()
    }

    /// Takes the dialog out of the page, and returns the gate, which is to be told.
    pub fn take_away(self) -> Gate {
        let Open { preferences, listeners } = self;
        drop(listeners); // nothing that closing causes comes back here
        preferences.dialog.remove();
        preferences.gate.clone()
    }
}

fn listen(preferences: &Rc<Preferences>) -> [EventListener; 4] {
    type Handler = fn(&Preferences, &Event);
    let handlers: [(&'static str, Handler); 4] = [
        ("click", Preferences::clicked),
        ("change", |preferences, event| switches::follow_category(preferences.dialog.element(), event)),
        ("keydown", |preferences, event| preferences.key_pressed(event)),
        ("close", |preferences, _| preferences.closed()),
    ];
    handlers.map(|(event, handler)| {
        let preferences = Rc::clone(preferences);
        let options = EventListenerOptions::enable_prevent_default();
        let target = preferences.dialog.element().clone();
        EventListener::new_with_options(&target, event, options, move |event| handler(&preferences, event))
    })
}

impl Preferences {
    fn clicked(&self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let control = target.and_then(|target| target.closest("[data-consentry]").ok().flatten());
        match control.and_then(|control| control.get_attribute("data-consentry")).as_deref() {
            Some("close") => close(),
            Some("accept-all") => self.decide(event, "accept-all", &JsValue::TRUE),
            Some("save") => {
                let changes = switches::read(self.dialog.element(), &Consent::in_force(&self.gate));
                self.decide(event, "save", &to_object(&changes));
            }
            Some(refusal @ ("reject-all" | "withdraw")) => self.decide(event, refusal, &JsValue::FALSE),
            _ => {}
        }
    }

    /// Hands a decision on, which ends the preferences. What no trusted event made proves no human act: it
    /// is recorded as `api`.
    fn decide(&self, event: &Event, action: &str, changes: &JsValue) {
        let language = self.source.language.as_str();
        let notice = self.notice.as_deref();
        let artefact = notice.is_none().then(|| self.view.artefact(language));
        let shown = to_object(&Shown { layer: Layer::Second as u8, language, notice, artefact });
        self.gate.decide(if event.is_trusted() { action } else { "api" }, changes, &shown);
        close();
    }

    fn key_pressed(&self, event: &Event) {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            self.dialog.key_pressed(event);
        }
    }

    /// The browser has closed the dialog, because of Esc or a gesture. Not so where it was closed only to be
    /// brought forward.
    fn closed(&self) {
        if !self.dialog.is_shown() {
            close();
        }
    }
}

/// The value as JSON would have it; undefined is never reached, since no value here has a shape that JSON
/// lacks.
fn to_object(value: &impl serde::Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}
