//! Elements whose content makes the browser ask: style sheets, modules, import maps, speculation rules,
//! `<noscript>`. Says what they ask for, and decides nothing about a host.

use crate::addresses_in_documents::in_css;
use crate::character_references::decode_text;
use crate::found_by_gate::FoundByGate;
use crate::requesting_attributes::{held_together, type_of};
use crate::tag::Tag;
use crate::{module_imports, speculation_rules};

/// What an element's content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Style,
    /// A style element of a type that browsers do not apply.
    UnappliedStyle,
    Module,
    ImportMap,
    SpeculationRules,
    Noscript,
}

impl Content {
    /// What is to be read in this element, if anything.
    pub fn of(tag: &Tag) -> Option<Content> {
        match tag.name.as_str() {
            "style" if matches!(type_of(tag).as_str(), "" | "text/css") => Some(Content::Style),
            "style" => Some(Content::UnappliedStyle),
            "noscript" if tag.is_html => Some(Content::Noscript),
            "script" => match type_of(tag).as_str() {
                "module" => Some(Content::Module),
                "importmap" => Some(Content::ImportMap),
                "speculationrules" => Some(Content::SpeculationRules),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn is_style(self) -> bool {
        matches!(self, Content::Style | Content::UnappliedStyle)
    }

    /// The addresses for which the browser asks as soon as it has read this content in the element of `tag`.
    /// In SVG, unlike in HTML, the content is markup; there each way to read it counts.
    pub fn addresses(self, tag: &Tag, content: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(content);
        let mut addresses = self.addresses_in(&text);
        if !tag.is_html {
            addresses.extend(self.addresses_in(&decode_text(&text)));
            addresses.extend(self.addresses_in(&decode_text(&text_of_markup(&text))));
        }
        addresses
    }

    fn addresses_in(self, text: &str) -> Vec<String> {
        match self {
            Content::Style | Content::UnappliedStyle => in_css(text),
            Content::Module => module_imports::imports(text),
            Content::SpeculationRules => speculation_rules::addresses(text),
            Content::ImportMap | Content::Noscript => Vec::new(),
        }
    }

    /// What the gate reads in this content of the element of `tag`; nothing if it does not look there, for it
    /// knows no script type but as browsers write it.
    pub fn found_by_gate<'a>(self, tag: &Tag, text: &'a str) -> Option<FoundByGate<'a>> {
        match self {
            Content::Style => Some(FoundByGate::of_strings(text)),
            Content::Module if tag.value("type") == Some("module") => Some(FoundByGate::of_module(text)),
            Content::SpeculationRules if tag.value("type") == Some("speculationrules") => {
                Some(FoundByGate::of_strings(text))
            }
            _ => None,
        }
    }
}

/// The text of an element in SVG, where comments, character data sections and tags are not part of it.
fn text_of_markup(content: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(content.len()), content);
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        if let Some(section) = after.strip_prefix("![CDATA[") {
            let (inside, following) = section.split_once("]]>").unwrap_or((section, ""));
            text.push_str(inside);
            rest = following;
        } else {
            let end = if after.starts_with("!--") { "-->" } else { ">" };
            rest = after.split_once(end).map_or("", |(_, following)| following);
        }
    }
    text.push_str(rest);
    text
}

/// Whether the tokenizer takes what is in this element for text.
pub(crate) fn is_text(tag: &Tag) -> bool {
    const NAMES: &[&str] =
        &["style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"];
    NAMES.contains(&tag.name.as_str())
}

/// Whether the element's content would run, or be applied, as it stands.
pub(crate) fn content_acts(tag: &Tag) -> bool {
    match tag.name.as_str() {
        "script" => !held_together(tag).is_empty() || Content::of(tag).is_some(),
        _ => Content::of(tag) == Some(Content::Style),
    }
}
