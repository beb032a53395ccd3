//! The owner's font size can be read.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: "small-text",
    level: Level::Warning,
    assertion: "L4",
    source: "GDPR article 12(1); our threshold",
    finds: "own text smaller than 12 pixels",
    check,
    good: Example::config(r#"{ "banner": { "style": { "fontSize": "0.9rem" } } }"#),
    bad: Example::config(r#"{ "banner": { "style": { "fontSize": "9px" } } }"#),
};

const LEAST_PIXELS: f64 = 12.0;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(size) = &subject.config.banner.style.font_size else { return Vec::new() };
    if pixels(size.as_str()).is_none_or(|pixels| pixels >= LEAST_PIXELS) {
        return Vec::new();
    }
    vec![Finding::at("banner.style.fontSize", format!("\"{size}\""), "at least 12px")]
}

/// The length in CSS pixels where the browser's usual size is 16; nothing where it is computed.
fn pixels(size: &str) -> Option<f64> {
    let size = size.trim().to_ascii_lowercase();
    let number = |unit: &str| size.strip_suffix(unit)?.trim().parse::<f64>().ok();
    let relative = number("rem").or_else(|| number("em")).map(|times| times * 16.0);
    let percent = number("%").map(|percent| percent * 0.16);
    let points = number("pt").map(|points| points * 4.0 / 3.0);
    relative.or(percent).or(points).or_else(|| number("px"))
}
