//! What stands in place of something that is held: in a held frame's own document, so that the frame keeps its size and
//! place; over a film or a frame whose document nobody can reach; or in an element that a site puts into its page.

use gloo_events::EventListener;
use web_sys::{Element, Event, ShadowRoot, ShadowRootInit, ShadowRootMode};

use super::Outcome;
use super::elements::{add, add_control, control_of, give_style, make};
use super::gate_interface::{Stage, decisions};
use crate::model::view::{Held, ItemKind, View};

const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/placeholder.css"));

/// Shows it in the element, whose click on "show this once" becomes the event `consentry-once` there.
pub fn show(stage: Stage, element: &Element, held: Held) -> Outcome {
    let view = stage.source.placeholder(&held, !held.host.is_empty());
    let root = shadow_root(element)?;
    let service = stage.source.service(&held.service);
    let poster = service.and_then(|service| service.placeholder.poster.as_deref());
    let card = paint(&stage, &view, element, &root, poster)?;
    give_style(&root, &card, &[&stage.gate.style(), RULES])?;
    let grant = service.map_or(held.category, |service| format!("service:{}", service.id));
    let element = element.clone();
    let clicked = move |event: &Event| match control_of(event).as_deref() {
        Some("show-once") => {
            let _ = Event::new("consentry-once").and_then(|once| element.dispatch_event(&once));
        }
        Some("allow") => {
            stage.decide(event, "save", &decisions([grant.as_str()], true), &view, None);
        }
        Some("preferences") => stage.gate.open_preferences(),
        _ => {}
    };
    EventListener::new(&card, "click", clicked).forget(); // as long as the card is there
    Ok(())
}

/// The element's shadow root, empty.
pub fn shadow_root(element: &Element) -> Outcome<ShadowRoot> {
    let root = match element.shadow_root() {
        Some(root) => root,
        None => element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
    };
    root.set_text_content(None);
    Ok(root)
}

fn paint(
    stage: &Stage,
    view: &View,
    element: &Element,
    root: &ShadowRoot,
    poster: Option<&str>,
) -> Outcome<Element> {
    element.set_attribute("lang", &stage.source.language)?;
    element.set_attribute("dir", stage.source.texts.label("direction"))?;
    let document = element.owner_document().ok_or("no document")?;
    let attributes =
        [("class", "card"), ("part", "placeholder"), ("role", "group"), ("aria-labelledby", "t3")];
    let card = make(&document, "div", &attributes)?;
    root.append_child(&card)?;
    if let Some(poster) = poster {
        add(&card, "img", &[("src", poster), ("alt", ""), ("part", "poster")], "")?;
    }
    let text = add(&card, "div", &[("class", "about")], "")?;
    let controls = add(&card, "div", &[("class", "controls")], "")?;
    for item in &view.items {
        match item.kind {
            ItemKind::Title => drop(add(&text, "h2", &[("id", "t3"), ("part", "title")], &item.text)?),
            ItemKind::Control => drop(add_control(&controls, &item.name, &item.text)?),
            _ => drop(add(&text, "p", &[], &item.text)?),
        }
    }
    Ok(card)
}
