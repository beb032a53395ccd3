//! A start tag as it stands in the page: its attributes with their places. Knows no rule.

use std::ops::Range;

use lol_html::html_content::SourceLocation;
use lol_html::send::Element;

use crate::edit::Edit;
use crate::entities::{self, decode_text};
use crate::page::Page;

/// The beginning of every attribute that a held element has.
pub(crate) const MARK: &str = "data-consent";

/// A start tag.
pub(crate) struct Tag {
    /// In lower case.
    pub name: String,
    pub attributes: Vec<Attribute>,
    /// Whether it is neither SVG nor MathML.
    pub html: bool,
    /// Whether it ends in `/>`, which closes it in SVG and MathML alone.
    pub closed: bool,
    pub range: Range<usize>,
    /// Where the name ends.
    pub name_end: usize,
}

/// An attribute; of several with one name a browser takes the first.
pub(crate) struct Attribute {
    /// In lower case.
    pub name: String,
    /// As the browser reads it.
    pub value: String,
    /// Where the name begins.
    pub at: usize,
    /// Where the value as written is, without quotes.
    pub written: Range<usize>,
}

impl Tag {
    /// The tag of `element` in `page`.
    pub fn read(element: &mut Element<'_, '_>, page: &Page) -> Tag {
        let shifted = |place: SourceLocation| {
            let place = place.bytes();
            place.start + page.shift..place.end + page.shift
        };
        let range = shifted(element.source_location());
        let written = page.slice(range.clone());
        let name =
            written.iter().skip(1).position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        let name_end = range.start + 1 + name.unwrap_or(written.len().saturating_sub(1));
        let attributes = element.attributes().iter().filter_map(|attribute| {
            let at = shifted(attribute.name_source_location()?).start;
            Some(Attribute {
                name: attribute.name(),
                value: decode_text(&attribute.value()),
                at,
                written: attribute.value_source_location().map_or(at..at, shifted),
            })
        });
        Tag {
            name: element.tag_name(),
            attributes: attributes.collect(),
            html: element.namespace_uri().ends_with("xhtml"),
            closed: element.start_tag().self_closing(),
            range,
            name_end,
        }
    }

    /// The value that counts of the attribute of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// What moves the attributes that `moves` names out of the browser's sight and marks the tag; a script
    /// gets a type that does not run. Every attribute of a name moves: the second would become the first.
    /// `origins`: whom it asks, where the gate cannot read that in the tag.
    pub fn hold(&self, moves: impl Fn(&Attribute) -> bool, origins: &[String]) -> Vec<Edit> {
        let mut mark = String::new();
        if self.value(MARK).is_none() {
            mark.push_str(&format!(" {MARK}=\"auto\""));
        }
        if !origins.is_empty() {
            mark.push_str(&format!(" {MARK}-origins=\"{}\"", entities::encode_quoted(&origins.join(" "))));
        }
        let inert = matches!(self.name.as_str(), "script" | "style");
        if inert {
            mark.push_str(" type=\"text/plain\"");
        }
        let mut edits = vec![Edit::insert(self.name_end, mark)];
        for attribute in &self.attributes {
            if moves(attribute) || (inert && attribute.name == "type") {
                edits.push(Edit::insert(attribute.at, format!("{MARK}-")));
            }
        }
        edits.retain(|edit| !edit.text.is_empty());
        edits
    }
}
