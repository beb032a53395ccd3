//! What is recorded of a visitor's choices, as the visitor reads it.

use super::{Source, join};

impl Source {
    /// What one record says, a line for what it allows and one for what it does not. What it names is called as the site calls
    /// it now; a service that the site has no more, by its id.
    pub fn recorded(&self, granted: &[String], denied: &[String]) -> Vec<String> {
        let line = |label, names: &[String]| {
            let mut list = String::new();
            for name in names {
                join(&mut list, self.name_of(name));
            }
            (!list.is_empty()).then(|| format!("{}: {list}", self.texts.label(label)))
        };
        [line("allowed", granted), line("denied", denied)].into_iter().flatten().collect()
    }
}
