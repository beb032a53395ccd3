//! Numbers, lists and plural forms as a browser's `Intl` writes them, for what is made when a site is bundled. A page asks
//! its browser.

use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_list::ListFormatter;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

/// The form of a text that goes with a number, by Unicode's name of it.
pub fn plural_form(language: &str, number: usize) -> &'static str {
    let rules = PluralRules::try_new(locale(language).into(), Default::default());
    match rules.map(|rules| rules.category_for(number)) {
        Ok(PluralCategory::Zero) => "zero",
        Ok(PluralCategory::One) => "one",
        Ok(PluralCategory::Two) => "two",
        Ok(PluralCategory::Few) => "few",
        Ok(PluralCategory::Many) => "many",
        Ok(PluralCategory::Other) | Err(_) => "other",
    }
}

/// A number in the language's digits.
pub fn number(language: &str, number: usize) -> String {
    match DecimalFormatter::try_new(locale(language).into(), Default::default()) {
        Ok(formatter) => formatter.format(&Decimal::from(number)).to_string(),
        Err(_) => number.to_string(),
    }
}

/// A list such as "a, b and c".
pub fn list(language: &str, items: &[&str]) -> String {
    match ListFormatter::try_new_and(locale(language).into(), Default::default()) {
        Ok(formatter) => formatter.format(items.iter()).to_string(),
        Err(_) => items.join(", "),
    }
}

fn locale(language: &str) -> Locale {
    language.parse().unwrap_or(Locale::UNKNOWN)
}
