//! What holds for the first layer whatever the language says and whatever the site asks for.

use consentry_notice::{FirstLayer, ItemKind, KEYS, Lines, Screen};
use proptest::prelude::*;

/// Writes down what is shown: kind, name and text of each item.
#[derive(Default)]
struct Written {
    items: Vec<(ItemKind, String, String)>,
    is_open: bool,
}

impl Screen for Written {
    fn begin(&mut self, kind: ItemKind, name: &[u8]) {
        assert!(!self.is_open, "an item begins inside another one");
        self.is_open = true;
        self.items.push((kind, String::from_utf8_lossy(name).into_owned(), String::new()));
    }

    fn text(&mut self, piece: &[u8]) {
        assert!(self.is_open, "a text stands outside of every item");
        if let Some((_, _, text)) = self.items.last_mut() {
            text.push_str(&String::from_utf8_lossy(piece));
        }
    }

    fn end(&mut self, kind: ItemKind) {
        assert!(self.is_open, "an item ends that has not begun");
        assert_eq!(self.items.last().map(|(kind, ..)| *kind), Some(kind));
        self.is_open = false;
    }
}

fn write(lines: &[u8]) -> Vec<(ItemKind, String, String)> {
    let (layer, mut written) = (FirstLayer(Lines(lines)), Written::default());
    layer.content(&mut written);
    layer.controls(&mut written);
    assert!(!written.is_open);
    written.items
}

/// A sentence: words and places in any order.
fn sentence() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[a-zåäö ,.“”|:=]{1,9}", "\\{controller\\}", "\\{reopen\\}"];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// The texts of a language in the order of their keys: what stands in a place has none itself.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = |key: &&str| match *key {
        "reopen" | "direction" => "[A-Za-zåäö ]{0,12}".boxed(),
        _ => sentence().boxed(),
    };
    KEYS.iter().map(text).collect::<Vec<_>>()
}

proptest! {
    #[test]
    fn each_sentence_is_said_once_in_its_order_with_its_places_filled(
        texts in texts(), policy_url in "(/[a-z]{1,8})?", controller in "[A-Za-zåäö &]{1,12}",
    ) {
        let text = |key: &str| texts[KEYS.iter().position(|known| *known == key).unwrap()].as_str();
        let item = |kind, name: &str, key: &str| {
            let filled = text(key).replace("{controller}", &controller).replace("{reopen}", text("reopen"));
            (kind, name.to_owned(), filled)
        };
        let mut expected = vec![
            item(ItemKind::Title, "", "title"),
            item(ItemKind::Text, "", "ask"),
            // The page fills it; what the notice says does not depend on how much was held so far.
            (ItemKind::Text, "undescribed".to_owned(), String::new()),
            item(ItemKind::Text, "", "withdrawal"),
        ];
        if !policy_url.is_empty() {
            expected.push(item(ItemKind::Link, &policy_url, "policy"));
        }
        expected.push(item(ItemKind::More, "", "more"));
        expected.push(item(ItemKind::Text, "", "explain"));
        for name in ["reject-all", "accept-all", "preferences"] {
            expected.push(item(ItemKind::Control, name, name));
        }
        let packed = [texts.join("\n"), policy_url, controller.clone()].join("\n");
        prop_assert_eq!(write(packed.as_bytes()), expected);
    }

    #[test]
    fn whatever_the_lines_hold_the_three_controls_are_there_and_nothing_hides_them(lines in any::<Vec<u8>>()) {
        let items = write(&lines);
        let is_control = |(kind, ..): &&(ItemKind, String, String)| *kind == ItemKind::Control;
        let controls: Vec<_> = items.iter().filter(is_control).map(|(_, name, _)| name.as_str()).collect();
        prop_assert_eq!(controls, ["reject-all", "accept-all", "preferences"]);
        // What follows the disclosure's label is behind it, up to the first control.
        let kinds: Vec<_> = items.iter().map(|(kind, ..)| *kind).collect();
        let disclosures = kinds.iter().filter(|kind| **kind == ItemKind::More).count();
        prop_assert_eq!(disclosures, 1);
        let control = ItemKind::Control;
        prop_assert!(kinds.ends_with(&[ItemKind::More, ItemKind::Text, control, control, control]));
    }

    #[test]
    fn the_place_that_the_page_fills_is_there_and_empty_whatever_the_lines_hold(lines in any::<Vec<u8>>()) {
        let items = write(&lines);
        let place = (ItemKind::Text, "undescribed".to_owned(), String::new());
        prop_assert_eq!(items.iter().filter(|(_, name, _)| name == "undescribed").count(), 1);
        prop_assert!(items.contains(&place));
    }
}

#[test]
fn a_brace_without_an_end_never_swallows_another_item() {
    let mut lines = KEYS.map(str::to_owned);
    lines[2] = "Yours {controller".to_owned();
    let items = write([&lines.join("\n"), "", "Shop"].join("\n").as_bytes());
    assert_eq!(items[0].2, "Yours Shop");
    assert_eq!(items[1].2, "ask");
    assert_eq!(items.len(), 9, "{items:?}");
}
