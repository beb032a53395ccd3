//! The stream: bytes in, bytes out, as few as possible waiting. lol_html finds the tags and writes nothing
//! of what comes out; only what [`Page`] says is changed, so that all else keeps its bytes.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use consentry::classify::rules::{Base, Rules};
use consentry_policy::grants::Grants;
use lol_html::html_content::EndTag;
use lol_html::send::{Element, ElementContentHandlers, HtmlRewriter, Settings};
use lol_html::{AsciiCompatibleEncoding, HandlerResult, MemorySettings, Selector};

use crate::edit::Edit;
use crate::judge::Judge;
use crate::page::{Fate, Next, Page};
use crate::tag::Tag;

/// Holds the static tags of one page, or of a fragment, as it streams by.
pub struct Marker {
    page: Arc<Mutex<Page>>,
    tokens: Option<Tokens>,
    encoding: Encoding,
    most: usize,
    /// The position up to which the tokenizer has been given the page.
    read: usize,
}

/// Bytes that the tokenizer gets at a time.
const PIECE: usize = 1 << 14;

/// The encoding of a page: any in which ASCII bytes are ASCII characters. What is not ASCII only matters
/// for host names outside of it.
pub type Encoding = AsciiCompatibleEncoding;

/// The tokenizer, and how many bytes it is done with.
struct Tokens {
    rewriter: HtmlRewriter<'static, Sink>,
    done: Arc<AtomicUsize>,
}

type Sink = Box<dyn FnMut(&[u8]) + Send>;

impl Tokens {
    fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }
}

impl Marker {
    /// The longest tag in bytes, attributes and all. A longer one is shown as text.
    pub const LONGEST_TAG: usize = 64 << 20;

    /// For a page of a site with these rules, read by a visitor with these grants.
    pub fn new(rules: Arc<Rules>, grants: &Grants) -> Marker {
        let judge = Judge {
            rules,
            grants: Arc::new(grants.clone()),
            base: Base::page("/"),
            others: Vec::new(),
            depth: 0,
        };
        Marker::judged_by(judge)
    }

    pub(crate) fn judged_by(judge: Judge) -> Marker {
        Marker::of(judge, Fate::Marked)
    }

    fn of(judge: Judge, fate: Fate) -> Marker {
        Marker {
            page: Arc::new(Mutex::new(Page::new(judge, fate))),
            tokens: None,
            encoding: Encoding::utf_8(),
            most: Marker::LONGEST_TAG,
            read: 0,
        }
    }

    /// The page's path on the site, which relative URLs start from; the root by default. Only to be told
    /// before the first byte, as is everything else about the page.
    #[must_use]
    pub fn at(self, path: &str) -> Marker {
        lock(&self.page).judge.base = Base::page(path);
        self
    }

    /// The encoding that the response names; UTF-8 by default. A `<meta charset>` changes it.
    #[must_use]
    pub fn in_encoding(self, encoding: Encoding) -> Marker {
        Marker { encoding, ..self }
    }

    /// Another limit than [`Marker::LONGEST_TAG`].
    #[must_use]
    pub fn with_longest_tag(self, bytes: usize) -> Marker {
        Marker { most: bytes, ..self }
    }

    /// Takes the next bytes and appends what is decided to `out`. A tag may be split anywhere.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        lock(&self.page).bytes.extend_from_slice(bytes);
        self.read();
        let mut page = lock(&self.page);
        let end = page.decided(page.shift + self.tokens.as_ref().map_or(0, Tokens::done));
        page.flush(end, out);
    }

    /// Appends what is left; how many elements were held.
    pub fn end(mut self, out: &mut Vec<u8>) -> usize {
        self.finish();
        let mut page = lock(&self.page);
        let end = page.origin + page.bytes.len();
        page.flush(end, out);
        page.held
    }

    /// Brings every byte that has come to the tokenizer.
    fn read(&mut self) {
        loop {
            let piece = lock(&self.page).slice(self.read..self.read + PIECE).to_vec();
            if piece.is_empty() {
                return;
            }
            self.read += piece.len();
            let mut tokens = self.tokens.take().unwrap_or_else(|| self.tokens());
            match tokens.rewriter.write(&piece) {
                Ok(()) => self.tokens = Some(tokens),
                Err(_) => self.resume(tokens.done()),
            }
        }
    }

    fn finish(&mut self) {
        while let Some(Tokens { rewriter, done }) = self.tokens.take() {
            if rewriter.end().is_err() {
                self.resume(done.load(Ordering::Relaxed));
                self.read();
            }
        }
        let mut page = lock(&self.page);
        let end = page.origin + page.bytes.len();
        page.end(end..end);
    }

    /// A new tokenizer goes on where the last one stopped: because the page asked for it, or because of a
    /// tag that is too long. That tag loses its `<`, so that nothing in it acts.
    fn resume(&mut self, done: usize) {
        let mut page = lock(&self.page);
        let at = page.shift + done;
        page.shift = page.resume.take().unwrap_or_else(|| {
            page.end(at..at);
            if page.slice(at..at + 1) == b"<" {
                page.edits.push(Edit::replace(at..at + 1, "&lt;".to_owned()));
            }
            at + 1
        });
        self.read = page.shift;
    }

    fn tokens(&self) -> Tokens {
        let done = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&done);
        let sink = move |bytes: &[u8]| {
            count.fetch_add(bytes.len(), Ordering::Relaxed);
        };
        let page = Arc::clone(&self.page);
        let element = move |element: &mut Element<'_, '_>| handle(&page, element);
        let mut settings = Settings::new_send()
            .with_encoding(self.encoding)
            .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(self.most))
            .with_adjust_charset_on_meta_tag(true)
            .with_strict(false);
        if let Ok(all) = "*".parse::<Selector>() {
            let handlers = ElementContentHandlers::default().element(element);
            settings = settings.append_element_content_handler((Cow::Owned(all), handlers));
        }
        Tokens { rewriter: HtmlRewriter::new(settings, Box::new(sink)), done }
    }
}

fn handle(shared: &Arc<Mutex<Page>>, element: &mut Element<'_, '_>) -> HandlerResult {
    let mut page = lock(shared);
    let tag = Tag::read(element, &page);
    let start = tag.range.start;
    match page.start(tag) {
        Next::Resume => return Err("the tokenizer would go on wrongly from here".into()),
        Next::TellEnd if element.can_have_content() => {}
        Next::TellEnd | Next::Nothing => return Ok(()),
    }
    let shared = Arc::clone(shared);
    let name = element.tag_name();
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        let mut page = lock(&shared);
        let place = end.source_location().bytes();
        let (first, last) = (place.start + page.shift, place.end + page.shift);
        // The end of what is around it ends it too.
        page.end_of(start, &name, first..if end.name() == name { last } else { first });
        Ok(())
    }))
}

fn lock(page: &Mutex<Page>) -> MutexGuard<'_, Page> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What to change in a whole text, and how many elements that holds.
pub(crate) fn edits_of(bytes: &[u8], judge: Judge, fate: Fate) -> (Vec<Edit>, usize) {
    let mut marker = Marker::of(judge, fate);
    lock(&marker.page).bytes = bytes.to_vec();
    marker.read();
    marker.finish();
    let mut page = lock(&marker.page);
    (std::mem::take(&mut page.edits), page.held)
}
