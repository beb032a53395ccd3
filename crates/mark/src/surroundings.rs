//! What is open around a place of the page: SVG, MathML and templates. Decides nothing about a tag.

use crate::tag::Tag;

#[derive(Default)]
pub(crate) struct Surroundings {
    /// How many `<svg>` and `<math>` are open.
    foreign: usize,
    /// How many `<template>` are open.
    templates: usize,
    /// Whether SVG and MathML are in each other so that a browser may read as markup what the tokenizer takes
    /// for text (`<math><mi><mglyph><style>`).
    text_may_be_markup: bool,
}

/// What a start tag did to its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Nothing that counts has begun.
    Nothing,
    /// Something has begun, whose end has to be told.
    Counted,
    /// The tokenizer (lol_html 3.0) takes `<svg/>` for open, and the text of scripts after it for markup.
    MisreadByTokenizer,
}

impl Surroundings {
    /// Takes note of a start tag.
    pub fn open(&mut self, tag: &Tag) -> Opening {
        let is_foreign = matches!(tag.name.as_str(), "svg" | "math");
        self.text_may_be_markup |=
            self.foreign > 0 && (is_foreign || matches!(tag.name.as_str(), "mglyph" | "malignmark"));
        if is_foreign && tag.closes_itself {
            return if self.foreign == 0 { Opening::MisreadByTokenizer } else { Opening::Nothing };
        }
        if is_foreign {
            self.foreign += 1;
            return Opening::Counted;
        }
        if tag.name == "template" && tag.is_html {
            self.templates += 1;
            return Opening::Counted;
        }
        Opening::Nothing
    }

    /// Takes note of the end of an element of this name.
    pub fn close(&mut self, name: &str) {
        match name {
            "svg" | "math" => {
                self.foreign = self.foreign.saturating_sub(1);
                self.text_may_be_markup &= self.foreign > 0;
            }
            "template" => self.templates = self.templates.saturating_sub(1),
            _ => {}
        }
    }

    pub fn is_in_template(&self) -> bool {
        self.templates > 0
    }

    /// Whether a browser may read as markup what the tokenizer takes for text.
    pub fn text_may_be_markup(&self) -> bool {
        self.text_may_be_markup
    }
}
