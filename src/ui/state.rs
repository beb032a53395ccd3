//! The switches of the preferences: what is stored goes in, what is shown comes out. Only that: saving
//! stores exactly what was on the screen.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlInputElement, ShadowRoot};

use crate::api::Json;

const SWITCHES: &str = "input:not([disabled])";

fn switches(root: &ShadowRoot, selector: &str) -> Result<Vec<HtmlInputElement>, JsValue> {
    let list = root.query_selector_all(selector)?;
    Ok((0..list.length()).filter_map(|at| list.get(at)).map(JsCast::unchecked_into).collect())
}

/// The name that a switch decides: a category, or `service:<id>`.
fn name(switch: &HtmlInputElement) -> String {
    let service = switch.get_attribute("data-consentry-service").map(|id| format!("service:{id}"));
    service.or_else(|| category(switch)).unwrap_or_default()
}

fn category(switch: &HtmlInputElement) -> Option<String> {
    switch.get_attribute("data-consentry-category")
}

/// A service's switch carries the category that it belongs to in `value`.
fn follows(switch: &HtmlInputElement, category: &HtmlInputElement) -> bool {
    switch != category && switch.value() == category.value()
}

/// Sets every switch to what is in force; everything is off before a choice.
pub fn write(root: &ShadowRoot, consent: &JsValue) -> Result<(), JsValue> {
    let consent = Json(consent.clone());
    let lists = |list: &str, name: &str| {
        consent.get(list).is_some_and(|it| Array::from(&it.0).includes(&JsValue::from_str(name), 0))
    };
    for switch in switches(root, SWITCHES)? {
        let own = name(&switch);
        let granted = lists("granted", &own) || (lists("granted", &switch.value()) && !lists("denied", &own));
        switch.set_checked(granted);
    }
    Ok(())
}

/// The decisions as they are shown: every category, and the services that differ from theirs now or before.
pub fn read(root: &ShadowRoot, consent: &JsValue) -> Result<JsValue, JsValue> {
    let consent = Json(consent.clone());
    let decided = |name: &str| {
        let lists = |list: &str| {
            consent.get(list).is_some_and(|it| Array::from(&it.0).includes(&JsValue::from_str(name), 0))
        };
        lists("granted") || lists("denied")
    };
    let all = switches(root, SWITCHES)?;
    let changes = Object::new();
    for switch in &all {
        let own = name(switch);
        let differs = || all.iter().any(|it| category(it).is_some() && follows(switch, it) && it.checked() != switch.checked());
        if category(switch).is_some() || differs() || decided(&own) {
            Reflect::set(&changes, &own.into(), &switch.checked().into())?;
        }
    }
    Ok(changes.into())
}

/// A category's switch moves its services' with it.
pub fn follow_category(root: &ShadowRoot, event: &Event) {
    let Some(moved) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
    if category(&moved).is_none() {
        return;
    }
    for switch in switches(root, SWITCHES).unwrap_or_default() {
        if follows(&switch, &moved) {
            switch.set_checked(moved.checked());
        }
    }
}
