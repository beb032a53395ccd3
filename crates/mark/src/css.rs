//! The URLs that a style sheet or a `style` attribute makes the browser ask for (CSS Syntax, section 4):
//! `@import`, `url()`, `src()` and images by string. Reads flat, without rules: a URL counts wherever it
//! stands, for a sheet that looks broken here may not be to a browser.

use crate::embedded;

/// Functions in which a string is a URL.
const FUNCTIONS: &[&str] = &["url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"];

/// Sheets in the addresses of sheets that are read; nobody writes one deeper.
const DEEPEST: u8 = 4;

/// The URLs in their order, and those of sheets that stand in such a URL.
pub(crate) fn urls(css: &str) -> Vec<String> {
    read(css, 0)
}

fn read(css: &str, depth: u8) -> Vec<String> {
    // Preprocessing (3.3): every line end is one character.
    let css = css.replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n");
    let mut reader = Reader { rest: &css, urls: Vec::new(), functions: Vec::new(), rule: String::new() };
    while reader.step() {}
    let mut urls = reader.urls;
    if depth < DEEPEST {
        let inner: Vec<_> = urls.iter().filter_map(|url| embedded::sheet(url)).collect();
        urls.extend(inner.iter().flat_map(|sheet| read(sheet, depth + 1)));
    }
    urls
}

/// Where a sheet's `@import`s have their `i`. The browser's preload scanner follows them in a style element of
/// any type (seen in Chromium 156), but does not read escapes; a CSS parser reads `@\69mport` as before,
/// wherever it stands.
pub(crate) fn imports(css: &[u8]) -> impl Iterator<Item = usize> {
    let keywords = css.windows(7).enumerate();
    keywords.filter(|(_, word)| word.eq_ignore_ascii_case(b"@import")).map(|(at, _)| at + 1)
}

/// What stands for that `i`.
pub(crate) const ESCAPED_I: &str = "\\69";

struct Reader<'a> {
    rest: &'a str,
    urls: Vec<String>,
    /// The functions that are open, innermost last; an empty name for plain parentheses.
    functions: Vec<String>,
    /// The at-rule whose prelude this is.
    rule: String,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    /// Reads one token; whether there was one.
    fn step(&mut self) -> bool {
        if let Some(comment) = self.rest.strip_prefix("/*") {
            self.rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
            return true;
        }
        if self.at_name() {
            let name = self.name();
            self.after_name(name);
            return true;
        }
        match self.take() {
            None => return false,
            Some(quote @ ('"' | '\'')) => self.string(quote),
            Some('@') => self.rule = self.name(),
            Some('(') => self.functions.push(String::new()),
            Some(')') => drop(self.functions.pop()),
            Some(';' | '{' | '}') => {
                self.rule.clear();
                self.functions.clear();
            }
            Some(_) => {}
        }
        true
    }

    fn string(&mut self, quote: char) {
        let text = self.text(|c| c == quote || matches!(c, '\n' | '\r' | '\u{c}'));
        self.take();
        let inner = self.functions.last().map_or("", String::as_str);
        if self.rule == "import" || FUNCTIONS.contains(&inner) {
            self.found(text);
        }
    }

    /// A name that is a function's opens it; `url(` without quotes is one token with its URL.
    fn after_name(&mut self, name: String) {
        let Some(inside) = self.rest.strip_prefix('(') else { return };
        self.rest = inside;
        let value = inside.trim_start();
        if name != "url" || value.starts_with(['"', '\'']) {
            self.functions.push(name);
            return;
        }
        self.rest = value;
        let text = self.text(|c| c == ')');
        self.take();
        self.found(text.trim_end().to_owned());
    }

    /// A namespace is a name, not an address.
    fn found(&mut self, url: String) {
        if self.rule != "namespace" {
            self.urls.push(url);
        }
    }

    fn at_name(&self) -> bool {
        let escape = |rest: &str| rest.starts_with('\\') && !rest.starts_with("\\\n");
        self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii())
            || escape(self.rest)
    }

    /// A name in lower case, escapes read.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while self.at_name() {
            name.extend(self.unit());
        }
        name.to_ascii_lowercase()
    }

    /// Everything before a character that ends it, escapes read.
    fn text(&mut self, ends: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while self.peek().is_some_and(|c| !ends(c)) {
            text.extend(self.unit());
        }
        text
    }

    /// One character or escape (4.3.7): up to six hexadecimal digits and a space, or the character itself;
    /// nothing for an escaped line end.
    fn unit(&mut self) -> Option<char> {
        let c = self.take()?;
        if c != '\\' {
            return Some(c);
        }
        let digits = self.rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits == 0 {
            return self.take().filter(|c| *c != '\n');
        }
        let (code, rest) = self.rest.split_at(digits);
        self.rest = rest.strip_prefix("\r\n").unwrap_or(rest);
        if self.rest.len() == rest.len() {
            self.rest = rest.strip_prefix([' ', '\t', '\n', '\r', '\u{c}']).unwrap_or(rest);
        }
        let code = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        Some(code.unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}
