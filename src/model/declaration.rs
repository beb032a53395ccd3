//! One more declaration in the declared document. What an owner wrote there by hand stays as it is.

use serde_json::{Value, json};

use super::config::{Config, Fault, ServiceId};
use crate::model::category::Category;
use crate::model::observation::{Observation, ObservationKind};

/// The lists of a service that make a rule.
const LISTS: [&str; 4] = ["hosts", "scripts", "cookies", "storage"];

/// What an owner says of something that was observed.
#[derive(Clone, Debug)]
pub struct Declaration {
    list: &'static str,
    pattern: String,
    category: Category,
    name: String,
}

impl Declaration {
    /// The declaration of what was observed, under its vendor's name if that is known. Nothing where no
    /// pattern says it.
    pub fn new(observation: &Observation, category: Category, vendor: Option<&str>) -> Option<Declaration> {
        let pattern = observation.pattern()?;
        let list = match observation.kind() {
            ObservationKind::Host => "hosts",
            ObservationKind::Cookie => "cookies",
            ObservationKind::Storage => "storage",
            ObservationKind::Left => return None,
        };
        let name = vendor.unwrap_or(&pattern).to_owned();
        Some(Declaration { list, pattern, category, name })
    }

    /// Whether an item of a list is what is declared.
    fn is(&self, item: &Value) -> bool {
        let written = item.as_str().or_else(|| item.get("name")?.as_str()).unwrap_or_default();
        let host = written.strip_prefix("*.").filter(|_| self.list == "hosts");
        host.unwrap_or(written) == self.pattern
    }
}

impl Config {
    /// The declared document (`{}` if there is none yet) with one declaration more; this is the configuration
    /// without it. What is declared already moves to the declared category. What has one name and category is
    /// one service.
    ///
    /// # Errors
    /// The faults of the document, before or after.
    pub fn declare(&self, document: &str, declaration: &Declaration) -> Result<String, Vec<Fault>> {
        self.with_declared(document)?;
        let mut whole: Value = serde_json::from_str(document).unwrap_or_default();
        let mut services = match whole.get_mut("services") {
            Some(Value::Array(services)) => std::mem::take(services),
            _ => Vec::new(),
        };
        let category = declaration.category.name();
        let mut item = Value::String(declaration.pattern.clone());
        for service in &mut services {
            let alone =
                LISTS.iter().filter_map(|list| service.get(list)?.as_array()).map(Vec::len).sum::<usize>()
                    == 1;
            let same = service.get("category").and_then(Value::as_str) == Some(category);
            let Some(entries) = service.as_object_mut() else { continue };
            let Some(Value::Array(list)) = entries.get_mut(declaration.list) else { continue };
            let Some(at) = list.iter().position(|item| declaration.is(item)) else { continue };
            if same {
                return Ok(document.to_owned());
            }
            if alone {
                // The owner's texts stay with it; the legal basis was the other category's.
                entries.insert("category".into(), category.into());
                entries.shift_remove("legalBasis");
                item = Value::Null;
                continue;
            }
            let taken = list.remove(at);
            if list.is_empty() {
                entries.shift_remove(declaration.list);
            }
            item = if item.is_null() { item } else { taken };
        }
        if !item.is_null() {
            let one = services.iter_mut().find(|service| {
                service.get("name").and_then(Value::as_str) == Some(&declaration.name)
                    && service.get("category").and_then(Value::as_str) == Some(category)
            });
            match one.map(|service| {
                service.as_object_mut().map(|it| it.entry(declaration.list).or_insert(json!([])))
            }) {
                Some(Some(Value::Array(list))) => list.push(item),
                _ => {
                    let id = self.new_id(&declaration.pattern, &services);
                    services.push(json!({
                        "id": id,
                        "name": declaration.name,
                        "category": category,
                        declaration.list: [item]
                    }));
                }
            }
        }
        let text = format!("{:#}\n", json!({ "services": services }));
        self.with_declared(&text)?;
        Ok(text)
    }

    /// A service id after a host or name, which nobody has yet.
    fn new_id(&self, after: &str, declared: &[Value]) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
        let words: String = after.chars().map(plain).collect();
        let words = words.split_whitespace().collect::<Vec<_>>().join("-");
        let short: String = words.chars().take(56).collect();
        let short = if short.is_empty() { "declared" } else { short.trim_end_matches('-') };
        let taken = |id: &str| {
            let written = declared.iter().filter_map(|service| service.get("id")?.as_str());
            ServiceId::new(id).is_none()
                || self.service(id).is_some()
                || written.into_iter().any(|known| known == id)
        };
        let more = (2u32..).map(|number| format!("{short}-{number}"));
        std::iter::once(short.to_owned()).chain(more).find(|id| !taken(id)).unwrap_or_default()
    }
}
