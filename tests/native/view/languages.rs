//! The languages: each says everything, in the forms that its numbers need.

use std::collections::BTreeSet;
use std::fs;

use consentry::model::config::{LANGUAGES, TEXT_NAMES};
use consentry::model::view::numbers_and_lists::{list, number, plural_form};
use consentry::model::view::{Layer, plural};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{LAYERS, file, folder, in_language, texts};

/// Every text of a layer, with its form where it has several.
fn lines(language: &str, layer: &str) -> Vec<(String, String, String)> {
    let mut lines = Vec::new();
    for (name, text) in file(language)[layer].as_object().unwrap() {
        match text {
            Value::Object(forms) => lines.extend(
                forms
                    .iter()
                    .map(|(form, text)| (name.clone(), form.clone(), text.as_str().unwrap().to_owned())),
            ),
            text => lines.push((name.clone(), String::new(), text.as_str().unwrap().to_owned())),
        }
    }
    lines
}

/// The names of a text's places.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).map(|rest| rest.split_once('}').expect(text).0).collect()
}

#[test]
fn every_language_with_a_file_can_be_had_the_fallback_first() {
    let files = fs::read_dir(folder("src/ui/texts")).unwrap().map(|it| it.unwrap().file_name());
    let mut languages: Vec<_> =
        files.map(|name| name.to_str().unwrap().strip_suffix(".json").unwrap().to_owned()).collect();
    languages.sort_by_key(|language| (language != "en", language.clone()));
    assert_eq!(languages, LANGUAGES);
    assert!(languages.len() >= 31);
}

#[test]
fn every_language_has_every_text_with_the_same_places() {
    let mut names = Vec::new();
    for (layer, part) in LAYERS {
        let reference = file("en")[part].as_object().unwrap().clone();
        names.extend(reference.keys().cloned());
        for language in LANGUAGES {
            let found = file(language);
            assert_eq!(found.as_object().unwrap().keys().collect::<Vec<_>>(), ["banner", "preferences"]);
            let found: BTreeSet<_> = found[part].as_object().unwrap().keys().cloned().collect();
            assert_eq!(found, reference.keys().cloned().collect(), "{language}");
            for (name, form, text) in lines(language, part) {
                assert!(!text.is_empty() && text.trim() == text, "{language} {name} {form}");
                assert!(!text.contains(|c: char| c.is_control() || c == '|'), "{language} {name} {form}");
                let mut expected: BTreeSet<&str> = match name.as_str() {
                    "ask" => ["controller", "number", "purposes"].into(),
                    "undescribed" | "found" | "services" | "allRecords" | "erased" => ["number"].into(),
                    "withdrawal" => ["reopen"].into(),
                    "decided" => ["date"].into(),
                    "download" => ["format"].into(),
                    "separate" => ["accept"].into(),
                    "changedAsk" => ["names"].into(),
                    "heldTitle" | "allowService" => ["service"].into(),
                    "heldText" => ["hosts", "recipients"].into(),
                    _ => BTreeSet::new(),
                };
                // A form may say its number in words.
                let mut said = places(&text);
                if !form.is_empty() {
                    said.remove("number");
                    expected.remove("number");
                }
                assert_eq!(said, expected, "{language} {name} {form}");
            }
            let texts = texts(language, layer);
            assert!(["ltr", "rtl"].contains(&texts.label("direction")), "{language}");
        }
    }
    // In which direction a language is written is nobody's wording.
    names.retain(|name| name != "direction");
    assert_eq!(TEXT_NAMES, names);
}

#[test]
fn the_languages_that_are_written_from_right_to_left_say_so() {
    let right: Vec<_> = LANGUAGES
        .iter()
        .copied()
        .filter(|language| texts(language, Layer::First).label("direction") == "rtl")
        .collect();
    assert_eq!(right, ["ar", "he"]);
}

#[test]
fn both_layers_call_the_same_thing_by_the_same_words() {
    for language in LANGUAGES {
        let (first, second) = (texts(language, Layer::First), texts(language, Layer::Second));
        for name in ["direction", "reopen", "policy", "reject-all", "accept-all"] {
            assert_ne!(first.label(name), name, "{language}");
            assert_eq!(first.label(name), second.label(name), "{language}");
        }
    }
}

#[test]
fn every_number_has_the_form_that_its_language_wants() {
    for language in LANGUAGES {
        let wanted: BTreeSet<_> = (1..=1000).map(|number| plural_form(language, number)).collect();
        for (_, part) in LAYERS {
            for (name, text) in file(language)[part].as_object().unwrap() {
                let Some(forms) = text.as_object() else { continue };
                for form in &wanted {
                    assert!(forms.contains_key(*form), "{language} {name}: found no form {form}");
                }
            }
        }
    }
}

#[test]
fn a_form_that_goes_with_more_than_one_number_names_the_number() {
    for language in LANGUAGES {
        for (_, part) in LAYERS {
            for (name, form, text) in lines(language, part) {
                let numbers = (1..=1000).filter(|number| plural_form(language, *number) == form).count();
                let says_it = text.contains("{number}");
                assert!(numbers < 2 || says_it, "{language} {name} {form}: {text}");
                assert!(form != "=0" || !says_it, "{language} {name} {form}: {text}");
            }
        }
    }
}

#[test]
fn what_is_asked_is_final_for_every_language_and_number() {
    for language in LANGUAGES {
        for count in [0, 1, 2, 3, 5, 11, 21, 100] {
            for categories in [
                &["functional", "analytics", "advertising"][..],
                &["analytics", "advertising"],
                &["functional"],
            ] {
                let service = json!({ "id": "a", "category": categories[0] });
                let site = json!({ "categories": categories, "services": vec![service; count] });
                let source = in_language(&site, language, Layer::First);
                let filled = source.filled_texts();
                let ask = filled.label("ask");
                assert_eq!(places(ask), ["controller"].into(), "{language} {count}: {ask}");
                assert!(!ask.contains('|') && !ask.contains("other:"), "{language} {count}: {ask}");
                for category in ["functional", "analytics", "advertising"] {
                    let name = format!("{category}Purpose");
                    let is_said = ask.contains(filled.label(&name));
                    assert_eq!(is_said, categories.contains(&category), "{language} {category}: {ask}");
                }
                if count == 100 {
                    assert!(ask.contains(&number(language, count)), "{language}: {ask}");
                }
                // Nothing else of the language depends on the site.
                for name in ["title", "undescribed", "withdrawal", "analyticsPurpose"] {
                    assert_eq!(filled.label(name), source.texts.label(name), "{language}");
                }
            }
        }
    }
}

#[test]
fn numbers_and_lists_are_written_as_their_languages_do() {
    for (language, count, form) in [
        ("en", 1, "one"),
        ("en", 0, "other"),
        ("sv", 2, "other"),
        ("fr", 0, "one"),
        ("pl", 2, "few"),
        ("pl", 5, "many"),
        ("pl", 21, "many"),
        ("uk", 21, "one"),
        ("lv", 0, "zero"),
        ("lt", 11, "other"),
        ("ar", 0, "zero"),
        ("ar", 2, "two"),
        ("ar", 11, "many"),
        ("ar", 100, "other"),
        ("ga", 7, "many"),
        ("sl", 2, "two"),
        ("he", 2, "two"),
        ("xx", 1, "other"),
    ] {
        assert_eq!(plural_form(language, count), form, "{language} {count}");
    }
    for (language, count, expected) in
        [("en", 1234, "1,234"), ("de", 1234, "1.234"), ("sv", 1234, "1\u{a0}234"), ("en", 7, "7")]
    {
        assert_eq!(number(language, count), expected, "{language}");
    }
    for (language, items, expected) in [
        ("en", &[][..], ""),
        ("en", &["a"], "a"),
        ("en", &["a", "b"], "a and b"),
        ("en", &["a", "b", "c"], "a, b, and c"),
        ("sv", &["a", "b", "c"], "a, b och c"),
        ("de", &["a", "b"], "a und b"),
        ("es", &["a", "b"], "a y b"),
        ("es", &["a", "ideas"], "a e ideas"),
    ] {
        assert_eq!(list(language, items), expected, "{language}");
    }
}

#[test]
fn a_text_in_several_forms_gives_the_one_that_goes_with_the_number() {
    let text = "=0:none|one:one|few:some: a few|other:{number}";
    for (text, number, form, expected) in [
        (text, 0, "other", "none"),
        (text, 0, "one", "none"),
        (text, 1, "one", "one"),
        (text, 2, "few", "some: a few"),
        (text, 2, "two", "{number}"),
        (text, 9, "other", "{number}"),
        ("one:a|other:b", 0, "other", "b"),
        ("one:a|other:b", 0, "one", "a"),
        ("one:a", 2, "other", "one:a"),
        ("no forms", 3, "one", "no forms"),
        ("this | that", 3, "other", "this | that"),
        ("", 1, "one", ""),
    ] {
        assert_eq!(plural(text, number, form), expected, "{text} {number} {form}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_choice_of_a_form_panic_or_say_what_is_not_there(
        text in "[a-z=0:|{}å]{0,24}", number in 0_usize..3, form in "(one|other|[a-z]{0,3})"
    ) {
        prop_assert!(text.contains(plural(&text, number, &form)));
    }
}
