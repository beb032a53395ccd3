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
        let piece = String::from_utf8_lossy(piece);
        match self.items.last_mut() {
            Some((_, _, text)) => text.push_str(&piece),
            None => self.items.push((ItemKind::Text, String::new(), piece.into_owned())), // the count is no item
        }
    }

    fn end(&mut self, kind: ItemKind) {
        assert!(self.is_open, "an item ends that has not begun");
        assert_eq!(self.items.last().map(|(kind, ..)| *kind), Some(kind));
        self.is_open = false;
    }
}

fn write(layer: &FirstLayer<'_>) -> Vec<(ItemKind, String, String)> {
    let mut written = Written::default();
    layer.content(&mut written);
    layer.controls(&mut written);
    assert!(!written.is_open);
    written.items
}

/// A sentence: words and places in any order.
fn sentence() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zåäö ,.“”]{1,9}",
        "\\{controller\\}",
        "\\{purposes\\}",
        "\\{reopen\\}",
        "\\{number\\}"
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// The texts of a language in the order of their keys: labels have no places, sentences have any.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let text = |key: &&str| match *key {
        "title" | "intro" | "withdrawal" | "parties1" | "parties" | "undescribed1" | "undescribed" => {
            sentence().boxed()
        }
        _ => "[A-Za-zåäö ]{0,12}".boxed(),
    };
    KEYS.iter().map(text).collect::<Vec<_>>()
}

proptest! {
    #[test]
    fn each_sentence_is_said_with_its_places_filled(
        texts in texts(), asked in (0_u32..8).prop_map(|set| set << 1), services in 0_u32..2000,
        policy_url in "(/[a-z]{1,8})?", controller in "[A-Za-zåäö &]{1,12}",
    ) {
        let text = |key: &str| texts[KEYS.iter().position(|known| *known == key).unwrap()].as_str();
        let purposes: Vec<&str> = ["functionalPurpose", "analyticsPurpose", "advertisingPurpose"]
            .into_iter()
            .enumerate()
            .filter(|(at, _)| asked >> (at + 1) & 1 == 1)
            .map(|(_, key)| text(key))
            .collect();
        let filled = |key: &str, number: u32| {
            text(key)
                .replace("{controller}", &controller)
                .replace("{purposes}", &purposes.join(", "))
                .replace("{reopen}", text("reopen"))
                .replace("{number}", &number.to_string())
        };
        let item = |kind, name: &str, text| (kind, name.to_owned(), text);
        let mut expected = vec![
            item(ItemKind::Title, "", filled("title", services)),
            item(ItemKind::Text, "", filled("intro", services)),
        ];
        match services {
            0 => {}
            1 => expected.push(item(ItemKind::Text, "", filled("parties1", 1))),
            _ => expected.push(item(ItemKind::Text, "", filled("parties", services))),
        }
        expected.push(item(ItemKind::Text, "", filled("withdrawal", services)));
        if !policy_url.is_empty() {
            expected.push(item(ItemKind::Link, &policy_url, filled("policy", services)));
        }
        for name in ["reject-all", "accept-all", "preferences"] {
            expected.push(item(ItemKind::Control, name, filled(name, services)));
        }

        let packed = [texts.join("\n"), policy_url, controller.clone()].join("\n");
        let layer = FirstLayer { lines: Lines(packed.as_bytes()), asked, services };
        prop_assert_eq!(write(&layer), expected);

        for hosts in [0, 1, 2, services] {
            let mut count = Written::default();
            layer.undescribed(&mut count, hosts);
            let said = count.items.into_iter().map(|(_, _, text)| text).next().unwrap_or_default();
            let expected = match hosts {
                0 => String::new(),
                1 => filled("undescribed1", 1),
                _ => filled("undescribed", hosts),
            };
            prop_assert_eq!(said, expected);
        }
    }

    #[test]
    fn whatever_the_lines_hold_the_three_controls_are_there(
        lines in any::<Vec<u8>>(), asked in any::<u32>(), services in any::<u32>(), hosts in any::<u32>(),
    ) {
        let layer = FirstLayer { lines: Lines(&lines), asked, services };
        let controls: Vec<_> = write(&layer)
            .into_iter()
            .filter(|(kind, ..)| *kind == ItemKind::Control)
            .map(|(_, name, _)| name)
            .collect();
        prop_assert_eq!(controls, ["reject-all", "accept-all", "preferences"]);
        layer.undescribed(&mut Written::default(), hosts);
    }
}
