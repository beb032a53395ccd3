//! The style sheet of the preferences.

use std::cell::RefCell;

use gloo_utils::document;
use js_sys::Array;
use web_sys::{CssStyleSheet, Element, ShadowRoot};

use super::Outcome;

const RULES: &str = include_str!("preferences.css");

thread_local! {
    /// The sheet, once it was needed.
    static SHEET: RefCell<Option<CssStyleSheet>> = const { RefCell::new(None) };
}

/// Gives the dialog its style: by a constructed sheet, which no Content-Security-Policy refuses, or where
/// the browser has none (Firefox before 101, Safari before 16.4) by an element in the dialog.
pub fn give(root: &ShadowRoot, dialog: &Element) -> Outcome {
    let Some(sheet) = constructed() else {
        let style = document().create_element("style")?;
        style.set_text_content(Some(RULES));
        dialog.append_child(&style)?;
        return Ok(());
    };
    let sheets = root.adopted_style_sheets();
    if !sheets.includes(&sheet, 0) {
        // A new list: some browsers do not let their own be changed.
        root.set_adopted_style_sheets(&sheets.concat(&Array::of1(&sheet)));
    }
    Ok(())
}

fn constructed() -> Option<CssStyleSheet> {
    SHEET.with_borrow_mut(|kept| {
        if kept.is_none() {
            let sheet = CssStyleSheet::new().ok()?;
            sheet.replace_sync(RULES).ok()?;
            *kept = Some(sheet);
        }
        kept.clone()
    })
}
