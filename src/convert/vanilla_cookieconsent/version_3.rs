//! Version 3: `categories`, `language.translations`, `guiOptions`, `cookie`.

use serde_json::{Map, Value};

use super::category::FoundCategory;
use super::translation::{Names, read_banner, read_texts, read_translations};
use super::{BROWSER_LANGUAGE, ENABLED, LOOKS_ALIKE, NO_CLEARING, NO_SHOW, RELOAD, WALL};
use crate::convert::draft::Draft;
use crate::convert::keys_told::{CALLBACK, Told, When, tell_keys};
use crate::convert::remark::{FUNCTION, UNKNOWN};
use crate::model::shape::below;

/// Whether this is one: the two keys that it must have.
pub(in crate::convert) fn is_version_3(config: &Map<String, Value>) -> bool {
    let is_object = |key: &str| config.get(key).is_some_and(Value::is_object);
    is_object("categories") && is_object("language")
}

const READ: &str = "categories language guiOptions cookie revision root hideFromBots lazyHtmlGeneration mode";

const TOLD: &[Told] = &[
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
];

const MODAL_CALLBACK: &str =
    "functions are not carried over: consentry.on(\"shown\", listener) and \"hidden\" tell of the banner";

const COOKIE_READ: &str = "name domain sameSite secure useLocalStorage expiresAfterDays";
const COOKIE_TOLD: &[Told] = &[("path", When::There, "a choice holds for the whole site")];

const NAMES: Names = Names {
    gui_options: "guiOptions",
    modal_told: &[("equalWeightButtons", When::False, LOOKS_ALIKE), ("flipButtons", When::True, LOOKS_ALIKE)],
    consent_modal: "consentModal",
    preferences_modal: "preferencesModal",
    sections: "sections",
    category: "/linkedCategory",
    cookie_table: "cookieTable",
    revision_message: "revisionMessage",
};

/// Reads one; [`is_version_3`] has recognised it.
pub(in crate::convert) fn read_version_3(config: &Map<String, Value>, draft: &mut Draft) {
    tell_keys(draft, "", config, READ, TOLD);
    read_banner(config, &NAMES, draft);
    if let Some(Value::Object(cookie)) = config.get("cookie") {
        read_cookie(cookie, draft);
    }
    let Some(Value::Object(language)) = config.get("language") else { return };
    tell_keys(draft, "language", language, "default translations rtl autoDetect", &[]);
    if language.get("autoDetect").and_then(Value::as_str) == Some("browser") {
        draft.remark("language.autoDetect", "\"browser\"", BROWSER_LANGUAGE);
    }
    let default = language.get("default").and_then(Value::as_str);
    if let Some(tag) = default {
        draft.language("language.default", tag);
    }
    let written = language.get("translations");
    let translations = read_translations("language.translations", written, default, &NAMES, draft);
    let categories = read_categories(config.get("categories"), draft);
    read_texts(&translations, &categories, draft);
}

fn read_cookie(cookie: &Map<String, Value>, draft: &mut Draft) {
    tell_keys(draft, "cookie", cookie, COOKIE_READ, COOKIE_TOLD);
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
    for (name, category) in draft.entries("categories", categories) {
        let path = below("categories", name);
        let Value::Object(keys) = category else {
            draft.remark_value(&path, category, "expected an object");
            continue;
        };
        tell_keys(draft, &path, keys, "enabled readOnly services autoClear", &[]);
        let clear_path = below(&path, "autoClear");
        let clear = keys.get("autoClear");
        if let Some(Value::Object(clear)) = clear {
            tell_keys(draft, &clear_path, clear, "cookies", &[("reloadPage", When::True, RELOAD)]);
        }
        let is = |key: &str| keys.get(key) == Some(&Value::Bool(true));
        if let Some(enabled) = keys.get("enabled")
            && matches!(enabled.as_str(), Some(FUNCTION | UNKNOWN))
        {
            draft.remark_value(&below(&path, "enabled"), enabled, ENABLED);
        }
        found.push(FoundCategory {
            name,
            is_read_only: is("readOnly"),
            is_enabled: is("enabled"),
            services: draft.entries(&below(&path, "services"), keys.get("services")),
            cleared: draft
                .items(&below(&clear_path, "cookies"), clear.and_then(|clear| clear.get("cookies"))),
            path,
        });
    }
    found
}
