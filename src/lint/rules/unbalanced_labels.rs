//! The two buttons weigh the same in words: an owner who renames one renames the other, to about the same length.

use crate::lint::finding::Finding;
use crate::lint::rule::{Example, Level, Rule};
use crate::lint::subject::Subject;
use crate::model::shape::quoted;

pub(super) const RULE: Rule = Rule {
    id: "unbalanced-labels",
    level: Level::Error,
    assertion: "L2",
    source: "EDPB Cookie Banner Taskforce, practices A and C; CNIL 2020-092, paragraph 34; our threshold",
    finds: "own words for one of the two buttons alone, or for both and one much longer",
    check,
    good: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Accept everything", "reject-all": "Reject everything" } } } }"#,
    ),
    bad: Example::config(
        r#"{ "banner": { "texts": { "en": { "accept-all": "Accept and continue reading" } } } }"#,
    ),
};

/// How many times the shorter label the longer one may be.
const MOST_TIMES: usize = 16; // tenths

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (language, texts) in &subject.config.banner.texts {
        let own = |wanted: &str| texts.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
        let path = format!("banner.texts.{}", language.as_str());
        match (own("accept-all"), own("reject-all")) {
            (Some(accept), Some(reject)) => {
                let lengths = [accept, reject].map(|label| label.trim().chars().count());
                let (short, long) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
                if long * 10 > short * MOST_TIMES {
                    let found = format!("{} and {}", quoted(accept), quoted(reject));
                    findings.push(Finding::at(path, found, "two labels of about the same length"));
                }
            }
            (Some(label), None) | (None, Some(label)) => {
                let other = if own("accept-all").is_some() { "reject-all" } else { "accept-all" };
                let expected = format!("words to match {}", quoted(label));
                findings.push(Finding::missing(format!("{path}.{other}"), expected));
            }
            (None, None) => {}
        }
    }
    findings
}
