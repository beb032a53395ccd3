//! The search among many services: hides those that do not say what is looked for. Decides nothing: what is hidden keeps its
//! switch as it is.

use js_sys::JsString;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement};

use super::Outcome;
use super::elements::add;
use super::words::counted;
use crate::model::view::Texts;

/// The field, with a place that says how many were found.
pub fn add_field(parent: &Element, texts: &Texts) -> Outcome {
    let line = add(parent, "div", &[("class", "search")], "")?;
    let label = texts.label("search");
    add(
        &line,
        "input",
        &[("type", "search"), ("placeholder", label), ("aria-label", label), ("part", "search")],
        "",
    )?;
    add(&line, "p", &[("role", "status")], "")?;
    Ok(())
}

/// Shows the services whose text holds what is in the field; all where it is empty.
pub fn filter(dialog: &Element, texts: &Texts, language: &str) -> Outcome {
    let Some(field) = dialog.query_selector("[type=search]")? else { return Ok(()) };
    let wanted = in_lower_case(&field.unchecked_into::<HtmlInputElement>().value());
    let mut found = 0;
    let categories = dialog.query_selector_all(".category details")?;
    for at in 0..categories.length() {
        let Some(details) = categories.get(at) else { continue };
        let details: Element = details.unchecked_into();
        let before = found;
        let services = details.query_selector_all(".service")?;
        for at in 0..services.length() {
            let Some(service) = services.get(at) else { continue };
            let service: Element = service.unchecked_into();
            let text = in_lower_case(&service.text_content().unwrap_or_default());
            let is_found = text.contains(&wanted);
            service.toggle_attribute_with_force("hidden", !is_found)?;
            found += usize::from(is_found);
        }
        details.toggle_attribute_with_force("open", !wanted.is_empty() && found > before)?;
    }
    if let Some(status) = dialog.query_selector(".search [role=status]")? {
        let said = counted(texts, "found", language, found);
        status.set_text_content(Some(if wanted.is_empty() { "" } else { &said }));
    }
    Ok(())
}

/// By the browser, which has the tables for it.
fn in_lower_case(text: &str) -> String {
    JsString::from(text).trim().to_lower_case().into()
}
