//! The second layer of the banner: the preferences, in a dialog in the banner's shadow root. Paints a view,
//! reads what the visitor switched, and hands decisions to the gate; holds no rule of consent. These
//! exports are its only door to JavaScript, and a page has one dialog at most.

mod dialog;
mod gate;
mod paint;
mod preferences;
mod style;
mod switches;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use self::gate::Gate;
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
    if is_open() {
        OPEN.with_borrow(|open| open.as_ref().map_or(Ok(()), Open::bring_forward))?;
    } else {
        if let Some(lost) = OPEN.take() {
            lost.take_away(); // the page took the banner out while they were open
        }
        let open = Open::new(gate.clone(), page)?;
        OPEN.set(Some(open));
    }
    gate.layer_changed(2);
    Ok(())
}

/// Takes the preferences away. Nothing is decided by it.
#[wasm_bindgen]
pub fn close() {
    // The gate may call back at once: what it finds then is that nothing is open.
    if let Some(open) = OPEN.take() {
        open.take_away().layer_changed(0);
    }
}

/// Whether the preferences are on the page.
#[wasm_bindgen(js_name = isOpen)]
pub fn is_open() -> bool {
    OPEN.with_borrow(|open| open.as_ref().is_some_and(Open::is_on_page))
}
