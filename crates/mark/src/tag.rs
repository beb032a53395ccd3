//! A start tag as it stands in the page: its attributes with their places. Knows no rule.

use std::ops::Range;

use lol_html::send::Element;

use crate::character_references::decode_attribute;
use crate::pending_text::PendingText;

/// A start tag.
#[derive(Clone)]
pub(crate) struct Tag {
    /// In lower case.
    pub name: String,
    pub attributes: Vec<Attribute>,
    /// Whether it is neither SVG nor MathML.
    pub is_html: bool,
    /// Whether it ends in `/>`, which closes it in SVG and MathML alone.
    pub closes_itself: bool,
    pub range: Range<usize>,
    /// Where the name ends.
    pub name_end: usize,
}

/// An attribute; of several with one name a browser takes the first.
#[derive(Clone)]
pub(crate) struct Attribute {
    /// In lower case.
    pub name: String,
    /// As the browser reads it.
    pub value: String,
    /// Where the name begins.
    pub name_start: usize,
    /// Where the value as written is, without quotes.
    pub written_value: Range<usize>,
}

impl Tag {
    /// The start tag of `element`, which is in this text.
    pub fn read(element: &mut Element<'_, '_>, text: &PendingText) -> Tag {
        let range = text.range_of(&element.source_location());
        let written = text.slice(range.clone());
        let name_length =
            written.iter().skip(1).position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        let name_end = range.start + 1 + name_length.unwrap_or(written.len().saturating_sub(1));
        let attributes = element.attributes().iter().filter_map(|attribute| {
            let name_start = text.range_of(&attribute.name_source_location()?).start;
            let value = attribute.value_source_location();
            Some(Attribute {
                name: attribute.name(),
                value: decode_attribute(&attribute.value()),
                name_start,
                written_value: value.map_or(name_start..name_start, |value| text.range_of(&value)),
            })
        });
        Tag {
            name: element.tag_name(),
            attributes: attributes.collect(),
            is_html: element.namespace_uri().ends_with("xhtml"),
            closes_itself: element.start_tag().self_closing(),
            range,
            name_end,
        }
    }

    /// The attribute of this name that counts.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Its value.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|attribute| attribute.value.as_str())
    }

    pub fn is_script_or_style(&self) -> bool {
        matches!(self.name.as_str(), "script" | "style")
    }
}
