//! ISO-2022-JP, in which an escape sequence says what the bytes after it mean (Encoding standard, 12.2).
//! Writes a changed page so that what is put in is ASCII and every byte that stays means what it meant.

/// An escape sequence, which stands for the state that it brings about too.
type Escape = [u8; 3];

/// The byte with which each begins.
pub(crate) const ESCAPE: u8 = 0x1b;

const ASCII: Escape = *b"\x1b(B";
/// ASCII with a yen sign for `\` and an overline for `~`.
const ROMAN: Escape = *b"\x1b(J";

/// The last escape sequence in these bytes. A browser finds it wherever it stands: `ESC` is no part of a
/// character in any state.
fn last_escape(bytes: &[u8]) -> Option<Escape> {
    bytes.windows(3).rev().find_map(escape_at)
}

fn escape_at(bytes: &[u8]) -> Option<Escape> {
    match *bytes {
        [ESCAPE, b'(', kind @ (b'B' | b'J' | b'I'), ..] => Some([ESCAPE, b'(', kind]),
        [ESCAPE, b'$', kind @ (b'@' | b'B'), ..] => Some([ESCAPE, b'$', kind]),
        _ => None,
    }
}

/// Whether the bytes that come are ASCII.
pub(crate) struct StateOfInput {
    last_bytes: Escape,
    state: Escape,
}

impl Default for StateOfInput {
    fn default() -> StateOfInput {
        StateOfInput { last_bytes: ASCII, state: ASCII }
    }
}

impl StateOfInput {
    pub fn read(&mut self, byte: u8) {
        let [_, second, third] = self.last_bytes;
        self.last_bytes = [second, third, byte];
        self.state = escape_at(&self.last_bytes).unwrap_or(self.state);
    }

    pub fn is_ascii(&self) -> bool {
        self.state == ASCII
    }
}

/// Writes the output. The pieces that it gets end where characters end, and an escape sequence belongs to
/// the character after it.
pub(crate) struct StatefulOutput {
    /// The state at the place of the page where this is.
    input: Escape,
    /// The state in which the output is.
    output: Escape,
}

impl Default for StatefulOutput {
    fn default() -> StatefulOutput {
        StatefulOutput { input: ASCII, output: ASCII }
    }
}

impl StatefulOutput {
    /// Bytes of the page that stay.
    pub fn copy(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        // Of two escape sequences in a row the second is an error.
        if self.output != self.input && escape_at(bytes).is_none() {
            out.extend(self.input);
        }
        out.extend(bytes);
        self.skip(bytes);
        self.output = self.input;
    }

    /// Bytes of the page that go.
    pub fn skip(&mut self, bytes: &[u8]) {
        self.input = last_escape(bytes).unwrap_or(self.input);
    }

    /// ASCII that is put in.
    pub fn insert(&mut self, text: &str, out: &mut Vec<u8>) {
        let is_right = match self.output {
            ASCII => true,
            ROMAN => !text.contains(['\\', '~']),
            _ => text.is_empty(),
        };
        if !is_right {
            out.extend(ASCII);
            self.output = ASCII;
        }
        out.extend(text.as_bytes());
    }
}
