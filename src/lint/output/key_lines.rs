//! In which line of a JSON document each of its values stands, by path: `services[2].purpose`. Judges nothing, and stops
//! where the document is none.

use std::collections::BTreeMap;

use crate::model::shape::below;

/// The lines by path.
#[derive(Default)]
pub struct KeyLines(BTreeMap<String, usize>);

impl KeyLines {
    /// The lines of a document.
    pub fn of(json: &str) -> KeyLines {
        let mut reader = Reader { json, at: 0, line: 1, lines: BTreeMap::new() };
        let _ = reader.value(String::new(), 0);
        KeyLines(reader.lines)
    }

    /// The line of a value, or of the nearest around it that is there.
    pub fn line_of(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(line) = self.0.get(path) {
                return Some(*line);
            }
            path = path.get(..path.rfind(['.', '[']).unwrap_or_default())?;
            if path.is_empty() {
                return self.0.get(path).copied();
            }
        }
    }
}

/// Deeper than any configuration.
const DEEPEST: usize = 127;

struct Reader<'a> {
    json: &'a str,
    at: usize,
    line: usize,
    lines: BTreeMap<String, usize>,
}

impl<'a> Reader<'a> {
    /// The next character that is no space, which stays.
    fn peek(&mut self) -> Option<char> {
        loop {
            let next = self.json.get(self.at..)?.chars().next()?;
            match next {
                '\n' => self.line += 1,
                c if c.is_whitespace() => {}
                c => return Some(c),
            }
            self.at += next.len_utf8();
        }
    }

    /// Reads a value and notes where it stands; nothing where there is none.
    fn value(&mut self, path: String, depth: usize) -> Option<()> {
        let first = self.peek().filter(|_| depth < DEEPEST)?;
        self.lines.insert(path.clone(), self.line);
        match first {
            '{' => self.items('}', |reader, _| {
                let key = reader.string()?;
                reader.take(':')?;
                reader.value(below(&path, &key), depth + 1)
            }),
            '[' => self.items(']', |reader, at| reader.value(format!("{path}[{at}]"), depth + 1)),
            '"' => self.string().map(drop),
            _ => {
                let rest = self.json.get(self.at..)?;
                self.at += rest.find([',', ']', '}', '\n', ' ', '\t', '\r']).unwrap_or(rest.len());
                Some(())
            }
        }
    }

    /// Reads what stands between brackets, with commas between.
    fn items(&mut self, end: char, mut read: impl FnMut(&mut Self, usize) -> Option<()>) -> Option<()> {
        self.at += 1;
        for at in 0.. {
            if self.peek()? == end {
                break;
            }
            if at > 0 {
                self.take(',')?;
            }
            read(self, at)?;
        }
        self.at += 1;
        Some(())
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// A string.
    fn string(&mut self) -> Option<String> {
        self.take('"')?;
        let rest = self.json.get(self.at..)?;
        let mut escaped = false;
        let end = rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        self.at += end + 1;
        serde_json::from_str(&format!("\"{}\"", rest.get(..end)?)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::KeyLines;

    #[test]
    fn a_value_or_what_is_around_it_has_a_line() {
        let lines =
            KeyLines::of("{\n \"a\": [1,\n  { \"b\\\"c\": \"x\\\\\" }],\n\n \"d\": { }, \"e\":\n true }");
        for (path, expected) in [
            ("a", Some(2)),
            ("a[1]", Some(3)),
            (r#"a[1]["b\"c"]"#, Some(3)),
            ("a[7].z", Some(2)),
            ("d.name", Some(5)),
            ("e", Some(6)),
            ("nowhere", Some(1)),
        ] {
            assert_eq!(lines.line_of(path), expected, "{path}");
        }
        assert_eq!(KeyLines::of("").line_of("a"), None);
        assert_eq!(KeyLines::of("{\"a\"").line_of("a"), Some(1));
    }
}
