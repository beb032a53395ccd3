//! The switches of the preferences: what is stored goes in, what is shown comes out. Only that: saving
//! stores exactly what was on the screen.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use crate::api::Json;
use crate::dom::{self, List, Record, Tag};

/// A switch of a category or of one of its services.
struct Switch {
    tag: Tag,
    /// As in a decision: a category, or `service:<id>`.
    name: String,
    /// The category that it is or follows.
    category: String,
}

fn switches(root: &Tag) -> Vec<Switch> {
    let list = dom::list(&root.find_all("input"));
    let switch = |at| {
        let tag: Tag = list.at(at).unchecked_into();
        let category = tag.attribute("value").unwrap_or_default();
        let service = tag.attribute("data-consentry-service");
        let name = service.map_or_else(|| category.clone(), |id| ["service:", &id].concat());
        Switch { tag, name, category }
    };
    (0..list.length()).map(switch).collect()
}

/// A list of the visitor's choice, empty before one.
fn decisions(consent: &JsValue, list: &str) -> List {
    let found = Json(consent.clone()).get(list);
    dom::list(&found.map_or_else(|| Record::new().into(), |it| it.0))
}

/// Sets every switch to what is in force; everything is off before a choice.
pub fn write(root: &Tag, consent: &JsValue) {
    let (granted, denied) = (decisions(consent, "granted"), decisions(consent, "denied"));
    for switch in switches(root) {
        let inherits = granted.includes(&switch.category) && !denied.includes(&switch.name);
        switch.tag.set_checked(inherits || granted.includes(&switch.name));
    }
}

/// The decisions as they are shown: every category, and the services that differ from theirs now or before.
pub fn read(root: &Tag, consent: &JsValue) -> JsValue {
    let (granted, denied) = (decisions(consent, "granted"), decisions(consent, "denied"));
    let changes = Record::new();
    let mut category = false;
    for switch in switches(root) {
        let checked = switch.tag.checked();
        if switch.name == switch.category {
            category = checked; // its services follow it in the document
        } else if checked == category && !granted.includes(&switch.name) && !denied.includes(&switch.name) {
            continue;
        }
        changes.with(&switch.name, &checked.into());
    }
    changes.into()
}

/// A category's switch moves its services' with it.
pub fn follow_category(root: &Tag, event: &Event) {
    let moved = event.target().map(|it| it.unchecked_into::<Tag>());
    let Some(moved) = moved.filter(|it| it.attribute("data-consentry-category").is_some()) else { return };
    for switch in switches(root) {
        if Some(switch.category) == moved.attribute("value") {
            switch.tag.set_checked(moved.checked());
        }
    }
}
