//! The door to JavaScript: what the gate lends the component and what it may call. Converts types, holds
//! no rules.

use std::cell::OnceCell;

use wasm_bindgen::prelude::*;

use crate::dom;
use crate::model::view::{Layer, Tree};
use crate::ui::Banner;

/// A visitor downloads the allocator too: this one is a fifth of the usual one's size.
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

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
    #[wasm_bindgen(method, getter)]
    pub fn hostname(this: &Host) -> String;
    #[wasm_bindgen(method)]
    pub fn decide(this: &Host, action: &str, changes: &JsValue, shown: &dom::Record);
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, event: &str, detail: &JsValue);
    /// Fetches what the preferences need, and shows them.
    #[wasm_bindgen(method)]
    pub fn preferences(this: &Host);
    /// The shown layer has changed.
    #[wasm_bindgen(method)]
    pub fn changed(this: &Host);
    /// Hosts that were held and that the site does not describe.
    #[wasm_bindgen(method)]
    pub fn undescribed(this: &Host) -> dom::List;
}

/// A JavaScript value read as a tree; nothing in it is trusted to be there.
pub struct Json(pub JsValue);

impl Json {
    /// The member with this name, unless it is null or undefined.
    pub fn get(&self, name: &str) -> Option<Json> {
        if !self.0.is_object() {
            return None;
        }
        let member = dom::member(&self.0, name);
        (!member.is_null() && !member.is_undefined()).then_some(Json(member))
    }
}

impl Tree for Json {
    fn member(&self, name: &str) -> Option<Json> {
        self.get(name)
    }

    fn each(&self, each: &mut dyn FnMut(Json)) {
        if !self.0.is_object() {
            return;
        }
        let list = dom::list(&self.0);
        for at in 0..list.length() {
            each(Json(list.at(at)));
        }
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }
}

thread_local! {
    /// The banner of this page, once it is mounted.
    static BANNER: OnceCell<&'static Banner> = const { OnceCell::new() };
}

/// Takes what the gate lends and the texts of the language; shows nothing yet.
#[wasm_bindgen]
pub fn mount(host: Host, texts: JsValue) {
    let banner: &_ = Box::leak(Box::new(Banner::new(host, Json(texts))));
    if BANNER.with(|it| it.set(banner)).is_ok() {
        banner.listen();
    }
}

/// Takes the texts and the style of the preferences, which are fetched when they are opened.
#[wasm_bindgen]
pub fn prefer(texts: JsValue) {
    if let Some(banner) = BANNER.with(|it| it.get().copied()) {
        banner.prefer(Json(texts));
    }
}

/// Shows layer 1 (the banner) or 2 (the preferences); any other number hides both.
#[wasm_bindgen]
pub fn show(layer: u32) {
    let Some(banner) = BANNER.with(|it| it.get().copied()) else { return };
    match layer {
        1 => banner.show(Layer::First),
        2 => banner.show(Layer::Second),
        _ => banner.hide(),
    }
}
