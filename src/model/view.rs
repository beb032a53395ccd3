//! What a visitor is shown, as plain data: built from the site's descriptions and a language's texts by
//! the same code when a configuration is bundled and when a page paints it, so that the notice behind a
//! receipt is exactly what was on the screen. Paints nothing and does not know what was decided.

mod changes;
mod declaration;
mod first_layer;
#[cfg(all(feature = "owner", not(target_arch = "wasm32")))]
pub mod numbers_and_lists;
#[cfg(all(feature = "owner", target_arch = "wasm32"))]
#[path = "view/numbers_and_lists_by_intl.rs"]
pub mod numbers_and_lists;
mod placeholder;
mod records;
mod second_layer;
mod site;
mod texts;
mod tolerant;

pub use consentry_notice::ItemKind;

pub use super::layer::Layer;

pub use self::declaration::{Declared, DeclaredCategory, SeenName};
pub use self::placeholder::Held;
pub use self::site::{
    Change, Controller, Detail, Details, ListedCategory, Placeholder, Service, Site, Wording,
};
pub use self::texts::{Texts, fill, plural};

/// One thing on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: ItemKind,
    pub name: String,
    pub text: String,
}

/// One layer as it is shown, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub layer: Layer,
    pub items: Vec<Item>,
}

/// What a view is built from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub site: Site,
    pub texts: Texts,
    /// BCP 47.
    pub language: String,
}

impl View {
    /// Adds an item below the others, unless there is nothing to say.
    fn push(&mut self, kind: ItemKind, name: &str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.items.push(Item { kind, name: name.to_owned(), text });
        }
    }

    /// The notice as a document: what is shown, one item a line, in the order of the screen.
    pub fn artefact(&self, language: &str) -> String {
        let layer = self.layer as u8;
        let mut document = format!("consentry notice 1\nlanguage: {language}\nlayer: {layer}\n");
        for Item { kind, name, text } in &self.items {
            document.extend([kind.word(), " ", name, ": ", text, "\n"]);
        }
        document
    }

    /// The artefact's hash as receipts name it: `sha256:<64 hex>`. A page does not hash: a bundle brings
    /// this, and without one the browser's own hash is asked when the receipt is sent.
    #[cfg(feature = "owner")]
    pub fn notice(&self, language: &str) -> String {
        use sha2::Digest as _;
        let hash = sha2::Sha256::digest(self.artefact(language));
        hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }
}

/// Adds to a list in words.
pub fn join(list: &mut String, item: &str) {
    if !list.is_empty() && !item.is_empty() {
        list.push_str(", ");
    }
    list.push_str(item);
}
