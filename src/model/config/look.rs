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
            && !["url(", "image(", "image-set(", "src(", "/*"].iter().any(|part| lower.contains(part))
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

/// One value for each colour of a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Colors<T> {
    pub background: T,
    pub color: T,
    pub muted: T,
    pub border: T,
    pub button: T,
    pub button_color: T,
    pub focus: T,
}

impl<T> Colors<T> {
    /// Each with its name in the custom properties, after `--consentry-`.
    pub fn named(&self) -> [(&'static str, &T); 7] {
        [
            ("background", &self.background),
            ("color", &self.color),
            ("muted", &self.muted),
            ("border", &self.border),
            ("button", &self.button),
            ("button-color", &self.button_color),
            ("focus", &self.focus),
        ]
    }
}

/// The colours of a palette, each on light and on dark.
const fn colors(palette: Palette) -> Colors<[&'static str; 2]> {
    match palette {
        Palette::Slate => Colors {
            background: ["#ffffff", "#1d1f24"],
            color: ["#1b1d22", "#f1f2f4"],
            muted: ["#565b66", "#b5bac4"],
            border: ["#c9ccd3", "#4a4f59"],
            button: ["#1d4ed8", "#a9c4ff"],
            button_color: ["#ffffff", "#0d1526"],
            focus: ["#b45309", "#f5a524"],
        },
        Palette::Ink => Colors {
            background: ["#ffffff", "#111111"],
            color: ["#111111", "#f5f5f5"],
            muted: ["#555555", "#bdbdbd"],
            border: ["#d4d4d4", "#4d4d4d"],
            button: ["#111111", "#f5f5f5"],
            button_color: ["#ffffff", "#111111"],
            focus: ["#0b63ce", "#7cb7ff"],
        },
        Palette::Forest => Colors {
            background: ["#fbfdf9", "#17201a"],
            color: ["#17211a", "#eef4ee"],
            muted: ["#4f5d53", "#b3c2b7"],
            border: ["#c5d1c7", "#44534a"],
            button: ["#1f6b41", "#8fd8ab"],
            button_color: ["#ffffff", "#0c1a11"],
            focus: ["#a04a00", "#f2b45c"],
        },
        Palette::Ocean => Colors {
            background: ["#f9fcfd", "#10212a"],
            color: ["#10222b", "#eaf4f8"],
            muted: ["#48606c", "#a9c1cc"],
            border: ["#c1d3db", "#3a525e"],
            button: ["#0b6478", "#7fd4e6"],
            button_color: ["#ffffff", "#06181e"],
            focus: ["#b03a00", "#ffb27a"],
        },
        Palette::Berry => Colors {
            background: ["#fffbfd", "#231a22"],
            color: ["#25161f", "#f7eef4"],
            muted: ["#675363", "#c8b6c3"],
            border: ["#dccbd6", "#574a54"],
            button: ["#8e1f63", "#f2a7d2"],
            button_color: ["#ffffff", "#260a1a"],
            focus: ["#1f5fbf", "#8ec0ff"],
        },
        Palette::Sand => Colors {
            background: ["#fdfaf4", "#24211b"],
            color: ["#2a241a", "#f6f1e7"],
            muted: ["#665c4b", "#c6bca9"],
            border: ["#d9cfbd", "#575041"],
            button: ["#7a4a12", "#e9bd85"],
            button_color: ["#ffffff", "#221605"],
            focus: ["#1d5fae", "#8fc3ff"],
        },
    }
}

/// The colours of a look, each on light and on dark: the owner's, or else the palette's.
pub fn effective_colors(palette: Palette, style: &Style) -> Colors<[HexColor; 2]> {
    let usual = colors(palette);
    let effective = |own: &Option<Color>, usual: [&str; 2]| match own {
        Some(color) => color.pair().map(HexColor::clone),
        None => usual.map(|color| HexColor(color.to_owned())),
    };
    Colors {
        background: effective(&style.background, usual.background),
        color: effective(&style.color, usual.color),
        muted: effective(&style.muted, usual.muted),
        border: effective(&style.border, usual.border),
        button: effective(&style.button, usual.button),
        button_color: effective(&style.button_color, usual.button_color),
        focus: effective(&style.focus, usual.focus),
    }
}

/// The rule that gives a banner its look: custom properties on `:host`, which the page's own win over. Empty for the
/// default one.
pub fn rule(palette: Palette, style: &Style) -> String {
    let mut rule = String::new();
    let mut declare = |name: &str, value: &str| {
        let _ = write!(rule, "--consentry-{name}:{value};");
    };
    let effective = effective_colors(palette, style);
    let usual = effective_colors(Palette::Slate, &Style::default());
    for ((name, colors), (_, usual)) in effective.named().into_iter().zip(usual.named()) {
        let [light, dark] = colors;
        if usual != colors {
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

/// A contrast in words, rounded down so that what is too low looks so: `4.49:1`.
pub fn contrast_in_words(contrast: f64) -> String {
    format!("{:.2}:1", (contrast * 100.0).floor() / 100.0)
}

/// Which of the two colours of each pair a theme can show: light, dark.
pub const fn shows(theme: Theme) -> [bool; 2] {
    match theme {
        Theme::Auto | Theme::Page => [true, true],
        Theme::Light => [true, false],
        Theme::Dark => [false, true],
    }
}
