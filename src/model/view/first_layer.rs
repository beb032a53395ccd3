//! The first layer as data. What it says is decided in `consentry-notice`, by which the gate paints it too.

use consentry_notice::{FirstLayer, ItemKind, KEYS, Lines, Screen};

use super::site::in_language;
use super::{Item, Layer, Source, View};
#[cfg(feature = "owner")]
use super::{Texts, fill, numbers_and_lists, plural};
#[cfg(feature = "owner")]
use crate::model::category::Category;

impl Source {
    /// The banner as it is shown. `host`: the page's, which names the controller where the site does not.
    pub fn first_layer(&self, host: &str) -> View {
        let controller = in_language(self.site.controller.name.as_ref(), &self.language);
        let facts = [
            self.site.policy_url.as_deref().unwrap_or_default(),
            if controller.is_empty() { host } else { controller },
        ];
        let lines: Vec<&str> = KEYS.iter().map(|key| self.texts.label(key)).chain(facts).collect();
        let lines = lines.join("\n");
        let layer = FirstLayer(Lines(lines.as_bytes()));
        let mut items = Items(Vec::new());
        layer.content(&mut items);
        layer.controls(&mut items);
        View { layer: Layer::First, items: items.0 }
    }

    /// The language's texts with what the site asks for filled in: the purposes, and how many services of others need
    /// consent. A page does the same where no bundle has.
    #[cfg(feature = "owner")]
    pub fn filled_texts(&self) -> Texts {
        let language = self.language.as_str();
        let others = Category::ALL.into_iter().filter(|category| *category != Category::Necessary);
        let services = others
            .clone()
            .flat_map(|category| self.site.services(category))
            .filter(|service| !service.first_party)
            .count();
        let purposes: Vec<String> = others
            .filter(|category| self.site.uses(*category))
            .map(|category| self.texts.label(&format!("{category}Purpose")).to_owned())
            .collect();
        let purposes: Vec<&str> = purposes.iter().map(String::as_str).collect();
        let ask =
            plural(self.texts.label("ask"), services, numbers_and_lists::plural_form(language, services));
        let purposes = numbers_and_lists::list(language, &purposes);
        let number = numbers_and_lists::number(language, services);
        let mut texts = self.texts.clone();
        texts.set("ask", fill(ask, &[("purposes", &purposes), ("number", &number)]));
        texts
    }
}

/// Collects items.
struct Items(Vec<Item>);

impl Screen for Items {
    fn begin(&mut self, kind: ItemKind, name: &[u8]) {
        self.0.push(Item { kind, name: String::from_utf8_lossy(name).into_owned(), text: String::new() });
    }

    fn text(&mut self, piece: &[u8]) {
        if let Some(item) = self.0.last_mut() {
            item.text.push_str(&String::from_utf8_lossy(piece));
        }
    }

    /// What has nothing to say is not shown.
    fn end(&mut self, _: ItemKind) {
        self.0.pop_if(|item| item.text.is_empty());
    }
}
