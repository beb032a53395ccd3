//! The addresses in CSS, read from the tokens of `cssparser` (CSS Syntax, section 4): `@import`, `url()`,
//! `src()` and images by string. Does not open the addresses, and decides nothing about them.

use cssparser::{Parser, ParserInput, Token};

/// Functions in which a string is an address.
const FUNCTIONS: &[&str] = &["url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"];

/// The addresses in their order. Rules are not read: an address counts wherever it stands, for a sheet that
/// looks broken here may not be to a browser.
pub(crate) fn addresses(css: &str) -> Vec<String> {
    let mut reader = Reader::default();
    let mut rest = css;
    // The parser passes over a block, or enters it by a call, and calls that deep would overflow the stack.
    // So a new parser begins behind every token that opens one.
    while let Some(end) = reader.read_to_block(rest) {
        rest = rest.get(end..).unwrap_or_default();
    }
    reader.addresses
}

#[derive(Default)]
struct Reader {
    addresses: Vec<String>,
    /// The parentheses that are open, innermost last: whether a string in them is an address.
    parentheses: Vec<Strings>,
    /// The at-rule in whose prelude this is.
    rule: Option<AtRule>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    AreAddresses,
    AreText,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AtRule {
    Import,
    /// Its address is a name that nobody asks for.
    Namespace,
}

impl Reader {
    /// Reads up to a token that opens a block; the position behind it, or nothing at the end of the text.
    fn read_to_block(&mut self, css: &str) -> Option<usize> {
        let mut input = ParserInput::new(css);
        let mut parser = Parser::new(&mut input);
        loop {
            let token = parser.next_including_whitespace_and_comments().ok()?;
            self.read(token);
            if matches!(
                token,
                Token::Function(_)
                    | Token::ParenthesisBlock
                    | Token::SquareBracketBlock
                    | Token::CurlyBracketBlock
            ) {
                return Some(parser.position().byte_index());
            }
        }
    }

    fn read(&mut self, token: &Token<'_>) {
        match token {
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => self.rule = Some(AtRule::Import),
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("namespace") => {
                self.rule = Some(AtRule::Namespace);
            }
            Token::AtKeyword(_) => self.rule = None,
            Token::Function(name) => {
                let takes_addresses = FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function));
                self.parentheses.push(if takes_addresses { Strings::AreAddresses } else { Strings::AreText });
            }
            Token::ParenthesisBlock => self.parentheses.push(Strings::AreText),
            Token::CloseParenthesis => drop(self.parentheses.pop()),
            Token::Semicolon | Token::CurlyBracketBlock | Token::CloseCurlyBracket => {
                self.rule = None;
                self.parentheses.clear();
            }
            Token::QuotedString(text) | Token::BadString(text)
                if self.rule == Some(AtRule::Import)
                    || self.parentheses.last() == Some(&Strings::AreAddresses) =>
            {
                self.found(text);
            }
            // The standard drops the bad ones; they count as all else that looks broken.
            Token::UnquotedUrl(address) | Token::BadUrl(address) => self.found(address.trim_end()),
            _ => {}
        }
    }

    fn found(&mut self, address: &str) {
        if self.rule != Some(AtRule::Namespace) {
            self.addresses.push(address.to_owned());
        }
    }
}

/// Where the `i` of each `@import` stands. A browser's preload scanner follows imports in a style element of
/// any type (seen in Chromium 156), but it reads no escapes; a CSS parser reads `@\69mport` as `@import`.
///
/// This looks for bytes and not for tokens, because the scanner does not agree with a CSS parser on where
/// comments and strings end, and because the bytes may be in any encoding. In a string the escape means the
/// same as the letter, in a comment it means nothing.
pub(crate) fn import_keywords(css: &[u8]) -> impl Iterator<Item = usize> {
    let words = css.windows(7).enumerate();
    words.filter(|(_, word)| word.eq_ignore_ascii_case(b"@import")).map(|(at, _)| at + 1)
}

/// What stands for that `i`.
pub(crate) const ESCAPED_I: &str = "\\69";
