//! One page, or a fragment of one, as its tags pass by: decides which are held, and says what to change.
//! Hears of start tags and of the ends of the elements that it asked about; moves no bytes itself.

use std::ops::Range;

use crate::content::{self, Content};
use crate::css;
use crate::edit::{self, Edit};
use crate::entities;
use crate::judge::Judge;
use crate::loads;
use crate::marker::edits_of;
use crate::tag::{Attribute, MARK, Tag};

/// What becomes of what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is marked, for the gate to release.
    Marked,
    /// It is taken out: a `<noscript>` is read where there is no gate.
    Removed,
}

/// What the tokenizer is to do after a start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Nothing,
    /// Tell when the element ends.
    TellEnd,
    /// Begin anew, as if nothing were open, at [`Page::resume`].
    Resume,
}

/// Stands for hosts that nobody described, where they could not be read: no host can be called so.
const NOBODY: &str = "https://unread.invalid";

/// More bases in templates than any page has.
const MOST_BASES: usize = 8;

/// The state between two tags.
pub(crate) struct Page {
    pub judge: Judge,
    fate: Fate,
    based: bool,
    /// Bytes that have come and not gone, from `origin` on.
    pub bytes: Vec<u8>,
    pub origin: usize,
    /// Where the tokenizer began to count.
    pub shift: usize,
    /// Where a new tokenizer is to begin.
    pub resume: Option<usize>,
    /// How many `<svg>` and `<math>` are open.
    foreign: usize,
    /// Whether SVG and MathML are in each other so that a browser may read as markup what the tokenizer
    /// takes for text (`<math><mi><mglyph><style>`).
    doubtful: bool,
    /// How many `<template>` are.
    templates: usize,
    pub edits: Vec<Edit>,
    open: Option<Open>,
    /// Specifiers that a held import map would have resolved.
    mapped: Vec<(String, String)>,
    /// How many elements were held.
    pub held: usize,
}

/// An element that is looked at when it ends.
struct Open {
    tag: Tag,
    what: What,
}

enum What {
    /// Its content decides; doubtful content is read as markup too.
    Judge { content: Option<Content>, doubtful: bool },
    /// It goes, whatever is in it.
    Remove,
}

impl Page {
    pub fn new(judge: Judge, fate: Fate) -> Page {
        Page {
            judge,
            fate,
            based: false,
            bytes: Vec::new(),
            origin: 0,
            shift: 0,
            resume: None,
            foreign: 0,
            doubtful: false,
            templates: 0,
            edits: Vec::new(),
            open: None,
            mapped: Vec::new(),
            held: 0,
        }
    }

    /// The position up to which everything is decided, if something before `end` is not.
    pub fn decided(&self, end: usize) -> usize {
        self.open.as_ref().map_or(end, |open| open.tag.range.start.min(end))
    }

    /// Bytes of the page by their position in it, as far as they have come.
    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        let (start, end) = (range.start.saturating_sub(self.origin), range.end.saturating_sub(self.origin));
        self.bytes.get(start..end.min(self.bytes.len())).unwrap_or_default()
    }

    /// Hears of a start tag.
    pub fn start(&mut self, tag: Tag) -> Next {
        if self.removing() {
            return Next::Nothing;
        }
        self.end(tag.range.start..tag.range.start);
        self.rebase(&tag);
        let end = tag.range.end;
        let (foreign, closed) = (matches!(tag.name.as_str(), "svg" | "math"), tag.closed);
        let template = tag.name == "template" && tag.html;
        self.doubtful |=
            self.foreign > 0 && (foreign || matches!(tag.name.as_str(), "mglyph" | "malignmark"));
        let next = if loads::is_ours(&tag) { Next::Nothing } else { self.judge(tag) };
        if foreign && closed && self.foreign == 0 {
            // lol_html 3.0 takes `<svg/>` for open, and the text of scripts after it for markup.
            self.resume = Some(end);
            return Next::Resume;
        }
        if foreign && !closed {
            self.foreign += 1;
            return Next::TellEnd;
        }
        if template {
            self.templates += 1;
            return Next::TellEnd;
        }
        next
    }

    fn judge(&mut self, tag: Tag) -> Next {
        let mut group = loads::attributes(&tag);
        if self.judge.depth > 0 && self.fate == Fate::Marked && group.is_empty() {
            group = loads::attributes_inside(&tag);
        }
        let moves = |attribute: &Attribute| group.contains(&attribute.name.as_str());
        let styled =
            |attribute: &Attribute| loads::is_css(attribute) && self.judge.holds_any(&tag, attribute);
        let mut live = tag.attributes.iter().filter(|attribute| moves(attribute));
        let mark = tag.value(MARK).filter(|mark| *mark != "auto");
        // A mark by hand says who may act, whatever the URL; an inline script half marked would run.
        let denied = mark.map(|mark| !self.judge.allows_mark(mark));
        let acts = match denied {
            Some(false) => return Next::Nothing,
            Some(true) => live.next().is_some() || content::is_code(&tag),
            None => live.any(|attribute| self.judge.holds_any(&tag, attribute)),
        };
        let styles = !matches!(tag.name.as_str(), "script" | "style") && tag.attributes.iter().any(styled);
        if acts && self.fate == Fate::Removed {
            self.held += 1;
            return self.remove(tag);
        }
        if acts || styles {
            self.held += 1;
            let held = |attribute: &Attribute| (acts && moves(attribute)) || styled(attribute);
            let origins = if denied.is_none() { self.hidden(&tag, held) } else { Vec::new() };
            let edits = tag.hold(held, &origins);
            self.edits.extend(edits);
        }
        self.look_inside(tag, acts)
    }

    /// Whom these attributes ask, as far as the gate cannot read it there.
    fn hidden(&self, tag: &Tag, held: impl Fn(&Attribute) -> bool) -> Vec<String> {
        let held = tag.attributes.iter().filter(|attribute| held(attribute));
        let urls: Vec<_> = held
            .flat_map(|attribute| {
                let urls = loads::urls(tag, attribute);
                urls.into_iter().filter(|url| !loads::is_plain(tag, attribute, url))
            })
            .collect();
        self.judge.origins(&urls)
    }

    /// The first `<base href>` counts, from where it stands: what came before it was asked for already. One
    /// in a template does not, where the browser finds it there too.
    fn rebase(&mut self, tag: &Tag) {
        if tag.name == "base"
            && tag.html
            && !self.based
            && let Some(href) = tag.value("href")
        {
            let base = self.judge.base.with(href);
            if self.templates > 0 {
                self.judge.others.push(base);
                self.judge.others.truncate(MOST_BASES);
            } else {
                self.judge.base = base;
                self.based = true;
            }
        }
    }

    /// What is in the element, or in its attributes, may need holding too.
    fn look_inside(&mut self, tag: Tag, held: bool) -> Next {
        if tag.name == "iframe" {
            self.inner_document(&tag);
        }
        let content =
            Content::of(&tag).filter(|content| !held || matches!(content, Content::Style | Content::Text));
        let doubtful = self.doubtful && content::is_text(&tag);
        if content.is_none() && !doubtful {
            return Next::Nothing;
        }
        self.open = Some(Open { tag, what: What::Judge { content, doubtful } });
        Next::TellEnd
    }

    /// A frame's document in an attribute is a page of its own, on the base of this one.
    fn inner_document(&mut self, tag: &Tag) {
        let Some(srcdoc) = tag.attributes.iter().find(|attribute| attribute.name == "srcdoc") else { return };
        let before = self.edits.iter().rposition(|edit| edit.range.start < tag.range.start);
        let first = before.map_or(0, |before| before + 1);
        if let Some(judge) = self.judge.inside() {
            let value = entities::decode(self.slice(srcdoc.written.clone()));
            let (edits, held) = edits_of(&value.bytes, judge, self.fate);
            let place = |at: usize| srcdoc.written.start + value.from.get(at).copied().unwrap_or_default();
            self.edits.extend(edits.into_iter().map(|Edit { range, text }| {
                Edit::replace(place(range.start)..place(range.end), entities::encode(&text))
            }));
            self.held += held;
        } else {
            self.edits.extend(tag.hold(|attribute| attribute.name == "srcdoc", &[NOBODY.to_owned()]));
            self.held += 1;
        }
        if let Some(edits) = self.edits.get_mut(first..) {
            edits.sort_by_key(|edit| edit.range.start);
        }
    }

    fn removing(&self) -> bool {
        self.open.as_ref().is_some_and(|open| matches!(open.what, What::Remove))
    }

    fn remove(&mut self, tag: Tag) -> Next {
        const VOID: &[&str] =
            &["img", "image", "source", "track", "embed", "input", "link", "frame", "body", "table", "td"];
        if VOID.contains(&tag.name.as_str()) || (tag.closed && !tag.html) {
            self.cut(tag.range);
            return Next::Nothing;
        }
        self.open = Some(Open { tag, what: What::Remove });
        Next::TellEnd
    }

    /// Takes something out. After a lone `<` a space stays: what follows would become a tag.
    fn cut(&mut self, range: Range<usize>) {
        let lone = self.slice(range.start.saturating_sub(1)..range.start) == b"<";
        self.edits.push(Edit::replace(range, if lone { " " } else { "" }.to_owned()));
    }

    /// Hears that the element of this name, whose start tag is at `start`, has ended.
    pub fn end_of(&mut self, start: usize, name: &str, end: Range<usize>) {
        match name {
            "svg" | "math" => {
                self.foreign = self.foreign.saturating_sub(1);
                self.doubtful &= self.foreign > 0;
            }
            "template" => self.templates = self.templates.saturating_sub(1),
            _ => {}
        }
        if self.open.as_ref().is_some_and(|open| open.tag.range.start == start) {
            self.end(end);
        }
    }

    /// Hears that the open element, if there is one, has ended by the end tag at `end`; empty where it has
    /// none of its own.
    pub fn end(&mut self, end: Range<usize>) {
        let Some(Open { tag, what }) = self.open.take() else { return };
        let inside = tag.range.end..end.start;
        let (content, doubtful) = match what {
            What::Remove => return self.cut(tag.range.start..end.end),
            What::Judge { content, doubtful } => (content, doubtful),
        };
        let text = self.slice(inside.clone()).to_vec();
        let first = self.edits.len();
        if let Some(content) = content {
            self.end_content(&tag, content, &text, end);
        }
        if doubtful && let Some(judge) = self.judge.inside() {
            let (edits, held) = edits_of(&text, judge, self.fate);
            self.held += held;
            let mut all = self.edits.split_off(first);
            all.extend(edits.into_iter().map(|edit| edit.shifted(inside.start)));
            all.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
            all.dedup();
            for edit in all {
                // What lies in something that goes, goes with it.
                if self
                    .edits
                    .get(first..)
                    .unwrap_or_default()
                    .iter()
                    .all(|it| it.range.end <= edit.range.start)
                {
                    self.edits.push(edit);
                }
            }
        }
    }

    /// Judges an element by what is in it, up to the end tag at `end`.
    fn end_content(&mut self, tag: &Tag, content: Content, text: &[u8], end: Range<usize>) {
        let inside = tag.range.end..end.start;
        match content {
            Content::Noscript => match self.judge.inside() {
                None => self.cut(inside),
                Some(judge) => {
                    let (edits, held) = edits_of(text, judge, Fate::Removed);
                    self.edits.extend(edits.into_iter().map(|edit| edit.shifted(inside.start)));
                    self.held += held;
                }
            },
            Content::Map if !end.is_empty() => self.split(text, inside, end.end),
            Content::Map => {}
            content => {
                let mut urls = content.urls(text, tag.html);
                let targets: Vec<_> = urls.iter().filter_map(|url| self.target_of(url)).collect();
                urls.extend(targets);
                if !urls.iter().any(|url| self.judge.holds(url)) {
                    return;
                }
                match self.fate {
                    Fate::Marked => self.hold_content(tag, content, text, &urls),
                    Fate::Removed => {
                        self.held += 1;
                        self.cut(tag.range.start..end.end);
                    }
                }
            }
        }
    }

    /// Holds an element for what is in it.
    fn hold_content(&mut self, tag: &Tag, content: Content, text: &[u8], urls: &[String]) {
        // What is marked by hand is held already, and what no browser applies need not be.
        if tag.value(MARK).is_none_or(|mark| mark == "auto") && content != Content::Text {
            self.held += 1;
            let readable = String::from_utf8_lossy(text);
            let kind = tag.value("type").unwrap_or_default();
            let named =
                content == Content::Style || ["module", "importmap", "speculationrules"].contains(&kind);
            let hidden = urls.iter().filter(|url| !named || !content.is_plain(&readable, url));
            let origins = self.judge.origins(hidden);
            self.edits.extend(tag.hold(|_| false, &origins));
        }
        if matches!(content, Content::Style | Content::Text) {
            let start = tag.range.end;
            let escaped = |at: usize| Edit::replace(start + at..start + at + 1, css::ESCAPED_I.to_owned());
            self.edits.extend(css::imports(text).map(escaped));
        }
    }

    /// An import map asks for nothing by itself, and held whole it would take the site's own modules with
    /// it. So what it says of held hosts goes into a second, held map: modules that need it fail to load.
    fn split(&mut self, text: &[u8], inside: Range<usize>, end: usize) {
        let Some(split) = content::split_map(text, |url| self.judge.holds(url)) else { return };
        self.held += 1;
        self.mapped.extend(split.mapped);
        self.edits.push(Edit::replace(inside, split.live));
        let held = format!(
            "<script {MARK}=\"auto\" type=\"text/plain\" {MARK}-type=\"importmap\">{}</script>",
            split.held
        );
        self.edits.push(Edit::insert(end, held));
    }

    /// Where a held import map leads this specifier.
    fn target_of(&self, specifier: &str) -> Option<String> {
        let leads =
            |mapped: &str| mapped == specifier || (mapped.ends_with('/') && specifier.starts_with(mapped));
        self.mapped.iter().find(|(mapped, _)| leads(mapped)).map(|(_, url)| url.clone())
    }

    /// Takes the edits that end by `end`, and the bytes before it, into `out`.
    pub fn flush(&mut self, end: usize, out: &mut Vec<u8>) {
        let count = self.edits.iter().take_while(|edit| edit.range.end <= end).count();
        let length = end.saturating_sub(self.origin).min(self.bytes.len());
        let bytes = self.bytes.get(..length).unwrap_or_default();
        edit::apply(self.edits.drain(..count), bytes, self.origin, out);
        self.bytes.drain(..length);
        self.origin += length;
    }
}
