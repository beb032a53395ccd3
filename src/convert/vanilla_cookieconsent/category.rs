//! The owner's categories with what they hold, and the sections of the preferences that describe them.

use serde_json::Value;

use super::ENABLED;
use super::cookie_table::{Row, names_in};
use crate::convert::category_words::category_called;
use crate::convert::cookies::{add_cookies, add_expression, tell_path};
use crate::convert::draft::{Draft, ServiceAt};
use crate::convert::human_text::HumanText;
use crate::convert::keys_told::{CALLBACK, Told, When, tell_keys};
use crate::convert::links::{Link, links_in};
use crate::model::category::Category;
use crate::model::config::Language;
use crate::model::shape::{below, quoted};

/// A category as the owner has it.
pub(super) struct FoundCategory<'a> {
    pub name: &'a str,
    pub path: String,
    /// Whether visitors cannot switch it off.
    pub is_read_only: bool,
    pub is_enabled: bool,
    /// By name.
    pub services: Vec<(&'a str, &'a Value)>,
    /// Cookies that a refusal erases, with their paths.
    pub cleared: Vec<(String, &'a Value)>,
}

/// A section of the preferences in one language.
pub(super) struct Section<'a> {
    pub path: String,
    /// None where the section is in a language that we have no texts in.
    pub language: Option<Language>,
    pub category: &'a str,
    pub title: Option<&'a Value>,
    pub description: Option<&'a Value>,
    pub rows: Vec<(String, Row<'a>)>,
}

const SERVICE_KEYS: &[Told] = &[
    ("label", When::Never, ""),
    ("cookies", When::Never, ""),
    ("onAccept", When::There, CALLBACK),
    ("onReject", When::There, CALLBACK),
];

/// Adds everything that the categories hold.
pub(super) fn add_categories(categories: &[FoundCategory<'_>], sections: &[Section<'_>], draft: &mut Draft) {
    for found in categories {
        let of_it: Vec<_> = sections.iter().filter(|section| section.category == found.name).collect();
        add_category(found, &of_it, draft);
    }
    for section in sections {
        if !categories.iter().any(|category| category.name == section.category) {
            let advice = "the file has no such category, so the section is left out";
            draft.remark(&section.path, format!("the category {}", quoted(section.category)), advice);
        }
    }
}

fn add_category(found: &FoundCategory<'_>, sections: &[&Section<'_>], draft: &mut Draft) {
    let category = category_of(found, draft);
    if found.is_enabled && !found.is_read_only {
        draft.remark(&below(&found.path, "enabled"), "true", ENABLED);
    }
    if !draft.add_category(category) {
        let advice = format!("it is part of {category} together with an earlier one, and is granted with it");
        draft.remark(&found.path, quoted(found.name), advice);
    }
    let mut services = Vec::new();
    for (name, service) in &found.services {
        services.extend(add_service(&below(&found.path, "services"), name, service, category, draft));
    }
    let has_cookies = !found.cleared.is_empty() || sections.iter().any(|section| !section.rows.is_empty());
    let description = text_of(sections, |section| section.description, "description", draft);
    let holder = match &services[..] {
        [only] => Some(*only),
        _ if has_cookies => {
            if !services.is_empty() {
                let advice =
                    "they became a service of the category's own; move each to the service that sets it";
                draft.remark(&found.path, "cookies of the category, which has several services", advice);
            }
            draft.add_service(&found.path, found.name, "-cookies", category)
        }
        _ => None,
    };
    match holder {
        Some(own) if !services.contains(&own) => {
            let title = text_of(sections, |section| section.title, "title", draft);
            draft.name_service(&found.path, own, title, found.name);
            draft.describe_service(own, description);
        }
        _ => draft.describe_category(category, description),
    }
    if let Some(holder) = holder {
        add_category_cookies(found, sections, holder, draft);
    }
}

fn add_category_cookies(
    found: &FoundCategory<'_>,
    sections: &[&Section<'_>],
    holder: ServiceAt,
    draft: &mut Draft,
) {
    for (path, cookie) in &found.cleared {
        add_cookie_item(path, cookie, holder, draft);
    }
    for section in sections {
        for (path, row) in &section.rows {
            tell_path(path, row.path, draft);
            let cookies = if row.is_expression {
                add_expression(path, row.name, "", holder, draft)
            } else {
                names_in(row.name).flat_map(|name| add_cookies(path, &name, holder, draft)).collect()
            };
            let mut text = |value: Option<&Value>| {
                value.map(|value| draft.human(path, value, section.language)).unwrap_or_default()
            };
            let (purpose, duration) = (text(row.description), text(row.duration));
            for cookie in cookies {
                draft.describe_cookie(cookie, purpose.clone(), duration.clone());
            }
        }
    }
}

fn category_of(found: &FoundCategory<'_>, draft: &mut Draft) -> Category {
    if found.is_read_only {
        return Category::Necessary;
    }
    let advice = match category_called(found.name) {
        Some(Category::Necessary) => {
            "it may be refused, so it became functional; what the site cannot do without is necessary"
        }
        Some(category) => return category,
        None => "it became functional, which needs consent too; see whether that is its category",
    };
    draft.remark(&found.path, quoted(found.name), advice);
    Category::Functional
}

fn add_service(
    path: &str,
    name: &str,
    service: &Value,
    category: Category,
    draft: &mut Draft,
) -> Option<ServiceAt> {
    let path = below(path, name);
    let at = draft.add_service(&path, name, "-service", category)?;
    draft.tell_id(at, name);
    let label = service.get("label").map(|label| draft.human(&below(&path, "label"), label, None));
    draft.name_service(&path, at, label.unwrap_or_default(), name);
    match service {
        Value::Object(service) => tell_keys(draft, &path, service, SERVICE_KEYS),
        other => draft.remark_value(&path, other, "expected an object"),
    }
    for (path, cookie) in items(&below(&path, "cookies"), service.get("cookies")) {
        add_cookie_item(&path, cookie, at, draft);
    }
    Some(at)
}

/// Adds `{ name, path, domain }`.
fn add_cookie_item(path: &str, cookie: &Value, service: ServiceAt, draft: &mut Draft) {
    let Some(Value::String(name)) = cookie.get("name") else {
        draft.remark_value(path, cookie, "expected an object with the name of a cookie");
        return;
    };
    tell_path(path, cookie.get("path"), draft);
    add_cookies(path, name, service, draft);
}

/// A list's items, each with its path.
pub(super) fn items<'a>(path: &str, list: Option<&'a Value>) -> Vec<(String, &'a Value)> {
    let items = list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)).collect()
}

/// A text of the sections, by language.
fn text_of<'a>(
    sections: &[&Section<'a>],
    value: impl Fn(&Section<'a>) -> Option<&'a Value>,
    key: &str,
    draft: &mut Draft,
) -> HumanText {
    let mut text = HumanText::default();
    for section in sections {
        if let Some(value) = value(section) {
            text.complete_with(draft.human(&below(&section.path, key), value, section.language));
        }
    }
    text
}

/// Finds the policy's address: among the links of the footers, or else where a text links what is called a policy.
pub(super) fn read_policy(
    footers: &[(String, Option<&Value>)],
    texts: &[(String, Option<&Value>)],
    draft: &mut Draft,
) {
    let links = |text: &Option<&Value>| links_in(text.and_then(Value::as_str).unwrap_or_default());
    let mut is_found = false;
    for (path, footer) in footers {
        let links = links(footer);
        is_found |= !links.is_empty();
        draft.set_policy_url_among(path, &links);
    }
    if is_found {
        return;
    }
    for (path, text) in texts {
        let mut links = links(text);
        links.retain(Link::leads_to_a_policy);
        if let Some(link) = links.first() {
            draft.set_policy_url(path, &link.href);
        }
    }
}
