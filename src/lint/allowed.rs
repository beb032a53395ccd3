//! The rules whose errors an owner lets pass, each with the reason. The reasons are kept with the files that pages
//! load, where an auditor finds them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rules::rule;

/// Reasons, by the ids of rules that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(BTreeMap<&'static str, String>);

impl Allowed {
    /// The name of the file that keeps the reasons.
    pub const FILE: &'static str = "consentry-allowed.json";

    /// Reads `RULE=REASON`; several rules with commas between have one reason.
    ///
    /// # Errors
    /// A sentence: there is no such rule, or no reason.
    pub fn parse(text: &str) -> Result<Allowed, String> {
        let (ids, reason) = text.split_once('=').unwrap_or((text, ""));
        if reason.trim().is_empty() {
            return Err("expected a reason, as in missing-retention=\"kept until the lawyers answer\"".into());
        }
        let known = |id: &str| {
            let rule = rule(id.trim()).ok_or_else(|| format!("found no rule \"{}\"", id.trim()))?;
            Ok((rule.id, reason.trim().to_owned()))
        };
        ids.split(',').map(known).collect::<Result<_, String>>().map(Allowed)
    }

    /// All of these; of two reasons for one rule the last.
    pub fn all(parts: impl IntoIterator<Item = Allowed>) -> Allowed {
        Allowed(parts.into_iter().flat_map(|part| part.0).collect())
    }

    /// Why a rule's errors may pass, if they may.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// Whether nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reasons for these rules alone.
    pub(super) fn only<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Allowed {
        let known = ids.filter_map(|id| self.0.get_key_value(id));
        Allowed(known.map(|(id, reason)| (*id, reason.clone())).collect())
    }

    /// The file that keeps them: a reason under each rule.
    pub fn to_json(&self) -> String {
        let reasons = self.0.iter().map(|(id, reason)| ((*id).to_owned(), Value::from(reason.as_str())));
        format!("{:#}\n", Value::Object(reasons.collect()))
    }
}
