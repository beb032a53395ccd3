//! What stands in place of something that is held: who it is, what would load, and how to let it.

use super::site::{Service, in_language};
use super::{ItemKind, Layer, Source, View, fill};
use crate::model::category::Category;

/// What is held.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The service's id; empty if the site does not declare it.
    pub service: String,
    /// The category, or `unclassified`.
    pub category: String,
    /// The host that would be asked; empty where it is not known.
    pub host: String,
}

impl Source {
    /// The service that something belongs to, if the site declares it.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.site.services.iter().find(|service| !id.is_empty() && service.id == id)
    }

    /// The placeholder as it is shown. It offers what is held for once where `may_show_once`; for always where it belongs to
    /// something that can be granted.
    pub fn placeholder(&self, held: &Held, may_show_once: bool) -> View {
        let service = self.service(&held.service);
        let grantable = service.map(|service| service.name_in(&self.language));
        let category = Category::named(&held.category);
        let purpose = category.map(|category| self.texts.label(category.name()));
        // By the first that is known of it: its service, its host, what it is for.
        let host = Some(held.host.as_str()).filter(|host| !host.is_empty());
        let name = grantable.or(host).or(purpose).unwrap_or_default();
        let mut view = View { layer: Layer::Second, items: Vec::new() };
        view.push(ItemKind::Title, "", fill(self.texts.label("heldTitle"), &[("service", name)]));
        if let Some(text) = service.and_then(|service| service.placeholder.text.as_ref()) {
            view.push(ItemKind::Text, "", in_language(Some(text), &self.language));
        }
        let listed =
            |list: Option<Vec<String>>| list.filter(|list| !list.is_empty()).map(|list| list.join(", "));
        let recipients = listed(service.map(|service| service.recipients.in_language(&self.language)));
        let hosts = listed(service.map(|service| service.hosts.in_language(&self.language)));
        let hosts = if held.host.is_empty() { hosts.unwrap_or_default() } else { held.host.clone() };
        if !hosts.is_empty() {
            let recipients = recipients.unwrap_or_else(|| name.to_owned());
            let values = [("hosts", hosts.as_str()), ("recipients", recipients.as_str())];
            view.push(ItemKind::Text, "", fill(self.texts.label("heldText"), &values));
        }
        if let Some(purpose) = service.and_then(|service| service.purpose.as_ref()) {
            view.push(
                ItemKind::Text,
                self.texts.label("purpose"),
                in_language(Some(purpose), &self.language),
            );
        }
        if may_show_once {
            view.push(ItemKind::Control, "show-once", self.texts.label("showOnce"));
        }
        let is_asked = category.is_some_and(|category| self.site.uses(category));
        if let Some(name) = grantable.or(purpose.filter(|_| is_asked)) {
            view.push(
                ItemKind::Control,
                "allow",
                fill(self.texts.label("allowService"), &[("service", name)]),
            );
        }
        view.push(ItemKind::Control, "preferences", self.texts.label("reopen"));
        view
    }
}
