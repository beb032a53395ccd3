//! The second layer of the banner: the preferences, in a dialog in the banner's shadow root. Paints a view,
//! reads what the visitor switched, and hands decisions to the gate; holds no rule of consent. These
//! exports are its only door to JavaScript, and a page has one dialog at most.

mod dialog;
mod gate_interface;
mod paint;
mod preferences;
mod style;
mod switches;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use self::dialog::Dialog;
use self::gate_interface::Gate;
use self::preferences::Open;

/// What the browser refuses ends the call, as the JavaScript exception that it is.
type Outcome<T = ()> = Result<T, JsValue>;

thread_local! {
    /// The preferences, while they are shown.
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
}

/// Shows the preferences, or brings them forward where they are open. `page`: the parsed
/// `consentry-preferences.<language>.json`.
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
