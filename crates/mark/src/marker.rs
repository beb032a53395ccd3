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

use crate::edit::HeldEdits;
use crate::page::{Next, Page};
use crate::page_rules::PageRules;
use crate::tag::Tag;
use crate::tag_decision::Treatment;

/// Holds the static tags of one page, or of a fragment, as it streams by.
pub struct Marker {
    /// Shared with the tokenizer's handlers, which run while it is written to.
    page: Arc<Mutex<Page>>,
    tokenizer: Option<Tokenizer>,
    encoding: Encoding,
    longest_tag: usize,
    /// The position up to which the tokenizer has been given the page.
    tokenized_to: usize,
}

/// Bytes that the tokenizer gets at a time.
const PIECE: usize = 1 << 14;

/// The encoding of a page: any in which ASCII bytes are ASCII characters. What is not ASCII only matters
/// for host names outside of it.
pub type Encoding = AsciiCompatibleEncoding;

struct Tokenizer {
    rewriter: HtmlRewriter<'static, Sink>,
    /// How many bytes it is done with.
    done: Arc<AtomicUsize>,
}

type Sink = Box<dyn FnMut(&[u8]) + Send>;

impl Tokenizer {
    fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }
}

impl Marker {
    /// The longest tag in bytes, attributes and all. A longer one is shown as text.
    pub const LONGEST_TAG: usize = 64 << 20;

    /// For a page of a site with these rules, read by a visitor with these grants.
    pub fn new(rules: Arc<Rules>, grants: &Grants) -> Marker {
        Marker::with_rules(PageRules::new(rules, Arc::new(grants.clone()), Base::page("/")))
    }

    pub(crate) fn with_rules(rules: PageRules) -> Marker {
        Marker::of_page(Page::new(rules, Treatment::Mark, mark_inner_text))
    }

    fn of_page(page: Page) -> Marker {
        Marker {
            page: Arc::new(Mutex::new(page)),
            tokenizer: None,
            encoding: Encoding::utf_8(),
            longest_tag: Marker::LONGEST_TAG,
            tokenized_to: 0,
        }
    }

    /// The page's path on the site, which relative URLs start from; the root by default. Only to be told
    /// before the first byte, as is everything else about the page.
    #[must_use]
    pub fn at(self, path: &str) -> Marker {
        lock(&self.page).set_path(path);
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
        Marker { longest_tag: bytes, ..self }
    }

    /// Takes the next bytes and appends what is decided to `out`. A tag may be split anywhere.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        lock(&self.page).window.extend(bytes);
        self.tokenize();
        let mut page = lock(&self.page);
        let end = page.window.position(self.tokenizer.as_ref().map_or(0, Tokenizer::done));
        page.release_decided(end, out);
    }

    /// Appends what is left; how many elements were held.
    pub fn end(mut self, out: &mut Vec<u8>) -> usize {
        self.finish();
        lock(&self.page).release_all(out)
    }

    /// Brings every byte that has come to the tokenizer.
    fn tokenize(&mut self) {
        loop {
            let piece = lock(&self.page).window.slice(self.tokenized_to..self.tokenized_to + PIECE).to_vec();
            if piece.is_empty() {
                return;
            }
            self.tokenized_to += piece.len();
            let mut tokenizer = self.tokenizer.take().unwrap_or_else(|| self.new_tokenizer());
            match tokenizer.rewriter.write(&piece) {
                Ok(()) => self.tokenizer = Some(tokenizer),
                Err(_) => self.restart(tokenizer.done()),
            }
        }
    }

    fn finish(&mut self) {
        while let Some(Tokenizer { rewriter, done }) = self.tokenizer.take() {
            if rewriter.end().is_err() {
                self.restart(done.load(Ordering::Relaxed));
                self.tokenize();
            }
        }
        let mut page = lock(&self.page);
        let end = page.window.end();
        page.end(end..end);
    }

    /// A new tokenizer goes on where the last one stopped: because the page asked for it, or because of a
    /// tag that is too long. That tag loses its `<`, so that nothing in it acts.
    fn restart(&mut self, done: usize) {
        let mut page = lock(&self.page);
        let stopped_at = page.window.position(done);
        self.tokenized_to = page.take_restart().unwrap_or_else(|| {
            page.end(stopped_at..stopped_at);
            let bracket = stopped_at..stopped_at + 1;
            if page.window.slice(bracket.clone()) == b"<" {
                page.replace(bracket, "&lt;");
            }
            stopped_at + 1
        });
        page.window.restart_tokenizer(self.tokenized_to);
    }

    fn new_tokenizer(&self) -> Tokenizer {
        let done = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&done);
        let sink = move |bytes: &[u8]| {
            count.fetch_add(bytes.len(), Ordering::Relaxed);
        };
        let page = Arc::clone(&self.page);
        let element = move |element: &mut Element<'_, '_>| start_tag(&page, element);
        let mut settings = Settings::new_send()
            .with_encoding(self.encoding)
            .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(self.longest_tag))
            .with_adjust_charset_on_meta_tag(true)
            .with_strict(false);
        if let Ok(all) = "*".parse::<Selector>() {
            let handlers = ElementContentHandlers::default().element(element);
            settings = settings.append_element_content_handler((Cow::Owned(all), handlers));
        }
        Tokenizer { rewriter: HtmlRewriter::new(settings, Box::new(sink)), done }
    }
}

/// Tells the page of a start tag, and of the element's end if it wants to hear of that.
fn start_tag(shared: &Arc<Mutex<Page>>, element: &mut Element<'_, '_>) -> HandlerResult {
    let mut page = lock(shared);
    let tag = Tag::read(element, &page.window);
    let start = tag.range.start;
    match page.start_tag(tag) {
        Next::Restart => return Err("the tokenizer would go on wrongly from here".into()),
        Next::TellEnd if element.can_have_content() => {}
        Next::TellEnd | Next::Continue => return Ok(()),
    }
    let shared = Arc::clone(shared);
    let name = element.tag_name();
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        let mut page = lock(&shared);
        let range = page.window.range_of(&end.source_location());
        // The end of what is around it ends it too.
        let range = if end.name() == name { range } else { range.start..range.start };
        page.end_tag(start, &name, range);
        Ok(())
    }))
}

fn lock(page: &Mutex<Page>) -> MutexGuard<'_, Page> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Marks a whole text inside of a page.
fn mark_inner_text(text: &[u8], rules: PageRules, treatment: Treatment) -> HeldEdits {
    let mut marker = Marker::of_page(Page::new(rules, treatment, mark_inner_text));
    lock(&marker.page).window.extend(text);
    marker.tokenize();
    marker.finish();
    lock(&marker.page).take_edits()
}
