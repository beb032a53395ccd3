//! Turns a view into elements. Everything is built node by node: no text of a site or a language is ever
//! parsed as HTML.

use crate::dom::{self, Tag};
use crate::model::view::{Item, Kind, View};

/// What the preferences show beside the notice; empty where there is nothing to say.
pub struct Moment {
    pub decided: String,
    /// The label of the control.
    pub withdraw: String,
    pub hosts: String,
    pub hosts_title: String,
    pub hosts_text: String,
    pub always: String,
}

/// The banner. Refusing and accepting are one kind of control: same size, weight and colour.
pub fn first(root: &Tag, view: &View) {
    let section =
        make("section", &[("role", "dialog"), ("aria-labelledby", "t1"), ("aria-describedby", "d1")]);
    let text = add(&section, "div", &[("id", "d1"), ("class", "text")], "");
    let controls = items(&text, view, "t1", "");
    add(&text, "p", &[("id", "undescribed")], "");
    section.append(&controls);
    replace(root, "section", &section);
}

/// The preferences, as a modal dialog that the caller shows.
pub fn second(root: &Tag, view: &View, moment: &Moment) -> Tag {
    let dialog = make("dialog", &[("aria-labelledby", "t2"), ("part", "preferences")]);
    let text = add(&dialog, "div", &[("class", "text"), ("tabindex", "-1"), ("autofocus", "")], "");
    if !moment.decided.is_empty() {
        let line = add(&text, "p", &[("class", "decided")], &moment.decided);
        if !moment.withdraw.is_empty() {
            add(&line, "button", &[("type", "button"), ("data-consentry", "withdraw")], &moment.withdraw);
        }
    }
    let controls = items(&text, view, "t2", &moment.always);
    if !moment.hosts.is_empty() {
        let section = add(&text, "div", &[("class", "category")], "");
        add(&section, "h3", &[], &moment.hosts_title);
        add(&section, "p", &[], &moment.hosts_text);
        add(&section, "p", &[], &moment.hosts);
    }
    dialog.append(&controls);
    replace(root, "dialog", &dialog);
    dialog
}

/// Paints every item into `text`, and the controls into a row of their own, which it returns.
fn items(text: &Tag, view: &View, title: &str, always: &str) -> Tag {
    let controls = make("div", &[("class", "controls")]);
    let (mut place, mut category, mut facts) = (text.clone(), String::new(), None);
    for item in &view.items {
        let Item { kind, name, text: words } = item;
        match kind {
            Kind::Title => drop(add(&place, "h2", &[("id", title), ("part", "title")], words)),
            Kind::Text => drop(add(&place, "p", &[("id", &category)], words)),
            Kind::Link => {
                let line = add(&place, "p", &[], "");
                add(&line, "a", &[("href", name), ("part", "link")], words);
            }
            Kind::Category => {
                category.clone_from(name);
                place = add(text, "div", &[("class", "category"), ("part", "category")], "");
                let heading = add(&place, "h3", &[], "");
                if name == "necessary" {
                    heading.set_text(words);
                    add(&heading, "small", &[], always);
                } else {
                    let switch = switch(&heading, ("data-consentry-category", name), &category, words);
                    switch.set("aria-describedby", name);
                }
            }
            Kind::Service => {
                let row = add(&place, "div", &[("class", "service"), ("part", "service")], "");
                if category == "necessary" {
                    add(&row, "h4", &[], words);
                } else {
                    switch(&row, ("data-consentry-service", name), &category, words);
                }
                facts = Some(add(&row, "dl", &[], ""));
            }
            Kind::Fact => {
                if let Some(facts) = &facts {
                    add(facts, "dt", &[], name);
                    add(facts, "dd", &[], words);
                }
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
