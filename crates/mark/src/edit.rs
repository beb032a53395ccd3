//! Changes to bytes that stay where they are: what is not edited comes out as it went in.

use std::ops::Range;

/// Replaces a range of bytes. Edits of one text are in order and do not overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub range: Range<usize>,
    /// ASCII, so that it is right in every encoding that the page may have.
    pub text: String,
}

impl Edit {
    pub fn insert(at: usize, text: impl Into<String>) -> Edit {
        Edit { range: at..at, text: text.into() }
    }

    pub fn replace(range: Range<usize>, text: String) -> Edit {
        Edit { range, text }
    }

    /// The same edit of a text that has this one at `offset`.
    pub fn shifted(self, offset: usize) -> Edit {
        Edit { range: self.range.start + offset..self.range.end + offset, ..self }
    }
}

/// Appends `bytes`, which begin at `origin`, to `out` with the edits made.
pub(crate) fn apply(edits: impl IntoIterator<Item = Edit>, bytes: &[u8], origin: usize, out: &mut Vec<u8>) {
    let mut from = 0;
    for Edit { range, text } in edits {
        let (start, end) = (range.start.saturating_sub(origin), range.end.saturating_sub(origin));
        out.extend_from_slice(bytes.get(from..start).unwrap_or_default());
        out.extend_from_slice(text.as_bytes());
        from = end.max(from);
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
}
