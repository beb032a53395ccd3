//! The style that is baked in: what all layouts have, that of the site's alone, and its look.

use consentry::model::config::{Layout, Palette, look};
use serde_json::{Value, json};

use super::{baked, bundle, component, config};

fn style(banner: Value) -> String {
    baked(&config(json!({ "banner": banner }))).style.as_str().unwrap().to_owned()
}

#[test]
fn only_the_sites_own_layout_is_baked_in() {
    assert_eq!(style(json!({})), ":host{all:initial}.box{left:1px}");
    for layout in Layout::NAMES {
        let style = style(json!({ "layout": layout }));
        for other in Layout::NAMES {
            assert_eq!(style.contains(&format!(".{other}")), layout == other, "{style}");
        }
    }
}

#[test]
fn no_style_sheet_lies_beside_the_script_since_the_right_one_is_in_it() {
    for layout in Layout::NAMES {
        let files = bundle(&config(json!({ "banner": { "layout": layout } })), &[], &component).unwrap();
        assert!(files.iter().all(|(name, _)| !name.ends_with(".css")), "{layout}");
    }
}

#[test]
fn a_look_is_the_last_rule_and_the_usual_look_none() {
    for name in Palette::NAMES {
        let palette = Palette::named(name).unwrap();
        let expected = look::rule(palette, &look::Style::default());
        let style = style(json!({ "palette": name }));
        assert_eq!(style, format!(":host{{all:initial}}.box{{left:1px}}{expected}"));
        assert_eq!(expected.is_empty(), palette == Palette::default(), "{name}");
    }
    let own = json!({ "palette": "ink", "style": { "button": "#064", "font": "\"Älv\", serif" } });
    let style = style(own);
    assert!(style.contains("--consentry-button:#064;"), "{style}");
    assert!(style.ends_with("--consentry-font:\"Älv\", serif}"), "{style}");
}

#[test]
fn a_look_changes_no_notice() {
    let site = |banner: Value| json!({ "controller": { "name": "Shop" }, "banner": banner });
    let notices = |banner| super::notices(&config(site(banner)));
    let other =
        json!({ "layout": "dialog", "palette": "sand", "theme": "dark", "style": { "space": "1em" } });
    assert_eq!(notices(json!({})), notices(other));
}
