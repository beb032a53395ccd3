//! The door to JavaScript: what the gate lends the component and what it may call. Converts types, holds
//! no rules.

use wasm_bindgen::prelude::*;

use crate::browser::outbox;
use crate::model::view::{Layer, Tree};
use crate::ui::Banner;

#[wasm_bindgen]
extern "C" {
    /// What the gate lends: the configuration, the choice in force, and the way to decide. See
    /// `crates/gate/js/component.js`.
    pub type Host;
    #[wasm_bindgen(method, getter)]
    pub fn config(this: &Host) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn consent(this: &Host) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Host) -> String;
    #[wasm_bindgen(method)]
    pub fn decide(this: &Host, action: &str, changes: &JsValue, shown: &JsValue);
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, event: &str, detail: &JsValue);
    /// The shown layer has changed.
    #[wasm_bindgen(method)]
    pub fn changed(this: &Host);
    /// Hosts that were held and that the site does not describe.
    #[wasm_bindgen(method)]
    pub fn undescribed(this: &Host) -> js_sys::Array;
    /// Receipts that local storage did not take.
    #[wasm_bindgen(method, getter)]
    pub fn unstored(this: &Host) -> js_sys::Array;
}

/// A JavaScript value read as a tree; nothing in it is trusted to be there.
#[derive(Clone)]
pub struct Json(pub JsValue);

impl Json {
    /// The member with this name, unless it is null or undefined.
    pub fn get(&self, name: &str) -> Option<Json> {
        let member = js_sys::Reflect::get(&self.0, &name.into()).ok()?;
        (!member.is_null() && !member.is_undefined()).then_some(Json(member))
    }
}

impl Tree for Json {
    fn member(&self, name: &str) -> Option<Json> {
        self.get(name)
    }

    fn items(&self) -> Vec<Json> {
        let list: Option<&js_sys::Array> = self.0.dyn_ref();
        list.map(|list| list.iter().map(Json).collect()).unwrap_or_default()
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }
}

/// The component of this page, once it is mounted.
#[wasm_bindgen]
pub struct Component {
    banner: &'static Banner,
    outbox: &'static outbox::Outbox,
}

#[wasm_bindgen]
impl Component {
    /// Takes what the gate lends and the texts of the language; shows nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host, texts: JsValue) -> Result<Component, JsValue> {
        let outbox: &_ = Box::leak(Box::new(outbox::Outbox::new(host.clone().unchecked_into())?));
        let banner: &_ = Box::leak(Box::new(Banner::new(host, Json(texts))?));
        banner.listen();
        Ok(Component { banner, outbox })
    }

    /// Shows layer 1 (the banner) or 2 (the preferences); any other number hides both.
    pub fn show(&self, layer: u32) -> Result<(), JsValue> {
        match layer {
            1 => self.banner.show(Layer::First),
            2 => self.banner.show(Layer::Second),
            _ => {
                self.banner.hide();
                Ok(())
            }
        }
    }

    /// Sends the receipts that wait, and goes on trying while the page lives.
    pub fn send(&self) {
        self.outbox.send();
    }
}
