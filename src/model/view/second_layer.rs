//! The second layer: the preferences, with everything that the site says of its categories and services.

use super::site::{Service, in_language};
use super::{ItemKind, Layer, Source, View, fill, join};
use crate::model::category::Category;

impl Source {
    /// The preferences as they are shown.
    pub fn second_layer(&self) -> View {
        let mut view = View { layer: Layer::Second, items: Vec::new() };
        view.push(ItemKind::Title, "", self.texts.label("reopen"));
        view.push(ItemKind::Text, "", self.texts.label("preferencesIntro"));
        self.add_policy(&mut view);
        for category in Category::ALL.into_iter().filter(|category| self.site.uses(*category)) {
            self.add_category(&mut view, category);
        }
        self.add_responsible(&mut view);
        view.push(ItemKind::Note, "", self.texts.label("rights"));
        for control in ["reject-all", "accept-all", "save", "close"] {
            view.push(ItemKind::Control, control, self.texts.label(control));
        }
        view
    }

    /// The link to the site's privacy policy.
    pub(super) fn add_policy(&self, view: &mut View) {
        if let Some(address) = &self.site.policy_url {
            view.push(ItemKind::Link, address, self.texts.label("policy"));
        }
    }

    fn add_category(&self, view: &mut View, category: Category) {
        view.push(ItemKind::Category, category.name(), self.texts.label(category.name()));
        let description = self.site.description(category).and_then(|it| it.in_language(&self.language));
        let general = format!("{category}Text");
        view.push(ItemKind::Text, "", description.unwrap_or_else(|| self.texts.label(&general)));
        for service in self.site.services(category) {
            self.add_service(view, service);
        }
    }

    fn add_service(&self, view: &mut View, service: &Service) {
        view.push(ItemKind::Service, &service.id, service.name_in(&self.language));
        for (fact, texts) in service.facts(&self.language, &self.texts) {
            let kind = if fact == "purpose" { ItemKind::Text } else { ItemKind::Fact };
            for text in texts {
                view.push(kind, self.texts.label(fact), text);
            }
            if fact == "purpose" && service.separate {
                let accept = self.texts.label("accept-all");
                view.push(ItemKind::Text, "", fill(self.texts.label("separate"), &[("accept", accept)]));
            }
        }
    }

    /// Who is responsible, and to whom the visitor can turn.
    fn add_responsible(&self, view: &mut View) {
        let controller = &self.site.controller;
        let text = |wording| in_language(Option::as_ref(wording), &self.language);
        let mut responsible = String::new();
        for wording in [&controller.name, &controller.address, &controller.contact] {
            join(&mut responsible, text(wording));
        }
        for (name, text) in [
            ("controller", responsible.as_str()),
            ("dpo", text(&controller.dpo)),
            ("authority", text(&controller.authority)),
        ] {
            if !text.is_empty() {
                view.push(ItemKind::Note, "", format!("{}: {text}", self.texts.label(name)));
            }
        }
    }
}
