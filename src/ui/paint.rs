//! Turns a view into elements. Everything is built node by node: no text of a site or a language is ever
//! parsed as HTML, and no element carries a style.

use gloo_utils::document;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::Outcome;
use super::gate_interface::Consent;
use crate::model::view::{Item, ItemKind, Source, Texts, View, fill};

/// The preferences as a dialog that is not in the page yet. Beside the notice they say what is true only
/// now: when the visitor last decided, and which hosts were held that the site does not describe.
pub fn preferences(
    source: &Source,
    view: &View,
    consent: &Consent,
    undescribed: &[String],
) -> Outcome<Element> {
    let texts = &source.texts;
    let dialog =
        make("dialog", &[("aria-labelledby", "t2"), ("part", "preferences"), ("lang", &source.language)])?;
    let text = add(&dialog, "div", &[("class", "text"), ("tabindex", "-1"), ("autofocus", "")], "")?;
    let mut painter = Painter::new(&text, texts)?;
    for item in &view.items {
        painter.paint(item)?;
    }
    if !undescribed.is_empty() {
        let section = add(&text, "div", &[("class", "category")], "")?;
        add(&section, "h3", &[], texts.label("notDescribed"))?;
        add(&section, "p", &[], texts.label("notDescribedText"))?;
        add(&section, "p", &[], &undescribed.join(", "))?;
    }
    if let Some(time) = &consent.time {
        let date = in_words(time, &source.language)?;
        let decided = fill(texts.label("decided"), &[("date", &date)]);
        let line = add(&dialog, "p", &[("class", "decided")], &decided)?;
        if !consent.granted.is_empty() {
            let attributes = [("type", "button"), ("data-consentry", "withdraw")];
            add(&line, "button", &attributes, texts.label("withdraw"))?;
        }
    }
    dialog.append_child(&painter.controls)?;
    Ok(dialog)
}

/// Puts one item after the other where it belongs.
struct Painter<'a> {
    texts: &'a Texts,
    /// All that scrolls.
    text: Element,
    /// The row of buttons, which the caller places.
    controls: Element,
    /// The category whose items are painted, by name, and its part of the text.
    category: String,
    section: Element,
    /// Where a paragraph goes: the text, a category's section or a service.
    place: Element,
    /// The list of the service's facts, once it has one.
    facts: Option<Element>,
}

impl<'a> Painter<'a> {
    fn new(text: &Element, texts: &'a Texts) -> Outcome<Painter<'a>> {
        let controls = make("div", &[("class", "controls")])?;
        let (section, place, text) = (text.clone(), text.clone(), text.clone());
        Ok(Painter { texts, text, controls, category: String::new(), section, place, facts: None })
    }

    fn paint(&mut self, Item { kind, name, text }: &Item) -> Outcome {
        match kind {
            ItemKind::Title => drop(add(&self.place, "h2", &[("id", "t2"), ("part", "title")], text)?),
            ItemKind::Text => drop(add(&self.place, "p", &[], text)?),
            ItemKind::Note => drop(add(&self.text, "p", &[("class", "note")], text)?),
            ItemKind::Link => {
                let line = add(&self.place, "p", &[], "")?;
                add(&line, "a", &[("href", name), ("part", "link")], text)?;
            }
            ItemKind::Category => self.category(name, text)?,
            ItemKind::Service => self.service(name, text)?,
            ItemKind::Fact => self.fact(name, text)?,
            ItemKind::Control => self.control(name, text)?,
        }
        Ok(())
    }

    fn category(&mut self, name: &str, text: &str) -> Outcome {
        name.clone_into(&mut self.category);
        self.section = add(&self.text, "div", &[("class", "category"), ("part", "category")], "")?;
        self.place.clone_from(&self.section);
        let heading = add(&self.section, "h3", &[], "")?;
        if self.is_necessary() {
            heading.set_text_content(Some(text));
            add(&heading, "small", &[], self.texts.label("always"))?;
            return Ok(());
        }
        self.switch(&heading, ("data-consentry-category", name), text)
    }

    fn service(&mut self, id: &str, text: &str) -> Outcome {
        self.place = add(&self.section, "div", &[("class", "service"), ("part", "service")], "")?;
        self.facts = None;
        if self.is_necessary() {
            add(&self.place, "h4", &[], text)?;
            return Ok(());
        }
        self.switch(&self.place, ("data-consentry-service", id), text)
    }

    fn fact(&mut self, label: &str, text: &str) -> Outcome {
        let facts = match &self.facts {
            Some(facts) => facts,
            None => {
                let details = add(&self.place, "details", &[], "")?;
                add(&details, "summary", &[], self.texts.label("details"))?;
                self.facts.insert(add(&details, "dl", &[], "")?)
            }
        };
        add(facts, "dt", &[], label)?;
        add(facts, "dd", &[], text)?;
        Ok(())
    }

    fn control(&self, name: &str, text: &str) -> Outcome {
        let attributes = [("type", "button"), ("data-consentry", name), ("part", name)];
        if name == "close" {
            add(&self.controls, "button", &attributes, "")?.set_attribute("aria-label", text)?;
        } else {
            add(&self.controls, "button", &attributes, text)?;
        }
        Ok(())
    }

    /// A switch with its label; its value is the category that it follows.
    fn switch(&self, parent: &Element, name: (&str, &str), text: &str) -> Outcome {
        let label = add(parent, "label", &[], "")?;
        let attributes = [("type", "checkbox"), ("role", "switch"), ("value", self.category.as_str()), name];
        add(&label, "input", &attributes, "")?;
        add(&label, "span", &[], text)?;
        Ok(())
    }

    /// Whether the category's items need no consent.
    fn is_necessary(&self) -> bool {
        self.category == "necessary"
    }
}

fn make(name: &str, attributes: &[(&str, &str)]) -> Outcome<Element> {
    let element = document().create_element(name)?;
    for (name, value) in attributes {
        element.set_attribute(name, value)?;
    }
    Ok(element)
}

fn add(parent: &Element, name: &str, attributes: &[(&str, &str)], text: &str) -> Outcome<Element> {
    let element = make(name, attributes)?;
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element)?;
    Ok(element)
}

/// A time as the day that it was, in the words of a language.
fn in_words(time: &str, language: &str) -> Outcome<String> {
    let long = Object::new();
    Reflect::set(&long, &"dateStyle".into(), &"long".into())?;
    Ok(Date::new(&JsValue::from_str(time)).to_locale_date_string(language, &long).into())
}
