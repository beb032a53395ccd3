//! The owner's categories with what they hold, and the sections of the preferences that describe them.

use serde_json::Value;

use super::ENABLED;
use super::cookie_table::{Row, names_in};
use crate::convert::category_words::{category_called, category_of};
use crate::convert::cookies::{add_cookies, add_expression, tell_place};
use crate::convert::draft::{Draft, ServiceAt};
use crate::convert::human_text::HumanText;
use crate::convert::keys_told::{CALLBACK, When, tell_keys};
use crate::convert::links::links_in;
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
    pub rows: Vec<Row<'a>>,
}

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
    let (category, advice) = category_of(category_called(found.name), found.is_read_only);
    if let Some(advice) = advice {
        draft.remark(&found.path, quoted(found.name), advice);
    }
    if found.is_enabled && category != Category::Necessary {
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
            draft.add_service(found.name, "-cookies", category)
        }
        _ => None,
    };
    match holder {
        Some(own) if !services.contains(&own) => {
            let title = text_of(sections, |section| section.title, "title", draft);
            draft.name_service(&found.path, own, title, found.name);
            if let Some(service) = draft.service(own) {
                service.purpose = description;
            }
        }
        _ => draft.describe_category(&found.path, category, description),
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
        for row in &section.rows {
            tell_place(&row.path, row.cookie_path, row.domain, draft);
            let cookies = if row.is_expression {
                add_expression(&row.path, row.name, "", holder, draft)
            } else {
                names_in(row.name)
                    .iter()
                    .flat_map(|name| add_cookies(&row.path, name, holder, draft))
                    .collect()
            };
            let [purpose, duration] = [row.description, row.duration].map(|value| {
                let mut text = HumanText::default();
                draft.add_text(&mut text, &row.path, value, section.language);
                text
            });
            for cookie in cookies {
                draft.describe_cookie(&row.path, cookie, purpose.clone(), duration.clone());
            }
        }
    }
}

fn add_service(
    path: &str,
    name: &str,
    service: &Value,
    category: Category,
    draft: &mut Draft,
) -> Option<ServiceAt> {
    let path = below(path, name);
    let at = draft.add_service(name, "-service", category)?;
    draft.tell_id(at, name);
    let mut label = HumanText::default();
    draft.add_text(&mut label, &below(&path, "label"), service.get("label"), None);
    draft.name_service(&path, at, label, name);
    match service {
        Value::Object(service) => {
            let callbacks = [("onAccept", When::There, CALLBACK), ("onReject", When::There, CALLBACK)];
            tell_keys(draft, &path, service, "label cookies", &callbacks);
        }
        other => draft.remark_value(&path, other, "expected an object"),
    }
    for (path, cookie) in draft.items(&below(&path, "cookies"), service.get("cookies")) {
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
    tell_place(path, cookie.get("path"), cookie.get("domain"), draft);
    add_cookies(path, name, service, draft);
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
        draft.add_text(&mut text, &below(&section.path, key), value(section), section.language);
    }
    text
}

/// Finds the policy's address: in the footers, or else where a text links it.
pub(super) fn read_policy(
    footers: &[(String, Option<&Value>)],
    texts: &[(String, Option<&Value>)],
    draft: &mut Draft,
) {
    let links = |text: &Option<&Value>| links_in(text.and_then(Value::as_str).unwrap_or_default());
    let mut is_found = false;
    for (path, footer) in footers {
        for link in links(footer) {
            if link.leads_to_a_policy() {
                is_found = true;
                draft.set_policy_url(path, &link.href);
            } else {
                let advice = "the banner links the policy alone: if this is it, it is policyUrl; else link it from your pages";
                draft.remark(path, format!("a link to {}", quoted(&link.href)), advice);
            }
        }
    }
    for (path, text) in texts.iter().filter(|_| !is_found) {
        if let Some(link) = links(text).iter().find(|link| link.leads_to_a_policy()) {
            draft.set_policy_url(path, &link.href);
        }
    }
}
