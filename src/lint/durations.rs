//! Reads how long something lives from the words that an owner wrote: `13 months`, `2 år`, `1 year and 6 months`. Knows
//! no rule.

/// How many days a unit has, and its words in languages of Europe.
const UNITS: [(f64, &str); 5] = [
    (
        1.0 / 24.0,
        "h hour hours timme timmar stunde stunden heure heures hora horas ora ore uur uren time timer tunti \
         tuntia godzina godziny godzin hodina hodiny hodin",
    ),
    (
        1.0,
        "d day days dag dagar dage dager dagen tag tage tagen jour jours día días dia dias giorno giorni päivä \
         päivää dzień dni den dny dnů deň dní",
    ),
    (
        7.0,
        "week weeks vecka veckor woche wochen semaine semaines semana semanas settimana settimane weken uke \
         uker uge uger veke veker viikko viikkoa tydzień tygodnie tygodni týden týdny týdnů týždeň týždne týždňov",
    ),
    (
        30.4375,
        "month months månad månader måned måneder månader monat monate monaten mois mes meses mês mese mesi \
         maand maanden kuukausi kuukautta miesiąc miesiące miesięcy měsíc měsíce měsíců mesiac mesiace mesiacov",
    ),
    (
        365.25,
        "year years yr yrs år jahr jahre jahren an ans année années año años ano anos anno anni jaar jaren \
         vuosi vuotta rok roku roky lata lat let léta rokov",
    ),
];

/// The days of the first numbers with a unit behind each, at most one word between them; nothing where there is none.
pub(super) fn days(text: &str) -> Option<f64> {
    let parts = parts(&text.to_lowercase());
    let mut days = None;
    let mut words_between = 0;
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        match (part, parts.get(at + 1)) {
            (Part::Number(number), Some(Part::Word(word))) if unit(word).is_some() => {
                days = Some(days.unwrap_or(0.0) + number * unit(word).unwrap_or_default());
                words_between = 0;
                at += 2;
                continue;
            }
            _ => words_between += 1,
        }
        if days.is_some() && words_between > 1 {
            break;
        }
        at += 1;
    }
    days
}

fn unit(word: &str) -> Option<f64> {
    let found = UNITS.iter().find(|(_, words)| words.split_whitespace().any(|known| known == word));
    found.map(|(days, _)| *days)
}

#[derive(Debug)]
enum Part {
    Number(f64),
    Word(String),
}

/// The numbers and words of a text. A number may have a fraction, and its thousands apart: `26 280`, `1.000`.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let (number, after) = number(rest);
            parts.push(Part::Number(number));
            rest = after;
        } else if first.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            parts.push(Part::Word(word.to_owned()));
            rest = after;
        } else {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    parts
}

/// The number at the beginning of a text, and what follows it.
fn number(text: &str) -> (f64, &str) {
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, mut rest) = text.split_at(digits_of(text));
    let mut digits = digits.to_owned();
    while let Some(separator) = rest.chars().next() {
        let after = rest.get(separator.len_utf8()..).unwrap_or_default();
        let length = digits_of(after);
        let is_fraction = matches!(separator, '.' | ',') && !matches!(length, 0 | 3);
        let is_thousands = matches!(separator, '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}') && length == 3;
        if !is_fraction && !is_thousands {
            break;
        }
        let (more, following) = after.split_at(length);
        if is_fraction {
            digits.push('.');
        }
        digits.push_str(more);
        rest = following;
        if is_fraction {
            break;
        }
    }
    (digits.parse().unwrap_or_default(), rest)
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn a_number_with_a_unit_is_read_in_many_languages() {
        for (text, expected) in [
            ("30 days", Some(30.0)),
            ("2 years", Some(730.5)),
            ("2years", Some(730.5)),
            ("24 månader", Some(730.5)),
            ("30 Tage", Some(30.0)),
            ("30-day cookie", Some(30.0)),
            ("13 mois", Some(395.6875)),
            ("2 ans", Some(730.5)),
            ("2 let", Some(730.5)),
            ("1 år", Some(365.25)),
            ("1.5 years", Some(547.875)),
            ("1,5 år", Some(547.875)),
            ("1 year and 6 months", Some(547.875)),
            ("1 year, 6 months", Some(547.875)),
            ("26 280 hours", Some(1095.0)),
            ("1 000 days", Some(1000.0)),
            ("1.000 Tage", Some(1000.0)),
            ("högst 1 år.", Some(365.25)),
            ("at most 14 days after that", Some(14.0)),
            ("30 days, and for the newsletter 2 years", Some(30.0)),
            ("until the browser is closed", None),
            ("the last 500 messages", None),
            ("as long as 3 of them", None),
            ("99999999999999999999999999 days", Some(1e26)),
            ("", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
