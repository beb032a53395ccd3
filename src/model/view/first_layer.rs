//! The first layer: the banner, which says who asks, what for, and how many others take part.

use super::site::in_language;
use super::{ItemKind, Layer, Source, View, fill, join};
use crate::model::category::Category;

impl Source {
    /// The banner as it is shown. `host`: the page's, which names the controller where the site does not.
    pub fn first_layer(&self, host: &str) -> View {
        let mut view = View { layer: Layer::First, items: Vec::new() };
        view.push(ItemKind::Title, "", self.texts.label("title"));
        let mut purposes = String::new();
        for category in [Category::Functional, Category::Analytics, Category::Advertising] {
            if self.site.uses(category) {
                join(&mut purposes, self.texts.label(&format!("{category}Purpose")));
            }
        }
        let named = in_language(self.site.controller.name.as_ref(), &self.language);
        let controller = if named.is_empty() { host } else { named };
        let intro = [("controller", controller), ("purposes", &purposes)];
        view.push(ItemKind::Text, "", fill(self.texts.label("intro"), &intro));
        let others = Category::ALL.into_iter().filter(|category| *category != Category::Necessary);
        let count = others.map(|category| self.site.services(category).count()).sum();
        view.push(ItemKind::Text, "", self.counted("parties", count));
        let reopen = [("reopen", self.texts.label("reopen"))];
        view.push(ItemKind::Text, "", fill(self.texts.label("withdrawal"), &reopen));
        self.add_policy(&mut view);
        for control in ["reject-all", "accept-all", "preferences"] {
            view.push(ItemKind::Control, control, self.texts.label(control));
        }
        view
    }

    /// A text that counts something: its singular for one, nothing for none.
    fn counted(&self, name: &str, count: usize) -> String {
        match count {
            0 => String::new(),
            1 => self.texts.label(&format!("{name}1")).to_owned(),
            _ => fill(self.texts.label(name), &[("count", &count.to_string())]),
        }
    }
}
