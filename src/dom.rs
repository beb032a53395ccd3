//! The browser as the component calls it. web-sys turns most of these into a `Result` that nobody here
//! could handle better than the promise that the component runs in: what the browser refuses passes
//! through as the JavaScript exception that it is. Measured on the banner, brotli: js-sys costs about 0.3 KB
//! (its runtime for futures comes along), gloo-events 0.3 KB.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An element or shadow root, with what the component needs of any kind of it.
    #[derive(Clone, PartialEq)]
    #[wasm_bindgen(extends = web_sys::EventTarget)]
    pub type Tag;

    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    pub fn create(name: &str) -> Tag;
    #[wasm_bindgen(method, js_name = attachShadow)]
    pub fn attach_shadow(this: &Tag, init: &Record) -> Tag;
    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    pub fn sheets(this: &Tag) -> List;
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub fn set(this: &Tag, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = getAttribute)]
    pub fn attribute(this: &Tag, name: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    pub fn append(this: &Tag, child: &Tag);
    #[wasm_bindgen(method)]
    pub fn before(this: &Tag, sibling: &Tag);
    #[wasm_bindgen(method)]
    pub fn remove(this: &Tag);
    #[wasm_bindgen(method, getter, js_name = offsetHeight)]
    pub fn height(this: &Tag) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = isConnected)]
    pub fn is_connected(this: &Tag) -> bool;
    #[wasm_bindgen(method)]
    pub fn closest(this: &Tag, selector: &str) -> Option<Tag>;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    pub fn set_text(this: &Tag, text: &str);
    #[wasm_bindgen(method, getter)]
    pub fn hidden(this: &Tag) -> bool;
    #[wasm_bindgen(method, setter)]
    pub fn set_hidden(this: &Tag, hidden: bool);
    #[wasm_bindgen(method, getter)]
    pub fn checked(this: &Tag) -> bool;
    #[wasm_bindgen(method, setter)]
    pub fn set_checked(this: &Tag, checked: bool);
    #[wasm_bindgen(method, js_name = addEventListener)]
    pub fn listen(this: &Tag, event: &str, act: &Closure<dyn Fn(web_sys::Event)>, capture: bool);
    #[wasm_bindgen(method, js_name = showModal)]
    pub fn show_modal(this: &Tag);
    #[wasm_bindgen(method)]
    pub fn close(this: &Tag);

    #[wasm_bindgen(method, js_name = querySelector)]
    pub fn find(this: &Tag, selector: &str) -> Option<Tag>;
    #[wasm_bindgen(method, js_name = querySelectorAll)]
    pub fn find_all(this: &Tag, selector: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = document, js_name = querySelector)]
    pub fn find_in_page(selector: &str) -> Option<Tag>;

    #[wasm_bindgen(js_name = String)]
    pub fn in_digits(number: &JsValue) -> String;

    pub type Date;
    #[wasm_bindgen(constructor)]
    pub fn new(time: &JsValue) -> Date;
    #[wasm_bindgen(method, js_name = toLocaleDateString)]
    pub fn in_words(this: &Date, language: &str, options: &Record) -> String;

    pub type Sheet;
    #[wasm_bindgen(constructor, js_class = "CSSStyleSheet")]
    pub fn new() -> Sheet;
    #[wasm_bindgen(method, js_name = replaceSync)]
    pub fn fill(this: &Sheet, rules: &str);

    /// An object.
    pub type Record;
    #[wasm_bindgen(constructor, js_class = "Object")]
    pub fn new() -> Record;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    fn set_member(object: &Record, name: &str, value: &JsValue);
    #[wasm_bindgen(js_namespace = Reflect, js_name = get)]
    pub fn member(object: &JsValue, name: &str) -> JsValue;

    /// An array.
    pub type List;
    #[wasm_bindgen(js_namespace = Array, js_name = from)]
    pub fn list(iterable: &JsValue) -> List;
    #[wasm_bindgen(method, getter)]
    pub fn length(this: &List) -> u32;
    #[wasm_bindgen(method)]
    pub fn at(this: &List, index: u32) -> JsValue;
    #[wasm_bindgen(method)]
    pub fn includes(this: &List, item: &str) -> bool;
    #[wasm_bindgen(method)]
    pub fn join(this: &List, between: &str) -> String;
    #[wasm_bindgen(method)]
    pub fn push(this: &List, item: &Sheet);
}

impl Record {
    /// Sets a member.
    pub fn with(&self, name: &str, value: &JsValue) {
        set_member(self, name, value);
    }
}
