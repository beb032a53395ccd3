//! What a lint asks about a tag: whom it contacts by its attributes and by what is in it, held or not. Decides nothing.

use consentry::lint::Contact;

use crate::held_markup::MARK;
use crate::host_addresses::host_addresses;
use crate::import_map;
use crate::page_rules::PageRules;
use crate::requesting_attributes::{addresses, held_together, is_css, loads_consentry, runs};
use crate::requesting_content::Content;
use crate::tag::Tag;

/// A start tag of a page, with the rules that are in force where it stands.
pub(crate) struct SurveyedTag {
    pub tag: Tag,
    pub rules: PageRules,
    pub is_in_template: bool,
}

impl SurveyedTag {
    /// Whether it is a script that a browser runs, by its type.
    pub fn runs(&self) -> bool {
        self.tag.name == "script" && runs(&self.tag)
    }

    /// Whether it is the script `consentry.js`.
    pub fn loads_consentry(&self) -> bool {
        self.tag.name == "script" && loads_consentry(&self.tag)
    }

    /// Whom it contacts, at once or when it is released, but for the pages in it. `page`: the text that it stands in.
    pub fn contacts(&self, page: &[u8]) -> Vec<Contact> {
        if loads_consentry(&self.tag) {
            return Vec::new();
        }
        let shown = released(&self.tag);
        let mut asked = asked_by_attributes(&shown);
        let hidden = self.tag.value(&format!("{MARK}-origins")).unwrap_or_default();
        asked.extend(hidden.split_ascii_whitespace().map(str::to_owned));
        let content = raw_content(&self.tag, page);
        asked.extend(asked_by_content(&shown, content));
        let mut contacts: Vec<_> = asked.iter().filter_map(|address| self.rules.contact(address)).collect();
        if shown.name == "script" && runs(&shown) {
            contacts.extend(self.named_in_code(&String::from_utf8_lossy(content)));
        }
        contacts
    }

    /// The pages in it: the markup in a `<noscript>`, a frame's document in an attribute.
    pub fn inner_pages(&self, page: &[u8]) -> Vec<Vec<u8>> {
        let shown = released(&self.tag);
        let srcdoc = shown.value("srcdoc").filter(|_| shown.name == "iframe");
        let noscript = (Content::of(&shown) == Some(Content::Noscript)).then(|| raw_content(&self.tag, page));
        srcdoc.map(str::as_bytes).into_iter().chain(noscript).map(<[u8]>::to_vec).collect()
    }

    /// The hosts that somebody described, in the text of a script: it may ask them, as a loader does.
    fn named_in_code(&self, code: &str) -> Vec<Contact> {
        let named = host_addresses(code).into_iter().filter_map(|address| self.rules.contact(&address));
        named.filter(Contact::is_known).map(|contact| Contact { is_in_code: true, ..contact }).collect()
    }
}

fn asked_by_attributes(shown: &Tag) -> Vec<String> {
    let together = held_together(shown);
    let asking = shown.attributes.iter().filter(|it| together.contains(&it.name.as_str()) || is_css(it));
    asking.flat_map(|attribute| addresses(shown, attribute)).collect()
}

fn asked_by_content(shown: &Tag, content: &[u8]) -> Vec<String> {
    match Content::of(shown) {
        Some(Content::ImportMap) => import_map::addresses(&String::from_utf8_lossy(content)),
        Some(kind) => kind.addresses(shown, content),
        None => Vec::new(),
    }
}

/// What stands in an element whose content is text to a browser, up to its end tag; nothing for other elements.
fn raw_content<'a>(tag: &Tag, page: &'a [u8]) -> &'a [u8] {
    let rest = page.get(tag.range.end..).unwrap_or_default();
    if !matches!(tag.name.as_str(), "script" | "style" | "noscript") || (tag.closes_itself && !tag.is_html) {
        return &[];
    }
    let end_tag = format!("</{}", tag.name);
    let mut places = rest.windows(end_tag.len());
    let end = places.position(|place| place.eq_ignore_ascii_case(end_tag.as_bytes()));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

/// The tag as it is once it is released: without the mark, and with the attributes that the mark keeps.
fn released(tag: &Tag) -> Tag {
    let mut shown = tag.clone();
    if tag.attribute(MARK).is_none() {
        return shown;
    }
    shown.attributes.retain(|attribute| attribute.name != "type" || !tag.is_script_or_style());
    for attribute in &mut shown.attributes {
        if let Some(name) = attribute.name.strip_prefix(MARK).and_then(|rest| rest.strip_prefix('-')) {
            attribute.name = name.to_owned();
        }
    }
    shown
}
