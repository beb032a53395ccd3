//! Small notes in the banner's place: what is new since the visitor chose, and what a withdrawal leaves until the page is
//! loaded again. Neither keeps anybody from using the page.

use gloo_events::EventListener;
use gloo_utils::{document, window};
use web_sys::{Element, Event};

use super::Outcome;
use super::elements::{add, make};
use super::gate_interface::{Stage, decisions};
use super::preferences::control_of;
use crate::model::view::{Item, ItemKind, Layer, View};

/// Shows what is new since a revision, and asks about it alone.
pub fn show_changes(stage: Stage, since: &str, asked: Vec<String>) -> Outcome {
    let view = stage.source.changes(since, &asked);
    let note = paint(&stage, &view)?;
    let place = note.clone();
    let answer = move |event: &Event| {
        let decision = |granted| decisions(asked.iter().map(String::as_str), granted);
        match control_of(event).as_deref() {
            Some("accept-all") => stage.decide(event, "save", &decision(true), &view, None),
            Some("reject-all") => stage.decide(event, "save", &decision(false), &view, None),
            Some("understood") => stage.gate.keep_choice(),
            Some("preferences") => return stage.gate.open_preferences(),
            _ => return,
        }
        place.remove();
        stage.gate.layer_changed(0);
    };
    EventListener::new(&note, "click", answer).forget(); // as long as the note is there
    Ok(())
}

/// Says that what already ran goes on until the page is loaded again, and offers that.
pub fn show_withdrawn(stage: Stage) -> Outcome {
    let texts = &stage.source.texts;
    let item = |kind, name: &str, text: &str| Item { kind, name: name.to_owned(), text: text.to_owned() };
    let view = View {
        layer: Layer::None,
        items: vec![
            item(ItemKind::Text, "", texts.label("withdrawn")),
            item(ItemKind::Control, "reload", texts.label("reload")),
            item(ItemKind::Control, "understood", texts.label("close")),
        ],
    };
    let note = paint(&stage, &view)?;
    let place = note.clone();
    let answer = move |event: &Event| {
        match control_of(event).as_deref() {
            Some("reload") => drop(window().location().reload()),
            Some("understood") => {}
            _ => return,
        }
        place.remove();
        stage.gate.layer_changed(0);
    };
    EventListener::new(&note, "click", answer).forget();
    Ok(())
}

/// What the gate calls a note that asks nothing; the layers have the other numbers.
const NOTE: u32 = 3;

/// The note, in the place of the first layer and with its look. A note that is there already goes.
fn paint(stage: &Stage, view: &View) -> Outcome<Element> {
    let root = stage.gate.root();
    if let Some(before) = root.query_selector(".banner")? {
        before.remove();
    }
    let attributes = [("class", "banner"), ("part", "banner"), ("role", "region"), ("aria-labelledby", "t4")];
    let note = make(&document(), "section", &attributes)?;
    let text = add(&note, "div", &[("class", "text"), ("role", "status")], "")?;
    let controls = add(&note, "div", &[("class", "controls")], "")?;
    let mut label = Some("t4");
    for Item { kind, name, text: said } in &view.items {
        let element = match kind {
            ItemKind::Title => add(&text, "h2", &[("part", "title")], said)?,
            ItemKind::Link => add(&text, "a", &[("part", "link"), ("href", name)], said)?,
            ItemKind::Control => {
                let part = if name == "preferences" { name } else { "decide" };
                let attributes = [("type", "button"), ("data-consentry", name.as_str()), ("part", part)];
                add(&controls, "button", &attributes, said)?
            }
            _ => add(&text, "p", &[], said)?,
        };
        if let Some(label) = label.take() {
            element.set_attribute("id", label)?;
        }
    }
    root.append_child(&note)?;
    stage.gate.layer_changed(if view.layer == Layer::None { NOTE } else { view.layer as u32 });
    Ok(note)
}
