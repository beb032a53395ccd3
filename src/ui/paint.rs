//! Turns the view of the preferences into elements.

use gloo_utils::document;
use web_sys::Element;

use super::Outcome;
use super::elements::{add, make};
use super::gate_interface::{Consent, Stage};
use super::search;
use super::words::{counted, day};
use crate::model::view::{Item, ItemKind, Source, View, fill};

/// More services than this can be searched.
const MANY_SERVICES: usize = 10;

/// The preferences as a dialog that is not in the page yet. Beside the notice they say what is true only
/// now: when the visitor last decided, what the browser signals, and which hosts were held that the site does not describe.
pub fn preferences(stage: &Stage, view: &View, consent: &Consent) -> Outcome<Element> {
    let source = &stage.source;
    let texts = &source.texts;
    let attributes = [
        ("class", "preferences"),
        ("part", "dialog"),
        ("aria-labelledby", "t2"),
        ("lang", source.language.as_str()),
    ];
    let dialog = make(&document(), "dialog", &attributes)?;
    let mut painter = Painter::new(&dialog, source)?;
    for item in &view.items {
        painter.paint(item)?;
    }
    let text = painter.text.clone();
    if stage.gate.signals_privacy() {
        let note = add(&text, "p", &[("class", "signal")], texts.label("gpc"))?;
        text.insert_before(&note, text.query_selector(".search, .category")?.as_deref())?;
    }
    let undescribed = stage.gate.undescribed();
    if !undescribed.is_empty() {
        let section = make(&document(), "div", &[("class", "category")])?;
        add(&section, "h3", &[], texts.label("notDescribed"))?;
        add(&section, "p", &[], texts.label("notDescribedText"))?;
        add(&section, "p", &[], &undescribed.join(", "))?;
        text.insert_before(&section, text.query_selector(".note")?.as_deref())?;
    }
    if let Some(time) = &consent.time {
        let decided = fill(texts.label("decided"), &[("date", &day(time, &source.language))]);
        let line = add(&dialog, "p", &[("class", "decided")], &decided)?;
        if !consent.granted.is_empty() {
            let attributes = [("type", "button"), ("data-consentry", "withdraw"), ("part", "withdraw")];
            add(&line, "button", &attributes, texts.label("withdraw"))?;
        }
    }
    dialog.append_child(&painter.controls)?;
    Ok(dialog)
}

/// Puts one item after the other where it belongs.
struct Painter<'a> {
    source: &'a Source,
    dialog: Element,
    /// All that scrolls.
    text: Element,
    /// The row of buttons, which the caller places.
    controls: Element,
    /// The category whose items are painted, by name, and its part of the text.
    category: String,
    section: Element,
    /// Where a paragraph goes: the text, a category's section or a service.
    place: Element,
    /// The list of the service's facts, once it has one, and the label that it says last.
    facts: Option<(Element, String)>,
}

impl<'a> Painter<'a> {
    fn new(dialog: &Element, source: &'a Source) -> Outcome<Painter<'a>> {
        let text = make(&document(), "div", &[("class", "text")])?;
        let controls = make(&document(), "div", &[("class", "controls")])?;
        let (section, place, dialog) = (text.clone(), text.clone(), dialog.clone());
        Ok(Painter { source, dialog, text, controls, category: String::new(), section, place, facts: None })
    }

    fn paint(&mut self, Item { kind, name, text }: &Item) -> Outcome {
        match kind {
            ItemKind::Title => {
                // Where a reader begins.
                let attributes = [("id", "t2"), ("part", "title"), ("tabindex", "-1"), ("autofocus", "")];
                add(&self.dialog, "h2", &attributes, text)?;
                self.dialog.append_child(&self.text)?;
            }
            ItemKind::Text => drop(add(&self.place, "p", &[], text)?),
            ItemKind::Note | ItemKind::More => drop(add(&self.text, "p", &[("class", "note")], text)?),
            ItemKind::Link => drop(add(&self.place, "a", &[("href", name), ("part", "link")], text)?),
            ItemKind::Category => self.category(name, text)?,
            ItemKind::Service => self.service(name, text)?,
            ItemKind::Fact => self.fact(name, text)?,
            ItemKind::Control => self.control(name, text)?,
        }
        Ok(())
    }

    fn category(&mut self, name: &str, text: &str) -> Outcome {
        let is_first = self.category.is_empty();
        if is_first && self.source.site.services.len() > MANY_SERVICES {
            search::add_field(&self.text, &self.source.texts)?;
        }
        name.clone_into(&mut self.category);
        self.section = add(&self.text, "div", &[("class", "category"), ("part", "category")], "")?;
        self.place.clone_from(&self.section);
        let heading = add(&self.section, "h3", &[], "")?;
        if self.is_necessary() {
            heading.set_text_content(Some(text));
            add(&heading, "small", &[], self.source.texts.label("alwaysOn"))?;
            return Ok(());
        }
        self.switch(&heading, ("data-consentry-category", name), text)
    }

    fn service(&mut self, id: &str, text: &str) -> Outcome {
        let services = self.services_of_category()?;
        self.place = add(&services, "div", &[("class", "service"), ("part", "service")], "")?;
        self.facts = None;
        if self.is_necessary() {
            add(&self.place, "h4", &[], text)?;
            return Ok(());
        }
        self.switch(&self.place, ("data-consentry-service", id), text)
    }

    /// The disclosure of the category's services.
    fn services_of_category(&self) -> Outcome<Element> {
        if let Some(found) = self.section.query_selector("details")? {
            return Ok(found);
        }
        let Source { site, texts, language } = self.source;
        let number = site.services.iter().filter(|service| service.category == self.category).count();
        let details = add(&self.section, "details", &[], "")?;
        add(&details, "summary", &[], &counted(texts, "services", language, number))?;
        Ok(details)
    }

    /// A fact with the same label as the one before stands below it.
    fn fact(&mut self, label: &str, text: &str) -> Outcome {
        let (facts, before) = match self.facts.take() {
            Some(facts) => facts,
            None => (add(&self.place, "dl", &[], "")?, String::new()),
        };
        if before != label {
            add(&facts, "dt", &[], label)?;
        }
        add(&facts, "dd", &[], text)?;
        self.facts = Some((facts, label.to_owned()));
        Ok(())
    }

    fn control(&self, name: &str, text: &str) -> Outcome {
        let part = if matches!(name, "accept-all" | "reject-all") { "decide" } else { name };
        let attributes = [("type", "button"), ("data-consentry", name), ("part", part)];
        if name == "close" {
            let close = add(&self.dialog, "button", &attributes, "")?;
            close.set_attribute("aria-label", text)?;
            self.dialog.insert_before(&close, Some(&self.text))?;
        } else {
            add(&self.controls, "button", &attributes, text)?;
        }
        Ok(())
    }

    /// A switch with its label; its value is the category that it follows.
    fn switch(&self, parent: &Element, name: (&str, &str), text: &str) -> Outcome {
        let label = add(parent, "label", &[], "")?;
        let attributes = [
            ("type", "checkbox"),
            ("role", "switch"),
            ("value", self.category.as_str()),
            ("part", "switch"),
            name,
        ];
        let input = add(&label, "input", &attributes, "")?;
        if self.source.service(name.1).is_some_and(|service| service.separate) {
            input.set_attribute("data-separate", "")?;
        }
        add(&label, "span", &[], text)?;
        Ok(())
    }

    fn is_necessary(&self) -> bool {
        self.category == "necessary"
    }
}
