//! The banner can be read as it is shown, whatever the page's own style sheets did to it.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::look::{contrast, contrast_in_words};

pub(super) const RULE: Rule = Rule {
    id: "unreadable-banner",
    level: Level::Error,
    assertion: "L3",
    source: "WCAG 2.2, 1.4.3",
    finds: "text of the shown banner or of its buttons with a contrast below 4.5:1",
    check,
    good: Example::visit("{}", r##"{ "banner": { "color": "#111111", "background": "#ffffff" } }"##),
    bad: Example::visit("{}", r##"{ "banner": { "color": "#aaaaaa", "background": "#ffffff" } }"##),
};

const LEAST: f64 = 4.5;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let mut pairs = vec![("the text".to_owned(), &banner.color, &banner.background)];
    // The colours are the same on every screen.
    for button in banner.screens.first().iter().flat_map(|screen| &screen.buttons) {
        let ground = if button.background.is_some() { &button.background } else { &banner.background };
        pairs.push((format!("the button {}", button.does), &button.color, ground));
    }
    let faint = pairs.into_iter().filter_map(|(what, color, ground)| {
        let ratio = contrast(color.as_ref()?, ground.as_ref()?);
        let found = format!("{} for {what}", contrast_in_words(ratio));
        (ratio < LEAST).then(|| Finding::seen(&visit.address, found, format!("at least {LEAST}:1")))
    });
    faint.collect()
}
