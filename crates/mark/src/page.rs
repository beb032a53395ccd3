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
    pub edits: Vec<Edit>,
    open: Option<Open>,
    /// Specifiers that a held import map would have resolved.
    mapped: Vec<String>,
    /// How many elements were held.
    pub held: usize,
}

/// An element that is looked at when it ends.
struct Open {
    tag: Tag,
    what: What,
}

enum What {
    /// Its content decides.
    Judge(Content),
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
        next
    }

    fn judge(&mut self, tag: Tag) -> Next {
        let group = loads::attributes(&tag);
        let moves = |attribute: &Attribute| group.contains(&attribute.name.as_str());
        let styled = |attribute: &Attribute| loads::is_css(attribute) && self.judge.holds_any(attribute);
        let mut live = tag.attributes.iter().filter(|attribute| moves(attribute));
        let mark = tag.value(MARK).filter(|mark| *mark != "auto");
        // A mark by hand says who may act, whatever the URL; an inline script half marked would run.
        let denied = mark.map(|mark| !self.judge.allows_mark(mark));
        let acts = match denied {
            Some(false) => return Next::Nothing,
            Some(true) => live.next().is_some() || content::is_code(&tag),
            None => live.any(|attribute| self.judge.holds_any(attribute)),
        };
        let styles = !matches!(tag.name.as_str(), "script" | "style") && tag.attributes.iter().any(styled);
        if acts && self.fate == Fate::Removed {
            self.held += 1;
            return self.remove(tag);
        }
        if acts || styles {
            self.held += 1;
            let edits = tag.hold(|attribute| (acts && moves(attribute)) || styled(attribute));
            self.edits.extend(edits);
        }
        self.look_inside(tag, acts)
    }

    /// The first `<base href>` counts, from where it stands: what came before it was asked for already.
    fn rebase(&mut self, tag: &Tag) {
        if tag.name == "base"
            && tag.html
            && !self.based
            && let Some(href) = tag.value("href")
        {
            self.judge.base = self.judge.base.with(href);
            self.based = true;
        }
    }

    /// What is in the element, or in its attributes, may need holding too.
    fn look_inside(&mut self, tag: Tag, held: bool) -> Next {
        if tag.name == "iframe" {
            self.inner_document(&tag);
        }
        let Some(content) = Content::of(&tag).filter(|_| !held) else { return Next::Nothing };
        self.open = Some(Open { tag, what: What::Judge(content) });
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
            self.edits.extend(tag.hold(|attribute| attribute.name == "srcdoc"));
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
        if VOID.contains(&tag.name.as_str()) {
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
        if matches!(name, "svg" | "math") {
            self.foreign = self.foreign.saturating_sub(1);
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
        let content = match what {
            What::Remove => return self.cut(tag.range.start..end.end),
            What::Judge(content) => content,
        };
        let text = self.slice(inside.clone()).to_vec();
        match content {
            Content::Noscript => match self.judge.inside() {
                None => self.cut(inside),
                Some(judge) => {
                    let (edits, held) = edits_of(&text, judge, Fate::Removed);
                    self.edits.extend(edits.into_iter().map(|edit| edit.shifted(inside.start)));
                    self.held += held;
                }
            },
            Content::Map if !end.is_empty() => self.split(&text, inside, end.end),
            Content::Map => {}
            content => {
                let urls = content.urls(&text, tag.html);
                if !urls.iter().any(|url| self.judge.holds(url) || self.is_mapped(url)) {
                    return;
                }
                self.held += 1;
                match self.fate {
                    Fate::Marked => {
                        self.edits.extend(tag.hold(|_| false));
                        let imports = css::imports(&text).filter(|_| content == Content::Style);
                        let escaped = |at: usize| {
                            Edit::replace(inside.start + at..inside.start + at + 1, css::ESCAPED_I.to_owned())
                        };
                        self.edits.extend(imports.map(escaped));
                    }
                    Fate::Removed => self.cut(tag.range.start..end.end),
                }
            }
        }
    }

    /// An import map asks for nothing by itself, and held whole it would take the site's own modules with
    /// it. So what it says of held hosts goes into a second, held map: modules that need it fail to load.
    fn split(&mut self, text: &[u8], inside: Range<usize>, end: usize) {
        let Some(split) = content::split_map(text, |url| self.judge.holds(url)) else { return };
        self.held += 1;
        self.mapped.extend(split.specifiers);
        self.edits.push(Edit::replace(inside, split.live));
        let held = format!(
            "<script {MARK}=\"auto\" type=\"text/plain\" {MARK}-type=\"importmap\">{}</script>",
            split.held
        );
        self.edits.push(Edit::insert(end, held));
    }

    fn is_mapped(&self, specifier: &str) -> bool {
        self.mapped
            .iter()
            .any(|mapped| mapped == specifier || (mapped.ends_with('/') && specifier.starts_with(mapped)))
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
