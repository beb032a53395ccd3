//! Small notes in the banner's place: what is new since the visitor chose, and what a withdrawal leaves until the page is
//! loaded again. Neither keeps anybody from using the page.

use gloo_events::EventListener;
use gloo_utils::{document, window};
use web_sys::{Element, Event};

use super::Outcome;
use super::elements::{add, add_control, make};
use super::gate_interface::{Gate, Stage, decisions};
use super::preferences::control_of;
use crate::model::view::{Item, ItemKind, Layer, View};

/// Shows what is new since a revision, and asks about it alone.
pub fn show_changes(stage: Stage, since: &str, asked: Vec<String>) -> Outcome {
    let view = stage.source.changes(since, &asked);
    let note = paint(&stage, &view)?;
    until_answered(note, stage.gate.clone(), move |event, control| {
        let decide = |granted| {
            let decisions = decisions(asked.iter().map(String::as_str), granted);
            stage.decide(event, "save", &decisions, &view, None);
        };
        match control {
            "accept-all" => decide(true),
            "reject-all" => decide(false),
            "understood" => stage.gate.keep_choice(),
            "preferences" => {
                stage.gate.open_preferences();
                return false;
            }
            _ => return false,
        }
        true
    });
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
    until_answered(note, stage.gate, |_, control| {
        if control == "reload" {
            let _ = window().location().reload();
        }
        matches!(control, "reload" | "understood")
    });
    Ok(())
}

/// Takes the note away once `answer` says that a click on a control was one.
fn until_answered(note: Element, gate: Gate, answer: impl Fn(&Event, &str) -> bool + 'static) {
    let place = note.clone();
    let clicked = move |event: &Event| {
        if control_of(event).is_some_and(|control| answer(event, &control)) {
            place.remove();
            gate.layer_changed(0);
        }
    };
    EventListener::new(&note, "click", clicked).forget(); // as long as the note is there
}

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
            ItemKind::Control => add_control(&controls, name, said)?,
            _ => add(&text, "p", &[], said)?,
        };
        if let Some(label) = label.take() {
            element.set_attribute("id", label)?;
        }
    }
    root.append_child(&note)?;
    if view.layer != Layer::None {
        stage.gate.layer_changed(view.layer as u32);
    }
    Ok(note)
}
