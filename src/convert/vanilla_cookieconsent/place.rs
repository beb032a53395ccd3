//! Where the banner stands: `box inline` and `bottom right` in both versions.

use serde_json::Value;

use crate::convert::draft::Draft;
use crate::model::config::{Layout, Position};
use crate::model::shape::{below, quoted};

/// Reads `layout` and `position` of an object.
pub(super) fn read_place(path: &str, options: &Value, draft: &mut Draft) {
    let word = |key: &str| options.get(key).and_then(Value::as_str).unwrap_or_default();
    let (layout, position) = (word("layout"), word("position"));
    let first = layout.split_whitespace().next().unwrap_or_default();
    if !["", "box", "cloud", "bar"].contains(&first) {
        draft.remark(&below(path, "layout"), quoted(layout), "banner.layout is box, bar or dialog");
        return;
    }
    let words: Vec<_> = position.split_whitespace().collect();
    if let Some(other) =
        words.iter().find(|word| !["top", "middle", "bottom", "left", "center", "right"].contains(*word))
    {
        draft.remark(
            &below(path, "position"),
            quoted(other),
            "see banner.position for the places of a layout",
        );
    }
    if layout.is_empty() && position.is_empty() {
        return;
    }
    let has = |word: &str| words.contains(&word);
    let (is_top, is_placed) = (has("top"), !words.is_empty());
    let edge = if is_top { Position::Top } else { Position::Bottom };
    let (layout, position) = match first {
        "bar" => (Layout::Bar, Some(edge)),
        _ if has("middle") => (Layout::Dialog, Some(Position::Center)),
        // Ours that stands at an edge in the middle.
        _ if has("center") || (first == "cloud" && !has("left") && !has("right") && is_placed) => {
            (Layout::Dialog, Some(edge))
        }
        _ => (
            Layout::Box,
            Some(match (is_top, has("left")) {
                (true, true) => Position::TopLeft,
                (true, false) => Position::TopRight,
                (false, true) => Position::BottomLeft,
                (false, false) => Position::BottomRight,
            }),
        ),
    };
    draft.set_layout(layout, position.filter(|_| is_placed));
}
