//! What a browser saw of a running page, as numbers and words. Who measures is `consentry lint --url`; what is right
//! is said in `rules`.

use serde::Deserialize;
use serde_json::Value;

use super::page::Contact;
use crate::classify::rules::{Base, Rules};
use crate::model::config::look::HexColor;

/// A first visit to one address, and what the page did before any choice.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Visit {
    pub address: String,
    /// The page's `lang`.
    pub page_language: String,
    /// Those of the browser, the preferred one first.
    pub visitor_languages: Vec<String>,
    /// The banner's; nothing where no banner was shown.
    pub banner: Option<SeenBanner>,
    /// The switches that were on when the preferences were opened first, by category or service.
    pub switches_on: Vec<String>,
    /// What was stored before a choice.
    pub stored: Vec<Stored>,
    /// The addresses that were asked before a choice; those of the page's own host as paths.
    pub requested: Vec<String>,
    /// Whose they are.
    #[serde(skip)]
    pub contacts: Vec<Contact>,
}

impl Visit {
    /// Reads what `in-page.js` and the browser tell, by the rules of the site.
    ///
    /// # Errors
    /// It is not what they tell.
    pub fn read(told: Value, rules: &Rules) -> serde_json::Result<Visit> {
        let mut visit: Visit = serde_json::from_value(told)?;
        let base = Base::page("/");
        visit.contacts =
            visit.requested.iter().filter_map(|address| Contact::of(address, rules, &base)).collect();
        Ok(visit)
    }
}

/// The first layer as it was shown.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SeenBanner {
    pub language: String,
    /// All that it says.
    pub text: String,
    /// The addresses of its links.
    pub links: Vec<String>,
    /// Its ground.
    pub background: Option<HexColor>,
    /// Its text.
    pub color: Option<HexColor>,
    /// What of it lies on a picture or a gradient, so that its contrast cannot be computed.
    pub unmeasured: Vec<String>,
    /// The same layer on screens of several sizes.
    pub screens: Vec<Screen>,
}

/// The first layer on a screen of one size.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Screen {
    /// `320x568`.
    pub size: String,
    /// In the order of the focus.
    pub buttons: Vec<SeenButton>,
}

/// A button of the first layer. Lengths are CSS pixels; colours are as they are seen, whatever shines through.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SeenButton {
    /// `accept-all`, `reject-all` or `preferences`.
    pub does: String,
    pub label: String,
    pub element: String,
    /// Names the element around it, so that two in the same one can be told.
    pub container: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub font_size: f64,
    pub font_weight: f64,
    pub color: Option<HexColor>,
    /// Nothing where it has none of its own.
    pub background: Option<HexColor>,
    /// Whether all of it is on the screen without scrolling and nothing lies over it.
    pub is_visible: bool,
}

/// Something that was stored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Stored {
    /// `cookie`, `storage key`, `database`, `cache` or `service worker`.
    pub kind: String,
    pub name: String,
}

impl Screen {
    /// The button that does this.
    pub(super) fn button(&self, does: &str) -> Option<&SeenButton> {
        self.buttons.iter().find(|button| button.does == does)
    }

    /// The buttons that grant and refuse everything, where both are there.
    pub(super) fn pair(&self) -> Option<(&SeenButton, &SeenButton)> {
        Some((self.button("accept-all")?, self.button("reject-all")?))
    }
}
