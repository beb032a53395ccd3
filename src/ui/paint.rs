//! Turns a view into elements. Everything is built node by node: no text of a site or a language is ever
//! parsed as HTML.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlDialogElement, ShadowRoot};

use crate::model::category::Category;
use crate::model::view::{CategoryView, ServiceView, View};

/// What the preferences show beside the notice, because it is true only now.
pub struct Moment {
    pub decided: Option<String>,
    /// The label of the control, where there is something to withdraw.
    pub withdraw: Option<String>,
    pub hosts: Vec<String>,
    pub hosts_title: String,
    pub hosts_text: String,
    pub always: String,
}

/// Adds elements to one parent.
struct Painter<'a> {
    document: &'a Document,
}

type Painted<T = Element> = Result<T, JsValue>;

impl Painter<'_> {
    fn make(&self, tag: &str, attributes: &[(&str, &str)]) -> Painted {
        let element = self.document.create_element(tag)?;
        for (name, value) in attributes {
            element.set_attribute(name, value)?;
        }
        Ok(element)
    }

    fn add(&self, parent: &Element, tag: &str, attributes: &[(&str, &str)], text: &str) -> Painted {
        let element = self.make(tag, attributes)?;
        if !text.is_empty() {
            element.set_text_content(Some(text));
        }
        parent.append_child(&element)?;
        Ok(element)
    }

    fn control(&self, parent: &Element, name: &str, label: &str) -> Painted {
        let attributes = [("type", "button"), ("data-consentry", name), ("part", name)];
        self.add(parent, "button", &attributes, label)
    }

    /// Title, paragraphs and the policy's link, as both layers have them.
    fn head(&self, parent: &Element, view: &View, id: &str) -> Painted<()> {
        self.add(parent, "h2", &[("id", id), ("part", "title")], &view.title)?;
        for paragraph in &view.paragraphs {
            self.add(parent, "p", &[], paragraph)?;
        }
        Ok(())
    }

    fn policy(&self, parent: &Element, view: &View) -> Painted<()> {
        if let Some((label, address)) = &view.policy {
            let line = self.add(parent, "p", &[], "")?;
            self.add(&line, "a", &[("href", address), ("part", "link")], label)?;
        }
        Ok(())
    }

    /// A switch with its name; `category` is what it follows.
    fn switch(&self, parent: &Element, kind: (&str, &str), category: Category, name: &str) -> Painted {
        let label = self.add(parent, "label", &[], "")?;
        let attributes = [("type", "checkbox"), ("role", "switch"), ("value", category.name()), kind];
        let input = self.add(&label, "input", &attributes, "")?;
        self.add(&label, "span", &[], name)?;
        Ok(input)
    }

    fn category(&self, parent: &Element, view: &CategoryView, always: &str) -> Painted<()> {
        let section = self.add(parent, "div", &[("class", "category"), ("part", "category")], "")?;
        let id = view.category.name();
        if view.category == Category::Necessary {
            let title = self.add(&section, "h3", &[], &view.name)?;
            self.add(&title, "small", &[], always)?;
        } else {
            let title = self.add(&section, "h3", &[], "")?;
            let input = self.switch(&title, ("data-consentry-category", id), view.category, &view.name)?;
            input.set_attribute("aria-describedby", id)?;
        }
        self.add(&section, "p", &[("id", id)], &view.description)?;
        for service in &view.services {
            self.service(&section, service, view.category)?;
        }
        Ok(())
    }

    fn service(&self, parent: &Element, view: &ServiceView, category: Category) -> Painted<()> {
        let row = self.add(parent, "div", &[("class", "service"), ("part", "service")], "")?;
        if category == Category::Necessary {
            self.add(&row, "h4", &[], &view.name)?;
        } else {
            self.switch(&row, ("data-consentry-service", &view.id), category, &view.name)?;
        }
        let list = self.add(&row, "dl", &[], "")?;
        for (label, value) in &view.facts {
            self.add(&list, "dt", &[], label)?;
            self.add(&list, "dd", &[], value)?;
        }
        Ok(())
    }
}

/// The banner. Refusing and accepting are one kind of control: same size, weight and colour.
pub fn first(document: &Document, root: &ShadowRoot, view: &View) -> Painted<()> {
    let painter = Painter { document };
    let section = painter.make(
        "section",
        &[("role", "dialog"), ("aria-labelledby", "t1"), ("aria-describedby", "d1"), ("part", "banner")],
    )?;
    let text = painter.add(&section, "div", &[("id", "d1"), ("class", "text")], "")?;
    painter.head(&text, view, "t1")?;
    painter.add(&text, "p", &[("id", "undescribed")], "")?;
    painter.policy(&text, view)?;
    controls(&painter, &section, view)?;
    replace(root, "section", &section)
}

/// The preferences, as a modal dialog that the caller shows.
pub fn second(document: &Document, root: &ShadowRoot, view: &View, moment: &Moment) -> Painted<HtmlDialogElement> {
    let painter = Painter { document };
    let dialog = painter.make("dialog", &[("aria-labelledby", "t2"), ("part", "preferences")])?;
    let close = view.controls.iter().find(|(name, _)| *name == "close");
    let text = painter.add(&dialog, "div", &[("class", "text"), ("tabindex", "0")], "")?;
    painter.head(&text, view, "t2")?;
    painter.policy(&text, view)?;
    if let Some(decided) = &moment.decided {
        let line = painter.add(&text, "p", &[("class", "decided")], decided)?;
        if let Some(label) = &moment.withdraw {
            painter.control(&line, "withdraw", label)?;
        }
    }
    for category in &view.categories {
        painter.category(&text, category, &moment.always)?;
    }
    if !moment.hosts.is_empty() {
        let section = painter.add(&text, "div", &[("class", "category")], "")?;
        painter.add(&section, "h3", &[], &moment.hosts_title)?;
        painter.add(&section, "p", &[], &moment.hosts_text)?;
        painter.add(&section, "p", &[], &moment.hosts.join(", "))?;
    }
    controls(&painter, &dialog, view)?;
    if let Some((name, label)) = close {
        let button = painter.control(&dialog, name, "")?;
        button.set_attribute("aria-label", label)?;
    }
    replace(root, "dialog", &dialog)?;
    Ok(dialog.unchecked_into())
}

fn controls(painter: &Painter<'_>, parent: &Element, view: &View) -> Painted<()> {
    let row = painter.add(parent, "div", &[("class", "controls")], "")?;
    for (name, label) in view.controls.iter().filter(|(name, _)| *name != "close") {
        painter.control(&row, name, label)?;
    }
    Ok(())
}

fn replace(root: &ShadowRoot, selector: &str, new: &Element) -> Painted<()> {
    if let Some(old) = root.query_selector(selector)? {
        old.remove();
    }
    root.append_child(new)?;
    Ok(())
}
