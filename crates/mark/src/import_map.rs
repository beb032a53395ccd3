//! An import map in two, by where its entries lead. An import map asks for nothing by itself, and held whole
//! it would take the site's own modules with it. Decides nothing about a host: it is told which are held.

use std::collections::BTreeMap;
use std::ops::Bound;

use consentry::bundle::script_safe;
use serde_json::{Map, Value};

/// The two parts of an import map.
pub(crate) struct SplitMap {
    /// What may act, as JSON in ASCII that can stand in a script element.
    pub live: String,
    /// What is held, written alike.
    pub held: String,
    /// The specifiers that the held part maps, each with its address.
    pub held_entries: Vec<(String, String)>,
}

/// Splits an import map; nothing if none of it is held, or it is no import map.
pub(crate) fn split(json: &[u8], holds: impl Fn(&str) -> bool) -> Option<SplitMap> {
    let mut live: Map<String, Value> = serde_json::from_str(&String::from_utf8_lossy(json)).ok()?;
    let (mut held, mut held_entries) = (Map::new(), Vec::new());
    let mut take_held = |entries: &mut Map<String, Value>| {
        let is_held = |address: &Value| address.as_str().is_some_and(&holds);
        let (taken, left): (Map<_, _>, Map<_, _>) =
            std::mem::take(entries).into_iter().partition(|(_, address)| is_held(address));
        *entries = left;
        held_entries.extend(
            taken.iter().filter_map(|(name, address)| Some((name.clone(), address.as_str()?.to_owned()))),
        );
        (!taken.is_empty()).then_some(Value::Object(taken))
    };
    if let Some(Value::Object(imports)) = live.get_mut("imports") {
        held.extend(take_held(imports).map(|taken| ("imports".to_owned(), taken)));
    }
    if let Some(Value::Object(scopes)) = live.get_mut("scopes") {
        let scopes = scopes.iter_mut().filter_map(|(scope, entries)| {
            let Value::Object(entries) = entries else { return None };
            Some((scope.clone(), take_held(entries)?))
        });
        let scopes: Map<_, _> = scopes.collect();
        held.extend((!scopes.is_empty()).then_some(("scopes".to_owned(), Value::Object(scopes))));
    }
    let [live, held] = [live, held].map(|map| (!map.is_empty()).then(|| script_safe(&Value::Object(map))));
    Some(SplitMap { live: live.unwrap_or_else(|| "{}".to_owned()), held: held?, held_entries })
}

/// The addresses to which an import map leads.
pub(crate) fn addresses(json: &str) -> Vec<String> {
    let map: Value = serde_json::from_str(json).unwrap_or_default();
    let scopes = map["scopes"].as_object().into_iter().flat_map(Map::values);
    let entries = scopes.chain([&map["imports"]]).filter_map(Value::as_object).flat_map(Map::values);
    entries.filter_map(|address| Some(address.as_str()?.to_owned())).collect()
}

/// What the held parts of a page's import maps would have resolved.
#[derive(Default)]
pub(crate) struct HeldSpecifiers(BTreeMap<String, String>);

impl HeldSpecifiers {
    /// Adds the entries of one more map. Of several with one name the first stays.
    pub fn extend(&mut self, entries: Vec<(String, String)>) {
        for (name, address) in entries {
            self.0.entry(name).or_insert(address);
        }
    }

    /// The address to which this specifier leads: by its own entry, else by the longest that ends in `/` and
    /// begins it (HTML standard, 8.1.5.1).
    pub fn target_of(&self, specifier: &str) -> Option<&str> {
        let mut beginning = specifier;
        loop {
            // Whatever begins the specifier is in order before it, and shares as much with its neighbour.
            let upto = (Bound::Unbounded, Bound::Included(beginning));
            let (name, address) = self.0.range::<str, _>(upto).next_back()?;
            if name == specifier || (name.ends_with('/') && specifier.starts_with(name.as_str())) {
                return Some(address);
            }
            let shared = name.bytes().zip(beginning.bytes()).take_while(|(one, other)| one == other).count();
            let end = beginning.as_bytes().get(..shared)?.iter().rposition(|byte| *byte == b'/')? + 1;
            beginning = beginning.get(..end)?;
        }
    }
}
