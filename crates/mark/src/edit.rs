//! Changes to bytes that stay where they are: what no edit names comes out as it went in. Knows neither tags
//! nor rules.

use std::ops::Range;

/// Replaces a range of bytes. The edits of one text are in order and do not overlap.
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

    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Edit {
        Edit { range, text: text.into() }
    }

    /// The same edit of a longer text, in which the edited text begins at `offset`.
    pub fn shifted(self, offset: usize) -> Edit {
        Edit { range: self.range.start + offset..self.range.end + offset, ..self }
    }
}

/// The edits of a text, and how many elements they hold.
#[derive(Default)]
pub(crate) struct HeldEdits {
    pub edits: Vec<Edit>,
    pub held_count: usize,
}

impl HeldEdits {
    /// The same for a longer text, in which the edited text begins at `offset`.
    pub fn shifted(self, offset: usize) -> HeldEdits {
        let edits = self.edits.into_iter().map(|edit| edit.shifted(offset));
        HeldEdits { edits: edits.collect(), ..self }
    }
}

/// Appends `bytes`, which begin at the position `origin` of the page, to `out` with the edits made.
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
