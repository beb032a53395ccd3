//! One page, or a fragment of one, as its tags pass by: collects what to change. Hears of start tags and of
//! the ends of the elements that it asked about; neither finds tags nor decides what a tracker is.

use std::cmp::Reverse;
use std::ops::Range;

use crate::character_references::{decode_with_positions, encode_unquoted};
use crate::content_decision;
use crate::edit::{Edit, HeldEdits};
use crate::held_markup;
use crate::import_map::{self, HeldSpecifiers};
use crate::page_rules::PageRules;
use crate::pending_text::PendingText;
use crate::requesting_attributes::loads_consentry;
use crate::requesting_content::{self, Content};
use crate::surroundings::{Opening, Surroundings};
use crate::surveyed_tag::SurveyedTag;
use crate::tag::Tag;
use crate::tag_decision::{Decision, Treatment, decide};

/// Marks a whole text inside of the page. The stream above this file does it with a page of its own, which is
/// why it is handed in.
pub(crate) type MarkInnerText = fn(&[u8], PageRules, Treatment) -> HeldEdits;

/// What the tokenizer is to do after a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Continue,
    /// Tell when the element ends.
    TellEnd,
    /// Begin anew at [`Page::take_restart`], as if nothing were open.
    Restart,
}

/// The state between two tags.
pub(crate) struct Page {
    pub text: PendingText,
    rules: PageRules,
    treatment: Treatment,
    mark_inner_text: MarkInnerText,
    surroundings: Surroundings,
    has_base: bool,
    /// The element that is open and is decided on when it ends.
    undecided: Option<Undecided>,
    held_specifiers: HeldSpecifiers,
    held: HeldEdits,
    restart: Option<usize>,
    /// Its tags, if somebody wants to know them.
    survey: Option<Vec<SurveyedTag>>,
}

/// An element that is decided on when it ends.
struct Undecided {
    tag: Tag,
    ending: Ending,
}

/// What becomes of an element when it ends.
enum Ending {
    /// Its content decides.
    DecideByContent(Option<Content>),
    /// The same, and the content is read as markup too.
    DecideByContentAndMarkup(Option<Content>),
    /// It goes, whatever is in it.
    Remove,
}

impl Page {
    pub fn new(
        text: PendingText,
        rules: PageRules,
        treatment: Treatment,
        mark_inner_text: MarkInnerText,
    ) -> Page {
        Page {
            text,
            rules,
            treatment,
            mark_inner_text,
            surroundings: Surroundings::default(),
            has_base: false,
            undecided: None,
            held_specifiers: HeldSpecifiers::default(),
            held: HeldEdits::default(),
            restart: None,
            survey: None,
        }
    }

    /// Keeps every tag from here on.
    pub fn begin_survey(&mut self) {
        self.survey = Some(Vec::new());
    }

    /// The tags that were kept.
    pub fn take_survey(&mut self) -> Vec<SurveyedTag> {
        self.survey.take().unwrap_or_default()
    }

    /// Hears of a start tag.
    pub fn start_tag(&mut self, tag: Tag) -> Next {
        if let Some(survey) = &mut self.survey {
            survey.push(SurveyedTag {
                tag: tag.clone(),
                rules: self.rules.clone(),
                is_in_template: self.surroundings.is_in_template(),
            });
        }
        if matches!(self.undecided, Some(Undecided { ending: Ending::Remove, .. })) {
            return Next::Continue;
        }
        self.close_undecided(tag.range.start..tag.range.start);
        self.take_base(&tag);
        let end = tag.range.end;
        let opening = self.surroundings.open(&tag);
        let next = if loads_consentry(&tag) { Next::Continue } else { self.decide_by_tag(tag) };
        match opening {
            Opening::Nothing => next,
            Opening::Counted => Next::TellEnd,
            Opening::MisreadByTokenizer => {
                self.restart = Some(end);
                Next::Restart
            }
        }
    }

    /// Hears that the element of this name, whose start tag is at `start`, has ended by the end tag at `end`;
    /// empty where it has none of its own.
    pub fn end_tag(&mut self, start: usize, name: &str, end: Range<usize>) {
        self.surroundings.close(name);
        if self.undecided.as_ref().is_some_and(|undecided| undecided.tag.range.start == start) {
            self.close_undecided(end);
        }
    }

    /// Hears that whatever element is undecided has ended by this end tag; empty where it has none.
    pub fn close_undecided(&mut self, end_tag: Range<usize>) {
        let Some(Undecided { tag, ending }) = self.undecided.take() else { return };
        let inside = tag.range.end..end_tag.start;
        let (content, is_markup) = match ending {
            Ending::Remove => return self.cut(tag.range.start..end_tag.end),
            Ending::DecideByContent(content) => (content, false),
            Ending::DecideByContentAndMarkup(content) => (content, true),
        };
        let text = self.text.slice(inside.clone()).to_vec();
        let first_edit = self.held.edits.len();
        if let Some(content) = content {
            self.decide_by_content(&tag, content, &text, end_tag);
        }
        if is_markup && let Some(rules) = self.rules.inside() {
            let inner = (self.mark_inner_text)(&text, rules, self.treatment);
            self.add(inner.shifted(inside.start));
            self.merge_edits(first_edit);
        }
    }

    /// Writes over the bytes at `range` for a reason that is not the page's.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        self.held.edits.push(Edit::replace(range, text));
    }

    /// Where a new tokenizer is to begin, if the page asked for one.
    pub fn take_restart(&mut self) -> Option<usize> {
        self.restart.take()
    }

    /// Appends to `out` what is decided on, of all that comes before the position `end`.
    pub fn release_decided(&mut self, end: usize, out: &mut Vec<u8>) {
        let end = self.undecided.as_ref().map_or(end, |undecided| undecided.tag.range.start.min(end));
        self.release(end, out);
    }

    /// Appends all that is left to `out`; how many elements were held.
    pub fn release_all(&mut self, out: &mut Vec<u8>) -> usize {
        self.release(self.text.end(), out);
        self.held.held_count
    }

    /// All edits of a page of which nothing was released.
    pub fn take_edits(&mut self) -> HeldEdits {
        std::mem::take(&mut self.held)
    }

    fn release(&mut self, end: usize, out: &mut Vec<u8>) {
        let edits = &mut self.held.edits;
        let count = edits.iter().take_while(|edit| edit.range.end <= end).count();
        self.text.release(end, edits.drain(..count), out);
    }

    /// The first `<base href>` counts, from where it stands: what came before it was asked for already. One
    /// in a template does not count, but the browser may see no template where this crate sees one.
    fn take_base(&mut self, tag: &Tag) {
        if tag.name == "base"
            && tag.is_html
            && !self.has_base
            && let Some(href) = tag.value("href")
        {
            if self.surroundings.is_in_template() {
                self.rules.add_doubtful_base(href);
            } else {
                self.rules.set_base(href);
                self.has_base = true;
            }
        }
    }

    /// Decides on an element by its start tag, as far as that is possible.
    fn decide_by_tag(&mut self, tag: Tag) -> Next {
        let (held, is_held) = match decide(&tag, &self.rules, self.treatment) {
            Decision::PassesWithContent => return Next::Continue,
            Decision::Passes => {
                let content = Content::of(&tag);
                return self.look_inside(tag, content);
            }
            Decision::HoldStyles(held) => (held, false),
            Decision::Hold(held) => (held, true),
        };
        self.held.held_count += 1;
        if is_held && self.treatment == Treatment::Remove {
            return self.remove(tag);
        }
        let edits = held_markup::hold(&tag, |attribute| held.contain(attribute), &held.origins);
        self.held.edits.extend(edits);
        // A held element does nothing by its content, but the preload scanner reads that of a style sheet.
        let content = Content::of(&tag).filter(|content| !is_held || content.is_style());
        self.look_inside(tag, content)
    }

    /// What is in the element, or in its attributes, may need holding too. `requesting_content` says what is to be read.
    fn look_inside(&mut self, tag: Tag, content: Option<Content>) -> Next {
        if tag.name == "iframe" {
            self.mark_inner_document(&tag);
        }
        let is_markup = self.surroundings.text_may_be_markup() && requesting_content::is_text(&tag);
        let ending = match content {
            content if is_markup => Ending::DecideByContentAndMarkup(content),
            Some(_) => Ending::DecideByContent(content),
            None => return Next::Continue,
        };
        self.undecided = Some(Undecided { tag, ending });
        Next::TellEnd
    }

    /// A frame's document in an attribute is a page of its own, on the base of this one.
    fn mark_inner_document(&mut self, tag: &Tag) {
        let Some(srcdoc) = tag.attribute("srcdoc") else { return };
        // One that is too deep is held with its tag.
        let Some(rules) = self.rules.inside() else { return };
        let edits_before = self.held.edits.iter().rposition(|edit| edit.range.start < tag.range.start);
        let first_edit = edits_before.map_or(0, |last| last + 1);
        let written = srcdoc.written_value.clone();
        let value = decode_with_positions(self.text.slice(written.clone()));
        let mut inner = (self.mark_inner_text)(&value.bytes, rules, self.treatment);
        for edit in &mut inner.edits {
            edit.range = value.written_position(edit.range.start)..value.written_position(edit.range.end);
            edit.text = encode_unquoted(&edit.text);
        }
        self.add(inner.shifted(written.start));
        if let Some(edits) = self.held.edits.get_mut(first_edit..) {
            edits.sort_by_key(|edit| edit.range.start);
        }
    }

    fn remove(&mut self, tag: Tag) -> Next {
        // They have no end, or may go without it.
        const ONLY_THE_START_TAG_GOES: &[&str] = &[
            "img", "image", "source", "track", "embed", "input", "link", "frame", "body", "table", "thead",
            "tbody", "tfoot", "tr", "td", "th", "col", "colgroup",
        ];
        if ONLY_THE_START_TAG_GOES.contains(&tag.name.as_str()) || (tag.closes_itself && !tag.is_html) {
            self.cut(tag.range);
            return Next::Continue;
        }
        self.undecided = Some(Undecided { tag, ending: Ending::Remove });
        Next::TellEnd
    }

    /// Takes something out. After a lone `<` a space stays, for what follows would become a tag.
    fn cut(&mut self, range: Range<usize>) {
        let follows_lone_bracket = self.text.slice(range.start.saturating_sub(1)..range.start) == b"<";
        self.replace(range, if follows_lone_bracket { " " } else { "" });
    }

    /// Decides on an element by what is in it, up to the end tag at `end`.
    fn decide_by_content(&mut self, tag: &Tag, content: Content, text: &[u8], end: Range<usize>) {
        let inside = tag.range.end..end.start;
        match content {
            Content::Noscript => match self.rules.inside() {
                None => self.cut(inside),
                Some(rules) => {
                    let inner = (self.mark_inner_text)(text, rules, Treatment::Remove);
                    self.add(inner.shifted(inside.start));
                }
            },
            Content::ImportMap if end.is_empty() => {}
            Content::ImportMap => self.split_import_map(text, inside, end.end),
            Content::Style | Content::UnappliedStyle | Content::Module | Content::SpeculationRules => {
                let specifiers = &self.held_specifiers;
                let addresses = content_decision::held_addresses(tag, content, text, &self.rules, specifiers);
                let Some(addresses) = addresses else { return };
                match self.treatment {
                    Treatment::Mark => {
                        self.add(content_decision::hold(tag, content, text, &self.rules, &addresses));
                    }
                    Treatment::Remove => {
                        self.held.held_count += 1;
                        self.cut(tag.range.start..end.end);
                    }
                }
            }
        }
    }

    /// Moves what an import map says of held hosts into a second, held map. Modules that need it fail to load.
    fn split_import_map(&mut self, text: &[u8], inside: Range<usize>, end: usize) {
        let Some(split) = import_map::split(text, |address| self.rules.holds(address)) else { return };
        self.held.held_count += 1;
        self.held_specifiers.extend(split.held_entries);
        self.replace(inside, &split.live);
        self.held.edits.push(Edit::insert(end, held_markup::held_import_map(&split.held)));
    }

    fn add(&mut self, held: HeldEdits) {
        self.held.edits.extend(held.edits);
        self.held.held_count += held.held_count;
    }

    /// Brings the edits from this one on into order. What lies in something that goes, goes with it.
    fn merge_edits(&mut self, first_edit: usize) {
        let mut edits = self.held.edits.split_off(first_edit);
        edits.sort_by_key(|edit| (edit.range.start, Reverse(edit.range.end)));
        edits.dedup();
        let mut end = 0;
        for edit in edits {
            if edit.range.start >= end {
                end = edit.range.end;
                self.held.edits.push(edit);
            }
        }
    }
}
