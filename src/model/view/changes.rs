//! What is new since the revision under which the visitor chose, and what is asked because of it.

use super::site::in_language;
use super::{ItemKind, Layer, Source, View, fill};
use crate::model::category::Category;

impl Source {
    /// What is shown to a visitor whose choice is of the revision `since`. `asked`: categories, and services as
    /// `service:<id>`, on which nothing is decided yet.
    pub fn changes(&self, since: &str, asked: &[String]) -> View {
        let mut view = View { layer: Layer::First, items: Vec::new() };
        view.push(ItemKind::Title, "", self.texts.label("changedTitle"));
        let mut revision = since;
        for change in &self.site.changes {
            if change.previous == revision {
                revision = &change.revision;
                view.push(ItemKind::Text, revision, in_language(change.summary.as_ref(), &self.language));
            }
        }
        let names: Vec<&str> = asked.iter().map(|name| self.name_of(name)).collect();
        if names.is_empty() {
            view.push(ItemKind::Text, "", self.texts.label("changedNothing"));
        } else {
            let ask = fill(self.texts.label("changedAsk"), &[("names", &names.join(", "))]);
            view.push(ItemKind::Text, "", ask);
        }
        self.add_policy(&mut view);
        let controls: &[&str] =
            if names.is_empty() { &["understood"] } else { &["reject-all", "accept-all", "preferences"] };
        for control in controls {
            let label = if *control == "preferences" { "reopen" } else { control };
            view.push(ItemKind::Control, control, self.texts.label(label));
        }
        view
    }

    /// A category or a service as the visitor reads it.
    pub(super) fn name_of<'a>(&'a self, name: &'a str) -> &'a str {
        match name.strip_prefix("service:") {
            Some(id) => self.service(id).map_or(id, |service| service.name_in(&self.language)),
            None => Category::named(name).map_or(name, |category| self.texts.label(category.name())),
        }
    }
}
