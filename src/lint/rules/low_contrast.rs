//! Everybody can read the banner, in every theme that it may have.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::config::look::{contrast, contrast_in_words, effective_colors, shows};

pub(super) const RULE: Rule = Rule {
    id: "low-contrast",
    level: Level::Error,
    assertion: "L3",
    source: "WCAG 2.2, 1.4.3; EDPB Cookie Banner Taskforce, practice E",
    finds: "text of the banner or of its buttons with a contrast below 4.5:1",
    check,
    good: Example::config(
        r##"{ "banner": { "style": { "button": "#1f4fa3", "buttonColor": "#ffffff" } } }"##,
    ),
    bad: Example::config(r##"{ "banner": { "theme": "light", "style": { "color": "#bbbbbb" } } }"##),
};

const LEAST: f64 = 4.5;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let banner = &subject.config.banner;
    let colors = effective_colors(banner.palette, &banner.style);
    let pairs = [
        ("color", &colors.color, &colors.background, "the banner's ground"),
        ("muted", &colors.muted, &colors.background, "the banner's ground"),
        ("buttonColor", &colors.button_color, &colors.button, "the buttons' ground"),
    ];
    let mut findings = Vec::new();
    for theme in [0, 1].into_iter().filter(|theme| shows(banner.theme)[*theme]) {
        for (key, text, ground, place) in pairs {
            let ratio = contrast(&text[theme], &ground[theme]);
            if ratio < LEAST {
                let found = format!("{} on {}, {}", text[theme], ground[theme], contrast_in_words(ratio));
                let expected = format!("at least {LEAST}:1 on {place}{}", ["", " in the dark theme"][theme]);
                findings.push(Finding::at(format!("banner.style.{key}"), found, expected));
            }
        }
    }
    findings
}
