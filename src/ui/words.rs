//! Numbers, plural forms and dates as the visitor's language writes them: the browser knows how.

use js_sys::{Date, Intl, Number, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::model::view::{Texts, fill, plural};

/// The text of this name in the form that goes with a number, the number in it.
pub fn counted(texts: &Texts, name: &str, language: &str, number: usize) -> String {
    let rules = Intl::PluralRules::new(&locales(language), &Object::new());
    let form = rules.select(number as f64).as_string().unwrap_or_default();
    fill(plural(texts.label(name), number, &form), &[("number", &digits(language, number as f64))])
}

/// A number in the language's digits.
pub fn digits(language: &str, number: f64) -> String {
    Number::from(JsValue::from_f64(number)).to_locale_string(language).into()
}

/// A time as day, hour and minute.
pub fn moment(time: &str, language: &str) -> String {
    let styles = Object::new();
    for (part, style) in [("dateStyle", "long"), ("timeStyle", "short")] {
        let _ = Reflect::set(&styles, &part.into(), &style.into());
    }
    Date::new(&JsValue::from_str(time)).to_locale_string(language, &styles).into()
}

/// A time as the day that it was.
pub fn day(time: &str, language: &str) -> String {
    let long = Object::new();
    let _ = Reflect::set(&long, &"dateStyle".into(), &"long".into());
    Date::new(&JsValue::from_str(time)).to_locale_date_string(language, &long).into()
}

fn locales(language: &str) -> js_sys::Array {
    js_sys::Array::of1(&language.into())
}
