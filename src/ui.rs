//! All that is shown but the first layer: the preferences with the visitor's records, placeholders, the declaration, notes. Paints views, reads what the
//! visitor switched, and hands decisions to the gate; holds no rule of consent. These exports are its only door to
//! JavaScript, and a page has one dialog at most. `page` is always the parsed `consentry-preferences.<language>.json`.

mod declaration;
mod dialog;
mod elements;
mod gate_interface;
mod notes;
mod paint;
mod placeholder;
mod preferences;
mod records;
mod search;
mod switches;
mod words;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::Element;

use self::dialog::Dialog;
use self::gate_interface::{Gate, Stage};
use self::preferences::Open;
use crate::model::view::Held;

/// What the browser refuses ends the call, as the JavaScript exception that it is.
type Outcome<T = ()> = Result<T, JsValue>;

thread_local! {
    /// The preferences, while they are shown.
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
}

/// Shows the preferences, or brings them forward where they are open.
#[wasm_bindgen]
pub fn open(gate: Gate, page: JsValue) -> Outcome {
    // Moving the focus runs the page's listeners, which may call back: nothing is borrowed meanwhile.
    let dialog = OPEN.with_borrow(|open| open.as_ref().map(Open::dialog));
    match dialog.filter(Dialog::is_on_page) {
        Some(dialog) => dialog.bring_forward()?,
        None => {
            if let Some(lost) = OPEN.take() {
                lost.take_away(); // the page took the banner out while they were open
            }
            let open = Open::new(gate.clone(), page)?;
            OPEN.set(Some(open));
        }
    }
    gate.layer_changed(2);
    Ok(())
}

/// Takes the preferences away. Nothing is decided by it.
#[wasm_bindgen]
pub fn close() {
    // What is told of it may call back at once, and then finds that nothing is open.
    if let Some(open) = OPEN.take() {
        open.take_away().layer_changed(0);
    }
}

/// Shows the declaration in an element of the page. `seen`: the names that the site was seen to use without declaring them,
/// each as four texts: its name, `cookie` or `storage`, its category, its vendor.
#[wasm_bindgen]
pub fn declaration(gate: Gate, page: JsValue, element: &Element, seen: Vec<String>) -> Outcome {
    declaration::show(Stage::new(gate, page), element, &seen)
}

/// Shows in an element, of the page or of a held frame, what is held there: something of a declared service (its id, or
/// empty), of a category (or `unclassified`), of a host (empty where none is known).
#[wasm_bindgen]
pub fn placeholder(
    gate: Gate,
    page: JsValue,
    element: &Element,
    service: String,
    category: String,
    host: String,
) -> Outcome {
    placeholder::show(Stage::new(gate, page), element, Held { service, category, host })
}

/// Says in the banner what is new since the revision under which the visitor chose. `asked`: on what there is no decision
/// yet.
#[wasm_bindgen]
pub fn changes(gate: Gate, page: JsValue, since: &str, asked: Vec<String>) -> Outcome {
    notes::show_changes(Stage::new(gate, page), since, asked)
}

/// Says in the banner what a withdrawal leaves until the page is loaded again.
#[wasm_bindgen]
pub fn withdrawn(gate: Gate, page: JsValue) -> Outcome {
    notes::show_withdrawn(&Stage::new(gate, page))
}
