//! A page of the site as far as rules ask about it: its start tags, with whom they contact. Who reads HTML and
//! finds this in it is `consentry-mark`, by the rules by which it marks.

use consentry_classify::SubjectKind;
use consentry_policy::verdict::Verdict;

use super::tables;
use crate::classify::rules::{Base, Rules};
use crate::model::category::Category;

/// A page, or a fragment of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it lies.
    pub path: String,
    /// Whether it is a document of its own, not a part that is put into others.
    pub is_whole: bool,
    /// In the order of the page.
    pub tags: Vec<Tag>,
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The line that it begins in, from 1.
    pub line: usize,
    /// In lower case.
    pub name: String,
    /// Names in lower case, values as a browser reads them.
    pub attributes: Vec<(String, String)>,
    /// Whom it contacts, by its attributes or by what is in it: at once, or once it is released.
    pub contacts: Vec<Contact>,
    /// Whether `consentry mark` would change it, or what is in it, for a visitor who granted nothing.
    pub would_be_marked: bool,
    /// Whether it is a script that a browser runs, by its type.
    pub runs: bool,
    /// Whether it is the script `consentry.js`.
    pub loads_consentry: bool,
    /// Whether it waits in a `<template>`, where nothing acts.
    pub is_in_template: bool,
}

/// An address that a page may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// As it is written.
    pub address: String,
    /// The host, if that is not the page's own.
    pub host: Option<String>,
    /// Whose it is.
    pub verdict: Verdict,
    /// Whether the gate holds it from a visitor who granted nothing.
    pub is_held: bool,
    /// Whether only the text of a script names it, which need not ask for it.
    pub is_in_code: bool,
}

impl Page {
    /// The scripts that a browser runs as they come, in their order.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &Tag> {
        self.tags.iter().filter(|tag| tag.runs && !tag.is_in_template)
    }
}

impl Tag {
    /// The value of an attribute.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the owner wrote as its mark: the category or service on which it waits. Nothing where the rules decide.
    pub(super) fn mark_by_hand(&self) -> Option<&str> {
        self.value("data-consent").filter(|mark| *mark != "auto")
    }

    /// The tag for a message: `<script src="https://…">`, shortened.
    pub(super) fn excerpt(&self) -> String {
        let shown = ["src", "href", "data-consent", "data-consent-src", "data", "poster", "rel", "type"];
        let mut text = format!("<{}", self.name);
        for (name, value) in self.attributes.iter().filter(|(name, _)| shown.contains(&name.as_str())) {
            let value: String =
                value.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
            text.push_str(&format!(" {name}=\"{value}\""));
        }
        text.push('>');
        text
    }
}

impl Contact {
    /// Whom an address contacts by a site's rules, on a page with this base. Nothing where that is nobody.
    pub fn of(address: &str, rules: &Rules, base: &Base) -> Option<Contact> {
        let verdict = rules.verdict(address, base)?;
        let origin = rules.origin(address, base);
        Some(Contact {
            address: address.to_owned(),
            host: origin.map(|origin| origin.trim_start_matches("https://").to_owned()),
            verdict,
            is_held: !rules.allow(verdict, &rules.grants([], [])),
            is_in_code: false,
        })
    }

    /// What it is for, as the site or else a table says.
    pub(super) fn category(&self) -> Option<Category> {
        let said = usize::try_from(self.verdict.class()).ok().and_then(|class| Category::ALL.get(class));
        said.copied().or_else(|| tables::category(SubjectKind::Url, self.host.as_deref()?))
    }

    /// Whether the site or a table says what it is for.
    pub fn is_known(&self) -> bool {
        self.category().is_some()
    }

    /// The number of the service that declares it, from 1; 0 where none does.
    pub(super) fn service_number(&self) -> u32 {
        self.verdict.service()
    }
}
