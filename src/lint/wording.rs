//! Words that a consent text had better not use, by language, and how they are found in a text. The words are in
//! `wording.txt`: a language is added there. Knows no rule.

/// A line for each language and kind: `en emotive: phrase, phrase`. A `*` at the end of a word stands for any
/// ending.
const WORDS: &str = include_str!("wording.txt");

/// What kind of words a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What stirs feelings, or promotes.
    Emotive,
    /// What a button says that does not tell what it does.
    Vague,
    /// What advertising is called.
    Advertising,
    /// What measuring is called.
    Analytics,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Emotive => "emotive",
            Kind::Vague => "vague",
            Kind::Advertising => "advertising",
            Kind::Analytics => "analytics",
        }
    }
}

/// The phrases of a kind in a language.
fn phrases(kind: Kind, language: &str) -> impl Iterator<Item = &'static str> {
    let title = format!("{language} {}", kind.name());
    let lines = WORDS.lines().filter_map(|line| line.split_once(':'));
    let lines = lines.filter(move |(name, _)| *name == title);
    lines.flat_map(|(_, phrases)| phrases.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()))
}

/// The words of a text in this language that are the first phrase of a kind, as "found …" says them: `"discounts" (en)`.
pub(super) fn phrase_in(kind: Kind, language: &str, text: &str) -> Option<String> {
    let words = words(text);
    let found = phrases(kind, language).find_map(|phrase| find(&words, phrase));
    found.map(|words| format!("\"{}\" ({language})", words.join(" ")))
}

/// Whether a text is one of the phrases of a kind, and nothing else.
pub(super) fn is_phrase(kind: Kind, language: &str, text: &str) -> bool {
    let words = words(text);
    phrases(kind, language)
        .any(|phrase| phrase.split(' ').count() == words.len() && find(&words, phrase).is_some())
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '%' | '!'));
    let parts = parts.map(|word| word.replace('’', "'"));
    parts.map(|word| word.trim_matches(['\'', '!']).to_owned()).filter(|word| !word.is_empty()).collect()
}

/// Where a phrase stands among words.
fn find<'a>(words: &'a [String], phrase: &str) -> Option<&'a [String]> {
    let wanted: Vec<_> = phrase.split(' ').collect();
    let fits = |(wanted, word): (&&str, &String)| match wanted.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => word == wanted,
    };
    words.windows(wanted.len()).find(|window| wanted.iter().zip(*window).all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_as_whole_words_in_any_case() {
        for (text, expected) in [
            ("We LOVE cookies!", Some("\"we love\" (en)")),
            ("We lovely people", None),
            ("Get 10 % off: a discount", Some("\"discount\" (en)")),
            ("Discounts for you", Some("\"discounts\" (en)")),
            ("Accept all", None),
            ("", None),
        ] {
            assert_eq!(phrase_in(Kind::Emotive, "en", text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_word_that_only_begins_alike_is_none() {
        for (kind, language, text) in [
            (Kind::Advertising, "de", "Wir können Ihnen die Karte anzeigen"),
            (Kind::Advertising, "sv", "Hantering av reklamationer"),
            (Kind::Advertising, "pl", "Obsługa reklamacji"),
            (Kind::Advertising, "cs", "Vyřízení reklamace"),
            (Kind::Emotive, "nl", "Actief gebruik van de site"),
        ] {
            assert_eq!(phrase_in(kind, language, text), None, "{text}");
        }
        assert!(phrase_in(Kind::Advertising, "sv", "Statistik och reklam").is_some());
    }

    #[test]
    fn every_line_of_words_is_a_list_of_phrases_in_lower_case() {
        for line in WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (title, phrases) = line.split_once(": ").unwrap();
            let (language, kind) = title.split_once(' ').unwrap();
            assert!(
                language.len() >= 2 && ["emotive", "vague", "advertising", "analytics"].contains(&kind),
                "{line}"
            );
            assert!(
                phrases.split(", ").all(|phrase| !phrase.is_empty() && phrase == phrase.to_lowercase()),
                "{line}"
            );
        }
    }
}
