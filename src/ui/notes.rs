//! Small notes in the banner's place: what is new since the visitor chose, what a withdrawal leaves until the page is
//! loaded again, and what became of an erasure. None keeps anybody from using the page.

use std::rc::Rc;

use gloo_events::EventListener;
use gloo_utils::{document, window};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event};

use super::Outcome;
use super::elements::{add, add_control, control_of, make};
use super::gate_interface::{Gate, Stage, decisions, erase, when_settled};
use super::records::why_not;
use super::words::digits;
use crate::model::view::{Item, ItemKind, Layer, Source, View, fill};

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
pub fn show_withdrawn(stage: &Stage) -> Outcome {
    show_told(stage, &[], &[], true)
}

/// Has the visitor's records erased, and says what became of it. `has_withdrawn`: whether something was granted until now.
pub fn erase_and_tell(stage: Rc<Stage>, has_withdrawn: bool) {
    let texts = &stage.source.texts;
    tell(&stage, texts.label("moment").to_owned(), &[], false);
    let told = move |outcome: Result<JsValue, JsValue>| {
        let Source { texts, language, .. } = &stage.source;
        match outcome {
            Ok(number) => {
                let number = digits(language, number.as_f64().unwrap_or_default());
                tell(&stage, fill(texts.label("erased"), &[("number", &number)]), &[], has_withdrawn);
            }
            Err(error) => {
                let said = why_not(texts, &error).to_owned();
                tell(&stage, said, &[("preferences", "reopen")], has_withdrawn);
            }
        }
    };
    when_settled(&erase(), Box::new(told));
}

/// Shows a note once the banner is in the page, from which a decision has taken it.
fn tell(stage: &Rc<Stage>, said: String, controls: &'static [(&str, &str)], has_withdrawn: bool) {
    let told = Rc::clone(stage);
    let show = move || drop(show_told(&told, &[&said], controls, has_withdrawn));
    stage.gate.use_component(&Closure::once_into_js(show));
}

/// A note of some texts and controls, with the names of their labels, and of what a withdrawal leaves where there was one.
fn show_told(stage: &Stage, said: &[&str], controls: &[(&str, &str)], has_withdrawn: bool) -> Outcome {
    let texts = &stage.source.texts;
    let mut items: Vec<_> = said.iter().map(|text| item(ItemKind::Text, "", text)).collect();
    let mut controls = controls.to_vec();
    if has_withdrawn {
        items.push(item(ItemKind::Text, "", texts.label("withdrawn")));
        controls.push(("reload", "reload"));
    }
    controls.push(("understood", "close"));
    items.extend(controls.iter().map(|(name, label)| item(ItemKind::Control, name, texts.label(label))));
    let note = paint(stage, &View { layer: Layer::None, items })?;
    let gate = stage.gate.clone();
    until_answered(note, stage.gate.clone(), move |_, control| {
        match control {
            "reload" => drop(window().location().reload()),
            "preferences" => gate.open_preferences(),
            _ => {}
        }
        matches!(control, "reload" | "understood")
    });
    Ok(())
}

fn item(kind: ItemKind, name: &str, text: &str) -> Item {
    Item { kind, name: name.to_owned(), text: text.to_owned() }
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
