//! The items that a layer is made of, and what takes them. No sentence and no order is decided here.

/// What an item of a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// The layer's heading.
    Title,
    /// A paragraph that belongs to what stands before it. A name is that of a place which the page fills.
    Text,
    /// The label of a disclosure; what follows is behind it, up to the first control.
    More,
    /// A paragraph about the whole layer.
    Note,
    /// The site's privacy policy; named by its address.
    Link,
    /// A category, by its name; what follows belongs to it until the next.
    Category,
    /// A service, by its id; its facts follow.
    Service,
    /// One fact about a service, named by its label (GDPR article 13(1) and (2)).
    Fact,
    /// A button, named as in `data-consentry`.
    Control,
}

impl ItemKind {
    /// The word that stands for it in a notice's artefact.
    pub const fn word(self) -> &'static str {
        match self {
            ItemKind::Title => "title",
            ItemKind::Text => "text",
            ItemKind::More => "more",
            ItemKind::Note => "note",
            ItemKind::Link => "link",
            ItemKind::Category => "category",
            ItemKind::Service => "service",
            ItemKind::Fact => "fact",
            ItemKind::Control => "control",
        }
    }
}

/// Takes the items of a layer one after the other: a page paints them, the bundler writes them down.
pub trait Screen {
    /// An item begins. `name` is as [`ItemKind`] says, else empty; UTF-8 like every text here.
    fn begin(&mut self, kind: ItemKind, name: &[u8]);
    /// A piece of the item's text.
    fn text(&mut self, piece: &[u8]);
    /// The item is complete.
    fn end(&mut self, kind: ItemKind);
}
