//! A page of the site as far as rules ask about it: its start tags, with whom they contact. Who reads HTML and
//! finds this in it is `consentry-mark`, by the rules by which it marks.

use consentry_policy::verdict::Verdict;

/// A page, or a fragment of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it lies.
    pub path: String,
    /// In the order of the page.
    pub tags: Vec<Tag>,
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The line that it begins in, from 1.
    pub line: usize,
    /// In lower case.
    pub name: String,
    /// Names in lower case, values as a browser reads them.
    pub attributes: Vec<(String, String)>,
    /// Whom it contacts, by its attributes: at once, or once it is released.
    pub contacts: Vec<Contact>,
    /// Whether `consentry mark` would change it, or what is in it, for a visitor who granted nothing.
    pub would_be_marked: bool,
}

/// An address of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// As it is written.
    pub address: String,
    /// The host, if that is not the page's own.
    pub host: Option<String>,
    /// Whose it is.
    pub verdict: Verdict,
}

impl Page {
    /// Whether it is a document of its own, not a part that is put into others.
    pub(super) fn is_whole(&self) -> bool {
        self.tags.iter().any(|tag| matches!(tag.name.as_str(), "html" | "head" | "body"))
    }

    /// Where its scripts stand that a browser runs as they come, and the tag of `consentry.js` if it has one.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &Tag> {
        self.tags.iter().filter(|tag| tag.name == "script" && tag.runs())
    }
}

impl Tag {
    /// The value of an attribute.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is a script that is code, by its type.
    fn runs(&self) -> bool {
        let kind = self.value("type").unwrap_or_default().trim().to_ascii_lowercase();
        kind.is_empty() || kind == "module" || kind.contains("javascript") || kind.contains("ecmascript")
    }

    /// Whether it loads `consentry.js`.
    pub(super) fn loads_consentry(&self) -> bool {
        let path = self.value("src").and_then(|address| address.split(['?', '#']).next());
        let file = path.and_then(|path| path.rsplit('/').next());
        self.name == "script" && file == Some("consentry.js")
    }

    /// The tag for a message: `<script src="https://…">`, shortened.
    pub(super) fn excerpt(&self) -> String {
        let shown = ["src", "href", "data-consent", "data-consent-src", "data", "poster", "rel", "type"];
        let mut text = format!("<{}", self.name);
        for (name, value) in self.attributes.iter().filter(|(name, _)| shown.contains(&name.as_str())) {
            let value: String =
                value.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
            text.push_str(&format!(" {name}=\"{value}\""));
        }
        text.push('>');
        text
    }
}
