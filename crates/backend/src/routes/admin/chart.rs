//! Plots as SVG that needs no script: a line of shares, bars of numbers, and the bar beside a name. They stretch to where they
//! stand, so that no text is in them; whoever shows one puts its numbers beside it as a table. Asks no store.

use maud::{Markup, html};

/// How wide a plot is, in its own units.
const WIDTH: f64 = 1000.0;

/// A point of a plot.
pub struct Point {
    /// What is said where one points at it.
    pub label: String,
    /// From 0 to 1; nothing where there is none.
    pub value: Option<f64>,
}

/// The middle of a point's column.
fn middle(at: usize, of: usize) -> f64 {
    WIDTH * (at as f64 + 0.5) / of as f64
}

/// Columns over the whole height, that say what is there.
fn labels(points: &[Point]) -> Markup {
    let width = WIDTH / points.len().max(1) as f64;
    html! {
        @for (at, point) in points.iter().enumerate() {
            rect .column x=(rounded(width * at as f64)) y="0" width=(rounded(width)) height="100" { title { (point.label) } }
        }
    }
}

/// A line through the points; where one is missing it goes on to the next, dashed nowhere: a point alone is a dot.
pub fn line(points: &[Point], summary: &str) -> Markup {
    let there = places(points.iter().map(|point| point.value), points.len());
    let path = path(&there);
    let area = match (there.first(), there.last()) {
        (Some((first, _)), Some((last, _))) => {
            format!("{path}L{} 100L{} 100Z", rounded(*last), rounded(*first))
        }
        _ => String::new(),
    };
    html! {
        svg .plot .line viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label=(summary) {
            path .grid d="M0 0H1000M0 50H1000M0 100H1000" {}
            path .area d=(area) {}
            path .stroke d=(path) {}
            path .dots d=(dots(&there)) {}
            (labels(points))
        }
    }
}

/// Several lines in one plot, each with the look of its number (`key`). `points` say what is there of all lines; their values are
/// not shown.
pub fn lines(lines: &[Vec<Option<f64>>], points: &[Point], summary: &str) -> Markup {
    html! {
        svg .plot .lines viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label=(summary) {
            path .grid d="M0 0H1000M0 50H1000M0 100H1000" {}
            @for (number, values) in lines.iter().enumerate() {
                @let there = places(values.iter().copied(), values.len());
                g .{ "key-" (number + 1) } {
                    @if there.len() == 1 { path .dots d=(dots(&there)) {} } @else { path .stroke d=(path(&there)) {} }
                }
            }
            (labels(points))
        }
    }
}

/// The look of a line, beside the name of what it shows. They are told apart by their dashes as well as by their colours.
pub fn key(number: usize) -> Markup {
    html! {
        svg .key .{ "key-" (number + 1) } viewBox="0 0 20 4" aria-hidden="true" { path .stroke d="M0 2H20" {} }
    }
}

/// Where the values are that are there.
fn places(values: impl Iterator<Item = Option<f64>>, of: usize) -> Vec<(f64, f64)> {
    values.enumerate().filter_map(|(at, value)| Some((middle(at, of), 100.0 - 100.0 * value?))).collect()
}

/// A line through these places.
fn path(places: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in places.iter().enumerate() {
        let command = if at == 0 { 'M' } else { 'L' };
        path += &format!("{command}{} {}", rounded(*x), rounded(*y));
    }
    path
}

/// A line of no length with round ends is a dot, however the plot is stretched.
fn dots(places: &[(f64, f64)]) -> String {
    places.iter().map(|(x, y)| format!("M{} {}h0", rounded(*x), rounded(*y))).collect()
}

/// A bar for each point, from the bottom.
pub fn bars(points: &[Point], summary: &str) -> Markup {
    let width = WIDTH / points.len().max(1) as f64;
    html! {
        svg .plot .bars viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label=(summary) {
            path .grid d="M0 100H1000" {}
            @for (at, point) in points.iter().enumerate() {
                @if let Some(value) = point.value.filter(|value| *value > 0.0) {
                    rect .bar x=(rounded(width * (at as f64 + 0.1))) y=(rounded(100.0 - 100.0 * value))
                        width=(rounded(width * 0.8)) height=(rounded(100.0 * value)) {}
                }
            }
            (labels(points))
        }
    }
}

/// A bar for a share from 0 to 1, beside a name that a table says with its numbers.
pub fn share(value: f64) -> Markup {
    html! {
        svg .share viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true" {
            rect .bar width=(rounded(WIDTH * value.clamp(0.0, 1.0))) height="1" {}
        }
    }
}

/// To a tenth.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{Point, key, line, lines};

    #[test]
    fn a_line_leaves_out_what_is_missing() {
        let values = [Some(0.0), None, Some(1.0), Some(0.5)];
        let points = values.map(|value| Point { label: "<b>".into(), value });
        let svg = line(&points, "a \"summary\"").into_string();
        assert!(svg.contains("d=\"M125 100L625 0L875 50\""), "{svg}");
        assert!(svg.contains("aria-label=\"a &quot;summary&quot;\"") && !svg.contains("<b>"), "{svg}");
        assert_eq!(svg.matches("<title>").count(), 4);
        assert!(line(&[], "nothing").into_string().contains("d=\"\""));
    }

    #[test]
    fn each_line_has_its_own_look_and_one_without_a_second_point_is_a_dot() {
        let points = ["sv 50 %", "sv 100 %, en 0 %"].map(|label| Point { label: label.into(), value: None });
        let values = [vec![Some(0.5), Some(1.0)], vec![None, Some(0.0)]];
        let svg = lines(&values, &points, "two").into_string();
        assert!(svg.contains(r#"<g class="key-1"><path class="stroke" d="M250 50L750 0">"#), "{svg}");
        assert!(svg.contains(r#"<g class="key-2"><path class="dots" d="M750 100h0">"#), "{svg}");
        assert_eq!(svg.matches("<title>").count(), 2);
        assert!(key(1).into_string().contains(r#"class="key key-2""#));
    }
}
