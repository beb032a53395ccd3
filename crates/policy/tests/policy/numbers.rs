//! The numbers for JavaScript: every variant is there once, with the number that the rules use.

use consentry_policy::category::Category;
use consentry_policy::decision::{Effect, Event};
use consentry_policy::numbers::{CATEGORY_NAMES, EFFECTS, EVENTS, GRANTABLE_NAMES, GROUPS};
use consentry_policy::verdict::{Verdict, class, source};
use consentry_policy::{grants, numbers, table};

/// The event after this one. A new variant does not compile until it has its place here.
fn next_event(event: Event) -> Option<Event> {
    match event {
        Event::Found => Some(Event::Missing),
        Event::Missing => Some(Event::Lapsed),
        Event::Lapsed => Some(Event::Decided),
        Event::Decided => Some(Event::Followed),
        Event::Followed => None,
    }
}

/// The effect after this one. A new variant does not compile until it has its place here.
fn next_effect(effect: Effect) -> Option<Effect> {
    match effect {
        Effect::Store => Some(Effect::Hold),
        Effect::Hold => Some(Effect::Erase),
        Effect::Erase => Some(Effect::Release),
        Effect::Release => Some(Effect::Report),
        Effect::Report => Some(Effect::Ask),
        Effect::Ask => None,
    }
}

#[test]
fn every_event_is_listed_with_the_number_that_brings_it_back() {
    let events: Vec<Event> = std::iter::successors(Some(Event::Found), |event| next_event(*event)).collect();
    let listed: Vec<_> = EVENTS.iter().map(|listed| Event::from_number(listed.number)).collect();
    assert_eq!(listed, events.iter().copied().map(Some).collect::<Vec<_>>());
    for (listed, event) in EVENTS.iter().zip(events) {
        assert_eq!((listed.word, listed.number), (event.name(), event as u32));
        assert_eq!(listed.word, format!("{event:?}").to_lowercase());
    }
    for number in [EVENTS.len() as u32, 255, 256, u32::MAX] {
        assert_eq!(Event::from_number(number), None, "{number}");
    }
}

#[test]
fn every_effect_is_listed_in_its_order_with_one_bit() {
    let effects = std::iter::successors(Some(Effect::Store), |effect| next_effect(*effect));
    let expected: Vec<_> =
        effects.map(|effect| (format!("{effect:?}").to_lowercase(), effect as u32)).collect();
    let listed: Vec<_> = EFFECTS.iter().map(|listed| (listed.word.to_owned(), listed.number)).collect();
    assert_eq!(listed, expected);
    for (order, listed) in EFFECTS.iter().enumerate() {
        assert_eq!(listed.number, 1 << order, "{}", listed.word);
    }
}

#[test]
fn a_category_has_its_name_at_its_number_and_unclassified_comes_last() {
    let names: Vec<_> = Category::ALL.iter().map(|category| category.name()).collect();
    assert_eq!(CATEGORY_NAMES[..names.len()], names);
    assert_eq!(CATEGORY_NAMES[class::UNCLASSIFIED as usize..], ["unclassified"]);
    let grantable = |number: &u32| grants::GRANTABLE & 1 << number != 0;
    let grantable: Vec<_> = (0..32).filter(grantable).map(|number| CATEGORY_NAMES[number as usize]).collect();
    assert_eq!(GRANTABLE_NAMES[..], grantable);
}

#[test]
fn constants_are_listed_by_name() {
    let listed = |name: &str| {
        let group = GROUPS.iter().find(|group| group.name == name).unwrap();
        group.numbers.iter().map(|listed| (listed.constant, listed.word, listed.number)).collect::<Vec<_>>()
    };
    assert_eq!(listed("PATTERN"), [("HOST", "host", 1), ("COOKIE", "cookie", 2), ("STORAGE", "storage", 4)]);
    assert_eq!(listed("PATTERN")[2].2, table::pattern::STORAGE);
    assert_eq!(
        listed("SOURCE"),
        [
            ("DEFAULT", "unknown", source::DEFAULT),
            ("TABLE", "table", source::TABLE),
            ("OWNER", "declared", source::OWNER),
            ("FIRST_PARTY", "first-party", source::FIRST_PARTY),
        ]
    );
    let unknown = [("HOLD", "hold", 0), ("DENY", "deny", 1), ("RELEASE", "release", 2)];
    assert_eq!(listed("UNKNOWN"), unknown);
    assert_eq!(listed("DECISION"), [("NONE", "none", 0), ("DENIED", "denied", 1), ("GRANTED", "granted", 2)]);
}

#[test]
fn every_group_has_each_name_and_number_once() {
    for group in GROUPS {
        for (at, listed) in group.numbers.iter().enumerate() {
            let constant = listed.word.to_uppercase().replace('-', "_");
            // Two sources are told to readers by a plainer word than the rules use.
            let plainer = group.name == "SOURCE" && ["unknown", "declared"].contains(&listed.word);
            assert_eq!(listed.constant == constant, !plainer, "{group:?}");
            let later = &group.numbers[at + 1..];
            assert!(later.iter().all(|other| other.constant != listed.constant), "{group:?}");
            let masks = group.name == "VERDICT"; // a shift may equal a mask
            assert!(masks || later.iter().all(|other| other.number > listed.number), "{group:?}");
        }
    }
}

#[test]
fn a_verdict_is_read_by_the_masks_that_are_listed() {
    let number = |constant: &str| {
        numbers::VERDICT
            .iter()
            .find(|listed| listed.constant == constant)
            .map(|listed| listed.number)
            .unwrap()
    };
    let bits = Verdict::new(class::ADVERTISING, source::OWNER, 1023).to_bits();
    assert_eq!(bits & number("CLASS_MASK"), class::ADVERTISING);
    assert_eq!(bits >> number("SOURCE_SHIFT") & number("SOURCE_MASK"), source::OWNER);
    assert_eq!(bits >> number("SERVICE_SHIFT"), 1023);
}
