//! The stream in one encoding: bytes in, bytes out, as few as possible waiting. lol_html finds the tags and
//! writes nothing of what comes out; only what [`Page`] says is changed, so that all else keeps its bytes.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use encoding_rs::Encoding;
use lol_html::html_content::EndTag;
use lol_html::send::{Element, ElementContentHandlers, HtmlRewriter, Settings};
use lol_html::{HandlerResult, MemorySettings, Selector};

use crate::edit::HeldEdits;
use crate::page::{Next, Page};
use crate::page_rules::PageRules;
use crate::pending_text::PendingText;
use crate::tag::Tag;
use crate::tag_decision::Treatment;

/// One page, or a fragment of one, in one encoding; a page that does not tell its own goes through several.
pub(crate) struct EncodedStream {
    /// Shared with the tokenizer's handlers, which run while it is written to.
    page: Arc<Mutex<Page>>,
    tokenizer: Option<Tokenizer>,
    longest_tag: usize,
    /// The position up to which the tokenizer has been given the page.
    tokenized_to: usize,
}

/// The longest tag in bytes, attributes and all, if nothing else is said. A longer one is shown as text.
pub(crate) const LONGEST_TAG: usize = 64 << 20;

/// Bytes that the tokenizer gets at a time: no more than these are copied in vain when it restarts.
const PIECE: usize = 1 << 14;

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

impl EncodedStream {
    /// Of a page with these rules, in which no tag is longer than so many bytes.
    pub fn new(encoding: &'static Encoding, rules: PageRules, longest_tag: usize) -> EncodedStream {
        EncodedStream::of_text(PendingText::of_page(encoding), rules, Treatment::Mark, longest_tag)
    }

    fn of_text(
        text: PendingText,
        rules: PageRules,
        treatment: Treatment,
        longest_tag: usize,
    ) -> EncodedStream {
        let page = Page::new(text, rules, treatment, mark_inner_text);
        EncodedStream { page: Arc::new(Mutex::new(page)), tokenizer: None, longest_tag, tokenized_to: 0 }
    }

    /// Takes the next bytes and appends what is decided to `out`. A tag may be split anywhere.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        lock(&self.page).text.extend(bytes);
        self.tokenize();
        let mut page = lock(&self.page);
        let end = page.text.position(self.tokenizer.as_ref().map_or(0, Tokenizer::done));
        page.release_decided(end, out);
    }

    /// Appends what is left; how many elements were held.
    pub fn end(mut self, out: &mut Vec<u8>) -> usize {
        lock(&self.page).text.finish();
        self.tokenize();
        self.finish();
        lock(&self.page).release_all(out)
    }

    /// Brings every byte that has come to the tokenizer.
    fn tokenize(&mut self) {
        loop {
            let piece = lock(&self.page).text.slice(self.tokenized_to..self.tokenized_to + PIECE).to_vec();
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
        let end = page.text.end();
        page.close_undecided(end..end);
    }

    /// Prepares for a new tokenizer, which begins where the page asked for it, or behind the `<` of a tag that is too
    /// long. That `<` is written as `&lt;`, so that nothing in the tag acts.
    fn restart(&mut self, done: usize) {
        let mut page = lock(&self.page);
        let stopped_at = page.text.position(done);
        self.tokenized_to = page.take_restart().unwrap_or_else(|| {
            page.close_undecided(stopped_at..stopped_at);
            let bracket = stopped_at..stopped_at + 1;
            if page.text.slice(bracket.clone()) == b"<" {
                page.replace(bracket, "&lt;");
            }
            stopped_at + 1
        });
        page.text.restart_tokenizer(self.tokenized_to);
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
            .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(self.longest_tag))
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
    let tag = Tag::read(element, &page.text);
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
        let range = page.text.range_of(&end.source_location());
        // The end of what is around it ends it too.
        let range = if end.name() == name { range } else { range.start..range.start };
        page.end_tag(start, &name, range);
        Ok(())
    }))
}

fn lock(page: &Mutex<Page>) -> MutexGuard<'_, Page> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a whole page without changing it: gives it to `read` once every tag is known and every edit decided on.
pub(crate) fn read_whole<T>(
    html: &[u8],
    encoding: &'static Encoding,
    rules: PageRules,
    read: impl FnOnce(&mut Page) -> T,
) -> T {
    let mut stream = EncodedStream::new(encoding, rules, LONGEST_TAG);
    {
        let mut page = lock(&stream.page);
        page.begin_survey();
        page.text.extend(html);
        page.text.finish();
    }
    stream.tokenize();
    stream.finish();
    read(&mut lock(&stream.page))
}

/// Marks a whole text inside of a page.
fn mark_inner_text(inner: &[u8], rules: PageRules, treatment: Treatment) -> HeldEdits {
    let mut stream = EncodedStream::of_text(PendingText::default(), rules, treatment, LONGEST_TAG);
    lock(&stream.page).text.extend(inner);
    stream.tokenize();
    stream.finish();
    lock(&stream.page).take_edits()
}
