//! The first layer: who asks, what for, how many others take part, that consent can be withdrawn, more behind a
//! disclosure, and the three controls. Refusing comes before accepting.

use crate::item::{ItemKind, Screen};
use crate::packed_texts::{Line, Lines, cut};

/// What the first layer is made from: the language's texts, in which numbers and purposes are filled in, and the facts.
#[derive(Clone, Copy)]
pub struct FirstLayer<'a>(pub Lines<'a>);

/// The names of the controls, as in `data-consentry`.
const CONTROLS: [&str; 3] = ["reject-all", "accept-all", "preferences"];

impl FirstLayer<'_> {
    /// Everything above the controls.
    pub fn content<S: Screen>(&self, screen: &mut S) {
        self.item(screen, ItemKind::Title, b"", Line::Title, 0);
        self.item(screen, ItemKind::Text, b"", Line::Ask, 0);
        // How many hosts were held that the site does not describe changes while the banner is shown: the place for it is
        // empty, and so is no part of the notice.
        screen.begin(ItemKind::Text, b"undescribed");
        screen.end(ItemKind::Text);
        self.item(screen, ItemKind::Text, b"", Line::Withdrawal, 0);
        let policy_url = self.0.get(Line::PolicyUrl, 0);
        if !policy_url.is_empty() {
            self.item(screen, ItemKind::Link, policy_url, Line::Policy, 0);
        }
        self.item(screen, ItemKind::More, b"", Line::More, 0);
        self.item(screen, ItemKind::Text, b"", Line::Explain, 0);
    }

    /// The controls, in their order.
    pub fn controls<S: Screen>(&self, screen: &mut S) {
        for (at, name) in CONTROLS.iter().enumerate() {
            self.item(screen, ItemKind::Control, name.as_bytes(), Line::Control, at);
        }
    }

    #[inline(never)]
    fn item<S: Screen>(&self, screen: &mut S, kind: ItemKind, name: &[u8], line: Line, further: usize) {
        screen.begin(kind, name);
        self.sentence(screen, self.0.get(line, further));
        screen.end(kind);
    }

    /// A sentence with its places filled, wherever the language puts them. A place is known by its first letter:
    /// `{controller}`, `{reopen}`.
    fn sentence<S: Screen>(&self, screen: &mut S, mut text: &[u8]) {
        while !text.is_empty() {
            let (before, place) = cut(text, b'{');
            screen.text(before);
            text = cut(place, b'}').1;
            if let Some(letter) = place.first() {
                let line = if *letter == b'r' { Line::Reopen } else { Line::Controller };
                screen.text(self.0.get(line, 0));
            }
        }
    }
}
