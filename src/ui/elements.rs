//! Elements, made node by node: no text of a site or a language is ever parsed as HTML, and no element carries a style.
//! Also the style sheets of shadow roots. Knows nothing of what is shown.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CssStyleSheet, Document, Element, Event, ShadowRoot};

use super::Outcome;

/// A new element of the document.
pub fn make(document: &Document, name: &str, attributes: &[(&str, &str)]) -> Outcome<Element> {
    let element = document.create_element(name)?;
    for (name, value) in attributes {
        element.set_attribute(name, value)?;
    }
    Ok(element)
}

/// A new element at the end of another one.
pub fn add(parent: &Element, name: &str, attributes: &[(&str, &str)], text: &str) -> Outcome<Element> {
    let document = parent.owner_document().ok_or("no document")?;
    let element = make(&document, name, attributes)?;
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element)?;
    Ok(element)
}

/// A button in place of those of the first layer, with their looks.
pub fn add_control(parent: &Element, name: &str, text: &str) -> Outcome<Element> {
    let part = if name == "preferences" { name } else { "decide" };
    add(parent, "button", &[("type", "button"), ("data-consentry", name), ("part", part)], text)
}

/// Gives a shadow root style sheets beside the one that it has: by constructed sheets, which no Content-Security-Policy refuses,
/// or where the browser has none (Firefox before 101, Safari before 16.4) by elements in `place`. What was given before goes.
pub fn give_style(root: &ShadowRoot, place: &Element, rules: &[&str]) -> Outcome {
    let sheets = Array::new();
    for rules in rules {
        match constructed(root, rules) {
            Some(sheet) => {
                sheets.push(&sheet);
            }
            None => drop(add(place, "style", &[], rules)?),
        }
    }
    // A new list: some browsers do not let their own be changed.
    if sheets.length() > 0 {
        root.set_adopted_style_sheets(&root.adopted_style_sheets().slice(0, 1).concat(&sheets));
    }
    Ok(())
}

/// A sheet that belongs to the root's own document, which may be a frame's.
fn constructed(root: &ShadowRoot, rules: &str) -> Option<JsValue> {
    let document = root.host().owner_document()?;
    let window = Reflect::get(document.as_ref(), &"defaultView".into()).ok()?;
    let constructor: Function = Reflect::get(&window, &"CSSStyleSheet".into()).ok()?.dyn_into().ok()?;
    let sheet: CssStyleSheet = Reflect::construct(&constructor, &Array::new()).ok()?.unchecked_into();
    sheet.replace_sync(rules).ok()?;
    Some(sheet.into())
}

/// The name of the control that an event happened on, as in `data-consentry`.
pub fn control_of(event: &Event) -> Option<String> {
    around(event, "[data-consentry]")?.get_attribute("data-consentry")
}

/// What a selector finds around an event.
pub fn around(event: &Event, selector: &str) -> Option<Element> {
    // It may be an element of a frame, whose kinds are not those of the page.
    event.target()?.unchecked_into::<Element>().closest(selector).ok()?
}
