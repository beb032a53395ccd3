//! Klaro 0.7 (`services`) and older (`apps`): a list of services, each with purposes, cookies and callbacks, and their texts
//! under `translations`.

use serde_json::{Map, Value};

use super::category_words::{category_called, category_of};
use super::cookies::{add_cookies, add_expression, tell_place};
use super::draft::{Draft, ServiceAt, is_fallback};
use super::human_text::{HumanText, language_tagged};
use super::keys_told::{CALLBACK, Told, When, tell_keys};
use super::remark::excerpt;
use crate::model::category::Category;
use crate::model::config::{Language, Layout, Position, Theme};
use crate::model::shape::{below, quoted};

/// Whether this is one: a list of services with names, one of which has Klaro's keys beside it, or the file has, and none ours.
pub(super) fn is_one(config: &Map<String, Value>) -> bool {
    let Some((_, Value::Array(services))) = services_of(config) else { return false };
    let has_name = |service: &Value| service.get("name").is_some_and(Value::is_string);
    let is_ours = |service: &Value| service.get("id").is_some() && service.get("category").is_some();
    let is_klaros = |service: &Value| {
        has_name(service) && KEYS_OF_SERVICES.split(' ').any(|key| service.get(key).is_some())
    };
    let has_own_key = OWN_KEYS.split(' ').any(|key| config.contains_key(key));
    !services.iter().any(is_ours)
        && (services.iter().any(is_klaros) || (has_own_key && services.iter().all(has_name)))
}

/// Keys that nobody else has.
const OWN_KEYS: &str = "translations elementID storageMethod storageName cookieName cookieDomain cookieExpiresAfterDays \
                        privacyPolicy mustConsent acceptAll hideDeclineAll noticeAsModal groupByPurpose styling";
const KEYS_OF_SERVICES: &str =
    "purposes cookies required optOut onlyOnce contextualConsentOnly callback onInit onAccept";

fn services_of(config: &Map<String, Value>) -> Option<(&'static str, &Value)> {
    ["services", "apps"].into_iter().find_map(|key| Some((key, config.get(key)?)))
}

/// What `translations` may hold beside the texts of services.
const SECTIONS: &str = "privacyPolicyUrl privacyPolicy purposes consentModal consentNotice contextualConsent service app \
    purposeItem poweredBy ok save decline close acceptAll acceptSelected floatingButtonTitle";

const NOT_TOLD: &str = "services apps translations lang languages fallbackLang privacyPolicy privacyPolicyUrl \
    cookieExpiresAfterDays cookieDomain styling noticeAsModal version id elementID additionalClass storageMethod storageName \
    cookieName htmlTexts groupByPurpose groupByCategory autoFocus showNoticeTitle showDescriptionEmptyStore disablePoweredBy \
    poweredBy noFloating hideToggleAll";

const TOLD: &[Told] = &[
    (
        "required",
        When::True,
        "here a service is required if its category is necessary: see whether the site cannot do without each of those",
    ),
    ("default", When::True, DEFAULT),
    ("appDefault", When::True, DEFAULT),
    ("optOut", When::True, OPT_OUT),
    ("acceptAll", When::False, "\"Accept all\" always stands beside \"Reject all\", which looks the same"),
    (
        "hideDeclineAll",
        When::True,
        "\"Reject all\" always stands beside \"Accept all\": refusing is as easy as agreeing",
    ),
    ("hideLearnMore", When::True, "the preferences can always be reached from the banner"),
    (
        "mustConsent",
        When::True,
        "a page that waits for a choice needs banner.wall with a reason, and the layout dialog",
    ),
    ("noNotice", When::True, "the banner always shows itself until there is a choice"),
    ("noAutoLoad", When::True, "the gate always starts by itself, before the page's first script"),
    ("embedded", When::True, "the banner is not part of a page; <consentry-declaration> is"),
    ("testing", When::True, "gate.reportOnly tries a configuration out without holding anything"),
    ("cookiePath", When::There, "a choice holds for the whole site"),
    ("callback", When::There, CALLBACK),
    ("onInit", When::There, CALLBACK),
    ("onAccept", When::There, CALLBACK),
    ("onDecline", When::There, CALLBACK),
];

const SERVICE_NOT_TOLD: &str =
    "name title description purposes cookies required translations contextualConsentOnly onlyOnce vars";

const SERVICE_TOLD: &[Told] = &[
    ("default", When::True, DEFAULT),
    ("optOut", When::True, OPT_OUT),
    ("callback", When::There, CALLBACK),
    ("onInit", When::There, CALLBACK),
    ("onAccept", When::There, CALLBACK),
    ("onDecline", When::There, CALLBACK),
    (
        "manages",
        When::There,
        "give each service its own hosts; what a tag manager loads is held by its own category",
    ),
    (
        "privacyPolicyUrl",
        When::There,
        "say it in the service's purpose or recipients; it has no key of its own",
    ),
];

const DEFAULT: &str = "nothing is switched on before the visitor does it (Planet49, C-673/17)";
const OPT_OUT: &str =
    "nothing that needs consent runs before there is consent; what needs none is of the category necessary";

/// Reads one; [`is_one`] has recognised it.
pub(super) fn read(config: &Map<String, Value>, draft: &mut Draft) {
    let translations = Translations::of(config, draft);
    tell_keys(draft, "", config, NOT_TOLD, TOLD);
    read_policy(config, &translations, draft);
    if let Some(days) = config.get("cookieExpiresAfterDays").filter(|days| !days.is_null()) {
        draft.set_validity("cookieExpiresAfterDays", days);
    }
    if let Some(domain) = config.get("cookieDomain").filter(|domain| !domain.is_null()) {
        draft.set_cookie_domain("cookieDomain", domain);
    }
    read_look(config, draft);
    let Some((key, Value::Array(services))) = services_of(config) else { return };
    let by_default = config.get("required") == Some(&Value::Bool(true));
    for (at, service) in services.iter().enumerate() {
        let path = format!("{key}[{at}]");
        match service {
            Value::Object(service) => read_service(&path, service, by_default, &translations, draft),
            other => draft.remark_value(&path, other, "expected an object with the name of a service"),
        }
    }
    let used = draft.categories_in_use();
    let is_unused = |category: &Category| *category != Category::Necessary && !used.contains(category);
    let unused: Vec<_> = Category::ALL.into_iter().filter(is_unused).map(Category::name).collect();
    if !unused.is_empty() && !used.is_empty() {
        let advice =
            "the banner asks for every category; if the site needs no more, list the others in categories";
        draft.remark(key, format!("no service of the category {}", unused.join(" or ")), advice);
    }
    translations.tell_own_texts(draft);
}

/// The texts, by language.
struct Translations<'a> {
    /// Each with its path; no language where they stand for all.
    by_language: Vec<(String, Option<Language>, &'a Map<String, Value>)>,
}

impl<'a> Translations<'a> {
    /// Before 0.7 a language could also stand under each text: there everything is read as one set for all languages, in which
    /// each text may be an object with languages.
    fn of(config: &'a Map<String, Value>, draft: &mut Draft) -> Translations<'a> {
        for (path, tags) in [("lang", config.get("lang")), ("languages", config.get("languages"))] {
            match tags {
                Some(Value::String(tag)) if !is_fallback(tag) => drop(draft.language(path, tag)),
                Some(Value::Array(tags)) => {
                    for tag in tags.iter().filter_map(Value::as_str) {
                        draft.language(path, tag);
                    }
                }
                _ => {}
            }
        }
        if let Some(Value::Object(written)) = config.get("translations")
            && SECTIONS.split(' ').any(|section| written.contains_key(section))
        {
            return Translations { by_language: vec![("translations".to_owned(), None, written)] };
        }
        let mut by_language = Vec::new();
        for (tag, texts) in draft.entries("translations", config.get("translations")) {
            let path = below("translations", tag);
            let Value::Object(texts) = texts else {
                draft.remark_value(&path, texts, "expected the texts of a language");
                continue;
            };
            if let Some(language) = draft.language_or_every(&path, tag) {
                by_language.push((path, language, texts));
            }
        }
        // What Klaro takes where neither the file nor the page names a language.
        if config.get("lang").or(config.get("languages")).is_none() {
            draft.put_language_first("en");
        }
        Translations { by_language }
    }

    /// A text of a service: its title or its description.
    fn add_texts_of_service(&self, found: &mut HumanText, name: &str, text: &str, draft: &mut Draft) {
        for (path, language, texts) in &self.by_language {
            let value = texts.get(name).and_then(|service| service.get(text));
            draft.add_text(found, &below(&below(path, name), text), value, *language);
        }
    }

    /// Texts that are the banner's own in Klaro.
    fn tell_own_texts(&self, draft: &mut Draft) {
        for (path, _, texts) in &self.by_language {
            let is_own =
                |section: &&str| !section.starts_with("privacyPolicy") && texts.contains_key(*section);
            let own: Vec<_> = SECTIONS.split(' ').filter(is_own).collect();
            if !own.is_empty() {
                let advice =
                    "the banner says in its own words what the law asks; banner.texts replaces single texts";
                draft.remark(path, format!("texts for {}", own.join(", ")), advice);
            }
        }
    }
}

/// The policy's address stands in the file or in its translations, for all languages or for each.
fn read_policy(config: &Map<String, Value>, translations: &Translations<'_>, draft: &mut Draft) {
    let mut found = addresses("", None, config);
    for (path, language, texts) in &translations.by_language {
        found.extend(addresses(path, *language, texts));
    }
    // The address of all languages first, then that of the site's first language.
    let first = draft.first_language();
    found.sort_by_key(|(_, language, _)| match language {
        None => 0,
        language if *language == first => 1,
        Some(_) => 2,
    });
    for (path, _, address) in found {
        draft.set_policy_url(&path, address);
    }
}

fn addresses<'a>(
    path: &str,
    language: Option<Language>,
    object: &'a Map<String, Value>,
) -> Vec<(String, Option<Language>, &'a str)> {
    let mut found = Vec::new();
    for key in ["privacyPolicyUrl", "privacyPolicy"] {
        let path = below(path, key);
        match object.get(key) {
            Some(Value::String(address)) => found.push((path, language, address.as_str())),
            Some(Value::Object(by_language)) => {
                // Beside addresses there are the policy's name and the sentence around it.
                let is_address = |tag: &str| !matches!(tag, "name" | "text" | "title");
                let written = by_language.iter().filter_map(|(tag, address)| Some((tag, address.as_str()?)));
                // An address in a language that we lack is nobody's here.
                found.extend(written.filter(|(tag, _)| is_address(tag)).filter_map(|(tag, address)| {
                    let language = if is_fallback(tag) { None } else { Some(language_tagged(tag)?) };
                    Some((below(&path, tag), language, address))
                }));
            }
            _ => {}
        }
    }
    found
}

/// `styling.theme` is a list of words: `light`, `dark`, `top`, `bottom`, `left`, `right`, `wide`, `floating`. Every other key of `styling` is a
/// value of the style sheet.
fn read_look(config: &Map<String, Value>, draft: &mut Draft) {
    let styling = match config.get("styling") {
        Some(Value::Object(styling)) => styling,
        _ => &Map::new(),
    };
    let words: Vec<&str> = match styling.get("theme") {
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(words)) => words.split_whitespace().collect(),
        _ => Vec::new(),
    };
    let has = |word: &str| words.contains(&word);
    for word in &words {
        if !["light", "dark", "top", "bottom", "left", "right", "wide", "floating"].contains(word) {
            draft.remark(
                "styling.theme",
                quoted(word),
                "choose among banner.layout, position, theme and palette",
            );
        }
    }
    let own: Vec<_> = styling.keys().filter(|key| *key != "theme").map(String::as_str).collect();
    if !own.is_empty() {
        let advice = "banner.palette and banner.style take colours, font and distances";
        draft.remark("styling", format!("values of a style sheet: {}", own.join(", ")), advice);
    }
    if has("light") || has("dark") {
        draft.set_theme(if has("light") { Theme::Light } else { Theme::Dark });
    }
    let side = ["top", "bottom", "left", "right"].into_iter().any(has);
    if config.get("noticeAsModal") == Some(&Value::Bool(true)) {
        draft.set_layout(Layout::Dialog, Some(Position::Center));
    } else if has("wide") {
        draft.set_layout(
            Layout::Bar,
            side.then_some(if has("top") { Position::Top } else { Position::Bottom }),
        );
    } else if side {
        // Without a side it stands at the bottom, to the right.
        let position = match (has("top"), has("left")) {
            (true, true) => Position::TopLeft,
            (true, false) => Position::TopRight,
            (false, true) => Position::BottomLeft,
            (false, false) => Position::BottomRight,
        };
        draft.set_layout(Layout::Box, Some(position));
    }
}

fn read_service(
    path: &str,
    service: &Map<String, Value>,
    is_required_by_default: bool,
    translations: &Translations<'_>,
    draft: &mut Draft,
) {
    let Some(name) = service.get("name").and_then(Value::as_str) else {
        draft.remark(path, "a service without a name", "it is left out");
        return;
    };
    let is_required = service.get("required").and_then(Value::as_bool).unwrap_or(is_required_by_default);
    let category = read_category(path, service, is_required, draft);
    let Some(at) = draft.add_service(name, "-service", category) else { return };
    draft.tell_id(at, name);
    // What may not be refused is switched on rightly.
    let also_read = if category == Category::Necessary { " default optOut" } else { "" };
    tell_keys(draft, path, service, &format!("{SERVICE_NOT_TOLD}{also_read}"), SERVICE_TOLD);
    let [title, purpose] = ["title", "description"].map(|text| {
        let mut found = HumanText::default();
        draft.add_text(&mut found, &below(path, text), service.get(text), None);
        let own = below(path, "translations");
        for (tag, texts) in draft.entries(&own, service.get("translations")) {
            let path = below(&own, tag);
            if let Some(language) = draft.language_or_every(&path, tag) {
                draft.add_text(&mut found, &below(&path, text), texts.get(text), language);
            }
        }
        translations.add_texts_of_service(&mut found, name, text, draft);
        found
    });
    draft.name_service(&below(path, "name"), at, title, name);
    if let Some(ours) = draft.service(at) {
        ours.purpose = purpose;
        ours.is_separate = service.get("contextualConsentOnly") == Some(&Value::Bool(true))
            && category != Category::Necessary;
    }
    read_cookies(path, service, at, draft);
}

/// The strictest of the purposes' categories.
fn read_category(path: &str, service: &Map<String, Value>, is_required: bool, draft: &mut Draft) -> Category {
    let path = below(path, "purposes");
    let purposes: Vec<&str> = match service.get("purposes") {
        Some(Value::String(word)) => vec![word.as_str()],
        list => draft.items(&path, list).into_iter().filter_map(|(_, word)| word.as_str()).collect(),
    };
    let categories: Vec<_> = purposes.iter().filter_map(|purpose| category_called(purpose)).collect();
    let (category, advice) = category_of(categories.iter().copied().max(), is_required);
    let is_one = categories.iter().all(|other| *other == category) && categories.len() == purposes.len();
    let several =
        format!("it became {category}, the strictest; a service with several purposes is better two");
    if let Some(advice) = advice.or((!is_one).then_some(several.as_str())) {
        let words: Vec<_> = purposes.iter().map(|purpose| quoted(purpose)).collect();
        let found = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
        draft.remark(&path, found, advice);
    }
    category
}

/// A cookie is a name, an expression, `[name, path, domain]` or `{ pattern, path, domain }`. A name that begins with `^` is
/// an expression (Klaro, `consent-manager.js`).
fn read_cookies(path: &str, service: &Map<String, Value>, at: ServiceAt, draft: &mut Draft) {
    let path = below(path, "cookies");
    for (path, cookie) in draft.items(&path, service.get("cookies")) {
        let (name, cookie_path, domain) = match cookie {
            Value::Array(parts) => (parts.first(), parts.get(1), parts.get(2)),
            Value::Object(parts) => {
                (parts.get("pattern").or(parts.get("name")), parts.get("path"), parts.get("domain"))
            }
            name => (Some(name), None, None),
        };
        let Some(Value::String(name)) = name else {
            draft.remark(&path, excerpt(cookie), "expected the name of a cookie");
            continue;
        };
        tell_place(&path, cookie_path, domain, draft);
        if name.starts_with('^') {
            add_expression(&path, name, "", at, draft);
        } else {
            add_cookies(&path, name, at, draft);
        }
    }
}
