//! The banner: `<consentry-banner>` with its two layers in an open shadow root. Paints a view, reads what
//! the visitor switched, and hands decisions on; holds no rule of consent.

mod paint;
mod state;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CssStyleSheet, Document, Element, Event, EventTarget, HtmlDialogElement, HtmlElement, KeyboardEvent,
    ShadowRoot, ShadowRootInit, ShadowRootMode,
};

use crate::api::{Host, Json};
use crate::model::view::{Layer, Source, View};

/// The banner of this page.
pub struct Banner {
    host: Host,
    site: Json,
    texts: Json,
    language: String,
    /// Names the controller where the site does not.
    hostname: String,
    document: Document,
    element: HtmlElement,
    root: ShadowRoot,
}

impl Banner {
    /// Makes an empty, hidden banner; [`Banner::show`] puts it into the page.
    ///
    /// # Errors
    /// What the browser refuses.
    pub fn new(host: Host, texts: Json) -> Result<Banner, JsValue> {
        let document = web_sys::window().and_then(|it| it.document()).ok_or("no document")?;
        let element: HtmlElement = document.create_element("consentry-banner")?.unchecked_into();
        let root = element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(include_str!("ui/style.css"))?;
        root.set_adopted_style_sheets(&Array::of1(&sheet));
        let config = Json(host.config());
        let theme = config.get("banner").and_then(|it| it.get("theme")).and_then(|it| it.0.as_string());
        element.set_attribute("data-theme", theme.as_deref().unwrap_or("auto"))?;
        element.set_hidden(true);
        let language = host.language();
        element.set_lang(&language);
        let hostname = document.location().and_then(|it| it.hostname().ok()).unwrap_or_default();
        // A bundle brings the site's descriptions with the texts of the language.
        let site = texts.get("site").unwrap_or(config);
        Ok(Banner { host, site, texts, language, hostname, document, element, root })
    }

    /// Starts to listen, for as long as the page lives.
    pub fn listen(&'static self) {
        let listen = |target: &EventTarget, event: &'static str, act: fn(&Banner, &Event)| {
            let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
            EventListener::new_with_options(target, event, options, move |event| act(self, event)).forget();
        };
        listen(&self.root, "click", Banner::clicked);
        listen(&self.root, "change", |banner, event| state::follow_category(&banner.root, event));
        listen(&self.root, "keydown", Banner::key_pressed);
        listen(&self.root, "close", |banner, _| banner.closed());
        listen(&self.document, "consentry:consent", |banner, _| banner.hide());
        listen(&self.document, "consentry:held", |banner, _| banner.tell_undescribed());
    }

    /// Shows a layer. The banner stands before `<body>`: first in the order of focus, and outside of what a
    /// framework hydrates.
    ///
    /// # Errors
    /// What the browser refuses.
    pub fn show(&self, layer: Layer) -> Result<(), JsValue> {
        if !self.element.is_connected() {
            let html = self.document.document_element().ok_or("no root element")?;
            html.insert_before(&self.element, self.document.body().as_deref().map(AsRef::as_ref))?;
        }
        self.element.set_hidden(false);
        let view = self.source().view(layer);
        match layer {
            Layer::First => {
                paint::first(&self.document, &self.root, &view)?;
                self.tell_undescribed();
            }
            Layer::Second if self.dialog().is_some() => {}
            Layer::Second => {
                let dialog = paint::second(&self.document, &self.root, &view, &self.moment())?;
                state::write(&self.root, &self.host.consent())?;
                dialog.show_modal()?;
            }
        }
        self.tell(layer as u8);
        Ok(())
    }

    /// Takes both layers away. Nothing is decided by it.
    pub fn hide(&self) {
        for layer in ["dialog", "section"] {
            if let Ok(Some(layer)) = self.root.query_selector(layer) {
                layer.remove();
            }
        }
        if !self.element.hidden() {
            self.element.set_hidden(true);
            self.tell(0);
        }
    }

    /// Both layers' notices, as receipts name them.
    fn view(&self) -> View {
        self.source().view(if self.dialog().is_some() { Layer::Second } else { Layer::First })
    }

    fn source(&self) -> Source<'_, Json> {
        Source { site: &self.site, texts: &self.texts, language: &self.language, host: &self.hostname }
    }

    fn dialog(&self) -> Option<HtmlDialogElement> {
        self.root.query_selector("dialog").ok().flatten().map(JsCast::unchecked_into)
    }

    /// Tells the page which layer is shown, 0 for none.
    fn tell(&self, layer: u8) {
        let _ = self.element.set_attribute("data-layer", &layer.to_string());
        self.host.emit(if layer == 0 { "hidden" } else { "shown" }, &JsValue::from(layer));
        self.host.changed();
    }

    /// What the preferences say beside the notice: when the visitor last decided, and which hosts were
    /// held that the site does not describe.
    fn moment(&self) -> paint::Moment {
        let label = |name| self.source().label(name);
        let consent = Json(self.host.consent());
        let decided = consent.get("time").map(|time| {
            let date = js_sys::Date::new(&time.0);
            let date = date.to_locale_date_string(&self.language, &JsValue::UNDEFINED);
            label("decided").replace("{date}", &String::from(date))
        });
        let granted = consent.get("granted").is_some_and(|it| Array::from(&it.0).length() > 0);
        paint::Moment {
            decided,
            withdraw: granted.then(|| label("withdraw")),
            hosts: self.host.undescribed().iter().filter_map(|it| it.as_string()).collect(),
            hosts_title: label("notDescribed"),
            hosts_text: label("notDescribedText"),
            always: label("always"),
        }
    }

    /// Keeps the first layer's count of undescribed hosts true.
    fn tell_undescribed(&self) {
        if let Ok(Some(line)) = self.root.query_selector("#undescribed") {
            let count = self.host.undescribed().length() as usize;
            line.set_text_content(self.source().counted("undescribed", count).as_deref());
        }
    }

    fn clicked(&self, event: &Event) {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(control) = target.and_then(|it| it.closest("[data-consentry]").ok().flatten()) else { return };
        let control = control.get_attribute("data-consentry").unwrap_or_default();
        let outcome = match control.as_str() {
            "preferences" => self.show(Layer::Second),
            "close" => {
                if let Some(dialog) = self.dialog() {
                    dialog.close();
                }
                Ok(())
            }
            _ => self.decide(event, &control),
        };
        if let Err(error) = outcome {
            wasm_bindgen::throw_val(error);
        }
    }

    /// Hands a decision on. What no trusted event made proves no human act: it is recorded as `api`.
    fn decide(&self, event: &Event, control: &str) -> Result<(), JsValue> {
        let changes = match control {
            "accept-all" => JsValue::TRUE,
            "save" => state::read(&self.root, &self.host.consent())?,
            _ => JsValue::FALSE,
        };
        let view = self.view();
        let shown = Object::new();
        Reflect::set(&shown, &"layer".into(), &JsValue::from(view.layer as u8))?;
        Reflect::set(&shown, &"language".into(), &view.language.as_str().into())?;
        Reflect::set(&shown, &"notice".into(), &view.notice().into())?;
        self.host.decide(if event.is_trusted() { control } else { "api" }, &changes, &shown);
        Ok(())
    }

    /// Esc takes the first layer away until the next page, and grants nothing.
    fn key_pressed(&self, event: &Event) {
        let escape = event.unchecked_ref::<KeyboardEvent>().key() == "Escape";
        if escape && self.dialog().is_none() {
            self.hide();
        }
    }

    /// The preferences were closed: back to the first layer if it is still waiting behind.
    fn closed(&self) {
        if let Some(dialog) = self.dialog() {
            dialog.remove();
        }
        match self.root.query_selector("section") {
            Ok(Some(_)) => self.tell(Layer::First as u8),
            _ => self.hide(),
        }
    }
}
