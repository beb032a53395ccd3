//! What both versions say under names of their own: whether they ask, where the banner stands, and the texts of each language.

use serde_json::{Map, Value};

use super::category::{FoundCategory, Section, add_categories, read_policy};
use super::cookie_table::{Row, rows};
use super::place::read_place;
use super::{OPT_OUT, OWN_TEXTS};
use crate::convert::draft::Draft;
use crate::convert::keys_told::{Told, tell_keys};
use crate::model::config::Language;
use crate::model::shape::{below, quoted};

/// A version's names.
pub(super) struct Names {
    pub gui_options: &'static str,
    /// What is told of a modal's options.
    pub modal_told: &'static [Told],
    pub consent_modal: &'static str,
    pub preferences_modal: &'static str,
    /// The preferences' list.
    pub sections: &'static str,
    /// Where a section names its category.
    pub category: &'static str,
    pub cookie_table: &'static str,
    pub revision_message: &'static str,
}

/// The texts in one language.
pub(super) struct Translation<'a> {
    pub names: &'static Names,
    pub path: String,
    /// None where we have no texts in the language: then nobody would read its own, and its cookies count.
    language: Option<Language>,
    texts: &'a Value,
    /// The preferences' sections, each with its path.
    pub sections: Vec<(String, &'a Value)>,
}

/// Reads what is asked of everybody, and where.
pub(super) fn read_banner(config: &Map<String, Value>, names: &Names, draft: &mut Draft) {
    match config.get("mode").and_then(Value::as_str) {
        None | Some("opt-in") => {}
        Some(mode) => draft.remark("mode", quoted(mode), OPT_OUT),
    }
    if let Some(revision) = config.get("revision").filter(|revision| !revision.is_null()) {
        draft.set_revision("revision", revision);
    }
    for modal in [names.consent_modal, names.preferences_modal] {
        let path = below(names.gui_options, modal);
        let Some(options) = config.get(names.gui_options).and_then(|gui| gui.get(modal)) else { continue };
        if let Value::Object(options) = options {
            tell_keys(draft, &path, options, "layout position transition", names.modal_told);
        }
        if modal == names.consent_modal {
            read_place(&path, options, draft);
        }
    }
}

/// Reads the texts, those of the language `first` before the others.
pub(super) fn read_translations<'a>(
    path: &str,
    written: Option<&'a Value>,
    first: Option<&str>,
    names: &'static Names,
    draft: &mut Draft,
) -> Vec<Translation<'a>> {
    let mut written = draft.entries(path, written);
    written.sort_by_key(|(tag, _)| Some(*tag) != first);
    let mut translations = Vec::new();
    for (tag, texts) in written {
        let path = below(path, tag);
        let language = draft.language(&path, tag);
        if !texts.is_object() {
            let advice = "expected the texts themselves: name purposes by hand, or put the texts into the file and convert it again";
            draft.remark_value(&path, texts, advice);
            continue;
        }
        let mut translation = Translation { names, path, language, texts, sections: Vec::new() };
        let (path, sections) = translation.text(names.preferences_modal, names.sections);
        translation.sections = draft.items(&path, sections);
        translations.push(translation);
    }
    translations
}

/// Adds everything that the categories hold and the texts say.
pub(super) fn read_texts(
    translations: &[Translation<'_>],
    categories: &[FoundCategory<'_>],
    draft: &mut Draft,
) {
    let sections: Vec<_> =
        translations.iter().flat_map(|translation| translation.of_categories(draft)).collect();
    add_categories(categories, &sections, draft);
    let (mut footers, mut texts) = (Vec::new(), Vec::new());
    for translation in translations {
        translation.tell_own_texts(draft);
        footers.push(translation.text(translation.names.consent_modal, "footer"));
        texts.push(translation.text(translation.names.consent_modal, "description"));
        let sections = translation.sections.iter();
        texts.extend(sections.map(|(path, section)| (path.clone(), section.get("description"))));
    }
    read_policy(&footers, &texts, draft);
}

impl<'a> Translation<'a> {
    /// A text of a modal, with its path.
    pub fn text(&self, modal: &str, key: &str) -> (String, Option<&'a Value>) {
        let path = below(&below(&self.path, modal), key);
        (path, self.texts.get(modal).and_then(|modal| modal.get(key)))
    }

    /// The sections that describe a category.
    fn of_categories(&self, draft: &mut Draft) -> Vec<Section<'a>> {
        let mut found = Vec::new();
        for (path, section) in &self.sections {
            let Some(category) = section.pointer(self.names.category).and_then(Value::as_str) else {
                continue;
            };
            let read = |value: Option<&'a Value>| value.filter(|_| self.language.is_some());
            let table_path = below(path, self.names.cookie_table);
            let rows = match section.get(self.names.cookie_table) {
                Some(Value::Object(table)) => {
                    rows(&below(&table_path, "body"), table.get("headers"), table.get("body"), draft)
                }
                body => {
                    let (_, headers) = self.text(self.names.preferences_modal, "cookie_table_headers");
                    rows(&table_path, headers, body, draft)
                }
            };
            let row = |row: Row<'a>| Row {
                description: read(row.description),
                duration: read(row.duration),
                ..row
            };
            found.push(Section {
                path: path.clone(),
                language: self.language,
                category,
                title: read(section.get("title")),
                description: read(section.get("description")),
                rows: rows.into_iter().map(row).collect(),
            });
        }
        found
    }

    fn tell_own_texts(&self, draft: &mut Draft) {
        let names = self.names;
        let elsewhere = [
            names.sections,
            names.revision_message,
            "footer",
            "cookie_table_headers",
            "cookie_table_caption",
        ];
        let mut own = Vec::new();
        for modal in [names.consent_modal, names.preferences_modal] {
            let Some(Value::Object(texts)) = self.texts.get(modal) else { continue };
            let keys = texts.keys().filter(|key| !elsewhere.contains(&key.as_str()));
            own.extend(keys.map(|key| format!("{modal}.{key}")));
        }
        let is_free = |section: &&(String, &Value)| section.1.pointer(names.category).is_none();
        let free = self.sections.iter().filter(is_free).count();
        if free > 0 {
            own.push(format!("{} without a category ({free})", names.sections));
        }
        if !own.is_empty() {
            draft.remark(&self.path, format!("texts: {}", own.join(", ")), OWN_TEXTS);
        }
        if let (path, Some(message)) = self.text(names.consent_modal, names.revision_message) {
            draft.remark_value(&path, message, "a new revision says what is new in changes[].summary");
        }
    }
}
