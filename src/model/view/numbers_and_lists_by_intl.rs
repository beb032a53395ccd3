//! Numbers, lists and plural forms as the `Intl` of the program that runs this WebAssembly writes them: what
//! `numbers_and_lists.rs` is natively.

use js_sys::{Array, Function, Intl, JsString, Number, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The form of a text that goes with a number, by Unicode's name of it.
pub fn plural_form(language: &str, number: usize) -> &'static str {
    let rules = Intl::PluralRules::new(&Array::of1(&language.into()), &Object::new());
    let form = rules.select(number as f64).as_string().unwrap_or_default();
    ["zero", "one", "two", "few", "many"].into_iter().find(|known| *known == form).unwrap_or("other")
}

/// A number in the language's digits.
pub fn number(language: &str, number: usize) -> String {
    Number::from(number as f64).to_locale_string(language).into()
}

/// A list such as "a, b and c".
pub fn list(language: &str, items: &[&str]) -> String {
    in_words(language, items).unwrap_or_else(|| items.join(", "))
}

/// `new Intl.ListFormat(language).format(items)`, which js-sys does not know.
fn in_words(language: &str, items: &[&str]) -> Option<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let kind = Reflect::get(&intl, &"ListFormat".into()).ok()?.dyn_into::<Function>().ok()?;
    let formatter = Reflect::construct(&kind, &Array::of1(&language.into())).ok()?;
    let format = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into::<Function>().ok()?;
    let items: Array = items.iter().map(|item| JsValue::from_str(item)).collect();
    format.call1(&formatter, &items).ok()?.dyn_into::<JsString>().ok().map(Into::into)
}
