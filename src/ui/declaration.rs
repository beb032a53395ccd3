//! The declaration in the page: tables of all cookies, keys and calls, the visitor's choice with its date, and how to delete
//! cookies. It follows the choice.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_utils::{document, window};
use wasm_bindgen::JsValue;
use web_sys::{Element, Event, ShadowRoot};

use super::Outcome;
use super::elements::{add, control_of, give_style, make};
use super::gate_interface::{Consent, Stage};
use super::placeholder::shadow_root;
use super::words::day;
use crate::model::category::Category;
use crate::model::view::{Declared, SeenName, Source, fill, join};

const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/declaration.css"));

/// Shows it in the element.
pub fn show(stage: Stage, element: &Element, seen: &[String]) -> Outcome {
    let seen: Vec<_> = seen.chunks_exact(4).filter_map(SeenName::new).collect();
    let root = shadow_root(element)?;
    element.set_attribute("lang", &stage.source.language)?;
    element.set_attribute("dir", stage.source.texts.label("direction"))?;
    let frame = make(&document(), "div", &[("class", "declaration"), ("part", "declaration")])?;
    root.append_child(&frame)?;
    give_style(&root, &frame, &[RULES])?;
    let choice = add(&frame, "div", &[("class", "choice"), ("part", "choice"), ("role", "status")], "")?;
    let stage = Rc::new(stage);
    paint_tables(&stage, &frame, &seen)?;
    paint_help(&stage, &frame)?;
    update(&stage, &root, &choice)?;
    let follow = {
        let stage = Rc::clone(&stage);
        move |_: &Event| drop(update(&stage, &root, &choice))
    };
    // Both live as long as the page: elements may go and come again.
    EventListener::new(&document(), "consentry:consent", follow).forget();
    EventListener::new(&frame, "click", move |event| match control_of(event).as_deref() {
        Some("preferences") => stage.gate.open_preferences(),
        Some("withdraw") => {
            let view = stage.source.second_layer();
            stage.decide(event, "withdraw", &JsValue::FALSE, &view, stage.notice.as_deref());
        }
        Some("print") => drop(window().print()),
        _ => {}
    })
    .forget();
    Ok(())
}

/// The choice in force with its date, and the ways to change it.
fn paint_choice(stage: &Stage, place: &Element) -> Outcome {
    let (texts, consent) = (&stage.source.texts, Consent::in_force(&stage.gate));
    place.set_text_content(None);
    add(place, "h2", &[], texts.label("yourChoice"))?;
    let decided = match &consent.time {
        Some(time) => fill(texts.label("decided"), &[("date", &day(time, &stage.source.language))]),
        None => texts.label("notChosen").to_owned(),
    };
    add(place, "p", &[], &decided)?;
    let button = |name: &str, label: &str| {
        let attributes = [("type", "button"), ("data-consentry", name), ("part", "button")];
        add(place, "button", &attributes, texts.label(label))
    };
    button("preferences", "reopen")?;
    if !consent.granted.is_empty() {
        button("withdraw", "withdraw")?;
    }
    Ok(())
}

fn update(stage: &Stage, root: &ShadowRoot, choice: &Element) -> Outcome {
    paint_choice(stage, choice)?;
    let consent = Consent::in_force(&stage.gate);
    let states = root.query_selector_all("[data-category]")?;
    for at in 0..states.length() {
        let Some(state) = states.get(at) else { continue };
        let category = wasm_bindgen::JsCast::unchecked_ref::<Element>(&state).get_attribute("data-category");
        state.set_text_content(Some(&state_of(stage, &consent, &category.unwrap_or_default())));
    }
    Ok(())
}

/// Whether a category is allowed; where only services of it are, which.
fn state_of(stage: &Stage, consent: &Consent, category: &str) -> String {
    let Source { site, texts, language } = &stage.source;
    let is_granted = |scope: &str| consent.granted.iter().any(|granted| granted == scope);
    let mut names = String::new();
    for service in site.services.iter().filter(|service| service.category == category) {
        if is_granted(&format!("service:{}", service.id)) {
            join(&mut names, service.name_in(language));
        }
    }
    let allowed = texts.label("allowed");
    if is_granted(category) {
        return allowed.to_owned();
    }
    if names.is_empty() { texts.label("denied").to_owned() } else { format!("{allowed}: {names}") }
}

fn paint_tables(stage: &Stage, frame: &Element, seen: &[SeenName]) -> Outcome {
    for part in stage.source.declaration(seen) {
        let heading = add(frame, "h2", &[], &part.title)?;
        if part.category == Category::Necessary {
            add(&heading, "small", &[], stage.source.texts.label("alwaysOn"))?;
        } else {
            add(&heading, "small", &[("data-category", part.category.name())], "")?;
        }
        add(frame, "p", &[], &part.text)?;
        paint_table(stage, frame, &part.rows)?;
    }
    Ok(())
}

fn paint_table(stage: &Stage, frame: &Element, rows: &[Declared]) -> Outcome {
    let labels = Declared::COLUMNS.map(|column| stage.source.texts.label(column));
    let table = add(frame, "table", &[("part", "table")], "")?;
    let head = add(&add(&table, "thead", &[], "")?, "tr", &[], "")?;
    for label in labels {
        add(&head, "th", &[("scope", "col")], label)?;
    }
    let body = add(&table, "tbody", &[], "")?;
    for row in rows {
        let line = add(&body, "tr", &[], "")?;
        for (at, (cell, label)) in row.cells().into_iter().zip(labels).enumerate() {
            if at == 0 {
                add(&line, "th", &[("scope", "row"), ("data-label", label)], cell)?;
            } else {
                add(&line, "td", &[("data-label", label)], cell)?;
            }
        }
    }
    Ok(())
}

/// How to delete cookies, and a way to print.
fn paint_help(stage: &Stage, frame: &Element) -> Outcome {
    let texts = &stage.source.texts;
    add(frame, "h2", &[], texts.label("deleteTitle"))?;
    let list = add(frame, "ul", &[], "")?;
    for browser in Declared::WAYS_TO_DELETE {
        add(&list, "li", &[], texts.label(browser))?;
    }
    let attributes = [("type", "button"), ("data-consentry", "print"), ("part", "button")];
    add(frame, "button", &attributes, texts.label("print"))?;
    Ok(())
}
