//! The banner: `<consentry-banner>` with its two layers in an open shadow root. Paints a view, reads what
//! the visitor switched, and hands decisions on; holds no rule of consent.

mod paint;
mod state;

use std::cell::OnceCell;

use wasm_bindgen::prelude::*;
use web_sys::{Event, KeyboardEvent};

use crate::api::{Host, Json};
use crate::dom::{self, Record, Sheet, Tag};
use crate::model::view::{Layer, Source, fill};

/// The banner of this page.
pub struct Banner {
    host: Host,
    source: Source<Json>,
    /// What the preferences are built from, once they have been opened.
    preferences: OnceCell<Source<Json>>,
    element: Tag,
    root: Tag,
}

impl Banner {
    /// Makes an empty, hidden banner; [`Banner::show`] puts it into the page.
    pub fn new(host: Host, texts: Json) -> Banner {
        let element = dom::create("consentry-banner");
        let open = Record::new();
        open.with("mode", &"open".into());
        let root = element.attach_shadow(&open);
        let sheet = Sheet::new();
        sheet.fill(include_str!("../crates/gate/banner.css"));
        root.sheets().push(&sheet);
        let config = Json(host.config());
        let theme = config.get("banner").and_then(|it| it.get("theme")?.0.as_string());
        element.set("data-theme", theme.as_deref().unwrap_or("auto"));
        element.set_hidden(true);
        let source = source(&host, texts);
        element.set("lang", &source.language);
        Banner { host, source, preferences: OnceCell::new(), element, root }
    }

    /// Takes the texts and the style of the preferences.
    pub fn prefer(&self, texts: Json) {
        if let (None, Some(style)) =
            (self.preferences.get(), texts.get("style").and_then(|it| it.0.as_string()))
        {
            let sheet = Sheet::new();
            sheet.fill(&style);
            self.root.sheets().push(&sheet);
        }
        drop(self.preferences.set(source(&self.host, texts)));
    }

    /// Starts to listen, for as long as the page lives.
    pub fn listen(&'static self) {
        let act = Closure::<dyn Fn(Event)>::new(move |event: Event| self.handle(&event));
        for event in ["click", "change", "keydown", "close"] {
            self.root.listen(event, &act, true);
        }
        if let Some(document) = Json(self.element.clone().into()).get("ownerDocument") {
            let document: Tag = document.0.unchecked_into();
            document.listen("consentry:consent", &act, true);
            document.listen("consentry:held", &act, true);
        }
        act.forget();
    }

    fn handle(&self, event: &Event) {
        match event.type_().as_str() {
            "click" => self.clicked(event),
            "change" => state::follow_category(&self.root, event),
            "keydown" => self.key_pressed(event),
            "close" => self.closed(),
            "consentry:held" => self.tell_undescribed(),
            _ => self.hide(),
        }
    }

    /// Shows a layer. The banner stands before `<body>`: first in the order of focus, and outside of what a
    /// framework hydrates.
    pub fn show(&self, layer: Layer) {
        if !self.element.is_connected() {
            match dom::find_in_page("body") {
                Some(body) => body.before(&self.element),
                None => dom::find_in_page("html").into_iter().for_each(|html| html.append(&self.element)),
            }
        }
        self.element.set_hidden(false);
        match (layer, self.preferences.get()) {
            (Layer::Second, Some(source)) => {
                if self.dialog().is_none() {
                    let dialog = paint::second(&self.root, &source.view(layer), &self.moment(source));
                    state::write(&self.root, &self.host.consent());
                    dialog.show_modal();
                }
            }
            _ => {
                paint::first(&self.root, &self.source.view(Layer::First));
                self.tell_undescribed();
            }
        }
        self.tell(layer as u32);
    }

    /// Takes both layers away. Nothing is decided by it.
    pub fn hide(&self) {
        for layer in ["dialog", "section"] {
            if let Some(layer) = self.root.find(layer) {
                layer.remove();
            }
        }
        if !self.element.hidden() {
            self.element.set_hidden(true);
            self.tell(0);
        }
    }

    fn dialog(&self) -> Option<Tag> {
        self.root.find("dialog")
    }

    /// Tells the page which layer is shown, 0 for none. What gets the focus behind the first layer is scrolled
    /// clear of it (WCAG 2.2, 2.4.11).
    fn tell(&self, layer: u32) {
        let covered = if layer == 1 { dom::in_digits(&self.element.height()) + "px" } else { String::new() };
        if let Some(style) = dom::find_in_page("html").and_then(|html| Json(html.into()).get("style")) {
            let style: Record = style.0.unchecked_into();
            style.with("scrollPaddingBottom", &covered.into());
        }
        self.element.set("data-layer", ["0", "1", "2"].get(layer as usize).unwrap_or(&"0"));
        self.host.emit(if layer == 0 { "hidden" } else { "shown" }, &JsValue::from(layer));
        self.host.changed();
    }

    /// What the preferences say beside the notice, because it is true only now.
    fn moment(&self, source: &Source<Json>) -> paint::Moment {
        let label = |name| source.label(name);
        let consent = Json(self.host.consent());
        let decided = consent.get("time").map(|time| {
            let long = Record::new();
            long.with("dateStyle", &"long".into());
            let date = dom::Date::new(&time.0).in_words(&source.language, &long);
            fill(&label("decided"), &[&date])
        });
        let granted = consent.get("granted").is_some_and(|it| dom::list(&it.0).length() > 0);
        paint::Moment {
            decided: decided.unwrap_or_default(),
            withdraw: if granted { label("withdraw") } else { String::new() },
            hosts: self.host.undescribed().join(", "),
            hosts_title: label("notDescribed"),
            hosts_text: label("notDescribedText"),
            always: label("always"),
            details: label("details"),
        }
    }

    /// Keeps the first layer's count of undescribed hosts true.
    fn tell_undescribed(&self) {
        if let Some(line) = self.root.find("#undescribed") {
            let count = self.host.undescribed().length();
            line.set_text(&self.source.counted("undescribed", count as usize));
        }
    }

    fn clicked(&self, event: &Event) {
        let target = event.target().map(|it| it.unchecked_into::<Tag>());
        let Some(control) = target.and_then(|it| it.closest("[data-consentry]")) else { return };
        match control.attribute("data-consentry").unwrap_or_default().as_str() {
            "preferences" => self.host.preferences(),
            "close" => self.dialog().into_iter().for_each(|dialog| dialog.close()),
            control => self.decide(event, control),
        }
    }

    /// Hands a decision on. What no trusted event made proves no human act: it is recorded as `api`.
    fn decide(&self, event: &Event, control: &str) {
        let changes = match control {
            "accept-all" => JsValue::TRUE,
            "save" => state::read(&self.root, &self.host.consent()),
            _ => JsValue::FALSE,
        };
        let (layer, source) = match (self.dialog(), self.preferences.get()) {
            (Some(_), Some(source)) => (Layer::Second, source),
            _ => (Layer::First, &self.source),
        };
        let shown = Record::new();
        shown.with("layer", &JsValue::from(layer as u32));
        shown.with("language", &JsValue::from_str(&source.language));
        match source.texts.get("notice") {
            Some(notice) => shown.with("notice", &notice.0),
            None => shown.with("artefact", &source.view(layer).artefact(&source.language).into()),
        }
        self.host.decide(if event.is_trusted() { control } else { "api" }, &changes, &shown);
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
        match self.root.find("section") {
            Some(_) => self.tell(1),
            None => self.hide(),
        }
    }
}

/// A bundle brings the site's descriptions with the texts of the language.
fn source(host: &Host, texts: Json) -> Source<Json> {
    let site = texts.get("site").unwrap_or_else(|| Json(host.config()));
    Source { site, texts, language: host.language(), host: host.hostname() }
}
