//! Looks: a palette is readable by itself, and the owner's values take the place of its own.

use consentry::model::config::look::{
    CssValue, HexColor, Style, contrast, contrast_in_words, effective_colors, rule, shows,
};
use consentry::model::config::{Config, Palette, Theme};
use serde_json::{Value, json};

fn color(text: &str) -> HexColor {
    HexColor::new(text).unwrap()
}

fn palettes() -> impl Iterator<Item = Palette> {
    Palette::NAMES.iter().map(|name| Palette::named(name).unwrap())
}

/// The rule that a banner's configuration gives.
fn rule_of(banner: Value) -> String {
    let config = Config::parse(&json!({ "banner": banner }).to_string()).unwrap();
    rule(config.banner.palette, &config.banner.style)
}

#[test]
fn contrasts_are_those_that_wcag_gives() {
    for (one, other, expected) in [
        ("#000000", "#ffffff", 21.0),
        ("#000", "#fff", 21.0),
        ("#123456", "#123456", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#949494", "#ffffff", 3.03),
        ("#ff0000", "#ffffff", 4.00),
        ("#00ff00", "#ffffff", 1.37),
        ("#0000ff", "#ffffff", 8.59),
        ("#0000ff", "#000000", 2.44),
        ("#F00", "#00f", 2.15),
    ] {
        for (one, other) in [(one, other), (other, one)] {
            let found = contrast(&color(one), &color(other));
            assert!((found - expected).abs() < 0.005, "{one} on {other}: found {found}, expected {expected}");
        }
    }
}

#[test]
fn every_palette_can_be_read_on_light_and_on_dark() {
    let mut wrong = Vec::new();
    for palette in palettes() {
        let colors = effective_colors(palette, &Style::default());
        for (tone, shade) in ["light", "dark"].iter().enumerate() {
            let get = |wanted: &str| {
                let colors = colors.named().into_iter().find(|(name, _)| *name == wanted);
                &colors.unwrap().1[tone]
            };
            // Text at WCAG's AAA where it is read, else AA; what is not text by success criterion 1.4.11.
            for (front, ground, least) in [
                ("color", "background", 7.0),
                ("muted", "background", 4.5),
                ("button-color", "button", 4.5),
                ("button", "background", 3.0),
                ("focus", "background", 3.0),
            ] {
                let found = contrast(get(front), get(ground));
                if found < least {
                    let name = palette.name();
                    wrong.push(format!("{name}, {shade}: {front} on {ground}: {found:.2}, expected {least}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_usual_look_needs_no_rule() {
    assert_eq!(rule(Palette::default(), &Style::default()), "");
    assert_eq!(
        rule_of(
            json!({ "palette": "slate", "style": { "button": { "light": "#1d4ed8", "dark": "#a9c4ff" } } })
        ),
        ""
    );
}

/// The style sheet carries them for the usual look, which has no rule of its own.
#[test]
fn the_colours_of_the_usual_look_are_those_of_the_style_sheet() {
    let css = include_str!("../../../crates/gate/banner.css");
    let channels = |color: &str| HexColor::new(color).unwrap().channels();
    for (name, [light, dark]) in effective_colors(Palette::Slate, &Style::default()).named() {
        let (_, rest) = css.split_once(&format!("var(--consentry-{name}, light-dark(")).unwrap();
        let (in_css, _) = rest.split_once(')').unwrap();
        let in_css: Vec<_> = in_css.split(',').map(|color| channels(color.trim())).collect();
        assert_eq!(in_css, [light.channels(), dark.channels()], "{name}");
    }
}

#[test]
fn a_contrast_in_words_never_looks_better_than_it_is() {
    for (contrast, expected) in [(4.4999, "4.49:1"), (4.5, "4.50:1"), (21.0, "21.00:1"), (1.0, "1.00:1")] {
        assert_eq!(contrast_in_words(contrast), expected);
    }
}

#[test]
fn a_value_may_be_called_what_it_likes_and_asks_for_nothing() {
    for (text, is_good) in [
        ("Burlingame, serif", true),
        ("Imagery", true),
        ("URL(x)", false),
        ("image-set(x)", false),
        ("src(x)", false),
    ] {
        assert_eq!(CssValue::new(text).is_some(), is_good, "{text}");
    }
}

#[test]
fn a_palette_is_a_rule_of_custom_properties_alone() {
    for palette in palettes().filter(|palette| *palette != Palette::default()) {
        let rule = rule(palette, &Style::default());
        let inside = rule.strip_prefix(":host{").and_then(|rest| rest.strip_suffix('}')).unwrap();
        for declaration in inside.split(';') {
            let (name, value) = declaration.split_once(':').unwrap();
            let name = name.strip_prefix("--consentry-").unwrap();
            let colors = effective_colors(palette, &Style::default());
            assert!(colors.named().iter().any(|(known, _)| *known == name), "{declaration}");
            assert!(value.starts_with("light-dark(#") || value.starts_with('#'), "{declaration}");
        }
    }
}

#[test]
fn an_owners_value_takes_the_palettes_place() {
    let style = json!({ "buttonColor": "#fff", "button": { "light": "#064", "dark": "#9fc" } });
    assert_eq!(
        rule_of(json!({ "style": style })),
        ":host{--consentry-button:light-dark(#064,#9fc);--consentry-button-color:#fff}"
    );
    let style = json!({ "fontSize": "16px", "font": "Inter, serif", "radius": "0", "buttonRadius": "2em",
        "space": "1rem", "width": "40em", "shadow": "none" });
    assert_eq!(
        rule_of(json!({ "style": style })),
        ":host{--consentry-font:Inter, serif;--consentry-font-size:16px;--consentry-radius:0;\
         --consentry-button-radius:2em;--consentry-space:1rem;--consentry-width:40em;--consentry-shadow:none}"
    );
    let ink = rule_of(json!({ "palette": "ink" }));
    let own = rule_of(json!({ "palette": "ink", "style": { "focus": "#f00" } }));
    assert!(!ink.contains("#f00") && own.contains("--consentry-focus:#f00"), "{ink}\n{own}");
    // A colour that the palette has too is the usual one all the same.
    let usual = effective_colors(Palette::Slate, &Style::default());
    let [light, dark] = &usual.background;
    let back = json!({ "light": light.as_str(), "dark": dark.as_str() });
    assert!(!rule_of(json!({ "palette": "sand", "style": { "background": back } })).contains("background"));
}

#[test]
fn a_colour_says_its_channels_in_three_digits_or_six() {
    for (text, channels) in [
        ("#000", [0, 0, 0]),
        ("#fff", [255, 255, 255]),
        ("#1d4ed8", [0x1d, 0x4e, 0xd8]),
        ("#AbC", [0xaa, 0xbb, 0xcc]),
    ] {
        assert_eq!(color(text).channels(), channels);
    }
}

#[test]
fn a_theme_shows_one_of_the_two_colours_or_both() {
    for (theme, expected) in [
        (Theme::Auto, [true, true]),
        (Theme::Page, [true, true]),
        (Theme::Light, [true, false]),
        (Theme::Dark, [false, true]),
    ] {
        assert_eq!(shows(theme), expected, "{theme:?}");
    }
}
