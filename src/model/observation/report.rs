//! What a page sends: a site and what it observed there, every fault named.

use serde_json::Value;

use super::{Observation, ObservationKind};
use crate::model::config::SiteKey;
use crate::model::shape::{Fault, Field, Node, Shape, TextRule, check, schema};

/// The most in one report.
const MANY: usize = 100;

const REPORT: Shape = Shape::Object(&[
    field("site", Shape::Text(&SITE), "The site key."),
    field("observations", Shape::List { of: &OBSERVATION, least: 1, most: MANY }, "What was observed."),
]);
const OBSERVATION: Shape = Shape::Object(&[
    field("kind", Shape::Word(ObservationKind::NAMES, &[]), "What it is."),
    field("name", Shape::Text(&NAME), "Its name; a host without scheme and port."),
]);
const SITE: TextRule =
    TextRule { expected: "a site key", holds: |text| SiteKey::new(text).is_some(), pattern: None };
const NAME: TextRule = TextRule {
    expected: "a name of 1 to 256 bytes without control characters",
    // The rule that every kind has.
    holds: |text| Observation::new(ObservationKind::Left, text).is_some(),
    pattern: None,
};

const fn field(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field { name, shape, needed: true, doc }
}

/// What the pages of a site observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub site: SiteKey,
    /// Each once.
    pub observations: Vec<Observation>,
}

impl Report {
    /// The JSON Schema (draft 2020-12) of a report.
    pub fn schema() -> Value {
        schema("Consentry report", &REPORT)
    }

    /// Reads a report, or names everything that is wrong with it.
    ///
    /// # Errors
    /// At least one fault.
    pub fn read(node: &Node) -> Result<Report, Vec<Fault>> {
        let mut faults = Vec::new();
        check(&REPORT, "", node, &mut faults);
        let mut observations = Vec::new();
        for (at, item) in node.get("observations").map_or(&[][..], Node::items).iter().enumerate() {
            let text = |key| item.get(key).and_then(Node::text);
            let Some((kind, name)) = text("kind").and_then(ObservationKind::named).zip(text("name")) else {
                continue;
            };
            match Observation::new(kind, name) {
                Some(observation) if observations.contains(&observation) => {}
                Some(observation) => observations.push(observation),
                None if kind == ObservationKind::Host && (NAME.holds)(name) => {
                    let found = item.get("name").map_or_else(String::new, Node::excerpt);
                    let expected = "a host without scheme, port and path";
                    faults.push(Fault::new(format!("observations[{at}].name"), "bad-value", found, expected));
                }
                None => {} // the shape has said so
            }
        }
        match node.get("site").and_then(Node::text).and_then(SiteKey::new) {
            Some(site) if faults.is_empty() => Ok(Report { site, observations }),
            _ => Err(faults),
        }
    }
}
