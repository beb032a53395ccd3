//! Turns a view into elements. Everything is built node by node: no text of a site or a language is ever
//! parsed as HTML.

use crate::dom::{self, Tag};
use crate::model::view::{Item, Kind, View};

/// What the preferences show beside the notice; empty where there is nothing to say.
#[derive(Default)]
pub struct Moment {
    pub decided: String,
    /// The label of the control.
    pub withdraw: String,
    pub hosts: String,
    pub hosts_title: String,
    pub hosts_text: String,
    pub always: String,
    pub details: String,
}

/// The banner. Refusing and accepting are one kind of control: same size, weight and colour.
pub fn first(root: &Tag, view: &View) {
    let section =
        make("section", &[("role", "dialog"), ("aria-labelledby", "t1"), ("aria-describedby", "d1")]);
    let text = add(&section, "div", &[("id", "d1"), ("class", "text")], "");
    let controls = items(&text, view, "t1", &Moment::default());
    add(&text, "p", &[("id", "undescribed")], "");
    section.append(&controls);
    replace(root, "section", &section);
}

/// The preferences, as a modal dialog that the caller shows.
pub fn second(root: &Tag, view: &View, moment: &Moment) -> Tag {
    let dialog = make("dialog", &[("aria-labelledby", "t2"), ("part", "preferences")]);
    let text = add(&dialog, "div", &[("class", "text"), ("tabindex", "-1"), ("autofocus", "")], "");
    let controls = items(&text, view, "t2", moment);
    if !moment.hosts.is_empty() {
        let section = add(&text, "div", &[("class", "category")], "");
        add(&section, "h3", &[], &moment.hosts_title);
        add(&section, "p", &[], &moment.hosts_text);
        add(&section, "p", &[], &moment.hosts);
    }
    if !moment.decided.is_empty() {
        let line = add(&dialog, "p", &[("class", "decided")], &moment.decided);
        if !moment.withdraw.is_empty() {
            add(&line, "button", &[("type", "button"), ("data-consentry", "withdraw")], &moment.withdraw);
        }
    }
    dialog.append(&controls);
    replace(root, "dialog", &dialog);
    dialog
}

/// Paints every item into `text`, and the controls into a row of their own, which it returns.
fn items(text: &Tag, view: &View, title: &str, moment: &Moment) -> Tag {
    let controls = make("div", &[("class", "controls")]);
    // Where a paragraph goes, the category and its part of the layer, and the list of facts.
    let (mut place, mut category, mut section, mut facts) = (text.clone(), String::new(), text.clone(), None);
    for item in &view.items {
        let Item { kind, name, text: words } = item;
        match kind {
            Kind::Title => drop(add(&place, "h2", &[("id", title), ("part", "title")], words)),
            Kind::Text => drop(add(&place, "p", &[], words)),
            Kind::Note => drop(add(text, "p", &[], words)),
            Kind::Link => {
                let line = add(&place, "p", &[], "");
                add(&line, "a", &[("href", name), ("part", "link")], words);
            }
            Kind::Category => {
                category.clone_from(name);
                section = add(text, "div", &[("class", "category"), ("part", "category")], "");
                place = section.clone();
                let heading = add(&place, "h3", &[], "");
                if name == "necessary" {
                    heading.set_text(words);
                    add(&heading, "small", &[], &moment.always);
                } else {
                    switch(&heading, ("data-consentry-category", name), &category, words);
                }
            }
            Kind::Service => {
                place = add(&section, "div", &[("class", "service"), ("part", "service")], "");
                if category == "necessary" {
                    add(&place, "h4", &[], words);
                } else {
                    switch(&place, ("data-consentry-service", name), &category, words);
                }
                facts = None;
            }
            Kind::Fact => {
                let list = facts.get_or_insert_with(|| {
                    let details = add(&place, "details", &[], "");
                    add(&details, "summary", &[], &moment.details);
                    add(&details, "dl", &[], "")
                });
                add(list, "dt", &[], name);
                add(list, "dd", &[], words);
            }
            Kind::Control => {
                let attributes = [("type", "button"), ("data-consentry", name), ("part", name)];
                if name == "close" {
                    let button = add(&controls, "button", &attributes, "");
                    button.set("aria-label", words);
                } else {
                    add(&controls, "button", &attributes, words);
                }
            }
        }
    }
    controls
}

/// A switch with its name; `category` is what it follows.
fn switch(parent: &Tag, kind: (&str, &str), category: &str, name: &str) -> Tag {
    let label = add(parent, "label", &[], "");
    let input =
        add(&label, "input", &[("type", "checkbox"), ("role", "switch"), ("value", category), kind], "");
    add(&label, "span", &[], name);
    input
}

fn make(tag: &str, attributes: &[(&str, &str)]) -> Tag {
    let tag = dom::create(tag);
    for (name, value) in attributes {
        tag.set(name, value);
    }
    tag
}

fn add(parent: &Tag, tag: &str, attributes: &[(&str, &str)], text: &str) -> Tag {
    let tag = make(tag, attributes);
    if !text.is_empty() {
        tag.set_text(text);
    }
    parent.append(&tag);
    tag
}

fn replace(root: &Tag, selector: &str, new: &Tag) {
    if let Some(old) = root.find(selector) {
        old.remove();
    }
    root.append(new);
}
