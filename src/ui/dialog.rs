//! The modal dialog as an element of the page. Browsers without `showModal` (Firefox before 98, Safari
//! before 15.4) get the same by hand: the focus stays inside, Esc closes, and the focus returns. Knows
//! nothing of what the dialog says.

use gloo_utils::document;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent, ShadowRoot};

use super::Outcome;

/// A shown dialog; its clones are the same one.
#[derive(Clone)]
pub struct Dialog {
    element: Element,
    root: ShadowRoot,
    /// The same element where the browser keeps the focus in it.
    modal: Option<HtmlDialogElement>,
    /// What had the focus before. The browser remembers it for a modal dialog.
    return_to: Option<HtmlElement>,
}

impl Dialog {
    /// Puts the element into the shadow root and shows it.
    pub fn show(element: Element, root: ShadowRoot) -> Outcome<Dialog> {
        let can_show_modal = Reflect::has(&element, &JsValue::from_str("showModal"))?;
        let modal = can_show_modal.then(|| element.clone().unchecked_into());
        let return_to = if can_show_modal { None } else { focused() };
        root.append_child(&element)?;
        let dialog = Dialog { element, root, modal, return_to };
        match dialog.open() {
            Ok(()) => Ok(dialog),
            Err(refused) => {
                dialog.element.remove();
                Err(refused)
            }
        }
    }

    pub fn element(&self) -> &Element {
        &self.element
    }

    /// Whether it is still there: a page may have taken the whole banner out.
    pub fn is_on_page(&self) -> bool {
        self.element.is_connected()
    }

    /// Whether the browser has not closed it.
    pub fn is_shown(&self) -> bool {
        self.element.has_attribute("open")
    }

    /// Puts the dialog above every other one that the page has opened since, and the focus into it.
    pub fn bring_forward(&self) -> Outcome {
        if let Some(modal) = &self.modal {
            modal.close();
        }
        self.open()
    }

    /// Takes the dialog out of the page; the focus goes to where it was.
    pub fn remove(&self) {
        if let Some(modal) = &self.modal {
            modal.close();
        }
        self.element.remove();
        focus(self.return_to.as_ref());
    }

    /// What a modal dialog does by itself: Esc closes, and Tab stays inside.
    pub fn key_pressed(&self, event: &KeyboardEvent) {
        if self.modal.is_some() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                event.stop_propagation(); // what lies behind the dialog stays
                super::close();
            }
            "Tab" => self.keep_focus(event),
            _ => {}
        }
    }

    fn open(&self) -> Outcome {
        if let Some(modal) = &self.modal {
            return modal.show_modal();
        }
        for (name, value) in [("open", ""), ("role", "dialog"), ("aria-modal", "true")] {
            self.element.set_attribute(name, value)?;
        }
        focus(self.find("[autofocus]").as_ref());
        Ok(())
    }

    /// Leads Tab from the last control to the first, and back.
    fn keep_focus(&self, event: &KeyboardEvent) {
        let controls = "button,input,a,summary";
        let Ok(controls) = self.element.query_selector_all(controls) else { return };
        let focused = self.root.active_element();
        let position = (0..controls.length()).find(|at| controls.get(*at).as_ref() == focused.as_deref());
        let last = controls.length().saturating_sub(1);
        let (edge, other) = if event.shift_key() { (0, last) } else { (last, 0) };
        // Before the first control the focus is on the dialog's text.
        if position == Some(edge) || (position.is_none() && event.shift_key()) {
            event.prevent_default();
            focus(controls.get(other).map(JsCast::unchecked_into::<HtmlElement>).as_ref());
        }
    }

    fn find(&self, selector: &str) -> Option<HtmlElement> {
        Some(self.element.query_selector(selector).ok()??.unchecked_into())
    }
}

/// What has the focus, in whichever shadow root.
fn focused() -> Option<HtmlElement> {
    let mut focused = document().active_element()?;
    while let Some(inner) = focused.shadow_root().and_then(|root| root.active_element()) {
        focused = inner;
    }
    focused.dyn_into().ok()
}

/// Moves the focus, where there is something to take it: a browser that refuses leaves it where it is.
fn focus(element: Option<&HtmlElement>) {
    if let Some(element) = element {
        let _ = element.focus();
    }
}
