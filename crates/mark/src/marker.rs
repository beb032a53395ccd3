//! The stream: a page is read in the encoding that a browser takes, or one after the other in all that it may
//! take. What is held in one encoding is found held in the next.

use std::borrow::Cow;
use std::sync::Arc;

use consentry::classify::rules::{Base, Rules};
use consentry_policy::grants::Grants;
use encoding_rs::Encoding;

use crate::encoded_stream::{EncodedStream, LONGEST_TAG};
use crate::encoding::{encodings_of, every_encoding};
use crate::page_rules::PageRules;

/// Holds the static tags of one page, or of a fragment, as it streams by.
pub struct Marker {
    rules: PageRules,
    response_encoding: Option<&'static Encoding>,
    longest_tag: usize,
    /// The beginning of the page, as long as it does not tell the encoding.
    beginning: Vec<u8>,
    /// None as long as that is so.
    streams: Vec<EncodedStream>,
}

impl Marker {
    /// The longest tag in bytes, attributes and all. A longer one is shown as text.
    pub const LONGEST_TAG: usize = LONGEST_TAG;

    /// For a page of a site with these rules, read by a visitor with these grants.
    pub fn new(rules: Arc<Rules>, grants: &Grants) -> Marker {
        Marker::with_rules(PageRules::new(rules, Arc::new(grants.clone()), Base::page("/")), None)
    }

    /// `response_encoding` is what the response names.
    pub(crate) fn with_rules(rules: PageRules, response_encoding: Option<&'static Encoding>) -> Marker {
        Marker {
            rules,
            response_encoding,
            longest_tag: LONGEST_TAG,
            beginning: Vec::new(),
            streams: Vec::new(),
        }
    }

    /// The page's path on the site, which relative URLs start from; the root by default. Only to be told
    /// before the first byte, as is everything else about the page.
    #[must_use]
    pub fn at(mut self, path: &str) -> Marker {
        self.rules.set_path(path);
        self
    }

    /// The encoding that the response names. A browser takes it, unless the page begins with a byte order
    /// mark.
    #[must_use]
    pub fn in_encoding(self, encoding: &'static Encoding) -> Marker {
        Marker { response_encoding: Some(encoding), ..self }
    }

    /// Another limit than [`Marker::LONGEST_TAG`].
    #[must_use]
    pub fn with_longest_tag(self, bytes: usize) -> Marker {
        Marker { longest_tag: bytes, ..self }
    }

    /// Takes the next bytes and appends what is decided to `out`. A tag may be split anywhere. Nothing is
    /// decided before the encoding is known, which may take 1024 bytes.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if !self.streams.is_empty() {
            return self.read(bytes, out);
        }
        self.beginning.extend_from_slice(bytes);
        if let Some(encodings) = encodings_of(&self.beginning, self.response_encoding) {
            self.begin(encodings, out);
        }
    }

    /// Appends what is left; how many elements were held.
    pub fn end(mut self, out: &mut Vec<u8>) -> usize {
        if self.streams.is_empty() {
            self.begin(every_encoding(), out);
        }
        let (mut rest, mut held) = (Vec::new(), 0);
        for mut stream in self.streams {
            let mut next = Vec::new();
            stream.write(&rest, &mut next);
            held += stream.end(&mut next);
            rest = next;
        }
        out.append(&mut rest);
        held
    }

    fn begin(&mut self, encodings: Vec<&'static Encoding>, out: &mut Vec<u8>) {
        let stream = |encoding| EncodedStream::new(encoding, self.rules.clone(), self.longest_tag);
        self.streams = encodings.into_iter().map(stream).collect();
        let beginning = std::mem::take(&mut self.beginning);
        self.read(&beginning, out);
    }

    fn read(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let Some((last, earlier)) = self.streams.split_last_mut() else { return };
        let mut bytes = Cow::Borrowed(bytes);
        for stream in earlier {
            let mut next = Vec::with_capacity(bytes.len());
            stream.write(&bytes, &mut next);
            bytes = Cow::Owned(next);
        }
        last.write(&bytes, out);
    }
}
