//! Reads how long something lives from the words that an owner wrote: `13 months`, `2 år`, `30 Tage`. Knows no rule.

/// How a unit's word begins in languages of Europe, and how many days it has. The longer word stands before one
/// that it begins with.
const UNITS: [(&str, f64); 44] = [
    ("day", 1.0),
    ("dag", 1.0),
    ("tag", 1.0),
    ("jour", 1.0),
    ("día", 1.0),
    ("dia", 1.0),
    ("giorn", 1.0),
    ("dni", 1.0),
    ("dzie", 1.0),
    ("dny", 1.0),
    ("den", 1.0),
    ("päiv", 1.0),
    ("week", 7.0),
    ("vecka", 7.0),
    ("veckor", 7.0),
    ("woche", 7.0),
    ("semain", 7.0),
    ("seman", 7.0),
    ("settiman", 7.0),
    ("uke", 7.0),
    ("uge", 7.0),
    ("viikko", 7.0),
    ("tydzie", 7.0),
    ("tygodni", 7.0),
    ("month", 30.4375),
    ("månad", 30.4375),
    ("måned", 30.4375),
    ("monat", 30.4375),
    ("mois", 30.4375),
    ("mes", 30.4375),
    ("mês", 30.4375),
    ("maand", 30.4375),
    ("kuukau", 30.4375),
    ("miesi", 30.4375),
    ("year", 365.25),
    ("år", 365.25),
    ("jahr", 365.25),
    ("année", 365.25),
    ("año", 365.25),
    ("ano", 365.25),
    ("ann", 365.25),
    ("jaar", 365.25),
    ("vuo", 365.25),
    ("lat", 365.25),
];

/// Words that are a whole unit by themselves, and would begin other words too.
const SHORT_UNITS: [(&str, f64); 4] = [("an", 365.25), ("ans", 365.25), ("rok", 365.25), ("roky", 365.25)];

/// The days of the first number with a unit behind it; nothing where there is none.
pub(super) fn days(text: &str) -> Option<f64> {
    let lower = text.to_lowercase();
    let words: Vec<_> = lower.split(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '-').collect();
    words.windows(2).find_map(|pair| {
        let [number, unit] = pair else { return None };
        let number: f64 =
            number.trim_matches(|c: char| !c.is_ascii_digit()).replace(',', ".").parse().ok()?;
        let unit = unit.trim_matches(|c: char| !c.is_alphabetic());
        let short = SHORT_UNITS.iter().find(|(word, _)| *word == unit);
        let found = short.or_else(|| UNITS.iter().find(|(start, _)| unit.starts_with(start)));
        found.map(|(_, days)| number * days)
    })
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn a_number_with_a_unit_is_read_in_many_languages() {
        for (text, expected) in [
            ("30 days", Some(30.0)),
            ("2 years", Some(730.5)),
            ("24 månader", Some(730.5)),
            ("30 Tage", Some(30.0)),
            ("13 mois", Some(395.6875)),
            ("2 ans", Some(730.5)),
            ("1 år", Some(365.25)),
            ("högst 1 år.", Some(365.25)),
            ("at most 14 days after that", Some(14.0)),
            ("until the browser is closed", None),
            ("as long as 3 of them", None),
            ("", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
