//! Version 2: `languages.<tag>.settings_modal.blocks`, in which each block with a `toggle` is a category; `gui_options`.

use serde_json::{Map, Value};

use super::category::{FoundCategory, Section, add_categories, items, read_policy};
use super::cookie_table::rows;
use super::place::read_place;
use super::{
    BROWSER_LANGUAGE, ELSEWHERE, LOOKS_ALIKE, NO_CLEARING, NO_SHOW, OPT_OUT, OWN_TEXTS, RELOAD, WALL,
};
use crate::convert::draft::Draft;
use crate::convert::keys_told::{CALLBACK, Told, When, tell_keys};
use crate::convert::remark::UNKNOWN;
use crate::model::config::Language;
use crate::model::shape::{below, quoted};

/// Whether this is one: languages with the texts of its two modals.
pub(in crate::convert) fn is_version_2(config: &Map<String, Value>) -> bool {
    let Some(Value::Object(languages)) = config.get("languages") else { return false };
    languages.values().any(|texts| texts.get("settings_modal").or(texts.get("consent_modal")).is_some())
}

const KEYS: &[Told] = &[
    ("languages", When::Never, ""),
    ("current_lang", When::Never, ""),
    ("auto_language", When::Never, ""),
    ("gui_options", When::Never, ""),
    ("cookie_expiration", When::Never, ""),
    ("cookie_domain", When::Never, ""),
    ("revision", When::Never, ""),
    ("mode", When::Never, ""),
    ("cookie_name", When::Never, ""),
    ("cookie_path", When::Never, ""),
    ("cookie_same_site", When::Never, ""),
    ("use_rfc_cookie", When::Never, ""),
    ("page_scripts", When::Never, ""),
    ("script_selector", When::Never, ""),
    ("hide_from_bots", When::Never, ""),
    ("theme_css", When::Never, ""),
    ("theme_path", When::Never, ""),
    ("auto_clear_cookies", When::Never, ""),
    ("autoclear_cookies", When::False, NO_CLEARING),
    ("autorun", When::False, NO_SHOW),
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

const MODAL_KEYS: &[Told] = &[
    ("layout", When::Never, ""),
    ("position", When::Never, ""),
    ("transition", When::Never, ""),
    ("swap_buttons", When::True, LOOKS_ALIKE),
];

/// Keys of a row that are no columns.
const ROW_KEYS: [&str; 3] = ["is_regex", "path", "domain"];

/// Reads one; [`is_version_2`] has recognised it.
pub(in crate::convert) fn read_version_2(config: &Map<String, Value>, draft: &mut Draft) {
    tell_keys(draft, "", config, KEYS);
    match config.get("mode").and_then(Value::as_str) {
        None | Some("opt-in") => {}
        Some(mode) => draft.remark("mode", quoted(mode), OPT_OUT),
    }
    if config.get("auto_language").and_then(Value::as_str) == Some("browser") {
        draft.remark("auto_language", "\"browser\"", BROWSER_LANGUAGE);
    }
    let value = |key: &str| config.get(key).filter(|value| !value.is_null());
    if let Some(revision) = value("revision") {
        draft.set_revision("revision", revision);
    }
    if let Some(days) = value("cookie_expiration") {
        draft.set_validity("cookie_expiration", days);
    }
    if let Some(domain) = value("cookie_domain").filter(|domain| domain.as_str() != Some(UNKNOWN)) {
        draft.set_cookie_domain("cookie_domain", domain);
    }
    for modal in ["consent_modal", "settings_modal"] {
        let path = below("gui_options", modal);
        let Some(options) = config.get("gui_options").and_then(|gui| gui.get(modal)) else { continue };
        if let Value::Object(options) = options {
            tell_keys(draft, &path, options, MODAL_KEYS);
        }
        if modal == "consent_modal" {
            read_place(&path, options, draft);
        }
    }
    let translations = read_translations(config, draft);
    let categories = read_categories(&translations, draft);
    let sections: Vec<_> = translations.iter().flat_map(|translation| sections(translation, draft)).collect();
    add_categories(&categories, &sections, draft);
    let mut texts = Vec::new();
    for translation in &translations {
        tell_own_texts(translation, draft);
        let path = below(&below(&translation.path, "consent_modal"), "description");
        texts.push((path, translation.texts.get("consent_modal").and_then(|modal| modal.get("description"))));
        texts.extend(translation.blocks().into_iter().map(|(path, block)| (path, block.get("description"))));
    }
    read_policy(&[], &texts, draft);
}

/// The texts in one language.
struct Translation<'a> {
    path: String,
    language: Option<Language>,
    texts: &'a Value,
}

impl<'a> Translation<'a> {
    fn settings(&self, key: &str) -> Option<&'a Value> {
        self.texts.get("settings_modal")?.get(key)
    }

    fn blocks(&self) -> Vec<(String, &'a Value)> {
        items(&below(&below(&self.path, "settings_modal"), "blocks"), self.settings("blocks"))
    }

    /// `[{ "col1": "Name" }, …]`.
    fn headers(&self) -> Vec<(&'a str, &'a str)> {
        let columns = self.settings("cookie_table_headers").and_then(Value::as_array).into_iter().flatten();
        let pairs = columns.filter_map(Value::as_object).flatten();
        pairs.map(|(key, header)| (key.as_str(), header.as_str().unwrap_or_default())).collect()
    }
}

/// The current language first.
fn read_translations<'a>(config: &'a Map<String, Value>, draft: &mut Draft) -> Vec<Translation<'a>> {
    let current = config.get("current_lang").and_then(Value::as_str);
    if let Some(tag) = current {
        draft.language("current_lang", tag);
    }
    let written: Vec<_> = config.get("languages").and_then(Value::as_object).into_iter().flatten().collect();
    let is_current = |tag: &str| Some(tag) == current;
    let in_order = written.iter().filter(|(tag, _)| is_current(tag));
    let mut translations = Vec::new();
    for (tag, texts) in in_order.chain(written.iter().filter(|(tag, _)| !is_current(tag))) {
        let path = below("languages", tag);
        let language = draft.language(&path, tag);
        if !texts.is_object() {
            draft.remark_value(&path, texts, ELSEWHERE);
        } else {
            translations.push(Translation { path, language, texts });
        }
    }
    translations
}

/// The categories of all blocks; of one that stands in several languages the first counts.
fn read_categories<'a>(translations: &[Translation<'a>], draft: &mut Draft) -> Vec<FoundCategory<'a>> {
    let mut found: Vec<FoundCategory<'a>> = Vec::new();
    for (path, block) in translations.iter().flat_map(Translation::blocks) {
        let Some(toggle) = block.get("toggle") else { continue };
        let path = below(&path, "toggle");
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

/// The blocks that describe a category.
fn sections<'a>(translation: &Translation<'a>, draft: &mut Draft) -> Vec<Section<'a>> {
    // Without our texts in a language nobody would read its own.
    let is_read = translation.language.is_some();
    let mut found = Vec::new();
    for (path, block) in translation.blocks() {
        let toggle = block.get("toggle").and_then(|toggle| toggle.get("value"));
        let Some(category) = toggle.and_then(Value::as_str) else { continue };
        let table_path = below(&path, "cookie_table");
        let body = block.get("cookie_table").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut rows = rows(&table_path, &translation.headers(), body, &ROW_KEYS, draft);
        if !is_read {
            for row in &mut rows {
                (row.description, row.duration) = (None, None);
            }
        }
        found.push(Section {
            rows: rows.into_iter().map(|row| (table_path.clone(), row)).collect(),
            path,
            language: translation.language,
            category,
            title: block.get("title").filter(|_| is_read),
            description: block.get("description").filter(|_| is_read),
        });
    }
    found
}

fn tell_own_texts(translation: &Translation<'_>, draft: &mut Draft) {
    let mut own = Vec::new();
    for modal in ["consent_modal", "settings_modal"] {
        let Some(Value::Object(texts)) = translation.texts.get(modal) else { continue };
        let is_own = |key: &&String| {
            !matches!(
                key.as_str(),
                "blocks" | "cookie_table_headers" | "revision_message" | "cookie_table_caption"
            )
        };
        own.extend(texts.keys().filter(is_own).map(|key| format!("{modal}.{key}")));
    }
    let free = translation.blocks().iter().filter(|(_, block)| block.get("toggle").is_none()).count();
    if free > 0 {
        own.push(format!("blocks without a category ({free})"));
    }
    if !own.is_empty() {
        draft.remark(&translation.path, format!("texts: {}", own.join(", ")), OWN_TEXTS);
    }
    let consent = translation.texts.get("consent_modal");
    let path = below(&translation.path, "consent_modal");
    for button in ["primary_btn", "secondary_btn"] {
        let role = consent.and_then(|modal| modal.get(button)).and_then(|button| button.get("role"));
        if let Some(role) = role.filter(|role| matches!(role.as_str(), Some("settings" | "accept_selected")))
        {
            let advice = "the banner always has \"Accept all\", \"Reject all\" and a way to choose";
            draft.remark_value(&below(&below(&path, button), "role"), role, advice);
        }
    }
    if let Some(message) = consent.and_then(|modal| modal.get("revision_message")) {
        let advice = "a new revision says what is new in changes[].summary";
        draft.remark_value(&below(&path, "revision_message"), message, advice);
    }
}
