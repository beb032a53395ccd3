//! The preferences while they are shown: what they were built from, and what follows an event in them.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Event, KeyboardEvent};

use super::dialog::Dialog;
use super::elements::{around, control_of, give_style};
use super::gate_interface::{Consent, Gate, Stage};
use super::notes;
use super::records::Records;
use super::{Outcome, close, paint, search, switches};
use crate::model::view::View;

const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/preferences.css"));

/// The preferences with the listeners on their dialog, which end with this value.
pub struct Open {
    preferences: Rc<Preferences>,
    listeners: [EventListener; 5],
}

struct Preferences {
    stage: Rc<Stage>,
    view: View,
    dialog: Dialog,
    /// What the backend has of the visitor, where it may have something.
    records: Option<Records>,
}

impl Open {
    /// Builds the preferences, puts them into the banner's shadow root, and shows them.
    pub fn new(gate: Gate, page: JsValue) -> Outcome<Open> {
        let stage = Rc::new(Stage::new(gate, page));
        let view = stage.source.second_layer();
        let (root, consent) = (stage.gate.root(), Consent::in_force(&stage.gate));
        let element = paint::preferences(&stage, &view, &consent)?;
        switches::write(&element, &consent)?;
        let records = Records::add_where_recorded(&stage, &element)?;
        give_style(&root, &element, &[RULES])?;
        let dialog = Dialog::show(element, root)?;
        let preferences = Rc::new(Preferences { stage, view, dialog, records });
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
        preferences.stage.gate.clone()
    }
}

fn listen(preferences: &Rc<Preferences>) -> [EventListener; 5] {
    type Handler = fn(&Preferences, &Event);
    let handlers: [(&'static str, Handler); 5] = [
        ("click", Preferences::clicked),
        ("change", |preferences, event| switches::follow_category(preferences.dialog.element(), event)),
        ("input", Preferences::typed),
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
        match control_of(event).as_deref() {
            Some("close") => close(),
            Some("accept-all") => self.decide(event, "accept-all", &JsValue::TRUE),
            Some("save") => {
                let changes = switches::read(self.dialog.element(), &Consent::in_force(&self.stage.gate));
                self.decide(event, "save", &changes);
            }
            Some(refusal @ ("reject-all" | "withdraw")) => self.decide(event, refusal, &JsValue::FALSE),
            Some("erase") => self.erase(event),
            Some(control) => {
                if let Some(records) = &self.records {
                    records.clicked(event, control);
                }
            }
            None => {}
        }
    }

    /// Hands a decision on, which ends the preferences.
    fn decide(&self, event: &Event, action: &str, changes: &JsValue) {
        self.stage.decide(event, action, changes, &self.view, self.stage.notice.as_deref());
        close();
    }

    /// Withdraws what is granted, ends the preferences, and has the visitor's records erased.
    fn erase(&self, event: &Event) {
        let consent = Consent::in_force(&self.stage.gate);
        if consent.time.is_none() || !consent.granted.is_empty() {
            self.decide(event, "withdraw", &JsValue::FALSE);
        } else {
            close();
        }
        notes::erase_and_tell(Rc::clone(&self.stage), !consent.granted.is_empty());
    }

    fn typed(&self, event: &Event) {
        // Switches tell of their input too.
        if around(event, ".search").is_none() {
            return;
        }
        let source = &self.stage.source;
        // What the browser refuses leaves the services as they are.
        let _ = search::filter(self.dialog.element(), &source.texts, &source.language);
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
