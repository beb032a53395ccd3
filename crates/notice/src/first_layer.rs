//! The first layer: who asks, what for, how many others take part, that consent can be withdrawn, and the three
//! controls. Refusing comes before accepting.

use consentry_policy::category::Category;

use crate::item::{ItemKind, Screen};
use crate::packed_texts::{Line, Lines, cut};

/// What the first layer is made from.
#[derive(Clone, Copy)]
pub struct FirstLayer<'a> {
    /// The language's texts and the facts.
    pub lines: Lines<'a>,
    /// The categories that the site asks for, as a set of `1 << category`.
    pub asked: u32,
    /// How many services need consent.
    pub services: u32,
}

/// The names of the controls, as in `data-consentry`.
const CONTROLS: [&str; 3] = ["reject-all", "accept-all", "preferences"];

impl FirstLayer<'_> {
    /// Everything above the controls.
    pub fn content<S: Screen>(&self, screen: &mut S) {
        self.item(screen, ItemKind::Title, b"", Line::Title, 0);
        self.item(screen, ItemKind::Text, b"", Line::Intro, 0);
        if self.services > 0 {
            self.item(screen, ItemKind::Text, b"", Line::Parties, usize::from(self.services > 1));
        }
        self.item(screen, ItemKind::Text, b"", Line::Withdrawal, 0);
        let policy_url = self.lines.get(Line::PolicyUrl, 0);
        if !policy_url.is_empty() {
            self.item(screen, ItemKind::Link, policy_url, Line::Policy, 0);
        }
    }

    /// The controls, in their order.
    pub fn controls<S: Screen>(&self, screen: &mut S) {
        for (at, name) in CONTROLS.iter().enumerate() {
            self.item(screen, ItemKind::Control, name.as_bytes(), Line::Control, at);
        }
    }

    /// Says how many hosts were held that the site does not describe; nothing for none. It is not part of the notice,
    /// because it changes while the banner is shown.
    pub fn undescribed<S: Screen>(&self, screen: &mut S, hosts: u32) {
        if hosts > 0 {
            let line = self.lines.get(Line::Undescribed, usize::from(hosts > 1));
            FirstLayer { services: hosts, ..*self }.sentence(screen, line);
        }
    }

    #[inline(never)]
    fn item<S: Screen>(&self, screen: &mut S, kind: ItemKind, name: &[u8], line: Line, further: usize) {
        screen.begin(kind, name);
        self.sentence(screen, self.lines.get(line, further));
        screen.end(kind);
    }

    /// A sentence with its places filled, wherever the language puts them. A place is known by its first letter:
    /// `{controller}`, `{purposes}`, `{reopen}`, `{number}`.
    #[inline(never)]
    fn sentence<S: Screen>(&self, screen: &mut S, mut text: &[u8]) {
        while !text.is_empty() {
            let (before, place) = cut(text, b'{');
            screen.text(before);
            text = cut(place, b'}').1;
            match place.first() {
                None => {}
                Some(b'p') => self.purposes(screen),
                Some(b'n') => number(screen, self.services),
                Some(b'r') => screen.text(self.lines.get(Line::Reopen, 0)),
                Some(_) => screen.text(self.lines.get(Line::Controller, 0)),
            }
        }
    }

    fn purposes<S: Screen>(&self, screen: &mut S) {
        let mut before: &[u8] = b"";
        for category in Category::Functional as usize..=Category::Advertising as usize {
            if self.asked >> category & 1 != 0 {
                screen.text(before);
                screen.text(self.lines.get(Line::Purpose, category - 1));
                before = b", ";
            }
        }
    }
}

/// A number in decimal digits.
fn number<S: Screen>(screen: &mut S, value: u32) {
    if value > 9 {
        number(screen, value / 10);
    }
    screen.text(&[b'0' + (value % 10) as u8]);
}
