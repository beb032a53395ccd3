//! Version 3: `categories`, `language.translations`, `guiOptions`, `cookie`.

use serde_json::{Map, Value};

use super::category::{FoundCategory, Section, add_categories, items, read_policy};
use super::cookie_table::rows;
use super::place::read_place;
use super::{
    BROWSER_LANGUAGE, ELSEWHERE, ENABLED, LOOKS_ALIKE, NO_CLEARING, NO_SHOW, OPT_OUT, OWN_TEXTS, RELOAD, WALL,
};
use crate::convert::draft::Draft;
use crate::convert::keys_told::{CALLBACK, Told, When, tell_keys};
use crate::convert::remark::{FUNCTION, UNKNOWN};
use crate::model::config::Language;
use crate::model::shape::{below, quoted};

/// Whether this is one: the two keys that it must have.
pub(in crate::convert) fn is_version_3(config: &Map<String, Value>) -> bool {
    let is_object = |key: &str| config.get(key).is_some_and(Value::is_object);
    is_object("categories") && is_object("language")
}

const KEYS: &[Told] = &[
    ("categories", When::Never, ""),
    ("language", When::Never, ""),
    ("guiOptions", When::Never, ""),
    ("cookie", When::Never, ""),
    ("revision", When::Never, ""),
    ("root", When::Never, ""),
    ("hideFromBots", When::Never, ""),
    ("lazyHtmlGeneration", When::Never, ""),
    ("manageScriptTags", When::False, "the gate holds tags whether they are marked or not"),
    ("autoClearCookies", When::False, NO_CLEARING),
    ("autoShow", When::False, NO_SHOW),
    ("disablePageInteraction", When::True, WALL),
    ("onFirstConsent", When::There, CALLBACK),
    ("onConsent", When::There, CALLBACK),
    ("onChange", When::There, CALLBACK),
    ("onModalShow", When::There, MODAL_CALLBACK),
    ("onModalHide", When::There, MODAL_CALLBACK),
    ("onModalReady", When::There, MODAL_CALLBACK),
    ("mode", When::Never, ""),
];

const MODAL_CALLBACK: &str =
    "functions are not carried over: consentry.on(\"shown\", listener) and \"hidden\" tell of the banner";

const COOKIE_KEYS: &[Told] = &[
    ("name", When::Never, ""),
    ("domain", When::Never, ""),
    ("path", When::Never, ""),
    ("sameSite", When::Never, ""),
    ("secure", When::Never, ""),
    ("useLocalStorage", When::Never, ""),
    ("expiresAfterDays", When::Never, ""),
];

const CATEGORY_KEYS: &[Told] = &[
    ("enabled", When::Never, ""),
    ("readOnly", When::Never, ""),
    ("services", When::Never, ""),
    ("autoClear", When::Never, ""),
];

const AUTO_CLEAR_KEYS: &[Told] = &[("cookies", When::Never, ""), ("reloadPage", When::True, RELOAD)];

const MODAL_KEYS: &[Told] = &[
    ("layout", When::Never, ""),
    ("position", When::Never, ""),
    ("transition", When::Never, ""),
    ("equalWeightButtons", When::False, LOOKS_ALIKE),
    ("flipButtons", When::True, LOOKS_ALIKE),
];

const LANGUAGE_KEYS: &[Told] = &[
    ("default", When::Never, ""),
    ("translations", When::Never, ""),
    ("rtl", When::Never, ""),
    ("autoDetect", When::Never, ""),
];

/// Reads one; [`is_version_3`] has recognised it.
pub(in crate::convert) fn read_version_3(config: &Map<String, Value>, draft: &mut Draft) {
    tell_keys(draft, "", config, KEYS);
    match config.get("mode").and_then(Value::as_str) {
        None | Some("opt-in") => {}
        Some(mode) => draft.remark("mode", quoted(mode), OPT_OUT),
    }
    if let Some(revision) = config.get("revision").filter(|revision| !revision.is_null()) {
        draft.set_revision("revision", revision);
    }
    if let Some(Value::Object(cookie)) = config.get("cookie") {
        read_cookie(cookie, draft);
    }
    for modal in ["consentModal", "preferencesModal"] {
        let path = below("guiOptions", modal);
        let Some(options) = config.get("guiOptions").and_then(|gui| gui.get(modal)) else { continue };
        if let Value::Object(options) = options {
            tell_keys(draft, &path, options, MODAL_KEYS);
        }
        if modal == "consentModal" {
            read_place(&path, options, draft);
        }
    }
    let translations = read_translations(config.get("language"), draft);
    let categories = read_categories(config.get("categories"), draft);
    let sections: Vec<_> = translations.iter().flat_map(|translation| sections(translation, draft)).collect();
    add_categories(&categories, &sections, draft);
    for translation in &translations {
        tell_own_texts(translation, draft);
    }
    let footers: Vec<_> = translations.iter().map(|it| it.text("consentModal", "footer")).collect();
    let mut texts: Vec<_> = translations.iter().map(|it| it.text("consentModal", "description")).collect();
    for translation in &translations {
        let sections = translation.sections();
        texts.extend(sections.into_iter().map(|(path, section)| (path, section.get("description"))));
    }
    read_policy(&footers, &texts, draft);
}

fn read_cookie(cookie: &Map<String, Value>, draft: &mut Draft) {
    tell_keys(draft, "cookie", cookie, COOKIE_KEYS);
    if let Some(days) = cookie.get("expiresAfterDays").filter(|days| !days.is_null()) {
        draft.set_validity("cookie.expiresAfterDays", days);
    }
    // The page's own host is what it is without the key.
    if let Some(domain) = cookie.get("domain").filter(|it| !it.is_null() && it.as_str() != Some(UNKNOWN)) {
        draft.set_cookie_domain("cookie.domain", domain);
    }
}

fn read_categories<'a>(categories: Option<&'a Value>, draft: &mut Draft) -> Vec<FoundCategory<'a>> {
    let mut found = Vec::new();
    for (name, category) in categories.and_then(Value::as_object).into_iter().flatten() {
        let path = below("categories", name);
        let Value::Object(keys) = category else {
            draft.remark_value(&path, category, "expected an object");
            continue;
        };
        tell_keys(draft, &path, keys, CATEGORY_KEYS);
        let clear_path = below(&path, "autoClear");
        let clear = keys.get("autoClear");
        if let Some(Value::Object(clear)) = clear {
            tell_keys(draft, &clear_path, clear, AUTO_CLEAR_KEYS);
        }
        let cleared = items(&below(&clear_path, "cookies"), clear.and_then(|clear| clear.get("cookies")));
        let services = keys.get("services").and_then(Value::as_object).into_iter().flatten();
        let is = |key: &str| keys.get(key) == Some(&Value::Bool(true));
        if keys.get("enabled").is_some_and(|enabled| matches!(enabled.as_str(), Some(FUNCTION | UNKNOWN))) {
            draft.remark_value(&below(&path, "enabled"), &keys["enabled"], ENABLED);
        }
        found.push(FoundCategory {
            name,
            path,
            is_read_only: is("readOnly"),
            is_enabled: is("enabled"),
            services: services.map(|(name, service)| (name.as_str(), service)).collect(),
            cleared,
        });
    }
    found
}

/// The texts in one language.
struct Translation<'a> {
    path: String,
    language: Option<Language>,
    texts: &'a Value,
}

impl<'a> Translation<'a> {
    fn text(&self, modal: &str, key: &str) -> (String, Option<&'a Value>) {
        let path = below(&below(&self.path, modal), key);
        (path, self.texts.get(modal).and_then(|modal| modal.get(key)))
    }

    fn sections(&self) -> Vec<(String, &'a Value)> {
        let (path, sections) = self.text("preferencesModal", "sections");
        items(&path, sections)
    }
}

/// The default language first.
fn read_translations<'a>(language: Option<&'a Value>, draft: &mut Draft) -> Vec<Translation<'a>> {
    let Some(Value::Object(language)) = language else { return Vec::new() };
    tell_keys(draft, "language", language, LANGUAGE_KEYS);
    if language.get("autoDetect").and_then(Value::as_str) == Some("browser") {
        draft.remark("language.autoDetect", "\"browser\"", BROWSER_LANGUAGE);
    }
    let default = language.get("default").and_then(Value::as_str);
    if let Some(tag) = default {
        draft.language("language.default", tag);
    }
    let mut translations = Vec::new();
    let written: Vec<_> =
        language.get("translations").and_then(Value::as_object).into_iter().flatten().collect();
    let is_default = |tag: &str| Some(tag) == default;
    let in_order = written.iter().filter(|(tag, _)| is_default(tag));
    for (tag, texts) in in_order.chain(written.iter().filter(|(tag, _)| !is_default(tag))) {
        let path = below("language.translations", tag);
        let language = draft.language(&path, tag);
        if !texts.is_object() {
            draft.remark_value(&path, texts, ELSEWHERE);
        } else if language.is_some() {
            translations.push(Translation { path, language, texts });
        }
    }
    translations
}

/// The sections that describe a category.
fn sections<'a>(translation: &Translation<'a>, draft: &mut Draft) -> Vec<Section<'a>> {
    let mut found = Vec::new();
    for (path, section) in translation.sections() {
        let Some(category) = section.get("linkedCategory").and_then(Value::as_str) else { continue };
        let table = section.get("cookieTable");
        let table_path = below(&path, "cookieTable");
        let headers = table.and_then(|table| table.get("headers")).and_then(Value::as_object);
        let headers: Vec<_> = headers
            .into_iter()
            .flatten()
            .map(|(key, header)| (key.as_str(), header.as_str().unwrap_or_default()))
            .collect();
        let body = table.and_then(|table| table.get("body")).and_then(Value::as_array);
        let rows = rows(&table_path, &headers, body.map_or(&[], Vec::as_slice), &[], draft);
        found.push(Section {
            rows: rows.into_iter().map(|row| (table_path.clone(), row)).collect(),
            path,
            language: translation.language,
            category,
            title: section.get("title"),
            description: section.get("description"),
        });
    }
    found
}

fn tell_own_texts(translation: &Translation<'_>, draft: &mut Draft) {
    let mut own = Vec::new();
    for modal in ["consentModal", "preferencesModal"] {
        let Some(Value::Object(texts)) = translation.texts.get(modal) else { continue };
        let is_own = |key: &&String| !matches!(key.as_str(), "footer" | "sections" | "revisionMessage");
        own.extend(texts.keys().filter(is_own).map(|key| format!("{modal}.{key}")));
    }
    let is_free = |section: &&(String, &Value)| section.1.get("linkedCategory").is_none();
    let free = translation.sections().iter().filter(is_free).count();
    if free > 0 {
        own.push(format!("sections without a category ({free})"));
    }
    if !own.is_empty() {
        draft.remark(&translation.path, format!("texts: {}", own.join(", ")), OWN_TEXTS);
    }
    if let (path, Some(message)) = translation.text("consentModal", "revisionMessage") {
        draft.remark_value(&path, message, "a new revision says what is new in changes[].summary");
    }
}
