//! Buttons and the frame of the focus stand out from the banner.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::look::{contrast, contrast_in_words, effective_colors, shows};

pub(super) const RULE: Rule = Rule {
    id: "faint-edges",
    level: Level::Warning,
    assertion: "L3",
    source: "WCAG 2.2, 1.4.11 and 2.4.7",
    finds: "buttons, or the frame of the focus, with a contrast to the banner below 3:1",
    check,
    good: Example::config(r##"{ "banner": { "theme": "light", "style": { "button": "#1f4fa3" } } }"##),
    bad: Example::config(
        r##"{ "banner": { "theme": "light", "style": { "button": "#f4f4f4", "buttonColor": "#111111" } } }"##,
    ),
};

const LEAST: f64 = 3.0;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let banner = &subject.config.banner;
    let colors = effective_colors(banner.palette, &banner.style);
    let mut findings = Vec::new();
    for theme in [0, 1].into_iter().filter(|theme| shows(banner.theme)[*theme]) {
        for (key, color) in [("button", &colors.button), ("focus", &colors.focus)] {
            let ground = &colors.background[theme];
            let ratio = contrast(&color[theme], ground);
            if ratio < LEAST {
                let found = format!("{} on {ground}, {}", color[theme], contrast_in_words(ratio));
                let expected = format!("at least {LEAST}:1{}", ["", " in the dark theme"][theme]);
                findings.push(Finding::at(format!("banner.style.{key}"), found, expected));
            }
        }
    }
    findings
}
