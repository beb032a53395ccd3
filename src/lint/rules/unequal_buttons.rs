//! "No" looks like "yes".

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::look::{contrast, contrast_in_words};

pub(super) const RULE: Rule = Rule {
    id: "unequal-buttons",
    level: Level::Error,
    assertion: "L2",
    source: "EDPB Cookie Banner Taskforce, practices D and E; CNIL 2020-092, paragraph 34; our tolerances",
    finds: "buttons that accept and refuse and differ in size, in the weight of their text, in fill or in contrast",
    check,
    good: Example::visit(
        "{}",
        r##"{ "banner": { "screens": [{ "size": "320x568", "buttons": [
            { "does": "accept-all", "width": 100, "height": 44, "fontSize": 16, "fontWeight": 600,
              "color": "#ffffff", "background": "#1d4ed8" },
            { "does": "reject-all", "width": 100.5, "height": 44, "fontSize": 16, "fontWeight": 600,
              "color": "#ffffff", "background": "#1d4ed8" }] }] } }"##,
    ),
    bad: Example::visit(
        "{}",
        r##"{ "banner": { "screens": [{ "size": "320x568", "buttons": [
            { "does": "accept-all", "width": 100, "height": 44, "fontSize": 16, "fontWeight": 600,
              "color": "#ffffff", "background": "#1d4ed8" },
            { "does": "reject-all", "width": 60, "height": 44, "fontSize": 13, "fontWeight": 400,
              "color": "#999999" }] }] } }"##,
    ),
};

/// CSS pixels.
const MOST_DIFFERENCE: f64 = 1.0;
/// Of the two contrasts.
const MOST_TIMES: f64 = 1.25;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some((visit, banner)) = subject.seen_banner() else { return Vec::new() };
    let mut findings = Vec::new();
    for screen in &banner.screens {
        let Some((accept, reject)) = screen.pair() else { continue };
        let mut wrong = |what: &str, [one, other]: [String; 2]| {
            let found = format!("{what} {one} to accept and {other} to refuse at {}", screen.size);
            findings.push(Finding::seen(&visit.address, found, "the same for both"));
        };
        for (what, one, other, most) in [
            ("a width of", accept.width, reject.width, MOST_DIFFERENCE),
            ("a height of", accept.height, reject.height, MOST_DIFFERENCE),
            ("a font size of", accept.font_size, reject.font_size, 0.0),
            ("a font weight of", accept.font_weight, reject.font_weight, 0.0),
        ] {
            if (one - other).abs() > most {
                wrong(what, [one, other].map(|number| number.to_string()));
            }
        }
        if accept.background.is_some() != reject.background.is_some() {
            let fill = |has: bool| if has { "one" } else { "none" }.to_owned();
            wrong("a fill:", [fill(accept.background.is_some()), fill(reject.background.is_some())]);
        }
        let ratio = |button: &crate::lint::visit::SeenButton| {
            let ground = button.background.as_ref().or(banner.background.as_ref())?;
            Some(contrast(button.color.as_ref()?, ground))
        };
        if let (Some(one), Some(other)) = (ratio(accept), ratio(reject))
            && one.max(other) / one.min(other) > MOST_TIMES
        {
            wrong("a contrast of", [one, other].map(contrast_in_words));
        }
    }
    findings
}
