//! The lint on whole configurations: what it finds is recorded, and no configuration makes it fail. Each rule's own two
//! cases are tried in `crates/mark/tests`, where pages can be read.

use std::fs;
use std::path::Path;

use consentry::lint::{Allowed, Level, RULES, Subject, lint, reasons_needed};
use consentry::model::config::{Config, LANGUAGES};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config::anything::good_config;
use crate::config::cases;
use crate::recorded::same_as_recorded;

fn found(config: &Config) -> String {
    lint(&Subject::of(config)).iter().map(|report| report.line() + "\n").collect()
}

#[test]
fn what_is_found_in_whole_configurations_is_as_recorded() {
    for (path, json) in cases("good") {
        // A recorded text must not change with the languages that the component has.
        let mut json: Value = serde_json::from_str(&json).unwrap();
        json.as_object_mut().unwrap().entry("languages").or_insert(json!(["en", "sv"]));
        let config = Config::parse(&json.to_string()).unwrap();
        same_as_recorded(
            &path.replace("/config/good/", "/lint/").replace(".json", ".found"),
            &found(&config),
        );
    }
}

#[test]
fn the_rules_have_ids_in_plain_words_a_paragraph_and_an_assertion() {
    for rule in RULES {
        let is_plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(is_plain(rule.id) && !rule.source.is_empty() && !rule.assertion.is_empty(), "{}", rule.id);
        assert!(!rule.finds.ends_with('.') && rule.finds.len() > 10, "{}: {}", rule.id, rule.finds);
    }
}

/// Who copies it can bundle it.
#[test]
fn nothing_is_said_of_the_example_in_the_readme() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, rest) = readme.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    assert_eq!(found(&Config::parse(example).unwrap()), "");
}

/// The table of rules in the documentation: `RECORD=1` writes it.
#[test]
fn the_documentation_lists_every_rule_as_it_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/docs/lint.md");
    let text = fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once("<!-- rules -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of rules -->").unwrap();
    let mut table =
        "| rule | level | reads | it finds | from | assertion |\n|---|---|---|---|---|---|\n".to_owned();
    for rule in RULES {
        let reads = match (rule.bad.html, rule.bad.visit) {
            (Some(_), _) => "pages",
            (None, Some(_)) => "visit",
            (None, None) => "configuration",
        };
        let (id, level, finds) = (rule.id, rule.level.name(), rule.finds);
        table +=
            &format!("| `{id}` | {level} | {reads} | {finds} | {} | {} |\n", rule.source, rule.assertion);
    }
    same_as_recorded(path, &format!("{before}<!-- rules -->\n{table}<!-- end of rules -->{after}"));
}

#[test]
fn the_checklist_names_every_rule_in_the_row_of_its_assertion() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/www/docs/checklist.md")).unwrap();
    for rule in RULES {
        let row = text.lines().find(|line| line.starts_with(&format!("| {} ", rule.assertion)));
        let row = row.unwrap_or_else(|| panic!("{}: no row {}", rule.id, rule.assertion));
        assert!(row.contains(&format!("`{}`", rule.id)), "{}: {row}", rule.id);
    }
}

/// The component's own words, put in place of themselves, are what an owner may write too.
#[test]
fn the_component_s_own_texts_pass_the_rules_on_own_texts() {
    for language in LANGUAGES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/ui/texts/{language}.json"));
        let texts: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let layers = texts.as_object().unwrap().values().filter_map(Value::as_object).flatten();
        // Which way a language is written is no wording.
        let layers = layers.filter(|(name, _)| *name != "direction");
        let whole = |text: &Value| text.get("other").unwrap_or(text).as_str().map(str::to_owned);
        let own: serde_json::Map<_, _> =
            layers.filter_map(|(name, text)| Some((name.clone(), whole(text)?.into()))).collect();
        let config = json!({ "languages": [language], "banner": { "texts": { *language: own } } });
        let config = Config::parse(&config.to_string()).unwrap();
        let reports = lint(&Subject::of(&config));
        let of_texts: Vec<_> =
            reports.iter().map(|report| report.line()).filter(|line| line.contains("banner.texts")).collect();
        assert_eq!(of_texts, [""; 0]);
    }
}

#[test]
fn every_palette_can_be_read() {
    for palette in ["slate", "ink", "forest", "ocean", "berry", "sand"] {
        let config = Config::parse(&json!({ "banner": { "palette": palette } }).to_string()).unwrap();
        let found = found(&config);
        assert!(!found.contains("low-contrast") && !found.contains("faint-edges"), "{palette}: {found}");
    }
}

#[test]
fn errors_pass_only_with_a_reason_and_only_the_needed_reasons_are_kept() {
    let config = Config::parse("{}").unwrap();
    let refused = reasons_needed(&config, &Allowed::default()).unwrap_err();
    assert!(refused.iter().all(|report| report.level == Level::Error) && refused.len() == 5, "{refused:#?}");
    let all = "missing-controller, missing-authority,missing-policy-url,wall=not open yet = soon";
    let reasons = reasons_needed(&config, &Allowed::parse(all).unwrap()).unwrap();
    assert_eq!(reasons.reason("missing-authority"), Some("not open yet = soon"));
    assert_eq!(reasons.reason("wall"), None);
    for (text, expected) in [
        ("missing-controller", "expected a reason"),
        ("missing-controller= ", "expected a reason"),
        ("missing-controller,nothing=why", "found no rule \"nothing\""),
        ("=why", "found no rule \"\""),
    ] {
        assert!(Allowed::parse(text).unwrap_err().contains(expected), "{text}");
    }
    let twice = Allowed::all([Allowed::parse("wall=first").unwrap(), Allowed::parse("wall=last").unwrap()]);
    assert_eq!(twice.to_json(), "{\n  \"wall\": \"last\"\n}\n");
}

#[test]
fn what_was_declared_in_admin_is_at_most_a_warning() {
    let config = Config::parse("{}").unwrap();
    let declared =
        r#"{ "services": [{ "id": "chat", "category": "functional", "hosts": ["chat.example.net"] }] }"#;
    let joined = config.with_declared(declared).unwrap();
    let subject = Subject { own_services: 0, ..Subject::of(&joined) };
    let reports = lint(&subject);
    let report = reports.iter().find(|report| report.rule.id == "missing-purpose").unwrap();
    assert_eq!(report.level, Level::Warning);
    assert!(report.line().starts_with("warning missing-purpose declared.services[0].purpose: found nothing"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_configuration_makes_the_lint_fail(
        mut value in good_config(),
        texts in prop::collection::vec(any::<String>(), 4),
        numbers in prop::collection::vec("[0-9]{1,5} ?[a-zåéñ]{0,6}", 1),
        color in "#[0-9a-f]{6}",
    ) {
        let [accept, reject, name, purpose] = &texts[..] else { return Ok(()) };
        value["banner"] = json!({
            "texts": { "en": { "accept-all": accept, "reject-all": reject, "ask": purpose } },
            "style": { "button": color, "fontSize": numbers[0] }
        });
        for service in value["services"].as_array_mut().into_iter().flatten() {
            service["name"] = name.as_str().into();
            service["purpose"] = json!({ "en": purpose });
            service["storage"] = json!([{ "name": service["id"], "duration": numbers[0] }]);
        }
        if let Ok(config) = Config::parse(&value.to_string()) {
            for report in lint(&Subject::of(&config)) {
                prop_assert!(!report.line().contains('\n'), "{}", report.line());
            }
        }
    }
}
