//! The switches of the preferences: what is in force goes in, what is shown comes out. Only that: saving
//! stores exactly what was on the screen.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, HtmlInputElement};

use super::Outcome;
use super::gate_interface::Consent;

/// A switch of a category or of one of its services.
struct Switch {
    input: HtmlInputElement,
    /// As in a decision: a category, or `service:<id>`.
    name: String,
    /// The category that it is or follows.
    category: String,
}

impl Switch {
    fn new(input: HtmlInputElement) -> Switch {
        let category = input.value();
        let service = input.get_attribute("data-consentry-service");
        let name = service.map_or_else(|| category.clone(), |id| format!("service:{id}"));
        Switch { input, name, category }
    }

    fn is_of_category(&self) -> bool {
        self.name == self.category
    }
}

fn switches(dialog: &Element) -> Outcome<impl Iterator<Item = Switch>> {
    let inputs = dialog.query_selector_all("[type=checkbox]")?;
    let found = (0..inputs.length()).filter_map(move |at| inputs.get(at));
    Ok(found.map(|input| Switch::new(input.unchecked_into())))
}

/// Sets every switch to what is in force; everything is off before a choice.
pub fn write(dialog: &Element, consent: &Consent) -> Outcome {
    let Consent { granted, denied, .. } = consent;
    for switch in switches(dialog)? {
        let inherits = granted.contains(&switch.category) && !denied.contains(&switch.name);
        switch.input.set_checked(inherits || granted.contains(&switch.name));
    }
    Ok(())
}

/// The decisions as they are shown: every category, and the services that differ from theirs now or before.
pub fn read(dialog: &Element, consent: &Consent) -> JsValue {
    let changes = Object::new();
    let mut of_category = false;
    for switch in switches(dialog).into_iter().flatten() {
        let checked = switch.input.checked();
        if switch.is_of_category() {
            of_category = checked; // its services follow it in the document
        }
        let decided = consent.granted.contains(&switch.name) || consent.denied.contains(&switch.name);
        if switch.is_of_category() || checked != of_category || decided {
            // A new object takes any member.
            let _ = Reflect::set(&changes, &switch.name.into(), &checked.into());
        }
    }
    changes.into()
}

/// A category's switch moves its services' with it, but does not switch on what is asked for by itself.
pub fn follow_category(dialog: &Element, event: &Event) {
    let moved = event.target().and_then(|target| target.dyn_into().ok()).map(Switch::new);
    let Some(moved) = moved.filter(Switch::is_of_category) else { return };
    for switch in switches(dialog).into_iter().flatten() {
        let on = moved.input.checked();
        let is_separate = switch.input.has_attribute("data-separate");
        if switch.category == moved.category && !(on && is_separate) {
            switch.input.set_checked(on);
        }
    }
}
