//! How the owner brands the banner: a ready palette, and single values in its place. Both buttons take their colours from
//! the same two values, so that no look can set one apart.

use std::fmt::Write as _;

use serde::Deserialize;

use super::values::{Palette, Theme};
use crate::model::checked_types::checked;

checked! {
    /// A colour as `#rgb` or `#rrggbb`, in which contrasts can be computed.
    HexColor: |text: &str| {
        let digits = text.strip_prefix('#').unwrap_or_default();
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    /// A value of CSS that cannot end its declaration, swallow the next one or ask for anything.
    CssValue: |text: &str| {
        let lower = text.to_ascii_lowercase();
        (1..=200).contains(&text.len())
            && !text.contains(|c: char| c.is_control() || ";{}<>\\@!".contains(c))
            && !["url", "image", "/*", "src("].iter().any(|word| lower.contains(word))
            && is_closed(text)
    };
}

/// Whether every bracket and every quote that is opened is closed again.
fn is_closed(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match (c, open.last()) {
            (_, Some(quote @ ('"' | '\''))) if c != *quote => {}
            ('"' | '\'' | ')' | ']', Some(end)) if c == *end => drop(open.pop()),
            ('"' | '\'', _) => open.push(c),
            ('(', _) => open.push(')'),
            ('[', _) => open.push(']'),
            (')' | ']', _) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

impl HexColor {
    /// Red, green and blue from 0 to 255.
    pub fn channels(&self) -> [u8; 3] {
        let digits = &self.as_str()[1..];
        let width = digits.len() / 3;
        [0, 1, 2].map(|at| {
            let channel = u8::from_str_radix(&digits[at * width..(at + 1) * width], 16).unwrap_or_default();
            if width == 1 { channel * 17 } else { channel }
        })
    }
}

/// A colour on light and on dark.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Color {
    Same(HexColor),
    Pair { light: HexColor, dark: HexColor },
}

impl Color {
    /// The colour on light, then on dark.
    pub fn pair(&self) -> [&HexColor; 2] {
        match self {
            Color::Same(color) => [color, color],
            Color::Pair { light, dark } => [light, dark],
        }
    }
}

/// The owner's values; what is absent is the palette's.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Style {
    pub background: Option<Color>,
    pub color: Option<Color>,
    pub muted: Option<Color>,
    pub border: Option<Color>,
    pub button: Option<Color>,
    pub button_color: Option<Color>,
    pub focus: Option<Color>,
    pub font: Option<CssValue>,
    pub font_size: Option<CssValue>,
    pub radius: Option<CssValue>,
    pub button_radius: Option<CssValue>,
    pub space: Option<CssValue>,
    pub width: Option<CssValue>,
    pub shadow: Option<CssValue>,
}

/// The names of the colours, as the configuration and, after `--consentry-`, the custom properties have them.
pub const COLORS: [(&str, &str); 7] = [
    ("background", "background"),
    ("color", "color"),
    ("muted", "muted"),
    ("border", "border"),
    ("button", "button"),
    ("buttonColor", "button-color"),
    ("focus", "focus"),
];

/// The colours of a palette, each on light and on dark, in the order of [`COLORS`].
const fn colors(palette: Palette) -> [[&'static str; 2]; 7] {
    match palette {
        Palette::Slate => [
            ["#ffffff", "#1d1f24"],
            ["#1b1d22", "#f1f2f4"],
            ["#565b66", "#b5bac4"],
            ["#c9ccd3", "#4a4f59"],
            ["#1d4ed8", "#a9c4ff"],
            ["#ffffff", "#0d1526"],
            ["#b45309", "#f5a524"],
        ],
        Palette::Ink => [
            ["#ffffff", "#111111"],
            ["#111111", "#f5f5f5"],
            ["#555555", "#bdbdbd"],
            ["#d4d4d4", "#4d4d4d"],
            ["#111111", "#f5f5f5"],
            ["#ffffff", "#111111"],
            ["#0b63ce", "#7cb7ff"],
        ],
        Palette::Forest => [
            ["#fbfdf9", "#17201a"],
            ["#17211a", "#eef4ee"],
            ["#4f5d53", "#b3c2b7"],
            ["#c5d1c7", "#44534a"],
            ["#1f6b41", "#8fd8ab"],
            ["#ffffff", "#0c1a11"],
            ["#a04a00", "#f2b45c"],
        ],
        Palette::Ocean => [
            ["#f9fcfd", "#10212a"],
            ["#10222b", "#eaf4f8"],
            ["#48606c", "#a9c1cc"],
            ["#c1d3db", "#3a525e"],
            ["#0b6478", "#7fd4e6"],
            ["#ffffff", "#06181e"],
            ["#b03a00", "#ffb27a"],
        ],
        Palette::Berry => [
            ["#fffbfd", "#231a22"],
            ["#25161f", "#f7eef4"],
            ["#675363", "#c8b6c3"],
            ["#dccbd6", "#574a54"],
            ["#8e1f63", "#f2a7d2"],
            ["#ffffff", "#260a1a"],
            ["#1f5fbf", "#8ec0ff"],
        ],
        Palette::Sand => [
            ["#fdfaf4", "#24211b"],
            ["#2a241a", "#f6f1e7"],
            ["#665c4b", "#c6bca9"],
            ["#d9cfbd", "#575041"],
            ["#7a4a12", "#e9bd85"],
            ["#ffffff", "#221605"],
            ["#1d5fae", "#8fc3ff"],
        ],
    }
}

/// The colours of a look on light and on dark, in the order of [`COLORS`].
pub fn effective_colors(palette: Palette, style: &Style) -> [[HexColor; 2]; 7] {
    let own = [
        &style.background,
        &style.color,
        &style.muted,
        &style.border,
        &style.button,
        &style.button_color,
        &style.focus,
    ];
    let mut all = colors(palette).map(|pair| pair.map(HexColor::new));
    for (slot, color) in all.iter_mut().zip(own) {
        if let Some(color) = color {
            *slot = color.pair().map(|color| Some(color.clone()));
        }
    }
    all.map(|pair| pair.map(|color| color.unwrap_or_else(black)))
}

/// Never needed: every colour of a palette is one.
fn black() -> HexColor {
    HexColor("#000000".to_owned())
}

/// The rule that gives a banner its look: custom properties on `:host`, which the page's own win over. Empty for the
/// default one.
pub fn rule(palette: Palette, style: &Style) -> String {
    let mut rule = String::new();
    let mut declare = |name: &str, value: &str| {
        let _ = write!(rule, "--consentry-{name}:{value};");
    };
    let (effective, usual) =
        (effective_colors(palette, style), effective_colors(Palette::Slate, &Style::default()));
    for (((_, name), [light, dark]), usual) in COLORS.iter().zip(&effective).zip(&usual) {
        if usual != &[light.clone(), dark.clone()] {
            let value = if light == dark { light.to_string() } else { format!("light-dark({light},{dark})") };
            declare(name, &value);
        }
    }
    for (name, value) in [
        ("font", &style.font),
        ("font-size", &style.font_size),
        ("radius", &style.radius),
        ("button-radius", &style.button_radius),
        ("space", &style.space),
        ("width", &style.width),
        ("shadow", &style.shadow),
    ] {
        if let Some(value) = value {
            declare(name, value.as_str());
        }
    }
    if rule.is_empty() { rule } else { format!(":host{{{}}}", rule.trim_end_matches(';')) }
}

/// How two colours differ in brightness, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(one: &HexColor, other: &HexColor) -> f64 {
    let luminance = |color: &HexColor| {
        let [red, green, blue] = color.channels().map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

/// Which of the two colours of each pair a theme can show: light, dark.
pub const fn shows(theme: Theme) -> [bool; 2] {
    match theme {
        Theme::Auto | Theme::Page => [true, true],
        Theme::Light => [true, false],
        Theme::Dark => [false, true],
    }
}
