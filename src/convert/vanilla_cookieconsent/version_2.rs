//! Version 2: `languages.<tag>.settings_modal.blocks`, in which each block with a `toggle` is a category; `gui_options`.

use serde_json::{Map, Value};

use super::category::FoundCategory;
use super::translation::{Names, Translation, read_banner, read_texts, read_translations};
use super::{BROWSER_LANGUAGE, LOOKS_ALIKE, NO_CLEARING, NO_SHOW, RELOAD, WALL};
use crate::convert::draft::Draft;
use crate::convert::keys_told::{CALLBACK, Told, When, tell_keys};
use crate::convert::remark::UNKNOWN;
use crate::model::shape::below;

/// Whether this is one: languages with the texts of its two modals.
pub(in crate::convert) fn is_version_2(config: &Map<String, Value>) -> bool {
    let Some(Value::Object(languages)) = config.get("languages") else { return false };
    languages.values().any(|texts| texts.get("settings_modal").or(texts.get("consent_modal")).is_some())
}

const READ: &str = "languages current_lang auto_language gui_options cookie_expiration cookie_domain revision mode \
    cookie_name cookie_same_site use_rfc_cookie page_scripts script_selector hide_from_bots theme_css theme_path \
    auto_clear_cookies";

const TOLD: &[Told] = &[
    ("autoclear_cookies", When::False, NO_CLEARING),
    ("autorun", When::False, NO_SHOW),
    ("cookie_path", When::There, "a choice holds for the whole site"),
    ("delay", When::There, "the banner is there with the page's first frame"),
    ("force_consent", When::True, WALL),
    ("remove_cookie_tables", When::True, "preferences and declaration list the cookies of each service"),
    (
        "cookie_necessary_only_expiration",
        When::There,
        "a refusal stands as long as a grant, for the days of validity",
    ),
    ("onAccept", When::There, CALLBACK),
    ("onChange", When::There, CALLBACK),
    ("onFirstAction", When::There, CALLBACK),
];

const NAMES: Names = Names {
    gui_options: "gui_options",
    modal_told: &[("swap_buttons", When::True, LOOKS_ALIKE)],
    consent_modal: "consent_modal",
    preferences_modal: "settings_modal",
    sections: "blocks",
    category: "/toggle/value",
    cookie_table: "cookie_table",
    revision_message: "revision_message",
};

/// Reads one; [`is_version_2`] has recognised it.
pub(in crate::convert) fn read_version_2(config: &Map<String, Value>, draft: &mut Draft) {
    tell_keys(draft, "", config, READ, TOLD);
    read_banner(config, &NAMES, draft);
    if config.get("auto_language").and_then(Value::as_str) == Some("browser") {
        draft.remark("auto_language", "\"browser\"", BROWSER_LANGUAGE);
    }
    if let Some(days) = config.get("cookie_expiration").filter(|days| !days.is_null()) {
        draft.set_validity("cookie_expiration", days);
    }
    if let Some(domain) =
        config.get("cookie_domain").filter(|it| !it.is_null() && it.as_str() != Some(UNKNOWN))
    {
        draft.set_cookie_domain("cookie_domain", domain);
    }
    let current = config.get("current_lang").and_then(Value::as_str);
    if let Some(tag) = current {
        draft.language("current_lang", tag);
    }
    let translations = read_translations("languages", config.get("languages"), current, &NAMES, draft);
    let categories = read_categories(&translations, draft);
    read_texts(&translations, &categories, draft);
    for translation in &translations {
        tell_roles(translation, draft);
    }
}

/// The categories of all blocks; of one that stands in several languages the first counts.
fn read_categories<'a>(translations: &[Translation<'a>], draft: &mut Draft) -> Vec<FoundCategory<'a>> {
    let mut found: Vec<FoundCategory<'a>> = Vec::new();
    for (path, block) in translations.iter().flat_map(|translation| &translation.sections) {
        let Some(toggle) = block.get("toggle") else { continue };
        let path = below(path, "toggle");
        let Some(name) = toggle.get("value").and_then(Value::as_str) else {
            draft.remark_value(&path, toggle, "expected an object with the category as value");
            continue;
        };
        if found.iter().any(|category| category.name == name) {
            continue;
        }
        if let Some(reload) = toggle.get("reload").or(block.get("reload")) {
            draft.remark_value(&below(&path, "reload"), reload, RELOAD);
        }
        let is = |key: &str| toggle.get(key) == Some(&Value::Bool(true));
        found.push(FoundCategory {
            name,
            path,
            is_read_only: is("readonly"),
            is_enabled: is("enabled"),
            services: Vec::new(),
            cleared: Vec::new(),
        });
    }
    found
}

fn tell_roles(translation: &Translation<'_>, draft: &mut Draft) {
    for button in ["primary_btn", "secondary_btn"] {
        let (path, button) = translation.text(NAMES.consent_modal, button);
        let role = button.and_then(|button| button.get("role"));
        if let Some(role) = role.filter(|role| matches!(role.as_str(), Some("settings" | "accept_selected")))
        {
            let advice = "the banner always has \"Accept all\", \"Reject all\" and a way to choose";
            draft.remark_value(&below(&path, "role"), role, advice);
        }
    }
}
